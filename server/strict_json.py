"""Which texts count as JSON here."""

from __future__ import annotations

import json
from typing import NoReturn

JSON_RPC_PARSE_ERROR = -32700


def is_clean_json(body: bytes | str) -> bool:
    """Whether a text is JSON that can be written again as UTF-8: no NaN, no lone surrogates, no endless nesting."""
    try:
        json.dumps(json.loads(body, parse_constant=_refuse), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
