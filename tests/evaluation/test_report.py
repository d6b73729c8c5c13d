"""The report: one file without network, every figure that it must show, and nothing that a run says becomes markup."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.metrics import Prices, summarise
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.report import write_report
from cloud_incident_env.evaluation.report.markdown import plain
from cloud_incident_env.evaluation.report.plots import can_plot
from cloud_incident_env.evaluation.store import RunFolder
from tests.evaluation.played import Folder, changed, failed, played
from tools.browser import chromium

HOSTILE = '<blink></script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">|`*\'&amp;\ud800\u2028'
EPISODES = 10_000


def records() -> list[EpisodeRecord]:
    """Generated and hand-written incidents, two trials of some, and an infrastructure error."""
    kept = [*played("heuristic", "test", 60), *played("heuristic", "canonical", 9, 3)]
    return [*kept, failed(changed(kept[0], key="late", trial=1))]


def write(out: Path, kept: list[EpisodeRecord], **config: Any) -> str:
    write_report(Folder(kept, **config), out)
    return (out / "report.html").read_text(encoding="utf-8")


class _Elements(HTMLParser):
    """Collects the elements of a document, and what they would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [
            f"{tag} {name}"
            for name, value in attrs
            if name in ("src", "srcset", "data", "action") or (name == "href" and not (value or "").startswith("#"))
        ]


def test_the_page_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    text = write(tmp_path, records())
    assert _Elements(text).loaded == []
    code = text.replace("http://www.w3.org/2000/svg", "")  # the name of a kind of element
    assert not re.search(r"@import|url\(|https?://|fetch\(|XMLHttpRequest", code)
    policy = re.search(r'content="(default-src[^"]*)"', text)
    assert policy is not None
    assert re.fullmatch(r"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/=]+'", policy[1])


def test_the_page_shows_every_part_with_the_figures_of_the_summary(tmp_path: Path) -> None:
    kept = records()
    text, summary = write(tmp_path, kept), summarise(kept)
    titles = ["Mean grade", "Where to look next", "Where points are lost", "Grade by task and difficulty", "Families",
              "This agent", "Reward over steps", "Cost against grade", "Episodes", "How it was run"]  # fmt: skip
    assert re.findall(r"<h2>(.*?)</h2>", text) == titles
    assert f"{summary['overall']['grade']['mean']:.3f} ± {summary['overall']['grade']['standard_error']:.3f}" in text
    for cell in summary["by_task_and_difficulty"]:
        assert f"<b>{cell['group']['grade']['mean']:.3f}</b></a>" in text
    for part in summary["parts"]:
        lost = f"−{part['lost']:.3f}" if part["lost"] >= 0.0005 else "0.000"
        assert f"<b>{lost}</b> <small>" in text
    for family in summary["by_family"]:
        assert f'<th scope="row"><bdi>{family}</bdi></th>' in text
    assert "1 infrastructure errors" in text
    assert text.count("<polyline") == 3


def test_the_headline_comes_first_and_stands_against_the_best_and_the_lower_bound(tmp_path: Path) -> None:
    agents = ("heuristic", "do-nothing", "symptoms", "oracle")
    run, *others = (Folder(played(agent, "test", 60), agent=agent) for agent in agents)
    write_report(run, tmp_path, baselines=others)
    grade, most, least = (
        summarise(played(agent, "test", 60))["overall"]["grade"] for agent in ("heuristic", "oracle", "symptoms")
    )
    page, text = ((tmp_path / name).read_text(encoding="utf-8") for name in ("report.html", "report.md"))
    first = re.sub(r"<[^>]*>", " ", page.partition("<section")[2].partition("</section>")[0])
    shown = " ".join(first.split())
    number = f"{grade['mean']:.3f} ± {grade['standard_error']:.3f}"
    assert f"Mean grade {number} of 60 episodes of 60 incidents; 95 % interval {grade['low']:.3f}" in shown
    assert f"{most['mean']:.3f} oracle , the best possible" in shown
    assert f"{least['mean']:.3f} symptoms , lower bound" in shown
    assert text.split("\n\n")[1].startswith(f"**Mean grade {number}**, 95 % interval")


def test_one_colour_is_the_agents_in_all_charts(tmp_path: Path) -> None:
    agents = ("heuristic", "random", "oracle")
    run, *others = (Folder(played(agent, "test", 60), agent=agent) for agent in agents)
    write_report(run, tmp_path, baselines=others)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"<bdi>([\w-]+)</bdi></span><span class=\"bar-track\"><i class=\"bar-fill other", page) == [
        "oracle",
        "random",
    ]
    assert len(re.findall(r'class="mark numbered own"', page)) == 2  # in the chart and in its key
    assert len(re.findall(r'class="mark numbered other"', page)) == 4


def test_baselines_stand_beside_the_run_with_their_differences(tmp_path: Path) -> None:
    run = Folder(played("heuristic", "test", 60), agent="heuristic")
    baselines = [Folder(played(agent, "test", 60), agent=agent) for agent in ("oracle", "random")]
    write_report(run, tmp_path, baselines=baselines)
    for name in ("report.html", "report.md"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert re.search(r"oracle.*\+0\.\d{3} \(\+0", text)
        assert re.search(r"random.*−0\.\d{3} \(−0", text)


def test_runs_of_one_agent_are_told_apart(tmp_path: Path) -> None:
    runs = [Folder(played("heuristic", "test", 60), agent="heuristic") for _ in range(3)]
    write_report(runs[0], tmp_path, baselines=runs[1:])
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (heuristic[^|]*?) \|", text, re.M) == ["heuristic", r"heuristic (2)", r"heuristic (3)"]


@pytest.mark.parametrize(("trials", "powers"), [(1, [1]), (3, [1, 2, 3]), (4, [1, 2, 4]), (6, [1, 2, 4, 6])])
def test_the_power_that_was_asked_for_is_shown(tmp_path: Path, trials: int, powers: list[int]) -> None:
    write(tmp_path, list(played("random", "canonical", 3, trials)))
    page, text = ((tmp_path / name).read_text(encoding="utf-8") for name in ("report.html", "report.md"))
    head = page.partition('<table class="agents"><thead>')[2].partition("</thead>")[0]
    assert re.findall(r"pass\^(\d+)<", head) == [str(k) for k in powers]
    if trials > 1:
        assert re.findall(r"^\| pass^(\d+) \|".replace("^(", r"\^("), text, re.M) == [str(k) for k in powers]


def test_infrastructure_errors_are_grouped_by_kind() -> None:
    record = played("random", "test", 3)[0]
    kept = [failed(changed(record, key=f"{n}"), f"Error code: 500, request req_{n}a7 after {n}.5 s") for n in range(30)]
    assert summarise(kept)["infrastructure"] == {"Error code: 500, request # after #.# s": 30}


def test_prices_make_the_cost_an_axis_of_money(tmp_path: Path) -> None:
    folder = Folder(played("heuristic", "test", 60))
    write_report(folder, tmp_path, prices=Prices(1.0, 4.0))
    assert "USD per episode" in (tmp_path / "report.html").read_text(encoding="utf-8")
    write_report(folder, tmp_path)
    assert "tokens per episode" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_figures_do_not_depend_on_the_order_of_the_episodes(tmp_path: Path) -> None:
    texts = [write(tmp_path / str(n), kept) for n, kept in enumerate((records(), records()[::-1]))]
    before_the_list = [text.partition('<script type="application/json"')[0] for text in texts]
    assert before_the_list[0] == before_the_list[1]
    assert texts[0] != texts[1]


def test_a_run_folder_on_disk_makes_a_report(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    config = RunConfig("heuristic", Incidents(split="canonical"), "2026-01-01T00:00:00+00:00")
    with folder.writing(config):
        folder.append(*played("heuristic", "canonical", 9))
    write_report(folder, tmp_path / "run" / "report")
    text = (tmp_path / "run" / "report" / "report.html").read_text(encoding="utf-8")
    assert "9 graded episodes of 9 incidents" in text
    assert "2026-01-01T00:00:00" in text


@pytest.mark.parametrize("kept", [[], [failed(record) for record in played("oracle", "canonical", 3)]])
def test_a_run_without_a_grade_still_makes_a_report(tmp_path: Path, kept: list[EpisodeRecord]) -> None:
    assert "No graded episode to show" in write(tmp_path, kept)
    assert (tmp_path / "report.md").read_text(encoding="utf-8").startswith("# Evaluation of heuristic")


def test_markdown_holds_the_figures_and_tables_that_are_whole(tmp_path: Path) -> None:
    kept = [*records(), *played("heuristic", "train", 30)]
    write(tmp_path, kept)
    text, summary = (tmp_path / "report.md").read_text(encoding="utf-8"), summarise(kept)
    assert f"{summary['overall']['grade']['mean']:.3f}" in text
    assert "train − test" in text
    assert "pass^3" in text
    for block in text.split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1, block


def test_markdown_escapes_what_a_run_says() -> None:
    assert plain("a|b <img>\n# *c*") == r"a\|b \<img\> \# \*c\*"


def test_plots_are_written_where_matplotlib_is_and_nowhere_else(tmp_path: Path) -> None:
    written = write_report(Folder(records()), tmp_path)
    names = ["headline.png", "grade.png", "reward.png", "losses.png", "families.png", "cost.png"] if can_plot() else []
    assert [path.name for path in written] == ["report.html", "report.md", *names]
    assert all(path.stat().st_size > 0 for path in written)
    assert re.findall(r"\]\((.*)\)", written[1].read_text(encoding="utf-8")) == names


def hostile_records() -> list[EpisodeRecord]:
    """Episodes in which every text that an agent or a configuration can choose tries to become markup."""
    base = played("heuristic", "test", 3)[2]
    step = base["steps"][0]
    texts = dict.fromkeys(("action_type", "error", "reason", "digest", "words"), HOSTILE)
    bad = {**step, **texts, "parameters": {HOSTILE: HOSTILE, "replicas": {"a": [HOSTILE]}}}
    names = dict.fromkeys(("task_id", "scenario_id", "difficulty", "split", "family"), HOSTILE)
    graded = changed(base, **names, key=HOSTILE, breakdown={HOSTILE: 0.5}, steps=[bad], options={HOSTILE: HOSTILE})
    return [graded, failed(changed(graded, trial=1, key=HOSTILE + "2"), HOSTILE)]


def test_hostile_text_makes_no_element(tmp_path: Path) -> None:
    config = {"agent": HOSTILE, "model": HOSTILE, "settings": {HOSTILE: HOSTILE}, "commit": HOSTILE}
    elements = _Elements(write(tmp_path, hostile_records(), **config))
    assert not {"blink", "img"} & set(elements.tags)
    # The index, one chunk of trajectories and one of evidence, the code of the page.
    assert elements.tags.count("script") == 4
    assert "<img" not in (tmp_path / "report.md").read_text(encoding="utf-8").replace(r"\<img", "")


def opened(page: Page, path: Path, address: str = "") -> list[str]:
    """Open a report; return what the browser complains of from then on, and what it asks for."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url))
    page.goto(path.as_uri() + address)
    page.wait_for_selector(".episode-head" if "episode=" in address else ".episode")
    complaints.remove(path.as_uri())
    return complaints


def test_hostile_text_stays_text_in_the_browser(tmp_path: Path) -> None:
    write(tmp_path, hostile_records(), agent=HOSTILE, model=HOSTILE)
    with chromium() as browser:
        page = browser.new_page()
        complaints = opened(page, tmp_path / "report.html")
        for number in range(2):
            page.locator("#list .episode").nth(number).click()
            page.wait_for_selector(".steps")
            assert "<img src=x onerror" in page.locator(".steps").inner_text()
            assert "<img src=x onerror" in page.locator(".step-words").inner_text()
            assert "<img src=x onerror" in page.locator("h1:visible").inner_text()
            assert page.evaluate("window.hacked") is None
            assert page.locator("img, blink").count() == 0
            page.go_back()
            page.wait_for_selector(".episode:visible")
        assert complaints == []


def test_episodes_are_found_ordered_paged_and_opened(tmp_path: Path) -> None:
    kept = sorted(records(), key=lambda record: record["key"])
    write(tmp_path, kept)
    with chromium() as browser:
        page = browser.new_page()
        complaints = opened(page, tmp_path / "report.html")
        assert page.locator(".episode").count() == 50
        page.click("#next")
        assert page.locator(".episode").count() == len(kept) - 50
        page.select_option("[name=result]", "error")
        assert page.locator("#count").inner_text() == f"1 episode of {len(kept)}"
        page.select_option("[name=result]", "success")
        success = sum(record["status"] == "graded" and record["grade"] >= 0.8 for record in kept)
        assert page.locator("#count").inner_text() == f"{success} episodes of {len(kept)}"
        page.select_option("[name=result]", "")
        page.select_option("[name=order]", "worst")
        worst = min(record["grade"] for record in kept if record["status"] == "graded")
        assert page.locator(".episode b").first.inner_text() == f"{worst:.3f}"
        page.select_option("[name=order]", "longest")
        page.fill("[name=text]", "rp-002")
        asked = [record for record in kept if record["scenario_id"] == "RP-002"]
        assert page.locator(".episode").count() == len(asked) == 3
        page.locator(".episode").first.click()
        page.wait_for_selector(".steps")
        shown = page.locator(".answer").inner_text()
        for part in ["network-infra", asked[0]["answer"]["failure_mode"], asked[0]["feedback"]]:
            assert part in shown
        assert page.locator(".plan li").count() == len(asked[0]["answer"]["plan"])
        steps = page.locator(".steps > li")
        assert steps.count() == len(asked[0]["steps"])
        for number, step in enumerate(asked[0]["steps"]):
            shown = steps.nth(number).inner_text()
            assert step["action_type"].replace("_", " ") in shown
            assert all(str(value).strip() in shown for value in step["parameters"].values())
        page.click("text=All episodes")
        assert page.locator(".episode:visible").count() == 3
        assert page.locator("[name=text]").input_value() == "rp-002"
        assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1024, "dark"), (390, "light"), (390, "dark")])
def test_the_page_fits_its_window_and_contrasts_in_both_schemes(tmp_path: Path, width: int, scheme: Any) -> None:
    write(tmp_path, records(), agent="an_agent_with_a_very_long_name_" * 4)
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        opened(page, tmp_path / "report.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for selector in ("h1", ".note", ".headline b", ".heat td a", ".episode .facts", ".episode b", ".losses small"):
            assert page.locator(selector).first.evaluate(_CONTRAST) >= 4.5, selector
        page.locator("#list .episode").first.click()
        page.wait_for_selector(".steps")
        page.locator(".step").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for selector in ("#episode h1", ".step-why", ".is-later code", ".answer thead th", ".episode-grade span"):
            assert page.locator(selector).first.evaluate(_CONTRAST) >= 4.5, selector


# The contrast ratio of an element's text with what lies behind it, as WCAG 2 defines it.
_CONTRAST = """element => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const light = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
  const both = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light);
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}"""


def test_ten_thousand_episodes_are_listed_and_opened(tmp_path: Path) -> None:
    """What that takes, `bench/report.py` measures."""
    few = played("heuristic", "test", 60)
    many = [
        changed(few[n % len(few)], key=f"{n}", options={"split": "test", "index": n}, family=f"family {n % 50}")
        for n in range(EPISODES)
    ]
    write(tmp_path, many)
    with chromium() as browser:
        page = browser.new_page()
        opened(page, tmp_path / "report.html")
        assert page.locator("#count").inner_text() == "10,000 episodes of 10,000"
        assert page.locator(".episode").count() == 50
        page.fill("[name=text]", "family 49")
        assert page.locator("#count").inner_text() == "200 episodes of 10,000"
        page.locator(".episode").last.click()
        page.wait_for_selector(".steps")
        assert "2499" in page.url
        assert "--evidence" in page.locator(".notice").inner_text()


def test_the_embedded_episodes_are_those_of_the_run(tmp_path: Path) -> None:
    kept = records()
    found = re.findall(r'<script type="application/json" id="trajectories-\d+">(.*?)</script>', write(tmp_path, kept))
    trajectories = [trajectory for chunk in found for trajectory in json.loads(gzip.decompress(b64decode(chunk)))]
    assert [trajectory[0] for trajectory in trajectories] == [record["options"] for record in kept]
    assert [[step[1] for step in trajectory[5]] for trajectory in trajectories] == [
        [step["parameters"] for step in record["steps"]] for record in kept
    ]
