"""Filling templates: what stands in the texts of software and families, and what is drawn anew for each use.

`model.Software` and `model.Line` say what the values mean. Those that depend on the minute come in as a mapping; what
is drawn has no meaning beside its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.instances import hosts, instance_names
from cloud_incident_env.generated.service_versions import product_version, versions
from cloud_incident_env.generated.software.peers import peer_of

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

_USERS = ("u-48213", "u-90177", "u-11904", "u-63350", "u-27718", "u-85046", "u-30592", "u-77140")
_FIRST_DAY = 719_163  # number of 1 January 1970, as `date.toordinal` counts
_PATHS = ("/v1/items", "/v1/session", "/v2/quote", "/v1/history", "/v2/search", "/v1/profile", "/v1/status")

DRAWN: dict[str, Callable[[Draws], object]] = {
    "n": lambda draws: draws.between(3, 96),
    "count": lambda draws: draws.between(3, 240),
    "percent": lambda draws: draws.between(2, 97),
    "pid": lambda draws: draws.between(1200, 32000),
    "port": lambda draws: draws.between(32768, 60999),
    "ip": lambda draws: f"10.{draws.between(1, 40)}.{draws.between(0, 15)}.{draws.between(2, 250)}",
    "id": lambda draws: draws.between(100_000, 9_999_999),
    "id16": lambda draws: draws.between(0, 65_535),
    "hex": lambda draws: f"{draws.between(0, 0xFFFFFFFF):08x}",
    "trace": lambda draws: "".join(f"{draws.between(0, 0xFFFFFFFF):08x}" for _ in range(4)),
    "user": lambda draws: draws.pick(_USERS),
    "path": lambda draws: draws.pick(_PATHS),
    "thread": lambda draws: draws.between(1, 200),
    "kb": lambda draws: draws.between(1, 900),
    "zone": lambda draws: draws.pick("abc"),
    "few": lambda draws: draws.between(2, 9),
    "child": lambda draws: draws.between(1200, 32000),  # the id of a process that does not log the line
}
# What is drawn once for each line: a text that names it twice means the same thing.
DRAWN_ONCE: dict[str, str] = {
    "path": "path",
    "same_n": "n",
    "same_ip": "ip",
    "same_hex": "hex",
    "same_id16": "id16",
}


class Values(dict[str, object]):
    """The values of a template about a service; what is not given is worked out or drawn when it is first needed.

    What is drawn is drawn for each use of a name anew, but for the names in `DRAWN_ONCE`.
    """

    def __init__(self, world: World, index: int, minute: float, draws: Draws, known: Mapping[str, object] = {}) -> None:
        super().__init__(known)
        self.world, self.index, self.minute, self.draws = world, index, minute, draws

    def __missing__(self, name: str) -> object:
        once = DRAWN_ONCE.get(name)
        if once is not None:
            self[name] = DRAWN[once](self.draws)
            return self[name]
        draw = DRAWN.get(name)
        return draw(self.draws) if draw is not None else ABOUT[name](self)


def fill(template: str, values: Mapping[str, object]) -> str:
    """The template with its values. Raises KeyError for a name that is neither known nor drawn."""
    return template.format_map(values)


def _service(values: Values) -> str:
    return values.world.cast.names[values.index]


def _callee(values: Values) -> str:
    cast = values.world.cast
    callees = [
        callee
        for callee, kind, _ in cast.callees(values.index)
        if kind != "platform" and cast.software(callee).kind != "dns"  # nobody looks up the name of the resolver
    ]
    return cast.names[values.draws.pick(callees)] if callees else "items"


def _carried(values: Values, name: str) -> object:
    """A service that runs on a platform, one of its instances and the host of that: a line means the same thing."""
    cast = values.world.cast
    callers = [caller for caller, _, _ in cast.callers(values.index)]
    if not callers:
        return {"caller": "health-check", "caller_instance": "health-check-1", "host": "node-1"}[name]
    caller = values.draws.pick(callers)
    place = values.draws.between(0, values.world.instances(caller) - 1)
    values["caller"] = cast.names[caller]
    values["caller_instance"] = instance_names(values.world, caller)[place]
    values["host"] = hosts(values.world, caller)[place]
    return values[name]


def _about_platform(name: str, otherwise: Callable[[Values], object]) -> Callable[[Values], object]:
    """How a value is worked out: on a platform it is about what runs there."""

    def worked_out(values: Values) -> object:
        carries = values.world.cast.graph.kind(values.index) in ("compute", "scheduler", "network")
        return _carried(values, name) if carries else otherwise(values)

    return worked_out


def _caller(values: Values) -> str:
    cast = values.world.cast
    callers = [caller for caller, _, _ in cast.callers(values.index)]
    return cast.names[values.draws.pick(callers)] if callers else "health-check"


def _remote(values: Values) -> str:
    """A service with which this one speaks over TLS."""
    cast = values.world.cast
    callees = [
        callee
        for callee, kind, _ in cast.callees(values.index)
        if kind != "platform" and peer_of(cast.software(callee)) in ("http", "config", "secrets")
    ]
    return cast.names[values.draws.pick(callees)] if callees else "items"


def _workers(values: Values) -> int:
    """Requests that an instance works on at once."""
    node = values.world.sizing.nodes[values.index]
    return int(node.slots / node.instances)


def _offset(values: Values) -> int:
    """A number that never falls from one minute to the next."""
    draws = values.world.draws("offset", values.index)
    start, rate = draws.between(4_000_000, 900_000_000), draws.between(211, 1_987)
    return int(start + rate * (values.minute + 1500))


def _caller_instance(values: Values) -> str:
    """An instance of a service that calls this one."""
    callers = [caller for caller, _, _ in values.world.cast.callers(values.index)]
    return values.draws.pick(instance_names(values.world, values.draws.pick(callers))) if callers else "health-check-1"


def _collection(values: Values) -> int:
    """The number of a garbage collection: it never falls from one minute to the next."""
    start = values.world.draws("collections", values.index).between(3_000, 140_000)
    return int(start + 5 * (values.minute + 1500))


def _epoch(values: Values, minutes_ago: int = 1) -> int:
    """Seconds from 1970 to a time, of the minute that this is about if no other is given."""
    time = values.world.clock.at(values.minute - minutes_ago)
    days = time.toordinal() - _FIRST_DAY
    return ((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second


def _past_milliseconds(values: Values) -> int:
    """Milliseconds from 1970 to a time some days ago."""
    return 1000 * _epoch(values, values.draws.between(7 * 1440, 9 * 1440)) + values.draws.between(0, 999)


# What is worked out about a service.
ABOUT: dict[str, Callable[[Values], object]] = {
    "service": _service,
    "callee": _callee,
    "caller": _about_platform("caller", _caller),
    "version": lambda values: versions(values.world, values.index)[0],
    "previous": lambda values: versions(values.world, values.index)[1],
    "product": lambda values: product_version(values.world, values.index),
    "host": _about_platform("host", lambda values: values.draws.pick(hosts(values.world, values.index))),
    "instance": lambda values: values.draws.pick(instance_names(values.world, values.index)),
    "offset": _offset,
    "later": lambda values: _offset(values) + values.draws.between(7, 4_000),  # an offset that comes after it
    "collection": _collection,
    "caller_instance": _about_platform("caller_instance", _caller_instance),
    "epoch": _epoch,
    "remote": _remote,
    "workers": _workers,
    "group_id": _service,  # of consumers
    "channel": lambda values: "",  # of replication: the default one has no name
    "neighbor": lambda values: f"198.51.100.{values.draws.between(3, 96)}",
    "log_file": lambda values: "/var/log/app/audit.log",
    "listening": lambda values: 8080,  # a port
    "namespace": lambda values: "prod",
    "system": lambda values: "kube-system",
    "past_ms": _past_milliseconds,
}


class FamilyValues(Values):
    """The values of a text of the family: its facts, and what is about the culprit, stand before all others."""

    def __missing__(self, name: str) -> object:
        if self.world.has_fact(name):
            return self.world.fact(name, self.minute)
        about = OF_FAMILY.get(name)
        return about(self) if about is not None else super().__missing__(name)


def _culprit(values: Values) -> str:
    cast = values.world.cast
    return cast.names[cast.place.culprit]


def _of_hit(name: str, of: Callable[[World, int], tuple[str, ...]]) -> Callable[[Values], object]:
    """An instance or host of the culprit that is hit, where not all are; of the service that prints it otherwise."""

    def worked_out(values: Values) -> object:
        world = values.world
        return of(world, world.cast.place.culprit)[0] if world.cast.family.hosts < 1.0 else ABOUT[name](values)

    return worked_out


OF_FAMILY: dict[str, Callable[[Values], object]] = {
    "culprit": _culprit,
    "area": _culprit,
    "through": lambda values: values.world.cast.names[values.world.cast.place.source],
    "version": lambda values: versions(values.world, values.world.cast.place.culprit)[0],
    "previous": lambda values: versions(values.world, values.world.cast.place.culprit)[1],
    "instance": _of_hit("instance", instance_names),
    "host": _of_hit("host", hosts),
    "age": lambda values: max(0, int(values.minute - values.world.clock.onset)),
    "changed": lambda values: max(0, int(values.minute - values.world.changed)),
    "since": lambda values: f"{values.world.clock.at(values.world.clock.onset):%H:%M:%S}",
    "timeout": lambda values: f"{values.world.sizing.nodes[values.world.cast.place.source].least_time_out:.0f}",
}
