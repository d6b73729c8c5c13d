"""Cloud incidents for agents and people to handle, as an OpenEnv environment: everything but the HTTP server."""
