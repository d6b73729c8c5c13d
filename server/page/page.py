"""The page at `/`: Gradio's Blocks, which hold one place for the console, and the document around them.

The console itself is JavaScript (`static/app.js`) over the REST interface and the doors below `/console/`; Gradio calls
no function of the server.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from .allowed_paths import AllowedPaths
from .bounded_heartbeats import BoundedHeartbeats
from .document import ConsoleDocument

TITLE = "Cloud Incident Response"
MOST_SESSIONS = 500  # open pages of which Gradio knows at once
_HOST = "console-host"  # the element to which app.js moves the console
_FOLDER = Path(__file__).parent


def build_page() -> FastAPI:
    """Build the page, as an ASGI app of its own."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as blocks:
        gr.Column(elem_id=_HOST)  # the lightest of its components
    blocks.state_session_capacity = MOST_SESSIONS
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])
    page: FastAPI = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        blocks,
        path="/",
        theme=theme,
        footer_links=[],
        favicon_path=str(_FOLDER / "favicon.svg"),
        run_history=False,
        max_file_size="64kb",
        ssr_mode=False,
    )
    page.add_middleware(BoundedHeartbeats, most=MOST_SESSIONS)
    page.add_middleware(AllowedPaths)
    page.add_middleware(ConsoleDocument, title=TITLE, static=_FOLDER / "static")
    return page
