"""`python -m tools.plot_incident`: it writes a picture and prints figures, and both follow from its arguments alone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from cloud_incident_env.agents.policy import Decision
from cloud_incident_env.incident import PLAIN, Course
from cloud_incident_env.options import ResetOptions
from tools.plot_incident import (
    BEFORE_MINUTES,
    STYLES,
    Played,
    digest_of,
    figures_at,
    first_actions,
    main,
    minutes_of,
    parts,
    play,
    series_of,
)

SEEDS = (26, 2, 7)  # a database, and two whose culprit takes no requests or hurts by way of another service
DRAWS = pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")


def played(seed: int = 26, difficulty: str = "easy", first: str = "") -> Played:
    options = ResetOptions(task_id="remediation_planning", seed=seed, difficulty=difficulty)
    return play(options, first_actions(first))


@DRAWS
@pytest.mark.parametrize("seed", SEEDS)
def test_it_writes_a_picture_and_prints_a_table(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "incident.png"
    main(["--seed", str(seed), "--difficulty", "easy", "--out", str(out), "--steps"])
    image, printed = out.read_bytes(), capsys.readouterr().out
    assert image.startswith(b"\x89PNG")
    assert digest_of(played(seed)).encode() in image
    assert printed.startswith("| service | part | normal | at the alert |")
    assert "submit_resolution" in printed


@pytest.mark.parametrize("seed", SEEDS)
def test_two_plays_have_the_same_figures(seed: int) -> None:
    one, other = played(seed), played(seed)
    assert series_of(one) == series_of(other)
    assert one.marks == other.marks
    assert digest_of(one) == digest_of(other)


def test_other_incidents_and_other_actions_have_other_figures() -> None:
    service = played().episode.incident.known_services[0]
    digests = {digest_of(played()), digest_of(played(2)), digest_of(played(first=f"restart_service {service}"))}
    assert len(digests) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_figures_are_those_of_the_metrics(seed: int) -> None:
    """At the alert, before any action has had an effect."""
    one = played(seed)
    for index in parts(one.world).values():
        name = one.world.cast.names[index]
        text = one.episode.incident.telemetry.look("check_metrics", name, PLAIN, Course()).text
        row = next(line for line in text.splitlines() if line.startswith("requests "))
        assert f" {figures_at(one, index, 0).requests:,.1f}/s " in row


@pytest.mark.parametrize("seed", SEEDS)
def test_the_series_begin_an_hour_before_the_alert_and_end_with_the_episode(seed: int) -> None:
    one = played(seed)
    minutes = minutes_of(one)
    assert minutes[0] == -BEFORE_MINUTES
    assert minutes[-1] == one.marks[-1].minute
    assert {len(series) for series in series_of(one).values()} == {len(minutes)}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_are_different_services_and_each_has_a_style(seed: int) -> None:
    found = parts(played(seed, "medium").world)
    assert len(set(found.values())) == len(found) >= 3
    assert set(found) <= set(STYLES)
    assert "alerting" in found


def test_first_actions_come_first_and_their_looks_are_the_only_ones() -> None:
    service = played().episode.incident.known_services[0]
    one = played(first=f"check_metrics {service} window_minutes=30; check_dependencies {service}")
    assert [mark.kind for mark in one.marks[:3]] == ["look", "look", "step"]
    assert [mark.minute for mark in one.marks[:2]] == [0, 1]
    assert one.marks[-1].kind == "end"


def test_first_actions_are_read() -> None:
    assert first_actions("check_metrics orders-db window_minutes=30;\n  restart_service orders-db;") == [
        Decision("check_metrics", {"service": "orders-db", "window_minutes": 30}),
        Decision("restart_service", {"target": "orders-db"}),
    ]


@pytest.mark.parametrize("text", ["check_metrics", "reboot orders-db"])
def test_an_action_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        first_actions(text)


def test_an_action_on_an_unknown_service_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown service 'orders'"):
        played(first="check_metrics orders")


def test_a_handwritten_incident_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a generated one"):
        play(ResetOptions(task_id="remediation_planning", scenario_index=0))
