"""Shallow rules that name a culprit without understanding anything. None may do much better than guessing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from scenario import Scenario

MOST = 1.6  # times the rate of a guess among the known services
RECENT_MINUTES = 180
_HEALTH = ("HEALTHY", "DEGRADED", "DOWN")
Rule = Callable[[Scenario, Random], str]


def _best(scenario: Scenario, score: Callable[[str], float], random: Random) -> str:
    """The known service with the highest score; chance decides between equals."""
    scores = {name: score(name) for name in scenario["known_services"]}
    return random.choice([name for name, value in scores.items() if value == max(scores.values())])


def _text(scenario: Scenario, tool: str, service: str) -> str:
    return scenario["tool_responses"][tool][service]


def _deploy_age(scenario: Scenario, service: str) -> float:
    """Minutes since the newest entry of a deploy history."""
    found = re.search(r"\((\d+) (min|h|d) ago\)", _text(scenario, "check_recent_deploys", service))
    assert found is not None
    return int(found[1]) * {"min": 1, "h": 60, "d": 1440}[found[2]]


def _error_rate(scenario: Scenario, service: str) -> float:
    found = re.search(r"error rate +([\d.]+) %", _text(scenario, "check_metrics", service))
    assert found is not None
    return float(found[1])


def _callers(scenario: Scenario, service: str) -> int:
    return _text(scenario, "check_dependencies", service).partition("Calls:")[0].count("calls/s")


def _status(scenario: Scenario, service: str) -> int:
    found = re.search(r"Health: (\w+)", _text(scenario, "check_service_status", service))
    assert found is not None
    return _HEALTH.index(found[1])


def latest_deploy(scenario: Scenario, random: Random) -> str:
    return _best(scenario, lambda name: -_deploy_age(scenario, name), random)


def only_deploy(scenario: Scenario, random: Random) -> str:
    recent = [name for name in scenario["known_services"] if _deploy_age(scenario, name) <= RECENT_MINUTES]
    return recent[0] if len(recent) == 1 else random.choice(scenario["known_services"])


def most_errors(scenario: Scenario, random: Random) -> str:
    return _best(scenario, lambda name: _error_rate(scenario, name), random)


def worst_status(scenario: Scenario, random: Random) -> str:
    return _best(scenario, lambda name: _status(scenario, name), random)


def not_in_the_alert(scenario: Scenario, random: Random) -> str:
    return _best(scenario, lambda name: name not in scenario["alert"]["affected_services"], random)


def longest_logs(scenario: Scenario, random: Random) -> str:
    return _best(scenario, lambda name: len(_text(scenario, "query_logs", name)), random)


def first_name(scenario: Scenario, random: Random) -> str:
    return min(scenario["known_services"])


def last_name(scenario: Scenario, random: Random) -> str:
    return max(scenario["known_services"])


def first_listed(scenario: Scenario, random: Random) -> str:
    return scenario["known_services"][0]


def last_listed(scenario: Scenario, random: Random) -> str:
    return scenario["known_services"][-1]


def heaviest_dependency(scenario: Scenario, random: Random) -> str:
    return _best(scenario, lambda name: _callers(scenario, name), random)


def _row(scenario: Scenario, service: str, label: str) -> list[float]:
    """The figures of a row of the metrics: now, earlier, normal."""
    found = re.search(rf"^{label}  +(.+)$", _text(scenario, "check_metrics", service), re.M)
    return [float(figure) for figure in re.findall(r"[\d.]+", found[1].replace(",", ""))][:3] if found else [0, 0, 0]


def most_changed_traffic(scenario: Scenario, random: Random) -> str:
    def change(name: str) -> float:
        now, _, normal = _row(scenario, name, "requests")
        return abs(now / normal - 1)

    return _best(scenario, change, random)


def most_changed_cpu(scenario: Scenario, random: Random) -> str:
    def change(name: str) -> float:
        now, _, normal = _row(scenario, name, "CPU")
        return abs(now / max(normal, 1) - 1)

    return _best(scenario, change, random)


def slowest(scenario: Scenario, random: Random) -> str:
    def factor(name: str) -> float:
        found = re.search(r"p99 (\S+) ms \(normal (\S+) ms\)", _text(scenario, "check_dependencies", name))
        assert found is not None
        return float(found[1].replace(",", "")) / float(found[2].replace(",", ""))

    return _best(scenario, factor, random)


def errors_without_users(scenario: Scenario, random: Random) -> str:
    def score(name: str) -> float:
        faces_users = "users affected" in _text(scenario, "check_metrics", name)
        unfelt = faces_users and _row(scenario, name, "users affected")[0] == 0
        return _error_rate(scenario, name) if unfelt else -1.0

    return _best(scenario, score, random)


def change_nearest_the_onset(scenario: Scenario, random: Random) -> str:
    onset = scenario["alert"]["duration_minutes"] + 2
    return _best(scenario, lambda name: -abs(_deploy_age(scenario, name) - onset), random)


def most_repeated_line(scenario: Scenario, random: Random) -> str:
    def repeats(name: str) -> int:
        lines = re.sub(r"[\d.:]+|\b[0-9a-f]{8}\b", "#", _text(scenario, "query_logs", name)).splitlines()
        return Counter(line[-60:] for line in lines).most_common(1)[0][1]

    return _best(scenario, repeats, random)


RULES: dict[str, Rule] = {
    "latest deploy": latest_deploy,
    "only deploy": only_deploy,
    "most errors": most_errors,
    "worst status": worst_status,
    "not in the alert": not_in_the_alert,
    "longest logs": longest_logs,
    "first name": first_name,
    "last name": last_name,
    "first listed": first_listed,
    "last listed": last_listed,
    "heaviest dependency": heaviest_dependency,
    "most changed traffic": most_changed_traffic,
    "most changed CPU": most_changed_cpu,
    "slowest": slowest,
    "errors without users": errors_without_users,
    "change nearest the onset": change_nearest_the_onset,
    "most repeated line": most_repeated_line,
}


def hit_rates(scenarios: Sequence[Scenario], rules: Iterable[str] = (*RULES, "rarest name")) -> dict[str, float]:
    """For each rule, the share of the incidents whose culprit it names, in multiples of the rate of a guess."""
    seen = Counter(name for scenario in scenarios for name in scenario["known_services"])
    named = {**RULES, "rarest name": lambda scenario, random: _best(scenario, lambda name: -seen[name], random)}
    guess = sum(1 / len(scenario["known_services"]) for scenario in scenarios)
    rates = {}
    for rule in rules:
        random = Random(rule)
        hits = sum(named[rule](scenario, random) == scenario["correct_root_cause"]["service"] for scenario in scenarios)
        rates[rule] = hits / guess
    return rates
