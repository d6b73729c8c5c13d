"""How a service does at a minute, as every tool and log shows it: rates, latencies, failures, CPU, instances."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cloud_incident_env.generated.simulation.distribution import Times
from cloud_incident_env.generated.simulation.parameters import NEUTRAL, Parameters
from cloud_incident_env.generated.simulation.sizing import IDLE_CPU
from cloud_incident_env.generated.simulation.solver import Solution
from cloud_incident_env.generated.world import State

if TYPE_CHECKING:
    from cloud_incident_env.generated.history import History
    from cloud_incident_env.generated.world import World

SAMPLING = 0.02  # how far a quantile of one minute's sample is from that of the distribution, as a share
CARRIED = 0.5  # of the CPU of hosts: what goes with the work of the services that run on them
LEAST_HOSTS = 0.2  # share of the hosts that carries all the work, at the least
MOST_CPU = 98.9  # %, mean of a minute: the kernel keeps a little


@dataclass
class Reading:
    """One service in one minute. Rates are per second, times in ms, shares 0 to 1."""

    world: World
    index: int
    minute: int
    history: History
    usual: bool = False  # how it is when all is well, instead

    def __post_init__(self) -> None:
        self.state = State(self.world.sizing.normal, 1.0) if self.usual else self.world.state(self.minute, self.history)
        self.solution: Solution = self.state.solution
        self.node = self.world.sizing.nodes[self.index]
        self.times: Times = self.solution.times(self.index)
        draws = self.world.draws("sampling", self.index, self.minute)
        up, down = draws.uniform(0.0, SAMPLING), draws.uniform(-SAMPLING, SAMPLING)
        # What waits for a time-out never takes less than that.
        self.p99 = self.times.tail * (1.0 + (up if self.times.slow >= 0.01 else down))
        self.p50 = min(self.p99, self.times.median * (1.0 + (up if self.times.slow >= 0.5 else -down)))
        self.requests = self.solution.requests[self.index] * self.state.traffic
        self.failed = self.solution.failed[self.index]

    @cached_property
    def parameters(self) -> Parameters:
        """What acts on the service."""
        return NEUTRAL if self.usual else self.world.parameters(self.index, self.minute, self.history)

    @cached_property
    def as_usual(self) -> Reading:
        """How the service does when all is well."""
        return self if self.usual else Reading(self.world, self.index, self.minute, self.history, usual=True)

    @cached_property
    def serving(self) -> tuple[Reading, ...]:
        """Every service that takes requests, in the same minute."""
        nodes = self.world.sizing.nodes
        indices = (index for index, node in enumerate(nodes) if node.serves)
        return tuple(Reading(self.world, index, self.minute, self.history, self.usual) for index in indices)

    @property
    def monitored_errors(self) -> float:
        """The share of failing requests as monitoring shows it, which may be at fault."""
        return 1.0 - (1.0 - self.failed) * (1.0 - self.parameters.shown_errors)

    @property
    def monitored_p99(self) -> float:
        """The p99 as monitoring shows it."""
        return self.p99 * self.parameters.shown_latency

    @property
    def instances(self) -> int:
        """How many instances there are, ready or not."""
        scaled = self.history.scaled.get(self.index)
        return scaled[1] if scaled and scaled[0] <= self.minute else self.node.instances

    @property
    def ready(self) -> int:
        """How many instances take requests."""
        share = self.parameters.capacity * self.node.instances / self.instances
        if share >= 0.999:
            return self.instances
        return min(self.instances - 1, max(0, int(self.instances * share + 0.5)))

    @cached_property
    def cpu(self) -> float:
        """CPU in %: what it takes when idle, and what its requests cost."""
        if self.node.serves:
            load = self.solution.load[self.index] * 100.0 * self.state.traffic
        else:
            load = self.node.cpu * self.parameters.cost
            if self.node.kind == "compute":  # hosts do the work of what runs on them
                load *= placed_on_hosts(self) * (1.0 - CARRIED + CARRIED * work_of_hosts(self)[0])
        draws = self.world.draws("cpu", self.index, self.minute)
        return min(MOST_CPU, cpu_with(load)) * (1.0 + draws.uniform(-0.01, 0.01))


def cpu_with(load: float) -> float:
    """CPU in %, of a service that is busy with its requests for so many % of the time."""
    return IDLE_CPU + load * (1.0 - IDLE_CPU / 100.0)


def more_requests(reading: Reading, index: int) -> float:
    """Requests of a service as a multiple of the usual ones."""
    usual = reading.world.sizing.normal.requests[index]
    return reading.solution.requests[index] * reading.state.traffic / usual if usual else 1.0


def busier(reading: Reading, index: int) -> float:
    """CPU of a service that takes requests as a multiple of the usual one."""
    usual = reading.world.sizing.normal.load[index]
    return min(3.0, reading.solution.load[index] * reading.state.traffic / usual) if usual else 1.0


def carried(reading: Reading) -> list[int]:
    """The services that take requests and run on a platform, or are placed by it."""
    nodes = reading.world.sizing.nodes
    return [caller for caller, _, _ in reading.world.cast.graph.callers[reading.index] if nodes[caller].serves]


def busier_than_usual(reading: Reading) -> float:
    """CPU of what runs on a platform as a multiple of the usual one, in the mean."""
    indices = carried(reading)
    more = 0.0
    for index in indices:
        more += busier(reading, index)
    return more / len(indices) if indices else 1.0


def work_of_hosts(reading: Reading) -> tuple[float, float]:
    """What services do on the hosts that are up, as a multiple of the usual: in the mean, and the one with most.

    Instances that are gone do nothing there.
    """
    world = reading.world
    usual, load = world.sizing.normal.load, reading.solution.load
    whole = most = 0.0
    indices = [index for index in carried(reading) if usual[index]]
    for index in indices:
        there = 1.0 if reading.usual else world.parameters(index, reading.minute, reading.history).capacity
        work = min(3.0, min(1.0, load[index]) * reading.state.traffic * min(1.0, there) / usual[index])
        whole += work
        most = max(most, work)
    more = 1.0 / max(LEAST_HOSTS, reading.parameters.capacity)
    return (more * whole / len(indices), more * most) if indices else (more, more)


def placed_on_hosts(reading: Reading) -> float:
    """How much more the schedulers of the system have placed on its hosts, beside services."""
    more = 1.0
    if not reading.usual:
        for index, node in enumerate(reading.world.sizing.nodes):
            if node.kind == "scheduler":
                more *= reading.world.parameters(index, reading.minute, reading.history).cost
    return more
