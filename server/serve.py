"""Serves the app from the command line, on one port or on two."""

from __future__ import annotations

import argparse
import logging
import math
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from .logs import log_config
from .open_files import room_for
from .settings import Settings, existing_folder, settings_or_exit
from .wire_limits import WireLimits, limited_protocols

logger = logging.getLogger("uvicorn.error")

# An open page keeps a connection; a stop does not wait for it longer than this.
STOP_SECONDS = 5
# Beside the longest message that is read: a little longer ones get an error, and only much longer ones a closed socket.
FRAME_BYTES = 4_096
BODY_MARGIN_SECONDS = 5.0  # after the app's own limit, which answers 408 where this one only closes the connection


def serve(app: FastAPI, argv: Sequence[str] | None = None) -> None:
    """Serve until the process is stopped. Exits with a message if a setting is wrong or a port cannot be had."""
    settings = settings_or_exit()
    parser = argparse.ArgumentParser(description="Serve the cloud incident environment.")
    parser.add_argument("--host", type=_host, default=settings.host, help="address to listen on")
    parser.add_argument("--port", type=_port, default=settings.port, help="port to listen on")
    parser.add_argument(
        "--also-port", type=_port, default=settings.also_port, help="a second port to listen on, by the same process"
    )
    parser.add_argument(
        "--runs", type=_folder, metavar="DIR", help="folder whose run folders of `evaluation` are served, read-only"
    )
    parser.add_argument(
        "--open-runs",
        action="store_true",
        default=settings.open_runs,
        help="tell grades, answers and the oracle's runs of --runs to whoever opens the page",
    )
    arguments = parser.parse_args(argv)
    if arguments.open_runs and arguments.runs is None and settings.runs is None:
        parser.error("--open-runs opens the run folders of --runs DIR: name a folder, or leave it out")
    if app.state.console is not None:
        app.state.console.runs = arguments.runs or app.state.console.runs
        app.state.console.open_runs = arguments.open_runs
    ports = dict.fromkeys(port for port in (arguments.port, arguments.also_port) if port is not None)
    config = server_config(app, settings, ports=len(ports))
    try:
        sockets = [_listen(arguments.host, port, config.backlog) for port in ports]
    except OSError as error:
        parser.error(f"cannot listen on {arguments.host}: {error}")
    for listener in sockets:
        logger.info("Listening on http://%s:%d", *listener.getsockname()[:2])
    with suppress(KeyboardInterrupt):  # the usual way to stop it
        uvicorn.Server(config).run(sockets=sockets)


def server_config(app: FastAPI, settings: Settings, ports: int = 1) -> uvicorn.Config:
    """What uvicorn is told: the limits of the settings, and as many connections as the limit of open files allows.

    `ports` is how many there are. Raises the soft limit of open files of the process where that is needed.
    """
    sockets = room_for(settings.max_connections, ports)
    limits = WireLimits(
        connections=sockets.connections,
        head_seconds=settings.header_timeout_seconds,
        body_seconds=settings.body_timeout_seconds + BODY_MARGIN_SECONDS,
    )
    http, websocket = limited_protocols(limits)
    return uvicorn.Config(
        app,
        http=http,
        ws=websocket or "none",
        log_config=log_config(settings.log_format),
        backlog=sockets.backlog,
        timeout_keep_alive=math.ceil(settings.keep_alive_seconds),
        timeout_graceful_shutdown=STOP_SECONDS,
        root_path=settings.root_path,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        ws_max_size=settings.max_body_bytes + FRAME_BYTES,
        ws_per_message_deflate=False,  # a few kilobytes of it unpack to megabytes
        ws_ping_timeout=settings.ping_timeout_seconds,
    )


def _host(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(f"expected a name or an address, got {text!r}")
    return text


def _folder(text: str) -> Path:
    try:
        return existing_folder(Path(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"expected a port, 1 to 65535, got {text!r}")
    return int(text)


def _listen(host: str, port: int, backlog: int) -> socket.socket:
    """A listening socket. It is named as TCP, because asyncio turns Nagle's delay off only for sockets that say so."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"port {port}: {error.strerror}") from error
    return listener
