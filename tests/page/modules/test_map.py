"""The service map, in a real browser, on evidence of real incidents."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.options import read_options
from tests.page.modules.module_page import module_page, run
from tests.page.record import every_service, record

EXPERT = {"task_id": "root_cause_analysis", "seed": 11, "difficulty": "expert"}
HARD = {"task_id": "remediation_planning", "seed": 3, "difficulty": "hard"}
ENTRY = choose_incident(read_options(HARD)).incident.alert.affected_services[0]
WRITTEN = {"task_id": "remediation_planning", "scenario_index": 1}
DRAW = """
const { serviceMap } = await import("/map/map.js");
window.chosen = [];
window.map = serviceMap({ onSelect: (service) => window.chosen.push(service) });
host.style.height = "640px";
host.append(map.node);
map.update(data.episode, data.selected ?? null, data.truth);
await new Promise((done) => setTimeout(done, 400));
"""
# Pairs of drawn things that lie on one another, and names that are cut.
FAULTS = """
const nodes = [...document.querySelectorAll(".map-node")];
const box = (node) => node.getBoundingClientRect();
const found = [];
nodes.forEach((a, i) => nodes.slice(i + 1).forEach((b) => {
  const [p, q] = [box(a), box(b)];
  const apart = p.left >= q.right || q.left >= p.right || p.top >= q.bottom || q.top >= p.bottom;
  if (!apart) found.push(`${a.textContent} on ${b.textContent}`);
}));
for (const node of nodes) {
  const name = node.querySelector(".map-name");
  const out = box(name).bottom > box(node).bottom || box(name).right > box(node).right;
  if (out || name.scrollWidth > name.clientWidth + 1) found.push(`${node.textContent} is cut`);
}
const frame = document.querySelector(".map-scroll");
if (frame.scrollWidth > frame.clientWidth + 1) found.push("wider than its frame");
return found;
"""


def graph(page: Page, episode: dict[str, Any]) -> Any:
    return run(page, 'const { graphOf } = await import("/map/model.js"); return graphOf(data);', episode)


def by_name(drawn: Any) -> dict[str, Any]:
    return {node["name"]: node for node in drawn["nodes"]}


def test_nothing_is_known_before_anything_is_read(page: Page) -> None:
    episode = record(EXPERT, [])
    drawn = graph(page, episode)
    assert drawn["edges"] == []
    assert {node["name"] for node in drawn["nodes"]} == set(episode["services"])
    assert not any(node["read"] or node["level"] or node["errorRate"] for node in drawn["nodes"])
    affected = {node["name"] for node in drawn["nodes"] if node["affected"]}
    assert affected == set(episode["alert"]["affected_services"])


# A generated world may change: what is looked at is found by what the tools say, and not by name.
CALL = re.compile(r"  (\S+) \((\w+)\): .* ([\d.]+) % fail \(normal ([\d.]+) %\)")


def texts_of(options: dict[str, Any], tool: str, **parameters: Any) -> dict[str, str]:
    """What a tool says of each service of an incident, where it says something."""
    steps = record(options, every_service(options, (tool,), **parameters))["steps"]
    return {step["parameters"]["service"]: step["evidence"]["text"] for step in steps if step["evidence"]}


def test_edges_are_those_of_the_evidence_read(page: Page) -> None:
    options = HARD | {"seed": 24}  # where some calls of one service fail and others do not
    texts = texts_of(options, "check_dependencies")
    caller = max(texts, key=lambda name: len(CALL.findall(texts[name])))
    episode = record(options, [("check_dependencies", {"service": caller})])
    told = CALL.findall(episode["steps"][0]["evidence"]["text"])  # figures of this look: those of others are later
    drawn = graph(page, episode)
    nodes, calls = by_name(drawn), [edge for edge in drawn["edges"] if edge["from"] == caller and not edge["ground"]]
    assert len(told) > 2
    assert {edge["to"]: edge["kind"] for edge in calls} == {name: kind for name, kind, _, _ in told}
    rates = {name: (float(now), float(normal)) for name, _, now, normal in told}
    assert {edge["to"]: edge["ok"] for edge in calls} == {
        name: now < max(1.0, 3 * normal) for name, (now, normal) in rates.items()
    }
    assert {edge["ok"] for edge in calls} == {True, False}
    assert nodes[caller]["read"]
    assert nodes[caller]["level"] == "failing"
    assert not any(node["read"] or node["level"] for name, node in nodes.items() if name != caller)
    assert "monitoring" in {node["kind"] for node in nodes.values()}


def test_callers_and_callees_without_a_name_are_kept_apart(page: Page) -> None:
    told = texts_of(HARD, "check_dependencies")
    name = next(name for name, text in told.items() if text.count("  others: ") == 2)
    others = by_name(graph(page, record(HARD, [("check_dependencies", {"service": name})])))[name]["others"]
    assert [len(others["calls"]), len(others["calledBy"])] == [1, 1]


def test_a_version_tells_the_kind_and_a_status_the_level(page: Page) -> None:
    told = texts_of(HARD, "check_service_status")
    drawn = by_name(graph(page, record(HARD, every_service(HARD, ("check_service_status",)))))
    versions = {"PostgreSQL": "store", "MySQL": "store", "Prometheus": "monitoring", "Varnish": "cache"}
    kinds = {name: kind for name, text in told.items() for word, kind in versions.items() if f"Version: {word}" in text}
    assert {name: drawn[name]["kind"] for name in kinds} == kinds
    assert len(kinds) > 2
    levels = {"Health: healthy": "ok", "Health: unhealthy": "failing"}
    expected = {name: level for name, text in told.items() for word, level in levels.items() if text.startswith(word)}
    assert {name: drawn[name]["level"] for name in expected} == expected
    assert set(expected.values()) == {"ok", "failing"}


def test_a_trace_shows_a_failing_call(page: Page) -> None:
    told = texts_of(HARD, "check_dependencies", trace="failed")
    failed = re.compile(
        r" {2}\+0\.0 ms {2}(\S+) {2}\S+ ms {2}call to (\S+) failed\n {4}\+\S+ ms {2}\2 {2}\S+ ms {2}turned away.*"
    )
    caller, callee = next(
        (found[1], found[2]) for text in told.values() if (found := failed.fullmatch(text.partition("\n")[2]))
    )
    looks = [("check_dependencies", {"service": caller, "trace": "failed"})]
    drawn = graph(page, record(HARD, looks))
    assert [(edge["from"], edge["to"], edge["ok"]) for edge in drawn["edges"]] == [(caller, callee, False)]


def test_hand_written_calls_are_read_by_their_words(page: Page) -> None:
    drawn = graph(page, record(WRITTEN, [("check_dependencies", {"service": "order-service"})]))
    state = {(edge["from"], edge["to"]): edge["ok"] for edge in drawn["edges"]}
    assert state["order-service", "payment-service"] is False
    assert state["order-service", "postgres-db"] is False
    assert by_name(drawn)["postgres-db"]["kind"] == "store"


@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("options", [EXPERT, WRITTEN, {**EXPERT, "seed": 5}], ids=str)
def test_labels_neither_overlap_nor_are_cut(browser: Browser, url: str, options: dict[str, Any], width: int) -> None:
    looks = every_service(options)
    with module_page(browser, url, width) as page:
        run(page, DRAW, {"episode": record(options, looks)})
        assert run(page, FAULTS) == []
        for read in (0, 1, len(looks) // 2):
            run(
                page,
                "map.update(data, null); await new Promise((done) => setTimeout(done, 300));",
                record(options, looks[:read]),
            )
            assert run(page, FAULTS) == [], f"after {read} looks"


def test_order_is_kept_while_the_map_grows(page: Page) -> None:
    looks = every_service(EXPERT)
    place = "return [...map.node.querySelectorAll('.map-picture .map-node')].map((node) => node.style.transform);"
    run(page, DRAW, {"episode": record(EXPERT, looks)})
    before = run(page, place)
    more = [*looks, ("check_metrics", {"service": looks[0][1]["service"]})]
    run(page, "map.update(data, null);", record(EXPERT, more))
    assert run(page, place) == before


def test_click_and_enter_select_and_arrows_walk(page: Page) -> None:
    episode = record(HARD, every_service(HARD))
    lowest, other = choose_incident(read_options(HARD)).incident.culprit, ENTRY
    run(page, DRAW, {"episode": episode, "selected": lowest})
    chosen = page.get_by_role("button", name=lowest)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    assert page.locator(".map-node[tabindex='0']").count() == 1
    chosen.focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.className").startswith("map-node")
    above = page.evaluate("document.activeElement.querySelector('.map-name').textContent")
    assert above != lowest
    assert page.locator(".map-node[tabindex='0'] .map-name").inner_text() == above
    expect(page.locator(".map-strip")).to_contain_text(above)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=other).click()
    assert page.evaluate("window.chosen") == [above, other]


def test_a_node_keeps_the_focus_while_the_map_grows(page: Page) -> None:
    run(page, DRAW, {"episode": record(HARD, [])})
    page.get_by_role("button", name=ENTRY).focus()
    looked = record(HARD, [("check_dependencies", {"service": ENTRY})])
    run(page, f"map.update(data, {ENTRY!r});", looked)
    assert page.evaluate("document.activeElement.querySelector('.map-name').textContent") == ENTRY


def test_hover_and_table_show_figures(page: Page) -> None:
    episode = record(HARD, [("check_dependencies", {"service": ENTRY})])
    text = episode["steps"][0]["evidence"]["text"]
    run(page, DRAW, {"episode": episode})
    page.get_by_role("button", name=ENTRY).hover()
    (share,) = re.findall(r" ([\d.]+) % fail, p99", text)
    expect(page.locator(".map-strip")).to_contain_text(f"{float(share):.0f} % of requests fail (normal ")
    expect(page.locator(".map-label").filter(has_text="/s")).to_have_count(len(CALL.findall(text)))
    page.get_by_text("Map as a table").click()
    row = page.get_by_role("row", name=ENTRY).first
    for name, _, now, _ in CALL.findall(text):
        expect(row).to_contain_text(re.compile(rf"{name}: [\d,]+/s, {float(now):.0f} % fail \(normal [\d.]+ %\), p99 "))


def test_the_true_chain_is_drawn_where_nothing_was_read(page: Page) -> None:
    episode = record(HARD, [])
    chain = episode["services"][:3]
    run(page, DRAW, {"episode": episode, "truth": {"chain": chain, "culprit": chain[-1]}})
    assert page.locator(".map-edge.is-chain").count() == 2
    expect(page.locator(".map-node.is-culprit")).to_contain_text(chain[-1])
    assert sorted(page.locator(".map-number").all_inner_texts()) == ["1", "2", "cause"]


def test_names_are_text(page: Page) -> None:
    evil = "<img src=x onerror=alert(1)>\u202e" + "long-" * 60
    episode = record(HARD, [])
    episode["services"].append(evil)
    run(page, DRAW, {"episode": episode})
    assert page.locator("#console img").count() == 0
    expect(page.locator(".map-name").last).to_have_text(evil)
