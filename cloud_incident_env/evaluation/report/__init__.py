"""The report of a run: one HTML file that needs no network, the same in short as Markdown, and plots as PNG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from cloud_incident_env.agents.step_loop import SUCCESS_GRADE
from cloud_incident_env.evaluation.compare import compare
from cloud_incident_env.evaluation.metrics import Prices, summarise
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.report import evidence
from cloud_incident_env.evaluation.report.data import Place
from cloud_incident_env.evaluation.report.markdown import markdown
from cloud_incident_env.evaluation.report.page import page
from cloud_incident_env.evaluation.report.plots import write_plots
from cloud_incident_env.evaluation.report.runs import Run, name_of

__all__ = ["write_report"]


class _Config(Protocol):
    def to_json(self) -> Mapping[str, Any]: ...


class _Folder(Protocol):
    """The part of a run folder that a report needs; the page lists the episodes in its order."""

    def config(self) -> _Config: ...

    def episodes(self) -> Sequence[EpisodeRecord]: ...


def write_report(
    folder: _Folder,
    out: Path,
    *,
    baselines: Sequence[_Folder] = (),
    threshold: float = SUCCESS_GRADE,
    prices: Prices | None = None,
    planned: int | None = None,
    has_folder: bool = False,
    on_episode: Callable[[], object] = lambda: None,
) -> list[Path]:
    """Write `report.html`, `report.md` and, where matplotlib is installed, the plots as PNG; return what was written.

    `baselines` are runs of other agents (lower bounds, a ceiling) that the headline table shows beside this one, each
    with its paired difference to it. `threshold` is the least grade that is a success. `prices` apply to this run
    alone. `planned` is how many episodes the run has once it is finished; None if that is unknown.

    What the agent read lies in the page where there are few episodes, and with `has_folder` in a folder beside it,
    whose path is returned as well; `on_episode` is called after each episode that is played again for that. Raises
    ValueError if there are baselines and one of the runs holds an episode twice.
    """
    records = folder.episodes()
    config = folder.config().to_json()
    summary = summarise(records, threshold=threshold, prices=prices)
    run = Run(name_of(config), summary, None, _missing(records, planned), str(config.get("agent")))
    others: list[Run] = []
    for baseline in baselines:
        played = baseline.episodes()
        difference = compare(records, played)["overall"]
        asked = baseline.config().to_json()
        name = _another(name_of(asked), [run, *others])
        others.append(Run(name, summarise(played, threshold=threshold), difference, agent=str(asked.get("agent"))))
    out.mkdir(parents=True, exist_ok=True)
    plots = write_plots(run, others, out)
    place: Place = "folder" if has_folder else "here" if len(records) <= evidence.MOST_EMBEDDED else "nowhere"
    folders = [evidence.write_folder(out, records, on_episode)] if place == "folder" else []
    seen = evidence.chunks(records, on_episode) if place == "here" else ()
    texts = {
        "report.html": page(run, others, config, records, place, seen),
        "report.md": markdown(run, others, config, [path.name for path in plots]),
    }
    for name, text in texts.items():
        # A record may hold half of a surrogate pair, which no encoding knows.
        (out / name).write_text(text, encoding="utf-8", errors="backslashreplace")
    return [*(out / name for name in texts), *plots, *folders]


def _missing(records: Sequence[EpisodeRecord], planned: int | None) -> int:
    return 0 if planned is None else planned - len(records)


def _another(name: str, runs: Sequence[Run]) -> str:
    """A name that no run has yet: runs of one agent are numbered."""
    names = {run.name for run in runs}
    numbered = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(candidate for candidate in numbered if candidate not in names)
