"""Writers of texts are shown what the tools show."""

from __future__ import annotations

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN
from tools.reading.shown import TOOLS, incident_of, main


@pytest.mark.parametrize("mode", FAMILIES)
def test_an_incident_of_the_mode_asked_for_is_shown(mode: str) -> None:
    assert incident_of(mode, 3, "medium").failure_mode == mode


def test_alert_and_tools_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fd-leak", "--seed", "11", "--count", "2", "--difficulty", "hard"])
    printed = capsys.readouterr().out
    for seed in (11, 12):
        incident = incident_of("fd-leak", seed, "hard")
        assert f"culprit: {incident.culprit}\nalert: {incident.alert.title} (" in printed
        for tool in TOOLS:
            shown = incident.telemetry.look(tool, incident.culprit, PLAIN, AT_THE_ALERT).text
            assert f"-- {tool}\n{shown}\n" in printed


def test_long_texts_are_cut_and_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fd-leak", "--lines", "2"])
    printed = capsys.readouterr().out
    assert printed.count(" more lines)") == len(TOOLS)
