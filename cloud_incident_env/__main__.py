"""`python -m cloud_incident_env` and the console scripts: serve, from a checkout or an installed wheel."""

from __future__ import annotations

from cloud_incident_env.layout import beside


def main() -> None:
    """Run the command line of `server/app.py`."""
    beside("server.app").main()


if __name__ == "__main__":
    main()
