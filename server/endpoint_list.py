"""The model endpoints that an operator lists: `name=url` between commas."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MOST_ENDPOINTS = 20
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")


def listed_endpoints(text: str) -> dict[str, str]:
    """Name -> base URL, without a slash at its end. Raises ValueError, without any of the URLs, for what is no list."""
    found: dict[str, str] = {}
    for part in text.split(",") if text.strip() else ():
        name, has_url, url = part.strip().partition("=")
        if not has_url or _NAME.fullmatch(name) is None:
            raise ValueError("expected name=url between commas, names of up to 40 small letters, digits, . and -")
        if name in found:
            raise ValueError(f"the name {name!r} stands there twice")
        problem = _problem(url)
        if problem:
            raise ValueError(f"the URL of {name!r} {problem}")
        found[name] = url.rstrip("/")
    if len(found) > MOST_ENDPOINTS:
        raise ValueError(f"expected at most {MOST_ENDPOINTS} endpoints, got {len(found)}")
    return found


def _problem(url: str) -> str:
    """What is wrong with a base URL; "" if nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "cannot be read"
    if parts.scheme not in ("http", "https") or not host or re.search(r"[^!-~]", url):
        return "must begin with https:// or http:// and name a host, in ASCII without spaces"
    if "@" in parts.netloc:
        return "holds a user or a password: keys are the visitors' own"
    if parts.query or parts.fragment or "?" in url or "#" in url:
        return "has a query or a fragment"
    return ""
