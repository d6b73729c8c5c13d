"""Pieces of HTML that the sections of the page share. Pure; every text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

NO_GRADE = '<p class="quiet-text">No graded episode to show.</p>'


def address(**asked: str) -> str:
    """The address in the page of a view: `episode`, or the list of episodes of a `task`, `family` and so on."""
    # Half of a surrogate pair is in no address.
    return escape(f"#{urlencode(asked, errors='replace')}")


def section(title: str, body: str, note: str = "", kind: str = "") -> str:
    """A card with its heading; `note` is a text below the heading."""
    below = f'<p class="note">{escape(note)}</p>' if note else ""
    return f'<section class="card {kind}"><h2>{escape(title)}</h2>{below}{body}</section>\n'


def fold(title: str, body: str) -> str:
    """What is shown on demand."""
    return f"<details><summary>{escape(title)}</summary>{body}</details>"


def table(head: Iterable[str], rows: Iterable[Sequence[str]], kind: str = "", name: str = "") -> str:
    """A table that scrolls sideways where it must; the first column names its row."""
    head = list(head)
    titles = "".join(f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in head)
    body = "".join(
        f'<tr><th scope="row"><bdi>{escape(row[0])}</bdi></th>{_cells(head[1:], row[1:])}</tr>' for row in rows
    )
    # It can be scrolled from the keyboard, so it takes the focus.
    return (
        f'<div class="table-wide" tabindex="0" role="group" aria-label="{escape(name or "Table")}">'
        f'<table class="{kind}">'
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(head: Sequence[str], texts: Sequence[str]) -> str:
    """The cells of a row; each names its column, which a narrow window writes beside it."""
    return "".join(
        f'<td data-column="{escape(name)}">{escape(text)}</td>' for name, text in zip(head, texts, strict=True)
    )
