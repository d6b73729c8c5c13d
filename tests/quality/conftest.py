"""The table of `make quality`: check id, PASS, FAIL, OPEN or LEFT OUT, and what was measured.

A test of a check carries `@pytest.mark.check("runtime.seed_control")` and calls the fixture `measured` with the figure
or fact that the table shall show. A check that cannot be run skips with its reason, which the table prints.
OPEN is what is wanted, does not hold yet and is marked as expected to fail.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

MARK = "check"


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Enters what a check measured into the table; several calls are joined."""
    return lambda text: record_property("measured", text)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    mark = item.get_closest_marker(MARK)
    if mark is not None:
        item.user_properties.append(("check", mark.args[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table. Several tests of one check share a row, which passes if all of them do."""
    rows: dict[str, tuple[set[str], list[str]]] = {}
    for outcome in ("passed", "failed", "error", "skipped", "xfailed", "xpassed"):
        for report in terminalreporter.stats.get(outcome, []):
            properties = getattr(report, "user_properties", [])
            for check in [value for name, value in properties if name == "check"]:
                outcomes, texts = rows.setdefault(check, (set(), []))
                outcomes.add(outcome)
                texts += [str(value) for name, value in properties if name == "measured"]
                if outcome == "skipped":
                    texts.append(str(report.longrepr[2]).removeprefix("Skipped: "))
    if not rows:
        return
    width = max(map(len, rows))
    terminalreporter.section("quality bar")
    for check, (outcomes, texts) in sorted(rows.items(), key=lambda row: _order(row[0])):
        failed = outcomes & {"failed", "error"}
        held = outcomes & {"passed", "xpassed"}
        verdict = "FAIL" if failed else "OPEN" if "xfailed" in outcomes else "PASS" if held else "LEFT OUT"
        terminalreporter.line(f"{check:<{width}}  {verdict:<8}  {'; '.join(texts)}".rstrip())


def _order(check: str) -> tuple[int, str]:
    groups = ("static", "runtime", "semantic", "incidents", "reading")
    group = check.split(".")[0]
    return (groups.index(group) if group in groups else len(groups), check)
