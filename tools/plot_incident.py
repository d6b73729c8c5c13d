"""Draw a generated incident: rates, p99 latencies and error shares of five services, from before it to its end.

    python -m tools.plot_incident --seed 434 --out incident.png
    python -m tools.plot_incident --seed 434 --first "check_metrics match-maker; restart_service match-maker" --out ...

The oracle plays the episode. What `--first` names is done before, and if there are diagnostics among it, the oracle
asks none. The figures are those that `check_metrics` shows; some are printed as a table in Markdown. Needs matplotlib
(the dependency group `plots`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_incident_env.actions import ACTIONS, DIAGNOSTICS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.agents.policy import Decision
from cloud_incident_env.episode import Episode, Step, start_episode
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.numbers import milliseconds, number, percent
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.telemetry import GeneratedTelemetry
from cloud_incident_env.generated.world import World
from cloud_incident_env.ledger import Outcome
from cloud_incident_env.options import ResetOptions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BEFORE_MINUTES = 60  # before the alert, from which figures are drawn
WIDTH, HEIGHT = 12.0, 9.2  # inches, without the list of actions
LINE_HEIGHT = 0.24  # of that list, inches
LIST_COLUMNS = 2
DPI = 100  # so 1,200 pixels wide
# Colours that are told apart with every kind of colour blindness (Okabe and Ito, "Color Universal Design", 2008), and a
# line style for each, by part.
STYLES = {
    "alerting": ("#0072B2", "-", 2.0),
    "culprit": ("#D55E00", "-", 3.0),
    "between": ("#000000", (0, (5, 1.5)), 1.8),
    "neighbour": ("#A0528A", (0, (1, 1)), 2.2),
    "innocent": ("#007A5A", (0, (6, 2, 1, 2)), 1.8),
}
MARKED = "#444444"  # of onset, alert and actions
WRONG = "#B42318"


class Mark(NamedTuple):
    """An action of the episode, at the minute at which it took effect, or at which a diagnostic was asked."""

    minute: int
    text: str
    kind: str  # look, step, wrong, or end


class Figures(NamedTuple):
    """What `check_metrics` shows of a service in a minute. Rates are per second, times in ms, shares 0 to 1."""

    requests: float
    p99: float
    failed: float


class Played(NamedTuple):
    """An episode that was played to its end, and its world."""

    episode: Episode
    steps: tuple[Step, ...]
    marks: tuple[Mark, ...]
    world: World


def play(options: ResetOptions, first: Sequence[Decision] = ()) -> Played:
    """Play an incident: these actions, then those of the oracle.

    Raises ValueError for an incident that is hand-written, and for an action that is refused.
    """
    episode = start_episode(options)
    telemetry = episode.incident.telemetry
    if not isinstance(telemetry, GeneratedTelemetry):
        raise ValueError(f"incident {episode.incident.id}: expected a generated one, which has figures by the minute")
    steps, marks = [], []
    for decision in _decisions(episode, first):
        asked = episode.ledger.course.minute
        step = episode.step(decision.action_type, decision.parameters)
        if step is None or step.error is not None:
            raise ValueError(
                f"{decision.action_type} {decision.parameters}: {step.error if step else 'the end is over'}"
            )
        steps.append(step)
        marks.append(_mark(step, asked, episode.ledger.course.minute))
    return Played(episode, tuple(steps), tuple(marks), telemetry.world)


def _decisions(episode: Episode, first: Sequence[Decision]) -> Iterator[Decision]:
    yield from first
    looked = any(decision.action_type in DIAGNOSTICS for decision in first)
    for decision in plan_for(episode.task.task_id, episode.incident):
        if not (looked and decision.action_type in DIAGNOSTICS):
            yield decision


def _mark(step: Step, asked: int, now: int) -> Mark:
    target = step.parameters.get("target") or step.parameters.get("service")
    text = str(target) if step.action_type == "execute_runbook_step" else f"{step.action_type} {target}"
    if step.action_type in DIAGNOSTICS:
        return Mark(asked, text, "look")
    if ACTIONS[step.action_type].group == "submission":
        return Mark(now, step.action_type, "end")
    return Mark(now, text, "wrong" if step.verdict.outcome is Outcome.WRONG_REMEDIATION else "step")


def line_of(step: Step, mark: Mark) -> str:
    """A step in a line: minutes since the alert, reward, action, what it acted on, its other parameters."""
    parameters = {name: value for name, value in step.parameters.items() if name != "summary"}
    target = parameters.pop("service", None) or parameters.pop("target", None)
    words = [
        step.action_type,
        *([target] if target else []),
        *(f"{name}={value}" for name, value in parameters.items()),
    ]
    return f"{mark.minute:2} min  {step.reward:+.2f}  {' '.join(words)}"


def parts(world: World) -> dict[str, int]:
    """Five services that take requests, or fewer where there are not as many, by the part that they have.

    `between` lies between the alerting service and the culprit. `neighbour` calls the culprit or is called by it, or
    depends on it by way of others where no such service is known. `innocent` does not depend on it.
    """
    cast, graph = world.cast, world.cast.graph
    culprit, source = cast.place.culprit, cast.place.source
    serving = [index for index in sorted(cast.known) if world.sizing.nodes[index].serves]
    aside = [index for index in serving if index not in cast.path]
    beside = graph.neighbours[culprit] | graph.neighbours[source]
    wanted = {
        "alerting": [cast.entry],
        "culprit": [culprit],
        "between": [*reversed(cast.path[1:-1])],
        "neighbour": sorted(aside, key=lambda index: (index not in beside, index not in graph.upstream[source])),
        "innocent": [index for index in aside if index not in graph.upstream[source]],
    }
    found: dict[str, int] = {}
    for part, options in wanted.items():
        left = [index for index in options if index in serving and index not in found.values()]
        if left:
            found[part] = left[0]
    return found


def figures_at(played: Played, index: int, minute: int) -> Figures:
    """The figures of a service at a minute of an episode."""
    reading = Reading(played.world, index, minute, played.world.history(played.episode.ledger.course))
    shown = reading.parameters
    failed = 1.0 - (1.0 - reading.failed) * (1.0 - shown.shown_errors)
    return Figures(reading.requests, reading.p99 * shown.shown_latency, failed)


def minutes_of(played: Played) -> range:
    """The minutes that are drawn, counted from the alert."""
    return range(-BEFORE_MINUTES, played.episode.ledger.course.minute + 1)


def series_of(played: Played) -> dict[str, list[Figures]]:
    """The figures of each of the five services in every minute, by part."""
    minutes = minutes_of(played)
    return {part: [figures_at(played, index, m) for m in minutes] for part, index in parts(played.world).items()}


def digest_of(played: Played) -> str:
    """A digest of everything that is drawn. The picture holds it, so that one of other figures is noticed."""
    drawn = {part: [tuple(map(float.hex, each)) for each in series] for part, series in series_of(played).items()}
    names = [played.world.cast.names[index] for index in parts(played.world).values()]
    return blake2b(repr((drawn, names, played.marks)).encode(), digest_size=16).hexdigest()


def table_of(played: Played) -> list[tuple[str, ...]]:
    """The figures of the five services, a row each: when all is well, at the alert, after what did harm, at the end."""
    world, end = played.world, played.episode.ledger.course.minute
    moments = {"at the alert": 0}
    moments |= {f"{mark.minute + 1} min, after {mark.text.split()[0]}": mark.minute + 1 for mark in _wrong(played)}
    moments[f"{end} min, at the end"] = end
    rows: list[tuple[str, ...]] = [("service", "part", "normal", *moments)]
    for part, index in parts(world).items():
        usual = Reading(world, index, 0, world.history(played.episode.ledger.course), usual=True)
        normal = Figures(usual.requests, usual.times.tail, usual.failed)
        shown = (_shown(each) for each in (normal, *(figures_at(played, index, m) for m in moments.values())))
        rows.append((f"`{world.cast.names[index]}`", part, *shown))
    return rows


def _wrong(played: Played) -> list[Mark]:
    return [mark for mark in played.marks if mark.kind == "wrong"]


def _shown(figures: Figures) -> str:
    """Figures as `check_metrics` writes them: requests, error rate, p99 latency."""
    return f"{number(figures.requests, 1)}/s, {percent(figures.failed)}, {milliseconds(figures.p99)}"


def draw(played: Played, figure: Figure) -> None:
    """Draw an episode: three panels above each other, and the list of its actions below."""
    rows = -(-len(played.marks) // LIST_COLUMNS)
    figure.set_size_inches(WIDTH, HEIGHT + rows * LINE_HEIGHT)
    requests, latency, errors = figure.subplots(3, 1, sharex=True, gridspec_kw={"hspace": 0.12})
    minutes, services, names = minutes_of(played), parts(played.world), played.world.cast.names
    for part, series in series_of(played).items():
        colour, dashes, width = STYLES[part]
        style: dict[str, Any] = {"color": colour, "linestyle": dashes, "linewidth": width}
        requests.plot(minutes, [each.requests for each in series], label=f"{names[services[part]]} ({part})", **style)
        latency.plot(minutes, [each.p99 for each in series], **style)
        errors.plot(minutes, [100.0 * each.failed for each in series], **style)
    for axes, label in ((requests, "requests/s"), (latency, "p99 latency, ms"), (errors, "failing requests, %")):
        axes.set_ylabel(label, fontsize=12)
        axes.tick_params(labelsize=11)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        _mark_times(axes, played)
    for axes in (requests, latency):
        _logarithmic(axes)
    highest = errors.dataLim.ymax  # a share of a few per cent is drawn large as well
    errors.set(ylim=(-0.03 * highest, min(1.12 * highest, 103.0)), xlim=(minutes[0], minutes[-1] + 1))
    errors.set_xlabel("minutes since the alert", fontsize=12)
    _label_times(requests, played)
    height = figure.get_figheight()
    figure.subplots_adjust(left=0.075, right=0.975, top=1 - 0.95 / height, bottom=(rows * LINE_HEIGHT + 0.8) / height)
    figure.legend(loc="upper center", ncols=3, frameon=False, fontsize=12, handlelength=3.2, columnspacing=3)
    _list_actions(figure, played, rows)


def _logarithmic(axes: Axes) -> None:
    """Make an axis logarithmic, with a label at least at every factor of ten."""
    low, high = axes.dataLim.intervaly
    steps = (1.0,) if high > 100.0 * low else (1.0, 2.0, 5.0)
    axes.set_yscale("log", subs=range(2, 10))
    axes.yaxis.get_major_locator().set_params(subs=steps)  # type: ignore[call-arg]
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_minor_formatter("")
    axes.set_ylim(low / 1.35, high * 1.35)


def _mark_times(axes: Axes, played: Played) -> None:
    onset = played.world.clock.onset
    axes.axvspan(onset, 0, color="#f3e3c3", alpha=0.45, linewidth=0)
    for minute in (onset, 0):
        axes.axvline(minute, color=MARKED, linewidth=1.4)
    for mark in played.marks:
        look = mark.kind == "look"
        axes.axvline(mark.minute, color=_colour(mark), linewidth=0.8 if look else 1.2, linestyle=":" if look else "--")


def _colour(mark: Mark) -> str:
    return WRONG if mark.kind == "wrong" else MARKED


def _label_times(axes: Axes, played: Played) -> None:
    """Write the names of onset and alert, and the numbers of the actions, above a panel."""
    where: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    for minute, name in ((played.world.clock.onset, "onset"), (0, "alert")):
        axes.annotate(
            name, (minute, 1.0), xytext=(-9, 5), ha="right", weight="bold", fontsize=12, color=MARKED, **where
        )
    by_minute: dict[int, list[int]] = {}
    for number_, mark in enumerate(played.marks, 1):
        by_minute.setdefault(mark.minute, []).append(number_)
    for minute, numbers in by_minute.items():
        mark = played.marks[numbers[0] - 1]
        style = ("normal", 10.5) if mark.kind == "look" else ("bold", 12)
        where |= {"weight": style[0], "fontsize": style[1], "color": _colour(mark)}
        axes.annotate(",".join(map(str, numbers)), (minute, 1.0), xytext=(0, 5), ha="center", **where)


def _list_actions(figure: Figure, played: Played, rows: int) -> None:
    """Write the actions below the panels, in columns: number, minutes after the alert, what was done."""
    height = figure.get_figheight()
    for number_, mark in enumerate(played.marks):
        column, row = divmod(number_, rows)
        left, line = 0.075 + column / LIST_COLUMNS * 0.93, 0.12 + (rows - 1 - row) * LINE_HEIGHT
        told = f"{mark.text} (wrong: does harm)" if mark.kind == "wrong" else mark.text
        for offset, text, align in ((0.015, str(number_ + 1), "right"), (0.073, f"{mark.minute} min", "right")):
            figure.text(left + offset, line / height, text, fontsize=12, ha=align, color=_colour(mark))
        figure.text(left + 0.085, line / height, told, fontsize=12, color=_colour(mark))


def first_actions(text: str) -> list[Decision]:
    """The actions of a text such as "check_metrics orders-db window_minutes=30; restart_service orders-db".

    Raises ValueError for a type of action that there is not, and where it is not said what one acts on.
    """
    found = []
    for words in (action.split() for action in text.split(";") if action.strip()):
        if len(words) < 2 or words[0] not in ACTIONS:
            raise ValueError(f"{' '.join(words)!r}: expected the type of an action and what it acts on")
        action, target, *options = words
        parameters: dict[str, str | int] = {"service" if action in DIAGNOSTICS else "target": target}
        for name, _, value in (option.partition("=") for option in options):
            parameters[name] = int(value) if value.isdecimal() else value
        found.append(Decision(action, parameters))
    return found


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Draw a generated incident from an hour before its alert to its end.")
    parser.add_argument("--seed", type=int, required=True, help="seed of the incident")
    parser.add_argument("--task", default="remediation_planning", help="its task (default: %(default)s)")
    parser.add_argument("--difficulty", default="medium", choices=DIFFICULTIES, help="(default: %(default)s)")
    parser.add_argument("--family", help="its fault family; drawn by the seed if left out")
    parser.add_argument("--first", default="", help="actions before the oracle's: TYPE TARGET; TYPE TARGET; ...")
    parser.add_argument("--steps", action="store_true", help="print each step and what it showed as well")
    parser.add_argument("--out", type=Path, required=True, help="PNG to write")
    return parser.parse_args(words)


def played_by(given: argparse.Namespace) -> Played:
    """The episode that the arguments of the command name."""
    options = ResetOptions(
        task_id=given.task, seed=given.seed, difficulty=given.difficulty, family=given.family
    )  # fmt: skip
    return play(options, first_actions(given.first))


def markdown(rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown, of which the first row is the head."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], ("---",) * len(rows[0]), *rows[1:]))


def main(words: Sequence[str] | None = None) -> None:
    from matplotlib.figure import Figure  # no pyplot: it needs no display and keeps no state

    given = arguments(words)
    played = played_by(given)
    figure = Figure(facecolor="white")
    draw(played, figure)
    figure.savefig(given.out, dpi=DPI, format="png", metadata={"Description": f"figures {digest_of(played)}"})
    print(markdown(table_of(played)))
    if given.steps:
        for step, mark in zip(played.steps, played.marks, strict=True):
            print(f"\n{line_of(step, mark)}\n{step.result}")


if __name__ == "__main__":
    main()
