"""Marks what is wanted and does not hold yet."""

from __future__ import annotations

import pytest


def open_finding(reason: str) -> pytest.MarkDecorator:
    """Expects an assertion to fail, and fails itself once it holds: then the mark has to go."""
    return pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True)
