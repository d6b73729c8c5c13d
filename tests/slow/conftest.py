"""Slow tests need packages that the developer tools leave out; without them their files are passed over."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("trl") else ["test_grpo_trl.py"]
