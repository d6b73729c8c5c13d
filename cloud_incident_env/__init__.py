"""Cloud incidents for agents and people to handle, as an OpenEnv environment: everything but the server's doors."""
