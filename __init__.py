"""An environment folder, as `openenv push` wants it. Nothing imports this: the package is `cloud_incident_env`."""
