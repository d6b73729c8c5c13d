"""Measures every agent that needs no model on every split, and writes `docs/results.md` and `baselines.json`.

    python -m cloud_incident_env.evaluation.results

Nothing is kept between runs, so the page always holds what this code measures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from tqdm import tqdm

from cloud_incident_env.agent_names import CATALOGUE
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.engine import Setup, Tally, cores, pool_for, run
from cloud_incident_env.evaluation.metrics import Summary, summarise
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.report.runs import NOTHING, markdown_table, ordered, pass_at, with_error, words
from cloud_incident_env.evaluation.store import RunFolder
from cloud_incident_env.evaluation.without_model import AGENTS
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.layout import ROOT
from cloud_incident_env.splits import DEFAULT_DIFFICULTY

PAGE = ROOT / "docs" / "results.md"
FIGURES = ROOT / "cloud_incident_env" / "baselines.json"  # the same for servers, written with the page
SPLITS = ("canonical", "validation", "test", "test_families", "test_systems")
RANDOM_TRIALS = {"canonical": 100}  # of each incident; one trial of nine incidents would be too noisy
Measured = Mapping[tuple[str, str], Summary]  # of an agent on a split


def measure(
    splits: Sequence[str], agents: Sequence[str], limit: int | None, on_episode: Callable[[], object] = lambda: None
) -> Measured:
    """Play the first `limit` incidents of each split with each agent, in process, on all cores."""
    measured: dict[tuple[str, str], Summary] = {}

    def ended(tally: Tally) -> None:
        on_episode()

    with tempfile.TemporaryDirectory() as kept:
        for split in splits:
            for agent in agents:
                trials = RANDOM_TRIALS.get(split, 1) if agent == "random" else 1
                config = RunConfig(agent, Incidents(split=split, limit=limit), "", trials=trials)
                folder, setup = RunFolder(Path(kept, split, agent)), Setup(agent)
                run(config, folder, pool_for(setup, cores()), setup, on_episode=ended)
                measured[agent, split] = summarise(folder.episodes())
    return measured


def page(measured: Measured, splits: Sequence[str], agents: Sequence[str]) -> str:
    """The whole text of the page."""
    incidents = {split: measured[agents[0], split]["overall"]["incidents"] for split in splits}
    counts = ", ".join(f"{count:,} of `{split}`" for split, count in incidents.items())
    trials = RANDOM_TRIALS["canonical"]
    blocks = [
        "# Results",
        "Written by `make results`; every figure is measured by it, none is typed in. Mean grades, 0 to 1, of one "
        f"trial of each incident: {counts} (random: {trials} of each of `canonical`). Version "
        f"{INCIDENT_VERSION} of the generated incidents, each task at its own difficulty. ± is the standard error, "
        "clustered by fault family. The heuristic's rules and the symptom matcher's patterns were written by people "
        "who knew the hand-written incidents, so `canonical` flatters both.",
        "## All tasks",
        markdown_table(["agent", *map(_code, splits)], _rows(measured, splits, agents)),
        *(
            block
            for task in ordered(DEFAULT_DIFFICULTY)
            for block in (
                f"## {words(task).capitalize()}",
                markdown_table(["agent", *map(_code, splits)], _rows(measured, splits, agents, task)),
            )
        ),
        "## Successes",
        "pass^1: the share of incidents graded 0.8 or better.",
        markdown_table(["agent", *map(_code, splits)], _passes(measured, splits, agents)),
        "## Agents",
        markdown_table(["agent", "what it does"], ([_code(name), CATALOGUE[name].description] for name in agents)),
        "A model behind an OpenAI-compatible endpoint is measured by `python -m cloud_incident_env.evaluation run "
        "--model NAME --split test --out DIR`; its report shows these lower bounds and the ceiling beside it.",
    ]
    return "\n\n".join(blocks) + "\n"


def figures(measured: Measured, splits: Sequence[str], agents: Sequence[str]) -> str:
    """The mean grades of the page as JSON, which a server shows beside those of its own episodes."""
    rows = []
    for task in (None, *ordered(DEFAULT_DIFFICULTY)):
        for agent in agents:
            for split in splits:
                of_split = measured[agent, split]
                group = of_split["overall"] if task is None else of_split["by_task"].get(task)
                if group is not None:
                    grade = group["grade"]
                    row = {"agent": agent, "split": split, "task_id": task, "mean": _rounded(grade["mean"])}
                    rows.append(json.dumps({**row, "stderr": _rounded(grade["standard_error"])}))
    return f'{{"incident_version": {json.dumps(INCIDENT_VERSION)}, "rows": [\n' + ",\n".join(rows) + "\n]}\n"


def _rounded(value: float | None) -> float | None:
    """A figure with the digits of the page."""
    return None if value is None else round(value, 3)


def _rows(
    measured: Measured, splits: Sequence[str], agents: Sequence[str], task: str | None = None
) -> Iterator[list[str]]:
    for agent in agents:
        groups = (
            measured[agent, split]["overall"] if task is None else measured[agent, split]["by_task"].get(task)
            for split in splits
        )
        yield [_code(agent), *(NOTHING if group is None else with_error(group["grade"]) for group in groups)]


def _passes(measured: Measured, splits: Sequence[str], agents: Sequence[str]) -> Iterator[list[str]]:
    for agent in agents:
        shares = (pass_at(measured[agent, split]["overall"], 1) for split in splits)
        yield [_code(agent), *(NOTHING if share is None else f"{share:.1%}".replace("%", " %") for share in shares)]


# The agents that the page compares; the detective thinks for up to half a second of CPU an episode.
QUICK = [name for name in AGENTS if name != "detective"]


def _code(name: str) -> str:
    return f"`{name}`"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the page. Returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=PAGE, help="file to write (default docs/results.md)")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N incidents of each split")
    arguments = parser.parse_args(argv)
    began = perf_counter()
    with tqdm(unit="episode", file=sys.stderr) as bar:
        measured = measure(SPLITS, QUICK, arguments.limit, bar.update)
    arguments.out.write_text(page(measured, SPLITS, QUICK), encoding="utf-8")
    if arguments.out == PAGE and arguments.limit is None:
        FIGURES.write_text(figures(measured, SPLITS, QUICK), encoding="utf-8")
    print(f"{arguments.out}, in {perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
