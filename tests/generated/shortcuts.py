"""Shallow rules that name a culprit without understanding anything: how many do they name?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from cloud_incident_env.incident import Incident
from tests.generated.shown import Shown
from tests.generated.walker import callers_of, calls_of, own_errors

RECENT_MINUTES = 180
_HEALTH = ("healthy", "degraded", "unhealthy")
Rule = Callable[[Shown, Random], str]


def _best(shown: Shown, score: Callable[[str], float], random: Random) -> str:
    """The known service with the highest score; chance decides between equals."""
    scores = {name: score(name) for name in shown.services}
    return random.choice([name for name, value in scores.items() if value == max(scores.values())])


def _deploy_age(shown: Shown, service: str) -> float:
    """Minutes since the newest entry of a deploy history."""
    found = re.search(r"\((\d+) (min|h|d) ago\)", shown.text("check_recent_deploys", service))
    assert found is not None
    return int(found[1]) * {"min": 1, "h": 60, "d": 1440}[found[2]]


def _rows(shown: Shown, service: str) -> dict[str, list[float]]:
    """The rows of the metrics whose figures are there: now, earlier, and normal where there is such a figure."""
    rows = {}
    for line in shown.text("check_metrics", service).splitlines()[1:]:
        label, *cells = re.split(r"  +", line)
        figures = [re.match(r"\$?[\d,.]+", cell) for cell in cells]
        if len(cells) >= 2 and all(figures):
            rows[label] = [float(figure[0].strip("$").replace(",", "")) for figure in figures if figure is not None]
    return rows


def _row(shown: Shown, service: str, label: str) -> list[float]:
    """A row of the metrics: now, earlier, normal; all 0 where there is none."""
    return _rows(shown, service).get(label, [0.0, 0.0, 0.0])


def _change(shown: Shown, service: str, label: str) -> float:
    """How far a figure is from normal, as a share."""
    row = _row(shown, service, label)
    return abs(row[0] / max(row[2], 0.01) - 1) if len(row) > 2 else 0.0


def latest_deploy(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: -_deploy_age(shown, name), random)


def only_deploy(shown: Shown, random: Random) -> str:
    recent = [name for name in shown.services if _deploy_age(shown, name) <= RECENT_MINUTES]
    return recent[0] if len(recent) == 1 else random.choice(shown.services)


def change_nearest_the_onset(shown: Shown, random: Random) -> str:
    onset = shown.incident.alert.duration_minutes + 2
    return _best(shown, lambda name: -abs(_deploy_age(shown, name) - onset), random)


def most_errors(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: _row(shown, name, "error rate")[0], random)


def most_own_errors(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: own_errors(shown, name), random)


def worst_status(shown: Shown, random: Random) -> str:
    def rank(name: str) -> int:
        found = re.search(r"Health: (\w+)", shown.text("check_service_status", name))
        assert found is not None
        return _HEALTH.index(found[1])

    return _best(shown, rank, random)


def fewest_instances_ready(shown: Shown, random: Random) -> str:
    def missing(name: str) -> float:
        found = re.search(r"Replicas: (\d+)/(\d+) ready", shown.text("check_service_status", name))
        assert found is not None
        return 1 - int(found[1]) / int(found[2])

    return _best(shown, missing, random)


def not_in_the_alert(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: name not in shown.incident.alert.affected_services, random)


def first_name(shown: Shown, random: Random) -> str:
    return min(shown.services)


def last_name(shown: Shown, random: Random) -> str:
    return max(shown.services)


def first_listed(shown: Shown, random: Random) -> str:
    return shown.services[0]


def last_listed(shown: Shown, random: Random) -> str:
    return shown.services[-1]


def most_callers(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: len(callers_of(shown, name)), random)


def most_changed_traffic(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: _change(shown, name, "requests"), random)


def most_changed_cpu(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: _change(shown, name, "CPU"), random)


def slowest(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: _change(shown, name, "latency p99"), random)


def gauge_farthest_from_normal(shown: Shown, random: Random) -> str:
    """By rows that are neither rates, errors nor latencies."""
    usual = {"requests", "error rate", "latency p50", "latency p99", "CPU", "memory"}

    def farthest(name: str) -> float:
        return max((_change(shown, name, label) for label in _rows(shown, name) if label not in usual), default=0.0)

    return _best(shown, farthest, random)


def deepest_bad_service(shown: Shown, random: Random) -> str:
    """A service to which some call is bad and that makes no bad call itself."""
    bad = {name: [call.callee for call in calls_of(shown, name) if call.bad] for name in shown.services}
    reached = {callee for callees in bad.values() for callee in callees}
    return _best(shown, lambda name: name in reached and not bad[name], random)


def _log(shown: Shown, name: str) -> list[str]:
    """The log lines of a service, figures and ids taken out."""
    text = re.sub(r"[\d.:]+|\b[0-9a-f]{8}\b", "#", shown.text("query_logs", name))
    return text.splitlines()[1:]


def longest_logs(shown: Shown, random: Random) -> str:
    return _best(shown, lambda name: len(shown.text("query_logs", name)), random)


def most_repeated_line(shown: Shown, random: Random) -> str:
    def repeats(name: str) -> int:
        return max(Counter(line[-60:] for line in _log(shown, name)).values(), default=0)

    return _best(shown, repeats, random)


def most_error_lines(shown: Shown, random: Random) -> str:
    errors = re.compile(r"\b(ERROR|error|FATAL|fatal|crit|critical)\b|^[EF]#")
    return _best(shown, lambda name: sum(bool(errors.search(line)) for line in _log(shown, name)), random)


def most_named_in_logs(shown: Shown, random: Random) -> str:
    every = {name: "\n".join(_log(shown, name)) for name in shown.services}
    return _best(shown, lambda name: sum(text.count(name) for other, text in every.items() if other != name), random)


# Rules that know nothing of what the tools show of the failure.
BLIND: dict[str, Rule] = {
    "not in the alert": not_in_the_alert,
    "first name": first_name,
    "last name": last_name,
    "first listed": first_listed,
    "last listed": last_listed,
    "most callers": most_callers,
}
# Rules that look at one thing alone.
LOOKING: dict[str, Rule] = {
    "latest deploy": latest_deploy,
    "only deploy": only_deploy,
    "change nearest the onset": change_nearest_the_onset,
    "most changed traffic": most_changed_traffic,
    "most changed CPU": most_changed_cpu,
    "most errors": most_errors,
    "most own errors": most_own_errors,
    "slowest": slowest,
    "worst status": worst_status,
    "fewest instances ready": fewest_instances_ready,
    "gauge farthest from normal": gauge_farthest_from_normal,
    "deepest bad service": deepest_bad_service,
    "longest logs": longest_logs,
    "most repeated line": most_repeated_line,
    "most error lines": most_error_lines,
    "most named in logs": most_named_in_logs,
}


def rarest_name(incidents: Sequence[Incident]) -> Rule:
    """The service whose name is rarest among these incidents."""
    seen = Counter(name for incident in incidents for name in incident.known_services)
    return lambda shown, random: _best(shown, lambda name: -seen[name], random)


def culprit_shares(incidents: Sequence[Incident], rules: Mapping[str, Rule]) -> dict[str, float]:
    """For each rule, the share of the incidents whose culprit it names."""
    every = [Shown(incident) for incident in incidents]
    shares = {}
    for name, rule in rules.items():
        random = Random(name)
        shares[name] = sum(rule(shown, random) == shown.incident.culprit for shown in every) / len(every)
    return shares


def guess(incidents: Sequence[Incident]) -> float:
    """The share of the culprits that a guess among the known services names."""
    return sum(1 / len(incident.known_services) for incident in incidents) / len(incidents)
