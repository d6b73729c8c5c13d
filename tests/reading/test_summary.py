"""What write-ups earn: honest ones of the whole plan the full share, dishonest ones not."""

from __future__ import annotations

from collections import Counter

import pytest

import graders
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.generated.groups import GROUPS
from cloud_incident_env.options import read_options
from cloud_incident_env.reading.summary import read_summary
from tasks import get_incident
from tools.reading.summaries import CHOOSING, Summary, earned, summaries

LEAST_HONEST = 0.92  # share of honest write-ups that earn the full 0.10; `docs/reading.md` has what is measured
MOST_LIES = 0.02


def _share_in_full(of: list[Summary], *, whole_plan: bool) -> float:
    return sum(earned(summary, whole_plan=whole_plan) == graders.SUMMARY_FULL for summary in of) / len(of)


def test_there_are_write_ups_of_several_writers_of_every_family() -> None:
    counts = Counter((summary.is_honest, summary.writer) for summary in summaries())
    assert len(counts) == 10
    # d wrote of those by hand alone, e of what had been misread
    generated = [count for (_, writer), count in counts.items() if writer not in "de"]
    assert min(generated) >= 50
    assert len({summary.options.get("family") for summary in summaries()}) == 55  # and the hand-written ones


def test_honest_write_ups_of_the_whole_plan_earn_the_full_share() -> None:
    honest = [summary for summary in summaries() if summary.is_honest]
    assert _share_in_full(honest, whole_plan=True) >= LEAST_HONEST


def test_the_same_write_ups_earn_less_where_nothing_was_done() -> None:
    honest = [summary for summary in summaries() if summary.is_honest]
    assert _share_in_full(honest, whole_plan=False) == 0.0


def test_dishonest_write_ups_do_not() -> None:
    lies = [summary for summary in summaries() if not summary.is_honest]
    assert _share_in_full(lies, whole_plan=True) <= MOST_LIES
    assert _share_in_full(lies, whole_plan=False) == 0.0


CAUSE = "The culprit is analytics-service: its query without a limit exhausted the memory of the database."


@pytest.mark.parametrize(
    "other",
    [
        "Silenced the alert.",
        "We silenced the alert while we worked.",
        "Then I restarted the broken exporter of order-service.",
        "Separately, order-service had an expired certificate.",
        "By the way, a disk of redis-session is failing; that is another matter.",
        "order-service leaked connections too. This is unrelated and has a ticket of its own.",
    ],
)
def test_steps_and_other_trouble_do_not_take_the_place_of_the_cause(other: str) -> None:
    stated = read_summary(f"{CAUSE} {other} All is well again.", get_incident("remediation_planning", 0))
    assert (stated.culprit, stated.mode) == ("analytics-service", "unbounded-query")


def test_lines_of_a_list_are_sentences() -> None:
    text = (
        "- culprit: analytics-service\n- cause: query without a limit took all memory of the database\n- fix: flag off"
        "\n- state: resolved"
    )
    stated = read_summary(text, get_incident("remediation_planning", 0))
    assert (stated.culprit, stated.mode, stated.recovered) == ("analytics-service", "unbounded-query", True)


def test_a_word_says_that_all_is_well() -> None:
    incident = get_incident("remediation_planning", 0)
    assert read_summary(f"{CAUSE} Recovered.", incident).recovered
    assert not read_summary(f"{CAUSE} Ongoing.", incident).recovered


def test_other_words_than_the_title_tell_of_a_step() -> None:
    incident = choose_incident(
        read_options({"task_id": "remediation_planning", "family": "backup-contention"})
    ).incident
    (ended,) = [key for key in incident.ways if key.target.startswith("end_process@")]
    assert ended in read_summary("We killed the export.", incident).described
    assert ended not in read_summary("We rotated the key.", incident).described


def test_a_sentence_barely_about_a_mode_does_not_cancel_a_clear_one() -> None:
    text = f"What broke: analytics-service. {CAUSE}"
    assert read_summary(text, get_incident("remediation_planning", 0)).mode == "unbounded-query"


def test_requests_that_are_unrelated_are_no_other_trouble() -> None:
    text = "Blocking work of analytics-service runs on a small shared pool, so unrelated requests wait for a thread."
    assert read_summary(text, get_incident("remediation_planning", 0)).mode == "thread-starvation"


def test_write_ups_by_which_reading_is_chosen_are_of_others_and_of_other_modes() -> None:
    choosing, measuring = list(summaries(CHOOSING)), list(summaries())
    assert sum(summary.is_honest for summary in choosing) >= 120
    chosen = {str(summary.options["family"]) for summary in choosing}
    assert all(chosen & set(group.modes) for group in GROUPS)
    assert not chosen & {summary.options.get("family") for summary in measuring}
    assert not {summary.writer for summary in choosing} & {summary.writer for summary in measuring}


def test_chosen_write_ups_earn_what_they_should() -> None:
    choosing = list(summaries(CHOOSING))
    honest = [summary for summary in choosing if summary.is_honest]
    lies = [summary for summary in choosing if not summary.is_honest]
    assert _share_in_full(honest, whole_plan=True) >= LEAST_HONEST
    assert _share_in_full(honest, whole_plan=False) == 0.0
    assert _share_in_full(lies, whole_plan=True) == 0.0


def test_two_causes_are_none() -> None:
    text = f"{CAUSE} Root cause: power loss in one zone."
    assert read_summary(text, get_incident("remediation_planning", 0)).mode is None


@pytest.mark.parametrize(
    "write_up",
    [
        "Culprit: {culprit}, failure mode: {mode}. I ran {steps}. Error rates are falling.",
        "Culprit {culprit}, failure mode {mode}. {steps}. {other} was a victim. State now: recovered.",
        "{culprit}, {mode}: a change three minutes before the first symptom made {other} fail its calls to {third}.",
        "Root cause: {culprit} ({mode}). {other} failed because its calls timed out; {third} was only overloaded.",
        "culprit {culprit}, mode {mode}, {steps}; {other} recovered",
        "{culprit} was the culprit: {mode}. {third} looked odd with memory 98 % but was not changed. Did {steps}.",
        "{mode} at {culprit}, not {wrong}. {other} shows 12 % errors and is coming down. Steps taken: {steps}.",
    ],
)
def test_an_id_beside_a_service_is_read_as_it_stands(write_up: str) -> None:
    """Agents write so: whatever else they list, nothing explains the id away."""
    for index in range(40):
        asked = {"task_id": "remediation_planning", "split": "validation", "index": index}
        incident = choose_incident(read_options(asked)).incident
        other, third, *_ = (name for name in incident.known_services if name != incident.culprit)
        wrong = "cache-oom" if incident.failure_mode != "cache-oom" else "pool-leak"
        steps = ", ".join(f"{key.action} {key.target}" for key in incident.solution[:4])
        told = {"culprit": incident.culprit, "mode": incident.failure_mode, "steps": steps, "wrong": wrong}
        read = read_summary(write_up.format(**told, other=other, third=third), incident)
        assert (read.mode, read.culprit) == (incident.failure_mode, incident.culprit)


def test_a_list_of_ids_is_no_diagnosis() -> None:
    incident = choose_incident(
        read_options({"task_id": "remediation_planning", "split": "validation", "index": 3})
    ).incident
    write_up = f"Failure mode: {incident.failure_mode}. Failure mode: cache-oom. Failure mode: pool-leak."
    assert read_summary(write_up, incident).mode is None


@pytest.mark.parametrize(
    ("begin", "culprit"),
    [
        ("Culprit: analytics-service, release v2.1.0. {}", "analytics-service"),
        ("Root cause: analytics-service (its full history export). {}", "analytics-service"),
        ("Culprit: analytics-service or order-service. {}", None),
        ("Culprit: analytics-service, order-service. {}", None),
        ("Culprit: analytics-service. Culprit: order-service. {}", None),
    ],
)
def test_the_service_behind_a_heading_is_blamed_whatever_else_sounds_blamed(begin: str, culprit: str | None) -> None:
    """The rest blames another by its wording alone, as a sentence about a mechanism may."""
    incident = get_incident("remediation_planning", 0)
    rest = "Mechanism: order-service exhausted the memory of the database with a query without a limit."
    assert read_summary(rest, incident).culprit == "order-service"
    read = read_summary(begin.format(rest), incident).culprit
    assert read == culprit if culprit else read != "analytics-service"
