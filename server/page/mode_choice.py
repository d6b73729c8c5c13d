"""The choice of a failure mode from the catalogue, beside the free text in which it is submitted.

What is submitted is the text. The choice writes into it, and follows what a person types there.
"""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from cloud_incident_env.reading.mode_names import mode_named
from cloud_incident_env.reading.modes import MODES

CHOICES = tuple((f"{mode.title} ({mode.id})", mode.id) for mode in MODES.values())


def build_choice() -> tuple[gr.Dropdown, gr.HTML]:
    """The choice and, below it, the definition of the chosen mode; both hidden."""
    choice = gr.Dropdown(
        CHOICES,
        value=None,
        label="Failure mode from the catalogue (type to search)",
        visible=False,
    )
    return choice, gr.HTML(visible=False)


def show_choice(mode_id: str | None) -> list[Any]:
    """Updates for the choice and the definition."""
    return [gr.update(value=mode_id), gr.update(value=_definition(mode_id))]


def choose_mode(mode_id: Any) -> list[Any]:
    """Updates for the definition and the free text after a choice. Raises gr.Error if there is no such mode."""
    if mode_id is None:
        return [_definition(None), gr.update()]
    if not isinstance(mode_id, str) or mode_id not in MODES:
        raise gr.Error(f"expected the id of a failure mode, got {escape(repr(mode_id))}", print_exception=False)
    return [_definition(mode_id), mode_id]


def follow_text(text: Any, chosen: Any) -> list[Any]:
    """Updates for the choice and the definition after the free text was left: the mode that it names, if any."""
    named = mode_named(text) if isinstance(text, str) else None
    return [gr.update(), gr.update()] if named == chosen else show_choice(named)


def _definition(mode_id: str | None) -> str:
    if mode_id is None:
        return ""
    mode = MODES[mode_id]
    return f'<div class="note" data-testid="definition"><b>{escape(mode.id)}</b>: {escape(mode.definition)}</div>'
