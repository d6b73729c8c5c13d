"""Which texts count as JSON here, and which requests of JSON-RPC cannot be."""

from __future__ import annotations

import json
from typing import Any, NoReturn

JSON_RPC_PARSE_ERROR = -32700
JSON_RPC_INVALID_PARAMS = -32602
JSON_RPC_SERVER_ERROR = -32000


def is_clean_json(body: bytes | str) -> bool:
    """Whether a text is JSON that can be written again as UTF-8.

    There is no NaN in it, no number beyond what a float holds, no lone surrogate and no endless nesting.
    """
    try:
        json.dumps(json.loads(body, parse_constant=_refuse), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


# Parameters of a request of JSON-RPC that OpenEnv's server takes without looking, and what they must be.
_PARAMETERS: dict[str, tuple[type, str]] = {
    "arguments": (dict, "an object"),
    "name": (str, "a string"),
    "session_id": (str, "a string"),
}


def wrong_parameters(parameters: dict[str, Any]) -> str:
    """Which parameters of a request of JSON-RPC are of a wrong type, in one line; empty if none is."""
    return "; ".join(
        f"'{name}' must be {what}"
        for name, (kind, what) in _PARAMETERS.items()
        if not isinstance(parameters.get(name, kind()), kind)
    )


def parameters_of(request: Any) -> dict[str, Any]:
    """The parameters of a request of JSON-RPC; none where it has none, or is no such request."""
    parameters = request.get("params") if isinstance(request, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def parameter_problem(request: Any) -> str | None:
    """The error, as JSON, that answers a request of JSON-RPC with a parameter of a wrong type; None for all else."""
    wrong = wrong_parameters(parameters_of(request))
    if not wrong:
        return None
    error = {"code": JSON_RPC_INVALID_PARAMS, "message": wrong}
    request_id = request.get("id")
    known = request_id if isinstance(request_id, (str, int)) else None
    return json.dumps({"jsonrpc": "2.0", "id": known, "error": error})


def expected_step_of(meta: Any) -> int | None:
    """The number that a call of a tool says its step must get, in its `_meta`; None where it says none."""
    number = meta.get("expected_step") if isinstance(meta, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
