"""`docs/incidents.md` tells the truth: its story is the episode that is played, its tables and numbers are the code's.

The command that the page gives writes the picture and prints the table of figures; with `--steps` it prints what every
step showed as well.
"""

from __future__ import annotations

import re
import shlex
import struct
from functools import cache

import pytest

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.generated import anomalies, cast, difficulty, generate, releases, runbooks
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.numbers import percent
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.simulation import sizing
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry.logs import WINDOW_MINUTES
from cloud_incident_env.generated.telemetry.shows import KEPT_MINUTES
from cloud_incident_env.incident import Course, Key, Taken
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.splits import HELD_OUT_FAMILIES, HELD_OUT_SYSTEMS, TRAIN_FAMILIES, TRAIN_SYSTEMS
from tasks import MAX_STEPS
from tests.markdown import ROOT, blocks, differences, page, section, table
from tools import plot_incident
from tools.plot_incident import Played, arguments, digest_of, line_of, markdown, parts, play, played_by, table_of

PAGE = page("docs/incidents.md")
STORY = section(PAGE, "One incident")
PROSE = re.sub(r"^```.*?^```$|^\|.*?$", "", STORY, flags=re.S | re.M)
MAKING = " ".join(section(PAGE, "From the seed to the incident").split())
FIGURE = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?: %| ms\b| minutes\b|/s)")
BACK_AGAIN = 10  # minutes after the return of the failure at which the story looks


@cache
def told() -> Played:
    """The episode of the command that the page gives."""
    (command,) = blocks(STORY, "bash")
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "tools.plot_incident"]
    return played_by(arguments(words[3:]))


def test_the_command_plays_the_incident_that_is_named() -> None:
    options = told().episode.chosen.options
    named = f'reset(task_id="{options.task_id}", seed={options.seed}, difficulty="{options.difficulty}")'
    assert named in STORY
    assert f"(`{told().episode.incident.family}`)" in STORY


def test_the_transcript_is_the_episode() -> None:
    """A line for each step, as it was played; below it lines that stand in what the step showed."""
    (transcript,) = blocks(STORY, "text")
    lines = [line for line in transcript.splitlines() if not line.startswith("     ")]
    assert lines == [line_of(step, mark) for step, mark in zip(told().steps, told().marks, strict=True)]
    shown = iter(told().steps)
    result = ""
    for line in transcript.splitlines():
        if line in lines:
            result = next(shown).result
        else:
            assert line.strip() in result, f"{line.strip()!r} is not shown; what is shown:\n{result}"


def test_the_table_of_figures_is_what_the_command_prints() -> None:
    printed = markdown(table_of(told()))
    assert printed in STORY, f"the table should be\n{printed}"


def test_the_picture_is_of_this_episode() -> None:
    path = ROOT / "docs/img/incident.png"
    assert f"(img/{path.name})" in STORY
    image = path.read_bytes()
    assert struct.unpack(">I", image[16:20])[0] == plot_incident.WIDTH * plot_incident.DPI
    assert digest_of(told()).encode() in image, "run the command of the page: the picture is of other figures"


def test_every_figure_of_the_prose_is_shown() -> None:
    played = told()
    alert, world = played.episode.incident.alert, played.world
    texts = [*alert.symptoms, markdown(table_of(played)), *(step.result for step in played.steps)]
    texts += [f"{alert.duration_minutes} minutes", f"{world.relapse_minutes} minutes", _after_the_relapse()]
    shown = {figure for text in texts for figure in FIGURE.findall(re.sub(r" requests/s| calls/s", "/s", text))}
    strange = [figure for figure in FIGURE.findall(PROSE) if figure not in shown]
    assert strange == [], "the tools show no such figures"
    assert f"`{played.world.cast.names[played.world.cast.entry]}` alerts" in PROSE


def test_the_failure_comes_back_without_its_guard() -> None:
    assert f"the limit is low again {told().world.relapse_minutes} minutes after" in " ".join(PROSE.split())
    assert f"fails {_after_the_relapse()} again" in " ".join(PROSE.split())


def _after_the_relapse() -> str:
    """What the service in between shows some minutes after the failure has come back."""
    played = told()
    world, incident = played.world, played.episode.incident
    guards = {condition.name for condition in world.cast.family.plan if condition.kind == "guard"}
    unguarded = [c.ways[0] for c in incident.plan if c.name not in guards]
    taken = tuple(Taken(5 * number, key) for number, key in enumerate(unguarded, 1))
    minute = taken[0].minute + world.relapse_minutes + BACK_AGAIN
    history = world.history(Course(minute, taken, tuple(unguarded)))
    return percent(Reading(world, parts(world)["between"], minute, history).failed)


def test_the_plan_is_the_incidents() -> None:
    lines = [line for line in STORY.splitlines() if line.startswith("| ") and "`" in line]
    shown = [line for line in lines if re.match(r"\| [a-z-]+ \|", line)]
    assert shown == [
        f"| {each.name} | {' or '.join(f'`{_named(key)}`' for key in each.ways)} | {', '.join(each.needs)} |".replace(
            "|  |", "| |"
        )
        for each in told().episode.incident.plan
    ]


def _named(key: Key) -> str:
    return key.target if key.action == "execute_runbook_step" else f"{key.action} {key.target}"


def test_the_cost_of_the_wrong_action() -> None:
    played = told()
    options = played.episode.chosen.options
    better = play(ResetOptions(task_id=options.task_id, seed=options.seed, difficulty=options.difficulty))
    assert played.episode.grade is not None
    assert better.episode.grade is not None
    lost = better.episode.grade.total - played.episode.grade.total
    assert f"costs {lost:.2f} of the grade; without it the episode earns {better.episode.grade.total:.2f}" in STORY


def test_the_table_of_difficulties_is_the_codes() -> None:
    sizes = difficulty.DIFFICULTIES.values()
    rows = {
        "services the agent knows of": [str(size.known) for size in sizes],
        "calls from the alert to the farthest culprit, as a rule": [str(size.hops) for size in sizes],
        "services in the alert beside the one that alerts": [str(size.also_in_alert) for size in sizes],
        "lines of failing calls that name the callee": [_share(size.plainness) for size in sizes],
        "lines that a log shows at most": [str(size.log_lines) for size in sizes],
        "innocent services with something wrong of their own": [str(size.anomalies) for size in sizes],
        "incidents with a second alert later": [_share(size.second_alert) for size in sizes],
        "services whose metrics or log are missing for a while, in the mean": [
            f"{size.gaps:g}" if size.gaps else "none" for size in sizes
        ],
        "incidents in which the logs or the record of changes are late": [_share(s.late) for s in sizes],
        "services at which a gauge reads otherwise than usual and hurts nobody": [_share(s.drifts) for s in sizes],
        "of these gauges and of what is wrong with innocent services, what began about with the first symptom": [
            _share(size.recent) for size in sizes
        ],
        "innocent services that changed within the hour before the first symptom": [_share(s.changed) for s in sizes],
        "what a service fails by itself is told apart in metrics and status": [
            "yes" if size.own_failures else "no" for size in sizes
        ],
        "culprits that fail requests themselves, or are too slow or too few to serve them": [
            "by chance" if size.failing is None else _share(size.failing) for size in sizes
        ],
        "culprits drawn in place of one that can fail in the other way alone": [str(size.redraws) for size in sizes],
    }
    sized = section(PAGE, "Difficulties").partition("Steps of an episode")[0]
    documented = {name: list(cells) for name, cells in table(sized).items()}
    assert differences(documented, rows) == []
    assert len(rows) == len(difficulty.Difficulty.__dataclass_fields__)


def _share(value: float) -> str:
    return {0.0: "none", 1.0: "all"}.get(value, f"{100 * value:.0f} %")


def test_the_table_of_steps_is_the_codes() -> None:
    budgets = section(PAGE, "Difficulties").partition("Steps of an episode")[2]
    documented = {name: list(cells) for name, cells in table(budgets).items()}
    assert differences(documented, {task: [str(n) for n in steps.values()] for task, steps in MAX_STEPS.items()}) == []


def test_the_table_of_splits_has_the_right_numbers() -> None:
    rows = table(section(PAGE, "Splits"))
    assert rows["train"][1] == f"{len(TRAIN_FAMILIES)} families, {len(TRAIN_SYSTEMS)} systems"
    assert rows["test_families"][1].startswith(f"{len(HELD_OUT_FAMILIES)} families ")
    assert rows["test_systems"][1].startswith(f"{len(HELD_OUT_SYSTEMS)} systems ")


@pytest.mark.parametrize(
    "sentence",
    [
        f"Each system has {sizing.VARIANTS} sizes",
        f"In {100 * cast.FALSE_ALARMS:.0f} % of the incidents the culprit is the monitoring",
        f"{100 * releases.LIKE_A_CULPRIT:.0f} % of innocent changes read like",
        f"A service lists {runbooks.RUNBOOK_STEPS} runbook steps or more",
        f"it takes {generate.DURATION[0]} to {generate.DURATION[1]} minutes",
        f"any of the {len(FAMILIES)} all the same",
        "A business with {} or {} services".format(*sorted({len(system.services) for system in SYSTEMS.values()})),
        "Five tools",
    ],
)
def test_the_numbers_of_the_description_are_the_codes(sentence: str) -> None:
    assert sentence in MAKING


def test_there_are_as_many_tools_and_anomalies_from_hard_on_as_it_says() -> None:
    assert len(DIAGNOSTICS) == 5
    assert [bool(size.anomalies) for size in difficulty.DIFFICULTIES.values()] == [False, False, True, True]
    assert anomalies.BUSY
    assert anomalies.PLAIN


def test_the_reference_tells_how_long_telemetry_is_kept() -> None:
    text = " ".join(page("docs/reference.md").split())
    assert f"Logs and metrics are kept for {KEPT_MINUTES} minutes." in text
    assert f"without parameters it shows the last {WINDOW_MINUTES} minutes." in text
