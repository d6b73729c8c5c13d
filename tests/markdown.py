"""Reads the Markdown of the documentation: its sections, tables and blocks of code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def page(name: str) -> str:
    """The text of a page, by its path from the root of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """What stands between a heading and the next one of any level."""
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##+ |\Z)", text, re.S | re.M)
    assert found, f"no section {title!r}"
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def table(text: str) -> dict[str, tuple[str, ...]]:
    """The first table of a text: the cells of each row by its first cell, which stands there without backticks.

    Fails where two rows have the same name.
    """
    lines = re.findall(r"^\|(.+)\|$", text, re.M)
    assert len(lines) > 2, "no table"
    assert re.fullmatch(r"[-| ]+", lines[1]), "no line below the heads of the table"
    rows: dict[str, tuple[str, ...]] = {}
    for line in lines[2:]:
        name, *cells = (cell.strip() for cell in line.split("|"))
        name = name.replace("`", "")
        assert name not in rows, f"two rows {name!r}"
        rows[name] = tuple(cells)
    return rows


def differences(documented: Mapping[str, Any], declared: Mapping[str, Any]) -> list[str]:
    """What a table and the code do not agree about, by row."""
    names = dict.fromkeys((*declared, *documented))
    said = {name: (documented.get(name, "no row"), declared.get(name, "nothing")) for name in names}
    return [
        f"{name}: the page has {here!r}, the code {there!r}" for name, (here, there) in said.items() if here != there
    ]
