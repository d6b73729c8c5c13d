"""Messages made wrong at random: values, keys, types, sizes, nesting, numbers, Unicode, and the text itself."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    -1,
    0,
    1.5,
    7.0,
    1e308,
    -0.0,
    2**31,
    2**63,
    10**400,
    "",
    " ",
    "0",
    "null",
    "x" * 201,
    "x" * 9_000,
    "é🚨\u202e",
    "\0",
    "\ud800",
    "../../etc/passwd",
    "__class__",
    "%s%n{0}",
    [],
    {},
    [[[[[[[[[[]]]]]]]]]],
    {"a": {"a": {"a": {"a": {}}}}},
    ["query_logs"] * 300,
)
ODD_TEXTS = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"{}",
    b'"reset"',
    b"NaN",
    b"[" * 5_000,
    b'{"a":' * 3_000,
    b"\xff\xfe",
    b"1" * 5_000,
    b'{"type": "step", "type": "reset"}',
    b"\xef\xbb\xbf{}",
)
ODD_NUMBERS = (b"1e400", b"NaN", b"-Infinity", b"1" * 5_000, b"00", b"1e-400", b"0x1")


def mutated(message: Any, rng: random.Random) -> bytes:
    """A message as JSON text with up to three things wrong; one in six is as it was."""
    if rng.random() < 0.04:
        return rng.choice(ODD_TEXTS)
    value = copy.deepcopy(message)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        value = rng.choice(_VALUE_CHANGES)(value, rng)
    text = json.dumps(value, ensure_ascii=rng.random() < 0.7).encode("utf-8", "surrogatepass")
    return rng.choice(_TEXT_CHANGES)(text, rng) if rng.random() < 0.2 else text


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container within a value, with each of its keys or indices."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        keys: Any = container if isinstance(container, dict) else range(len(container))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], (dict, list)):
                waiting.append(container[key])
    return found


def _replace(value: Any, rng: random.Random) -> Any:
    places = _places(value) if isinstance(value, (dict, list)) else []
    if not places or rng.random() < 0.03:
        return copy.deepcopy(rng.choice(ODD_VALUES))
    container, key = rng.choice(places)
    container[key] = copy.deepcopy(rng.choice(ODD_VALUES))
    return value


def _wrap(value: Any, rng: random.Random) -> Any:
    places = _places(value) if isinstance(value, (dict, list)) else []
    if places:
        container, key = rng.choice(places)
        container[key] = rng.choice(([container[key]], {"data": container[key]}, str(container[key])))
    return value


def _remove(value: Any, rng: random.Random) -> Any:
    places = _places(value) if isinstance(value, (dict, list)) else []
    if places:
        container, key = rng.choice(places)
        del container[key]
    return value


def _add(value: Any, rng: random.Random) -> Any:
    places = [place for place in _places(value) if isinstance(place[0], dict)] if isinstance(value, dict) else []
    if places:
        container, key = rng.choice(places)
        container[rng.choice((key.upper(), f" {key}", "extra", "", "\0", "x" * 1_000))] = copy.deepcopy(
            rng.choice(ODD_VALUES)
        )
    return value


_VALUE_CHANGES: tuple[Callable[[Any, random.Random], Any], ...] = (_replace, _replace, _wrap, _remove, _add)


def _cut(text: bytes, rng: random.Random) -> bytes:
    return text[: rng.randrange(len(text) + 1)]


def _flip(text: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(text) + 1)
    return text[:place] + bytes([rng.randrange(256)]) + text[place + rng.randrange(2) :]


def _pad(text: bytes, rng: random.Random) -> bytes:
    return text + b" " * rng.choice((1, 60_000, 66_000))


def _number(text: bytes, rng: random.Random) -> bytes:
    return text.replace(b": ", b": " + rng.choice(ODD_NUMBERS) + b", " + b'"x": ', 1)


def _twice(text: bytes, rng: random.Random) -> bytes:
    return text + text


_TEXT_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _flip, _pad, _number, _twice)
