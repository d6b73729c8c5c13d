"""The hypotheses of a detective, which service fails in which mode, and how probable the evidence makes each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from math import exp, log
from typing import NamedTuple

from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.agents.detective_figures import Figures, figures_of
from cloud_incident_env.agents.detective_likelihood import (
    FLOOD,
    MISSING,
    OFF,
    PERHAPS,
    SOME,
    STRANGE,
    call_fit,
    deploys_fit,
    metrics_fit,
    shown_fit,
    status_fit,
)
from cloud_incident_env.agents.detective_predictions import (
    NO_ROLE,
    QUIET,
    Prediction,
    Roles,
    fails_itself,
    is_false_alarm,
    is_platform,
    is_store,
    may_be_dns,
    passes_through,
    predicted,
    roles_felt,
    striking,
)
from cloud_incident_env.agents.evidence import Answers, Call
from cloud_incident_env.generated.model import Role

# Shares of the incidents that begin in the monitoring, at a service that fails or cannot serve, and at any other.
CLASSES = {"false alarm": 0.08, "failing": 0.3, "other": 0.62}
# How probable it is that a service calls another or runs on it, while no report tells.
CALLS_PLATFORM, CALLS = 0.35, 0.2
FAILING = 0.1  # share of failing tries from which there must be a reason
SUFFERS, SLOW = 0.03, 1.5  # share of failures and factor on p50 from which a service suffers
NEGLIGIBLE = 12.0  # logarithm by which a hypothesis falls behind the best one until it counts no more
TRIED_OFTEN = 2.2  # factor on the requests of the alerting service that users hardly bring about
AGAIN = 0.25  # how much the same of another caller counts
CULPRIT_ALONE = 0.2  # what it is worth to be right about the culprit and not about the mode
UNLIKELY = 1e-3  # probability below which a hypothesis does not matter for what to look at next
SUSPECTS = 0.5  # how much more a look at the metrics of a service is worth for each share that it is the culprit
SUFFERING = 0.1  # how much more where the service is known to suffer, and may have brought it about
# How much less a look tells of a service that is not known to suffer.
WELL = {"check_dependencies": 0.4, "check_metrics": 0.6}
WEIGHTS = {"check_metrics": 1.0, "check_dependencies": 0.9, "check_service_status": 0.7, "check_recent_deploys": 0.7}


def _class_of(mode: str) -> str:
    """Which of `CLASSES` a mode belongs to."""
    return "false alarm" if is_false_alarm(mode) else "failing" if fails_itself(mode) else "other"


def _is_bad(told: Call | Answers) -> bool:
    """Whether a service fails or is slow, by what its callers or itself are told to see."""
    slower = told.p99.value / told.normal_p99.value if told.p99 and told.normal_p99 and told.normal_p99.value else 0.0
    return told.fails.value > 100.0 * SUFFERS or slower > SLOW


class Hypothesis(NamedTuple):
    """A service is the culprit in a mode, and hurts others by way of a callee where the mode has one."""

    suspect: str
    mode: str
    through: str | None = None


class Beliefs:
    """The probabilities of all hypotheses, kept as reports come in."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._fits: dict[Hashable, float] = {}  # what was worked out from reports that have not changed since
        self._figures: dict[str, Figures] = {}
        self._roles: dict[tuple[str, Hypothesis], tuple[Roles, Roles | None]] = {}
        self._software: dict[str, frozenset[str]] = {}
        self._reach: dict[str, tuple[frozenset[str], bool]] = {}
        self._rows: dict[str, list[tuple[str, Call]]] = {}  # what is told of the calls to a service, and by whom
        self._told_calls = 0  # services of which a report has told whom they call
        self.probable: dict[Hypothesis, float] = {}
        self._likely: dict[Hypothesis, float] = {}
        self.update()

    def update(self, service: str | None = None) -> None:
        """Weigh all hypotheses anew after a report on a service."""
        case = self.case
        told_calls = sum(seen.dependencies is not None for seen in case.seen.values())
        if told_calls != self._told_calls:
            self._roles, self._told_calls = {}, told_calls
            self._rows = self._told_rows()
        self._software = {name: case.software(name) for name in case.services}
        self._reach = {name: case.reach(name) for name in case.services}
        if service is not None:
            self._fits = {key: fit for key, fit in self._fits.items() if service not in key}  # type: ignore[operator]
            seen = case.seen[service]
            if seen.metrics is not None or seen.dependencies is not None:
                self._figures[service] = figures_of(case, seen.metrics, seen.dependencies)
        weighed = {each: prior + self._fit(each) for each, prior in self._priors()}
        most = max(weighed.values())
        shares = {each: exp(weight - most) for each, weight in weighed.items() if weight > most - NEGLIGIBLE}
        total = sum(shares.values())
        self.probable = {each: share / total for each, share in sorted(shares.items(), key=lambda item: -item[1])}
        self._likely = {each: share for each, share in self.probable.items() if share > UNLIKELY}

    def _told_rows(self) -> dict[str, list[tuple[str, Call]]]:
        found: dict[str, list[tuple[str, Call]]] = {}
        for service, seen in self.case.seen.items():
            for call in seen.dependencies.calls if seen.dependencies else ():
                if call.name in self.case.seen:
                    found.setdefault(call.name, []).append((service, call))
        return found

    @property
    def best(self) -> Hypothesis:
        return next(iter(self.probable))

    def culprits(self) -> dict[str, float]:
        """The probability of each service to be the culprit."""
        found: Counter[str] = Counter()
        for each, share in self.probable.items():
            found[each.suspect] += share  # type: ignore[assignment]
        return dict(found)

    def answer(self) -> Hypothesis:
        """The most probable mode; of modes that are about as probable, that of the most probable culprit."""
        culprits = self.culprits()
        return max(self.probable, key=lambda each: self.probable[each] + CULPRIT_ALONE * culprits[each.suspect])

    def value(self, tool: str, service: str) -> float:
        """How much a look may tell: the probability that two hypotheses drawn by their probability disagree on it."""
        shares: Counter[Hashable] = Counter()
        for each, share in self._likely.items():
            shares[self._asked(tool, service, each)] += share  # type: ignore[assignment]
        suffers = self._suffers(service)
        told = (1.0 - sum(share * share for share in shares.values())) * (1.0 if suffers else WELL.get(tool, 1.0))
        figures = self._figures.get(service)
        missing = self.case.seen[service].metrics is not None and (figures is None or not figures.readings)
        if tool == "check_metrics" or (tool == "check_dependencies" and missing):
            told += SUSPECTS * sum(share for each, share in self._likely.items() if each.suspect == service)
        if tool == "check_metrics" and suffers and not is_store(self._software[service]):
            told += SUFFERING
        return WEIGHTS[tool] * told

    def _suffers(self, service: str) -> bool:
        """Whether a service is known to fail or to be slow."""
        figures = self._figures.get(service)
        if figures is not None and figures.readings:
            return (figures.errors or 0.0) > SUFFERS or (figures.p50 or 0.0) > SLOW
        own = self.case.seen[service].dependencies
        if own is not None and own.answers is not None and _is_bad(own.answers):
            return True
        calls = (seen.dependencies.call(service) for seen in self.case.seen.values() if seen.dependencies)
        return any(call is not None and _is_bad(call) for call in calls)

    # ---- hypotheses

    def _priors(self) -> Iterable[tuple[Hypothesis, float]]:
        """Each hypothesis and the logarithm of its probability: culprits alike, and the modes of each."""
        ways: dict[tuple[str, str], list[Hypothesis]] = {}  # by culprit and what kind of failure it is
        for service in self.case.services:
            if service == self.case.entry:
                continue
            for mode in striking(self._software[service]):
                ways.setdefault((service, _class_of(mode)), []).extend(self._ways(service, mode))
        culprits = Counter(kind for _, kind in ways)
        for (service, kind), found in ways.items():
            unknown = len(self._software[service]) >= 5
            for each in found:
                yield each, log(CLASSES[kind] / culprits[kind] / (50.0 if unknown else len(found)))

    def _ways(self, service: str, mode: str) -> list[Hypothesis]:
        case = self.case
        if "through" not in roles_felt(mode):
            return [Hypothesis(service, mode)]
        return [
            Hypothesis(service, mode, other)
            for other in case.services
            if other not in (service, case.entry)
            and passes_through(mode, self._software[other])
            and case.calls(service, other) is not False
        ]

    def roles(self, service: str, each: Hypothesis) -> tuple[Roles, Roles | None]:
        """The roles of a service, and those that it has as well if it calls the culprit, where no report tells."""
        key = (service, each)
        if key not in self._roles:
            self._roles[key] = self._roles_now(service, each)
        return self._roles[key]

    def _roles_now(self, service: str, each: Hypothesis) -> tuple[Roles, Roles | None]:
        case, felt = self.case, roles_felt(each.mode)
        found: set[Role] = set()
        if service == each.suspect:
            found.add("culprit")
        if service == each.through:
            found.add("through")
        if service == case.entry:
            found.add("entry")
        known = frozenset(found) & felt
        role: Role = "callers" if each.through is None else "through_callers"
        if role not in felt or service == each.suspect:
            return known, None
        calls = case.calls(service, each.through or each.suspect)
        if calls is None:
            return known, known | {role}
        return (known | {role} if calls else known), None

    def _expected(self, service: str, each: Hypothesis) -> Prediction:
        """What is expected of a service, if it calls the culprit where no report tells."""
        roles, more = self.roles(service, each)
        return predicted(each.mode, more or roles)

    # ---- likelihoods

    def _fit(self, each: Hypothesis) -> float:
        total = self._alert_fit(each) + self._users_fit(each)
        for service in self.case.services:
            if self.case.seen[service].looks:
                total += self._service_fit(service, each)
        for rows in self._rows.values():
            total += self._rows_fit(rows, each)
        return total

    def _rows_fit(self, rows: list[tuple[str, Call]], each: Hypothesis) -> float:
        """How well the calls to a service fit. What several callers see alike has one reason and counts little more."""
        fits = [self._row_fit(service, call, each) for service, call in rows]
        worst = min(fits)
        return worst + AGAIN * (sum(fits) - worst) + min(self._reason_fit(call, each) for _, call in rows)

    def _row_fit(self, service: str, call: Call, each: Hypothesis) -> float:
        known, _ = self.roles(service, each)
        caller = predicted(each.mode, known)
        below, more = self.roles(call.name, each)
        fit = self._call_fit(service, call, caller, predicted(each.mode, below))
        if more is None:
            return fit
        return self._mixed(each, fit, self._call_fit(service, call, caller, predicted(each.mode, more)))

    def _alert_fit(self, each: Hypothesis) -> float:
        felt_at_entry = not is_false_alarm(each.mode) or bool(roles_felt(each.mode) & {"entry"})
        if not self.case.alarming:
            return 2 * STRANGE if felt_at_entry else 0.0
        return 0.0 if felt_at_entry or roles_felt(each.mode) & {"callers"} else MISSING

    def _users_fit(self, each: Hypothesis) -> float:
        """How well the requests of the alerting service fit: users try again, and seldom as often as a test does."""
        figures = self._figures.get(self.case.entry)
        if figures is None or (figures.requests or 0.0) < TRIED_OFTEN:
            return 0.0
        return 0.0 if self._expected(self.case.entry, each).share("traffic").least > TRIED_OFTEN else OFF

    def _service_fit(self, service: str, each: Hypothesis) -> float:
        roles, more = self.roles(service, each)
        fit = self._role_fit(service, each, roles)
        return fit if more is None else self._mixed(each, fit, self._role_fit(service, each, more))

    def _role_fit(self, service: str, each: Hypothesis, roles: Roles) -> float:
        prediction = predicted(each.mode, roles)
        name: Hashable = (service, each.mode if prediction is not QUIET else "", roles)
        if prediction is QUIET:
            name = (service, "", NO_ROLE)
        if name not in self._fits:
            self._fits[name] = self._report_fit(service, prediction, "culprit" in roles)
        return self._fits[name]

    def _report_fit(self, service: str, expected: Prediction, culprit: bool) -> float:
        """How well all but the calls of a service fit."""
        case, seen = self.case, self.case.seen[service]
        total = 0.0
        figures = self._figures.get(service)
        if figures is not None:
            total += metrics_fit(figures, self._software[service], expected, case.time_out(service))
        if seen.status is not None:
            total += status_fit(seen.status, expected, culprit)
        if seen.deploys is not None:
            total += deploys_fit(seen.deploys, case, expected)
        true = seen.dependencies.answers.fails.value if seen.dependencies and seen.dependencies.answers else None
        if true is None and seen.status is not None and seen.status.errors is not None:
            true = seen.status.errors.value
        shown = case.errors if service == case.entry else figures.errors if figures else None
        if true is not None and shown is not None:
            total += shown_fit(shown, true / 100.0, expected)
        return total

    def _reason_fit(self, call: Call, each: Hypothesis) -> float:
        """How well it fits that a callee fails: somebody whom it waits for must be hit."""
        if call.fails.value < 100.0 * FAILING or (call.unconnected and call.unconnected.value > 0.05 * call.rate.value):
            return 0.0
        reached, others = self._reach[call.name]
        if any(self._expected(name, each) is not QUIET for name in reached):
            return 0.0
        crowded = [self._crowded(name) for name in reached]
        if any(crowded):
            return 0.0
        return -0.7 if others else SOME if None in crowded else STRANGE / 2

    def _call_fit(self, service: str, call: Call, caller: Prediction, callee: Prediction) -> float:
        name = (service, call.name, caller, callee)
        if name not in self._fits:
            if may_be_dns(self._software[call.name]) and call.unconnected and not call.unconnected.value:
                caller = QUIET
            found = self._flooded(service), self._flooded(call.name)
            fit = call_fit(call, caller, callee, any(found))
            if None in found and not any(found):
                fit = max(fit, call_fit(call, caller, callee, True) + PERHAPS)
            self._fits[name] = fit
        return self._fits[name]

    def _flooded(self, service: str) -> bool | None:
        """Whether a service has many more requests than usual, or all that it can do; None where nothing tells."""
        figures = self._figures.get(service)
        if figures is None or figures.requests is None:
            return None
        return figures.requests > FLOOD or figures.at_least

    def _crowded(self, service: str) -> bool | None:
        """Whether a service turns requests away because it has too many; None where nothing tells."""
        figures = self._figures.get(service)
        return True if figures is not None and figures.crowded else self._flooded(service)

    def _mixed(self, each: Hypothesis, without: float, with_it: float) -> float:
        """How well something fits where no report tells whether a service calls the culprit."""
        share = CALLS_PLATFORM if is_platform(self._software[each.suspect]) else CALLS
        return log(share * exp(with_it) + (1.0 - share) * exp(without) + 1e-30)

    # ---- what a look would tell

    def _asked(self, tool: str, service: str, each: Hypothesis) -> Hashable:
        """What a hypothesis predicts of a look, as far as two hypotheses can disagree on it."""
        expected = self._expected(service, each)
        if tool == "check_recent_deploys":
            return expected.lead, expected.change
        if tool == "check_service_status":
            return expected.status
        if tool == "check_metrics":
            return expected.metrics
        source = each.through or each.suspect
        if self.case.calls(service, source) is False:
            return expected.calls, ""
        answers = self._expected(source, each).answers
        return expected.calls, source if answers != QUIET.answers else "", answers
