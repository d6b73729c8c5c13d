"""What the agents read, for the episodes of the page: made by playing the records again, and packed in chunks.

`app/episodes.js` reads this format; the two change together.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from gzip import compress
from pathlib import Path
from typing import Any

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.encoding import Values
from cloud_incident_env.episode_record import alert_clock, shown_step
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.replay import ReplayError, replayed

MOST_EMBEDDED = 500  # episodes of a run whose evidence lies in the page: some 7 KB each, 3.5 MB in all
CHUNK = 20  # episodes whose evidence lies in one script element or file
FOLDER_NAME = "report-evidence"  # beside the page, with --evidence


def seen_in(record: EpisodeRecord) -> Values:
    """The alert and each step's time, feedback and evidence; or `differs`, why the record cannot be played again."""
    environment = LocalEnvironment()
    opening: Values = {}
    steps: list[Values] = []
    minute = 0
    try:
        for moment in replayed(record, environment):
            episode = environment.episode
            if moment.step is None:
                seen = moment.observation
                names = {"alert": "alert", "summary": "incident_summary", "services": "known_services",
                         "max_steps": "max_steps", "actions": "available_actions"}  # fmt: skip
                opening = {name: seen[field] for name, field in names.items()}
                opening["alert_clock"] = alert_clock(episode.incident)
            else:
                shown = shown_step(episode, episode.history[-1], minute, moment.step["source"])
                steps.append({name: shown[name] for name in ("minute", "took", "feedback", "evidence")})
            minute = episode.ledger.course.minute
    except (ReplayError, ValueError) as error:
        return {"differs": str(error)}
    if not opening:
        return {"differs": "its reset failed, so nothing was read"}
    return {**opening, "steps": steps}


def packed(value: Any) -> str:
    """JSON, compressed with gzip, as Base64: nothing in it can end an element or a text."""
    text = json.dumps(value, separators=(",", ":"))
    return b64encode(compress(text.encode(), compresslevel=6, mtime=0)).decode()


def chunks(records: Sequence[EpisodeRecord], on_episode: Callable[[], object] = lambda: None) -> Iterator[str]:
    """The packed evidence of `CHUNK` episodes after the other. `on_episode` is called after each episode."""
    for start in range(0, len(records), CHUNK):
        seen = []
        for record in records[start : start + CHUNK]:
            seen.append(seen_in(record))
            on_episode()
        yield packed(seen)


def write_folder(out: Path, records: Sequence[EpisodeRecord], on_episode: Callable[[], object] = lambda: None) -> Path:
    """Write the evidence as scripts that the page loads one at a time, in place of those of an earlier report."""
    folder = out / FOLDER_NAME
    folder.mkdir(exist_ok=True)
    for old in folder.glob("[0-9]*.js"):
        old.unlink()
    for number, chunk in enumerate(chunks(records, on_episode)):
        (folder / f"{number}.js").write_text(f'evidenceRead({number}, "{chunk}");\n', encoding="ascii")
    return folder
