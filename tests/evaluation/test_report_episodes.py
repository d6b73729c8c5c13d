"""An episode of a report: its address, what it shows, the ways to it and back, and the folder of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.report import write_report
from cloud_incident_env.evaluation.report.evidence import FOLDER_NAME, seen_in
from tests.evaluation.played import Folder, changed, failed, played
from tests.evaluation.test_report import opened
from tools.browser import chromium

LONG = "x" * 20_000
HOSTILE = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>[a](javascript:1)\u202e**b**'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three tasks that has words, beside the oracle."""
    out = tmp_path_factory.mktemp("report")
    write_report(
        Folder(records(), agent="detective"), out, baselines=[Folder(played("oracle", "test", 30), agent="oracle")]
    )
    return out / "report.html"


def records() -> list[EpisodeRecord]:
    return [
        with_words(record, lambda number: f"Thought number {number}.") for record in played("detective", "test", 30)
    ]


def with_words(record: EpisodeRecord, say: Any) -> EpisodeRecord:
    return changed(record, steps=[{**step, "words": say(step["step"])} for step in record["steps"]])


def of_task(task_id: str) -> EpisodeRecord:
    return next(record for record in records() if record["task_id"] == task_id)


def address(record: EpisodeRecord, **more: Any) -> str:
    return "#" + urlencode({"episode": record["key"], **more})


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(page.url.partition("#")[2])


def test_an_episode_shows_what_was_read_said_answered_and_earned(page: Page, report: Path) -> None:
    record = of_task("remediation_planning")
    complaints = opened(page, report, address(record))
    assert page.locator("h1:visible").inner_text() == record["scenario_id"]
    assert page.locator(".episode-grade").inner_text().split() == [f"{record['grade']:.2f}", "grade"]
    assert page.locator(".symptoms li").count() > 1
    assert page.locator(".step-words").all_inner_texts() == [f"Thought number {s['step']}." for s in record["steps"]]
    answer = page.locator(".answer").inner_text()
    for text in (record["answer"]["service"], record["answer"]["failure_mode"], record["feedback"]):
        assert text in answer
    assert page.locator(".plan .is-good").count() == len(record["answer"]["plan"])
    for part, earned in record["breakdown"].items():
        assert page.locator(".grade .losses li", has_text=part).locator("b").inner_text() == f"{earned:.2f}"
    looks = [step for step in seen_in(record)["steps"] if step["evidence"]]
    assert page.locator(".ev-rail [data-index]").count() == len(looks) > 3
    assert page.locator(".map-node").count() > 3
    assert page.locator(".tl-mark.is-look").count() == len(looks)
    assert page.locator(".tl-mark.is-repair").count() == len(record["answer"]["plan"])
    assert complaints == []


def test_a_step_has_an_address_and_back_leads_to_the_one_before(page: Page, report: Path) -> None:
    record = of_task("remediation_planning")
    opened(page, report, address(record))
    every = page.locator(".ev-rail [data-index]").count()
    page.locator(".step").nth(1).click()
    assert asked(page) == {"episode": [record["key"]], "step": ["2"]}
    assert page.locator(".steps [aria-current]").count() == 1
    assert page.locator(".ev-rail [data-index]").count() == 2
    page.click("text=Step ›")
    assert asked(page)["step"] == ["3"]
    assert page.locator(".ev-rail [data-index]").count() == 3
    page.go_back()
    assert page.locator(".ev-rail [data-index]").count() == 2
    page.go_back()
    page.wait_for_selector(".steps:not(:has([aria-current]))")
    assert page.locator(".ev-rail [data-index]").count() == every
    page.goto(report.as_uri() + address(record, step=4))
    page.reload()
    page.wait_for_selector(".steps [aria-current]")
    assert page.locator(".ev-rail [data-index]").count() == 4
    page.locator(".tl-head").press("ArrowLeft")
    assert asked(page)["step"] == ["3"]


def test_one_goes_on_to_the_next_and_back_to_the_list(page: Page, report: Path) -> None:
    opened(page, report, "#task=root_cause_analysis&order=worst")
    names = page.locator("#list .episode > span:nth-child(2) > bdi").all_inner_texts()
    assert len(names) == 10
    page.locator("#list .episode").nth(1).click()
    page.wait_for_selector(".episode-head")
    assert page.locator(".ways-place").inner_text() == "2 of 10"
    page.click("text=Next ›")
    expect(page.locator(".ways-place")).to_have_text("3 of 10")
    assert page.locator("h1:visible").inner_text() == names[2]
    page.click("text=All episodes")
    page.wait_for_selector("#list .episode:focus")
    assert page.locator("#list .episode:focus > span bdi").first.inner_text() == names[2]
    assert page.locator("[name=task]").input_value() == "root_cause_analysis"


def test_an_episode_that_the_run_lacks_is_said(page: Page, report: Path) -> None:
    opened(page, report)
    page.goto(report.as_uri() + "#episode=nonsense")
    page.wait_for_selector("text=This run has no such episode")
    page.click("text=All episodes")
    assert page.locator("#list .episode:visible").count() == 30


@pytest.mark.parametrize(
    "mark", [".heat td a", ".plot-area a.mark:not(.solid)", ".bars a", ".losses a", ".next a", ".plot-area a.solid"]
)
def test_figures_and_marks_lead_to_their_episodes(page: Page, report: Path, mark: str) -> None:
    opened(page, report)
    link = page.locator(f"#report {mark}").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#."))
    expect(page.locator("#count")).not_to_have_text(re.compile("^30 "))
    wanted = {name: value for name, [value] in asked(page).items() if name not in ("lost", "order")}
    assert wanted
    for name, value in wanted.items():
        assert page.locator(f"[name={name}]").input_value() == value
    named = {"task": "task_id"}
    found = [r for r in records() if all(r[named.get(n, n)] == v for n, v in wanted.items())]  # type: ignore[literal-required]
    count = int(page.locator("#count").inner_text().split()[0])
    assert 0 < count <= len(found) < 30
    if "lost" not in asked(page):
        assert count == len(found)
    page.go_back()
    expect(page.locator("#count")).to_have_text(re.compile("^30 "))


def test_the_marks_of_a_chart_are_one_stop_and_the_arrows_go_on(page: Page, report: Path) -> None:
    opened(page, report)
    table = page.locator(".heat table").first
    assert table.locator("a[tabindex='0']").count() == 1
    table.locator("a").first.focus()
    page.keyboard.press("ArrowRight")
    assert table.locator("a").nth(1).evaluate("node => node === document.activeElement")


def test_names_are_whole_and_lie_beside_each_other(browser: Browser, tmp_path: Path) -> None:
    """110 families and a long name: no label is hidden, cut or covers another one."""
    few = played("heuristic", "test", 60)
    many = [
        changed(few[n % 60], key=f"{n}", options={"split": "test", "index": n}, family=f"a-long-family-name-{n % 110}")
        for n in range(600)
    ]
    name = "an-agent-with-a-long-name-" * 4
    others = [Folder(played(agent, "test", 60), agent=agent) for agent in ("oracle", "random", "constant")]
    write_report(Folder(many, agent=name), tmp_path, baselines=others[:0])
    write_report(Folder(few, agent=name), tmp_path / "few", baselines=others)
    for width in (1440, 1024, 390):
        page = browser.new_page(viewport={"width": width, "height": 900})
        for path in (tmp_path / "report.html", tmp_path / "few" / "report.html"):
            page.goto(path.as_uri())
            page.wait_for_selector(".episode")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(_CUT) == []
        page.close()


# Texts of labels that are wider than their place, and those that overlap the next one.
_CUT = """[
  ...[...document.querySelectorAll("#report :is(.bar-name, .heat th, .legend li, .strip-key li, h1, .next a, dt, dd)")]
    .filter(node => node.scrollWidth > node.clientWidth + 1 && node.clientWidth).map(node => node.textContent),
  ...[".heat th[scope=row]", ".bar-name", ".legend li", ".numbered:not(li *)"].flatMap(kind => {
    const boxes = [...document.querySelectorAll(`#report ${kind}`)].map(node => node.getBoundingClientRect());
    return boxes.flatMap((a, n) => boxes.slice(n + 1).filter(b => a.left < b.right - 3 && b.left < a.right - 3 &&
      a.top < b.bottom - 3 && b.top < a.bottom - 3).map(() => `${kind} ${n} at ${a.left} ${a.top}`));
  }),
]"""


def test_a_record_that_does_not_go_as_recorded_is_shown_without_evidence(page: Page, tmp_path: Path) -> None:
    record = records()[2]
    bent = changed(record, steps=[{**record["steps"][0], "digest": "0" * 16}, *record["steps"][1:]])
    lost = failed(changed(record, key="lost", first_digest=""))
    write_report(Folder([bent, lost]), tmp_path)
    complaints = opened(page, tmp_path / "report.html", address(bent))
    assert "cannot be shown" in page.locator(".notice").inner_text()
    assert "digest was" in page.locator(".notice").inner_text()
    assert page.locator(".evidence, .map, .tl").count() == 0
    assert page.locator(".steps > li").count() == len(bent["steps"])
    page.goto((tmp_path / "report.html").as_uri() + address(lost))
    page.wait_for_selector("text=its reset failed")
    assert complaints == []


def test_the_folder_of_evidence_is_read_when_an_episode_is_opened(page: Page, tmp_path: Path) -> None:
    kept = records()
    written = write_report(Folder(kept), tmp_path, has_folder=True)
    assert written[-1] == tmp_path / FOLDER_NAME
    assert sorted(path.name for path in written[-1].iterdir()) == ["0.js", "1.js"]
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="evidence-0"' not in text
    complaints = opened(page, tmp_path / "report.html")
    page.goto((tmp_path / "report.html").as_uri() + address(kept[25]))
    page.wait_for_selector(".ev-rail [data-index]")
    assert page.locator(".step-words").count() == len(kept[25]["steps"])
    assert [url.rpartition("/")[2] for url in complaints] == ["1.js"]


def test_a_folder_that_is_missing_is_said_and_looked_for_again(page: Page, tmp_path: Path) -> None:
    kept = records()[:3]
    folder = write_report(Folder(kept), tmp_path, has_folder=True)[-1]
    folder.rename(tmp_path / "away")
    opened(page, tmp_path / "report.html", address(kept[0]))
    assert "report-evidence is not beside this file" in page.locator(".notice").inner_text()
    (tmp_path / "away").rename(folder)
    page.goto((tmp_path / "report.html").as_uri() + address(kept[1]))
    page.wait_for_selector(".ev-rail [data-index]")


def test_a_later_report_leaves_no_evidence_of_an_earlier_one(tmp_path: Path) -> None:
    write_report(Folder(records()), tmp_path, has_folder=True)
    folder = write_report(Folder(records()[:3]), tmp_path, has_folder=True)[-1]
    assert [path.name for path in folder.iterdir()] == ["0.js"]


@pytest.mark.parametrize("has_folder", [False, True])
def test_hostile_and_long_texts_stay_texts(page: Page, tmp_path: Path, has_folder: bool, monkeypatch: Any) -> None:
    """In the words, in every parameter, in what the grader said, and in the evidence itself."""
    record = of_task("remediation_planning")
    seen = seen_in(record)
    for step in seen["steps"]:
        step["feedback"] = HOSTILE
        if step["evidence"]:
            step["evidence"].update(text=f"{HOSTILE}\n{LONG}", service=HOSTILE, parameters={HOSTILE: HOSTILE})
    seen["alert"].update(title=HOSTILE, symptoms=[HOSTILE, LONG], affected_services=[HOSTILE])
    seen.update(services=[HOSTILE], summary=HOSTILE)
    monkeypatch.setattr("cloud_incident_env.evaluation.report.evidence.seen_in", lambda record: seen)
    said = with_words(record, lambda number: LONG if number == 1 else HOSTILE)
    steps = [{**step, "parameters": {**step["parameters"], "summary": HOSTILE + LONG}} for step in said["steps"]]
    bad = changed(said, steps=steps, feedback=HOSTILE + LONG, answer={"service": HOSTILE, "plan": [HOSTILE]})
    write_report(Folder([bad], agent=HOSTILE), tmp_path, has_folder=has_folder)
    page.set_viewport_size({"width": 390, "height": 900})
    complaints = opened(page, tmp_path / "report.html", address(bad))
    page.locator(".step").first.click()
    page.locator(".step-words button").first.click()
    assert page.locator(".step-words").first.inner_text() == LONG
    for number in range(1, 4):
        page.locator(".step").nth(number).click()
    assert HOSTILE in page.locator(".step-words").nth(1).text_content()
    assert HOSTILE in page.locator(".symptoms").text_content()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, a[href^=javascript]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in complaints if not url.endswith("/0.js")] == []
