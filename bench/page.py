"""How fast the page is in a browser, how heavy, and how fast the server answers its visitors.

    python -m bench.page --loads 5 --visitors 50 --seconds 10

In Chromium: seconds until something of `/` is drawn, and until one can begin, with nothing in the cache and the server
warm; kilobytes until then; milliseconds from the click on a tool until its evidence is drawn. A page of one word of the
same server, drawn in the same browser, says how fast the machine is just now.

Visitors: each plays incident after incident as the page does (catalogue, reset, episode, looks, answer) and waits for
nothing in between, so that fifty of them ask for more than fifty people would.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import time
from urllib.parse import urlencode

from playwright.sync_api import Browser

from bench import healthy, running_server, table
from bench.cold_start import is_page
from bench.step_latency import Client, Timings, percentile
from cloud_incident_env.actions import DIAGNOSTICS, submission_of
from tools.browser import chromium
from tools.page_load import VIEW, cold_load

TARGETS = {"paint, s": 0.6, "ready, s": 1.5, "KB until ready": 400, "a look, ms": 150}
TARGET_STEP = 400.0  # milliseconds, the median with all visitors
READY = "#console-host .task"
INCIDENT = {"task": "remediation_planning", "seed": 5, "difficulty": "hard"}
ANSWERS = {
    "alert_classification": {"severity": "P2"},
    "root_cause_analysis": {"failure_mode": "heap-leak"},
    "remediation_planning": {"summary": "The cause is not known, nothing was repaired and it is not normal yet."},
}
LOOKS = 3  # of a visitor before the answer: the first task ends after three steps
# Clicks a tool; the milliseconds until the step is told and the next frame is drawn.
LOOK = """([tool, step]) => new Promise((done) => {
  const result = document.querySelector("[data-testid=result]");
  const started = performance.now();
  new MutationObserver((_, observer) => {
    if (!result.textContent.includes(`Step ${step} `)) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
  }).observe(result, { childList: true, subtree: true });
  [...document.querySelectorAll(".tool")].find((button) => button.textContent.includes(tool)).click();
})"""
TOOLS = ("Logs", "Metrics", "Dependencies", "Deploys", "Status")
Rows = dict[str, list[float]]


def in_a_browser(browser: Browser, url: str, loads: int) -> Rows:
    """The figures of each load, and of each look of an incident."""
    rows: Rows = {"a page of one word: paint, s": [], **{name: [] for name in TARGETS}}
    cold_load(browser, f"{url}/", READY)  # what the server makes once
    for _ in range(loads):
        rows["a page of one word: paint, s"].append(cold_load(browser, f"{url}/livez", "body", afterwards=0).paint)
        load = cold_load(browser, f"{url}/", READY, afterwards=0)
        rows["paint, s"].append(load.paint)
        rows["ready, s"].append(load.ready)
        rows["KB until ready"].append(load.kilobytes_until_ready)
        rows["a look, ms"] += looks(browser, url)
    return rows


def looks(browser: Browser, url: str) -> list[float]:
    """Milliseconds of a look with every tool."""
    context = browser.new_context(viewport=VIEW)
    page = context.new_page()
    page.goto(f"{url}/?{urlencode(INCIDENT)}")
    page.locator("#console-host .tool").first.wait_for()
    page.wait_for_timeout(500)  # Gradio settles
    taken = [float(page.evaluate(LOOK, [tool, step])) for step, tool in enumerate(TOOLS, 1)]
    context.close()
    return taken


async def visit(port: int, number: int, timings: Timings, end: float) -> None:
    """Play incident after incident as the page does, until the clock reads `end`."""
    dice = random.Random(number)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = Client(reader, writer, timings)
    episodes = 0
    try:
        while time.perf_counter() < end:
            episodes += 1
            name = f"tab-{number}-{episodes}"
            await client.get("/console/catalogue")
            options = {"task_id": dice.choice(tuple(ANSWERS)), "seed": dice.randrange(1_000_000)}
            seen = await client.post("/reset", {**options, "episode_id": name})
            await client.get(f"/console/episode?episode_id={name}")
            services = seen["known_services"]
            acts = [
                (tool, {"service": dice.choice(services)}) for tool in DIAGNOSTICS[: min(LOOKS, seen["max_steps"] - 1)]
            ]
            answer = ANSWERS[options["task_id"]]
            if "failure_mode" in answer:
                answer = {**answer, "service": services[0]}
            acts.append((submission_of(options["task_id"]), answer))
            for step, (action, parameters) in enumerate(acts, 1):
                body = {"action_type": action, "parameters": parameters, "expected_step": step}
                await client.post("/step", {"episode_id": name, **body})
    finally:
        writer.close()


async def visitors(port: int, number: int, seconds: float) -> Timings:
    """Let all visitors play at once; the first second does not count."""
    timings = Timings()
    begin = time.perf_counter() + 1

    async def count() -> None:
        await asyncio.sleep(1)
        timings.counting = True
        await asyncio.sleep(seconds)
        timings.counting = False

    await asyncio.gather(count(), *(visit(port, one, timings, begin + seconds) for one in range(number)))
    return timings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=5, help="cold loads in a browser (default 5)")
    parser.add_argument("--visitors", type=int, default=50, help="at once (default 50)")
    parser.add_argument("--seconds", type=float, default=10.0, help="that count (default 10)")
    options = parser.parse_args()
    if options.loads < 1 or options.visitors < 1 or options.seconds <= 0:
        parser.error("--loads and --visitors must be at least 1, and --seconds above 0")
    with running_server() as server:
        server.seconds_until("/health", healthy, timeout=60)
        server.seconds_until("/", is_page, timeout=120)
        with chromium() as browser:
            seen = in_a_browser(browser, f"http://127.0.0.1:{server.port}", options.loads)
        alone = asyncio.run(visitors(server.port, 1, min(2.0, options.seconds))).milliseconds["/step"]
        timings = asyncio.run(visitors(server.port, options.visitors, options.seconds)).milliseconds
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    _print_browser(seen)
    rows = [
        (path, *(f"{percentile(values, percent):.1f}" for percent in (50, 95)), f"{len(values) / options.seconds:,.0f}")
        for path, values in timings.items()
    ]
    print(table((f"ms, {options.visitors} visitors", "p50", "p95", "requests/s"), rows))
    step = percentile(timings["/step"], 50)
    print(f"/step: {step / percentile(alone, 50):.1f} times that of one visitor ({percentile(alone, 50):.1f} ms)")
    print(f"target: /step p50 under {TARGET_STEP:g} ms: {'met' if step < TARGET_STEP else 'MISSED'}")


def _print_browser(seen: Rows) -> None:
    rows = [
        (name, *(f"{value:.2f}" for value in (min(values), statistics.median(values), percentile(values, 95))))
        for name, values in seen.items()
    ]
    print(table(("in Chromium", "least", "median", "p95"), rows))
    for name, target in TARGETS.items():
        median = statistics.median(seen[name])
        print(f"target: {name} under {target:g}: {'met' if median < target else 'MISSED'}")


if __name__ == "__main__":
    main()
