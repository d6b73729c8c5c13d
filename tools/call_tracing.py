"""A policy for generated incidents: follows failing calls down from the alert and matches what it reads.

It reads observations only, and knows how each fault family shows (`Family.signature`), as an experienced engineer
would. It proves that incidents can be solved within their steps from what the tools show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Family

_CALL = re.compile(
    r"^  (?P<name>\S+) \(\w+\): [\d,]+ calls/s, (?P<errors>[\d.]+) % errors, "
    r"p99 (?P<now>[\d,.]+) ms \(normal (?P<normal>[\d,.]+) ms\)(?P<fallback>, fallback)?",
    re.M,
)
ABNORMAL_ERRORS = 1.2  # % of calls, from which a callee is suspected
ABNORMAL_LATENCY = 1.8  # times normal, from which a callee is suspected
NAMED_IN_LOGS = 40.0  # suspicion for ten mentions of a service in the log of another one
IN_ALERT = 1.0  # suspicion of a service that the alert lists


@dataclass
class CallTracingPolicy:
    """Plays root_cause_analysis: reads the most suspicious service next until one fits a family in full."""

    suspicion: dict[str, float] = field(default_factory=dict)
    answer: tuple[str, Family] | None = None
    _plan: Iterator[Decision] | None = None
    _seen: Observation = field(default_factory=dict)

    def act(self, observation: Observation) -> Decision:
        self._seen = observation
        if self._plan is None:
            self._plan = self._investigate()
        if observation["max_steps"] - observation["step_count"] > 1:
            query = next(self._plan, None)
            if query is not None:
                return query
        service, family = self.answer or self._best_guess()
        return Decision("submit_root_cause", {"service": service, "failure_mode": family.name})

    def _investigate(self) -> Iterator[Decision]:
        entry, *others = self._seen["alert"]["affected_services"]
        self.suspicion = dict.fromkeys(others, IN_ALERT)
        yield Decision("check_dependencies", {"service": entry})
        self._read_calls(entry)
        opened = {entry}
        while self.answer is None:
            left = {name: score for name, score in self.suspicion.items() if name not in opened}
            if not left:
                left = {name: 0.0 for name in self._seen["known_services"] if name not in opened}
            if not left:
                return
            service = max(left, key=lambda name: left[name])
            opened.add(service)
            yield Decision("query_logs", {"service": service})
            self._read_names(service)
            for family in self._fitting(service, "query_logs"):
                yield from self._confirm(service, family)
                if self.answer is not None:
                    return
            yield Decision("check_dependencies", {"service": service})
            self._read_calls(service)

    def _confirm(self, service: str, family: Family) -> Iterator[Decision]:
        for tool in family.signature:
            if service not in self._texts(tool):
                yield Decision(tool, {"service": service})
            if not re.search(family.signature[tool], self._texts(tool)[service]):
                return
        self.answer = (service, family)

    def _fitting(self, service: str, tool: str) -> list[Family]:
        text = self._texts(tool)[service]
        return [f for f in FAMILIES.values() if tool in f.signature and re.search(f.signature[tool], text)]

    def _read_calls(self, service: str) -> None:
        """Suspect the callees whose calls fare badly, the more the worse they fare."""
        text = self._texts("check_dependencies")[service].partition("Calls:")[2]
        for call in _CALL.finditer(text):
            errors = float(call["errors"])
            slower = _figure(call["now"]) / max(_figure(call["normal"]), 0.1)
            score = errors / ABNORMAL_ERRORS + slower / ABNORMAL_LATENCY
            if (errors >= ABNORMAL_ERRORS or slower >= ABNORMAL_LATENCY) and not call["fallback"]:
                self.suspicion[call["name"]] = max(score, self.suspicion.get(call["name"], 0.0))

    def _read_names(self, service: str) -> None:
        text = self._texts("query_logs")[service]
        for name in self._seen["known_services"]:
            if name != service and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
                self.suspicion[name] = self.suspicion.get(name, 0.0) + NAMED_IN_LOGS * (text.count(name) / 10)

    def _best_guess(self) -> tuple[str, Family]:
        """The service and the family with the most clues among what was read."""
        clues = {
            (service, name): sum(
                bool(re.search(regex, self._texts(tool)[service]))
                for tool, regex in family.signature.items()
                if service in self._texts(tool)
            )
            for service in self._seen["known_services"]
            for name, family in FAMILIES.items()
        }
        service, name = max(clues, key=lambda pair: (clues[pair], self.suspicion.get(pair[0], 0.0)))
        return service, FAMILIES[name]

    def _texts(self, tool: str) -> Mapping[str, str]:
        texts: Mapping[str, str] = self._seen["queried_data"].get(tool, {})
        return texts


def _figure(text: str) -> float:
    return float(text.replace(",", ""))
