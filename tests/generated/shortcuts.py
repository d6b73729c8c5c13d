"""Shallow rules that name a culprit without understanding anything. None may do much better than guessing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from cloud_incident_env.incident import Incident
from tests.reports import reports_after

MOST = 1.6  # times the rate of a guess among the known services
RECENT_MINUTES = 180
_HEALTH = ("HEALTHY", "DEGRADED", "DOWN")
Rule = Callable[[Incident, Random], str]


def _best(incident: Incident, score: Callable[[str], float], random: Random) -> str:
    """The known service with the highest score; chance decides between equals."""
    scores = {name: score(name) for name in incident.known_services}
    return random.choice([name for name, value in scores.items() if value == max(scores.values())])


def _text(incident: Incident, tool: str, service: str) -> str:
    return reports_after(incident)[tool, service].text


def _deploy_age(incident: Incident, service: str) -> float:
    """Minutes since the newest entry of a deploy history."""
    found = re.search(r"\((\d+) (min|h|d) ago\)", _text(incident, "check_recent_deploys", service))
    assert found is not None
    return int(found[1]) * {"min": 1, "h": 60, "d": 1440}[found[2]]


def _error_rate(incident: Incident, service: str) -> float:
    found = re.search(r"error rate +([\d.]+) %", _text(incident, "check_metrics", service))
    assert found is not None
    return float(found[1])


def _callers(incident: Incident, service: str) -> int:
    return _text(incident, "check_dependencies", service).partition("Calls:")[0].count("calls/s")


def _status(incident: Incident, service: str) -> int:
    found = re.search(r"Health: (\w+)", _text(incident, "check_service_status", service))
    assert found is not None
    return _HEALTH.index(found[1])


def latest_deploy(incident: Incident, random: Random) -> str:
    return _best(incident, lambda name: -_deploy_age(incident, name), random)


def only_deploy(incident: Incident, random: Random) -> str:
    recent = [name for name in incident.known_services if _deploy_age(incident, name) <= RECENT_MINUTES]
    return recent[0] if len(recent) == 1 else random.choice(incident.known_services)


def most_errors(incident: Incident, random: Random) -> str:
    return _best(incident, lambda name: _error_rate(incident, name), random)


def worst_status(incident: Incident, random: Random) -> str:
    return _best(incident, lambda name: _status(incident, name), random)


def not_in_the_alert(incident: Incident, random: Random) -> str:
    return _best(incident, lambda name: name not in incident.alert.affected_services, random)


def longest_logs(incident: Incident, random: Random) -> str:
    return _best(incident, lambda name: len(_text(incident, "query_logs", name)), random)


def first_name(incident: Incident, random: Random) -> str:
    return min(incident.known_services)


def last_name(incident: Incident, random: Random) -> str:
    return max(incident.known_services)


def first_listed(incident: Incident, random: Random) -> str:
    return incident.known_services[0]


def last_listed(incident: Incident, random: Random) -> str:
    return incident.known_services[-1]


def heaviest_dependency(incident: Incident, random: Random) -> str:
    return _best(incident, lambda name: _callers(incident, name), random)


def _row(incident: Incident, service: str, label: str) -> list[float]:
    """The figures of a row of the metrics: now, earlier, normal."""
    found = re.search(rf"^{label}  +(.+)$", _text(incident, "check_metrics", service), re.M)
    return [float(figure) for figure in re.findall(r"[\d.]+", found[1].replace(",", ""))][:3] if found else [0, 0, 0]


def most_changed_traffic(incident: Incident, random: Random) -> str:
    def change(name: str) -> float:
        now, _, normal = _row(incident, name, "requests")
        return abs(now / normal - 1)

    return _best(incident, change, random)


def most_changed_cpu(incident: Incident, random: Random) -> str:
    def change(name: str) -> float:
        now, _, normal = _row(incident, name, "CPU")
        return abs(now / max(normal, 1) - 1)

    return _best(incident, change, random)


def slowest(incident: Incident, random: Random) -> str:
    def factor(name: str) -> float:
        found = re.search(r"p99 (\S+) ms \(normal (\S+) ms\)", _text(incident, "check_dependencies", name))
        assert found is not None
        return float(found[1].replace(",", "")) / float(found[2].replace(",", ""))

    return _best(incident, factor, random)


def errors_without_users(incident: Incident, random: Random) -> str:
    def score(name: str) -> float:
        faces_users = "users affected" in _text(incident, "check_metrics", name)
        unfelt = faces_users and _row(incident, name, "users affected")[0] == 0
        return _error_rate(incident, name) if unfelt else -1.0

    return _best(incident, score, random)


def change_nearest_the_onset(incident: Incident, random: Random) -> str:
    onset = incident.alert.duration_minutes + 2
    return _best(incident, lambda name: -abs(_deploy_age(incident, name) - onset), random)


def most_repeated_line(incident: Incident, random: Random) -> str:
    def repeats(name: str) -> int:
        lines = re.sub(r"[\d.:]+|\b[0-9a-f]{8}\b", "#", _text(incident, "query_logs", name)).splitlines()
        return Counter(line[-60:] for line in lines).most_common(1)[0][1]

    return _best(incident, repeats, random)


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


def hit_rates(incidents: Sequence[Incident], rules: Iterable[str] = (*RULES, "rarest name")) -> dict[str, float]:
    """For each rule, the share of the incidents whose culprit it names, in multiples of the rate of a guess."""
    seen = Counter(name for incident in incidents for name in incident.known_services)
    named = {**RULES, "rarest name": lambda incident, random: _best(incident, lambda name: -seen[name], random)}
    guess = sum(1 / len(incident.known_services) for incident in incidents)
    rates = {}
    for rule in rules:
        random = Random(rule)
        hits = sum(named[rule](incident, random) == incident.culprit for incident in incidents)
        rates[rule] = hits / guess
    return rates
