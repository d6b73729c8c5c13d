"""What this project uses of OpenEnv's core, imported without OpenEnv's web interface.

`openenv.core` imports its web interface, and with it Gradio (four seconds of CPU and 150 MB), wherever Gradio is
installed, and goes on without it where it is not. Neither the clients nor the OpenEnv protocol of this environment use
that web interface, so they take OpenEnv's classes from here. Whoever asks OpenEnv for it later still gets it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

_WEB_INTERFACE = "openenv.core.env_server.web_interface"


@contextmanager
def _without_web_interface() -> Iterator[None]:
    if "openenv.core" in sys.modules:
        yield
        return
    modules: dict[str, Any] = sys.modules
    modules[_WEB_INTERFACE] = None  # an import of it raises ModuleNotFoundError, which OpenEnv expects
    try:
        yield
    finally:
        del modules[_WEB_INTERFACE]
    _load_web_interface_when_asked_for()


def _load_web_interface_when_asked_for() -> None:
    """Let other users of OpenEnv in this process have its web interface: they found None in its place otherwise."""
    core, env_server = sys.modules["openenv.core"], sys.modules["openenv.core.env_server"]
    names = ("create_web_interface_app", "WebInterfaceManager")

    def load(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {env_server.__name__!r} has no attribute {name!r}")
        return getattr(import_module(_WEB_INTERFACE), name)

    for name in names:
        for module in (core, env_server):
            if vars(module).get(name, module) is None:
                delattr(module, name)
    if not hasattr(env_server, "__getattr__"):
        vars(env_server)["__getattr__"] = load


with _without_web_interface():
    from openenv.core.client_types import StepResult
    from openenv.core.env_client import ConnectionClosed, EnvClient
    from openenv.core.env_server.exceptions import SessionCapacityError
    from openenv.core.env_server.http_server import HTTPEnvServer
    from openenv.core.env_server.interfaces import Environment
    from openenv.core.env_server.types import Action as OpenEnvAction
    from openenv.core.env_server.types import ConcurrencyConfig, EnvironmentMetadata
    from openenv.core.env_server.types import Observation as OpenEnvObservation
    from openenv.core.env_server.types import State as OpenEnvState
    from openenv.core.rubrics import Rubric

__all__ = [
    "ConcurrencyConfig",
    "ConnectionClosed",
    "EnvClient",
    "Environment",
    "EnvironmentMetadata",
    "HTTPEnvServer",
    "OpenEnvAction",
    "OpenEnvObservation",
    "OpenEnvState",
    "Rubric",
    "SessionCapacityError",
    "StepResult",
]
