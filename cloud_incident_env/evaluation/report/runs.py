"""What the parts of a report share: the run, and the formatting of names and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cloud_incident_env.evaluation.compare import Difference
from cloud_incident_env.evaluation.metrics import Estimate, Group, Summary
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.layout import tasks
from cloud_incident_env.splits import SPLITS

NOTHING = "–"
_ORDER = {name: place for place, name in enumerate([*tasks.TASKS, *DIFFICULTIES, *SPLITS])}


@dataclass(frozen=True)
class Run:
    """A run in a report; `difference` is that of its grades less those of the run that the report is about."""

    name: str
    summary: Summary
    difference: Difference | None
    missing: int = 0  # episodes that it has still to play
    agent: str = ""  # who played, without a model's name or a number


def name_of(config: Mapping[str, Any]) -> str:
    """The name of a run: its agent, and its model if it has one."""
    agent, model = str(config.get("agent") or "agent"), config.get("model")
    return f"{agent} ({model})" if model else agent


def ordered(names: Iterable[str]) -> list[str]:
    """Tasks, difficulties and splits in their own order, other names by the alphabet after them."""
    return sorted(set(names), key=lambda name: (_ORDER.get(name, len(_ORDER)), name))


def groups_of(summary: Summary) -> list[tuple[str, Group]]:
    """The tasks, difficulties and splits of a run, each with its figures.

    Difficulties are left out where each task was played at one of its own, for they would say the same again.
    """
    pairs = {(cell["row"], cell["column"]) for cell in summary["by_task_and_difficulty"]}
    tasks, difficulties, splits = summary["by_task"], summary["by_difficulty"], summary["by_split"]
    found = [(words(name), tasks[name]) for name in ordered(tasks)]
    if not len(pairs) == len(tasks) == len(difficulties):
        found += [(name, difficulties[name]) for name in ordered(difficulties)]
    return found + [(f"split {name}", splits[name]) for name in ordered(splits)]


def words(name: str) -> str:
    """A name of the code as words."""
    return name.replace("_", " ")


def figure(value: float | None, digits: int = 3) -> str:
    """A figure with `digits` decimals; a dash for an unknown one."""
    return NOTHING if value is None else f"{value:,.{digits}f}".replace("-", "−")


def signed(value: float | None, digits: int = 3) -> str:
    """A difference with its sign."""
    return NOTHING if value is None else f"{value:+,.{digits}f}".replace("-", "−")


def short(value: float | None) -> str:
    """A figure of any size with few significant digits."""
    if value is None:
        return NOTHING
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 0.1 else 4
    return figure(value, digits)


def with_error(estimate: Estimate) -> str:
    """A mean with its standard error."""
    if estimate["standard_error"] is None:
        return figure(estimate["mean"])
    return f"{figure(estimate['mean'])} ± {figure(estimate['standard_error'])}"


def interval(low: float | None, high: float | None, write: Any = figure) -> str:
    """A confidence interval."""
    return NOTHING if low is None or high is None else f"{write(low)} to {write(high)}"


def powers_of(groups: Iterable[Group]) -> list[int]:
    """Which pass^k to show: k of 1, 2, 4 and so on, and the largest that was played."""
    most = max((power["k"] for group in groups for power in group["passes"]), default=0)
    return sorted({2**place for place in range(most.bit_length()) if 2**place <= most} | {most} - {0})


def unfinished(run: Run) -> str:
    """The warning above the report of an unfinished run; empty for a finished one."""
    if run.missing <= 0:
        return ""
    overall = run.summary["overall"]
    ended = overall["episodes"] + overall["infrastructure_errors"]
    return f"Unfinished: {ended:,} of {ended + run.missing:,} episodes have ended, so no mean is final."


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; texts are not escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def pass_at(group: Group, k: int) -> float | None:
    """pass^k of a group, None where no incident has as many trials."""
    return next((power["estimate"]["mean"] for power in group["passes"] if power["k"] == k), None)


def pass_text(group: Group, k: int) -> str:
    """pass^k as text, followed by the number of incidents with k trials where not all have them."""
    power = next((power["estimate"] for power in group["passes"] if power["k"] == k), None)
    if power is None:
        return NOTHING
    return figure(power["mean"]) + ("" if power["n"] == group["incidents"] else f" ({power['n']:,})")


def difference_text(difference: Difference | None) -> str:
    """A paired difference with its interval."""
    if difference is None or difference["difference"] is None:
        return NOTHING
    ends = interval(difference["low"], difference["high"], signed)
    return f"{signed(difference['difference'])} ({ends})"


def cost_axis(summaries: Iterable[Summary]) -> tuple[str, str]:
    """The measure of cost: the field of a group, and its name. USD where known, else tokens, else steps."""
    groups = [summary["overall"] for summary in summaries]
    if any(group["cost"] for group in groups):
        return "cost", "USD per episode"
    if any(group["tokens"] for group in groups):
        return "tokens", "tokens per episode"
    return "steps", "steps per episode"
