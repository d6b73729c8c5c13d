"""Every business is a system that incidents can be told of, and no two have the same shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from typing import Literal

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Service, System
from cloud_incident_env.generated.places import places_of
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS, Graph, graph_of, service

SIZES = range(15, 32)  # services, the monitoring among them
NAMES = range(4, 6)  # names that a service may have
CALLEES = 6  # of one service, at most
CALLERS = 5  # of one service, at most
PLATFORM_CALLERS = range(2, 6)
STORE_CALLERS = 2  # that hurt each other by way of a store, at least
FALLBACKS = range(2, 5)
EARNERS = range(2, 5)
DEPTHS = {4, 5, 6}  # calls from a top service down to a store or the platform, by some chain
LONGEST_CHAIN = 10
HOPS = {1, 2, 3, 4}  # from the alerting service to the culprit, easy to expert
WITH_ALL_HOPS = 0.85  # share of the services below the top two layers
SUITED_SYSTEMS = 8  # for each family, at least
COMMON_EDGES = 0.6  # share that two systems may have in common, by the software at both ends

APPLICATIONS = frozenset({"java", "go", "python", "node"})
GATEWAYS = frozenset({"envoy", "nginx"})
PLATFORM = frozenset({"network", "nodes", "kubernetes", "coredns", "vault", "config-service", "registry"})
STORES = frozenset({"postgres", "mysql", "object-store", "redis", "kafka", "rabbitmq"})
BROKERS = {"stream-worker": "kafka", "queue-worker": "rabbitmq"}
WORKERS = frozenset({*BROKERS, "batch-worker"})
OPTIONAL = APPLICATIONS | GATEWAYS | {"mysql"}  # software that a system may lack
TOPS = frozenset({"node", "java"})

Rule = Callable[[System], list[str]]


def size_problems(system: System) -> list[str]:
    return [] if len(system.services) in SIZES else [f"{len(system.services)} services"]


def name_problems(system: System) -> list[str]:
    """Names are of two words or more, belong to one service, and none is part of another service's name."""
    problems = []
    owner: dict[str, str] = {}
    roles = Counter(each.role for each in system.services)
    problems += [f"role {role} occurs {count} times" for role, count in roles.items() if count > 1]
    for each in system.services:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", each.role):
            problems.append(f"role {each.role} is not of lower case words")
        if len(each.names) not in NAMES:
            problems.append(f"{each.role} has {len(each.names)} names")
        for name in each.names:
            if name in owner:
                problems.append(f"{name} is a name of {owner[name]} and of {each.role}")
            if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
                problems.append(f"{name} is not of two words or more")
            owner[name] = each.role
    for one, other in combinations(owner, 2):
        if owner[one] != owner[other] and (one in other or other in one):
            problems.append(f"{one} and {other} contain each other")
    return problems


def software_problems(system: System) -> list[str]:
    """All software is known, and all that every system needs is there."""
    used = Counter(each.software for each in system.services)
    problems = [f"unknown software {name}" for name in used if name not in SOFTWARE]
    problems += [f"no {name}" for name in SOFTWARE if name not in OPTIONAL and name not in used]
    if used["prometheus"] != 1:
        problems.append(f"{used['prometheus']} services measure the others")
    if not GATEWAYS & set(used):
        problems.append("no gateway")
    if len(APPLICATIONS & set(used)) < 2:
        problems.append("fewer than two languages")
    if used["mysql"] + used["postgres"] < 2:
        problems.append("fewer than two databases")
    return problems


def edge_problems(system: System) -> list[str]:
    """Calls go to other services of the system, once each, with the mark that suits the callee."""
    software = {each.role: each.software for each in system.services}
    problems = []
    for each in system.services:
        callees = [call.callee for call in each.calls]
        if len(callees) > CALLEES:
            problems.append(f"{each.role} calls {len(callees)} services")
        if len(set(callees)) < len(callees) or each.role in callees:
            problems.append(f"{each.role} calls itself, or a service twice")
        for call in each.calls:
            if call.callee not in software:
                problems.append(f"{each.role} calls {call.callee}, which is unknown")
            elif call.kind not in _marks(software[call.callee]):
                problems.append(f"the call from {each.role} to {call.callee} is marked {call.kind}")
    return problems


def _marks(software: str) -> tuple[str, ...]:
    if software in PLATFORM:
        return ("config",)
    if software in STORES:
        return ("storage",)
    return ("async",) if software in WORKERS else ("sync", "async")


def cycle_problems(system: System) -> list[str]:
    order = TopologicalSorter({each.role: [call.callee for call in each.calls] for each in system.services})
    try:
        order.prepare()
    except CycleError as error:
        return [f"calls go in a circle: {error.args[1]}"]
    return []


def top_problems(system: System) -> list[str]:
    """What nobody calls is a client or a portal, and knows neither stores nor the platform."""
    graph = graph_of(system)
    problems = []
    for index, each in enumerate(system.services):
        if graph.callers[index]:
            continue
        if each.software not in TOPS or not each.calls:
            problems.append(f"nobody calls {each.role}")
        below = {system.services[callee].software for callee, _, _ in graph.callees[index]}
        if below & (STORES | PLATFORM):
            problems.append(f"{each.role} at the top calls a store or the platform")
    return problems


def depth_problems(system: System) -> list[str]:
    """Some chain of 4 to 6 calls leads from the top to every store and to the whole platform."""
    lengths = chain_lengths(graph_of(system))
    problems = []
    for index, each in enumerate(system.services):
        if each.software in STORES | PLATFORM and not lengths[index] & DEPTHS:
            problems.append(f"chains to {each.role} are of {sorted(lengths[index])} calls")
        if max(lengths[index]) > LONGEST_CHAIN:
            problems.append(f"a chain of {max(lengths[index])} calls leads to {each.role}")
    return problems


def chain_lengths(graph: Graph) -> list[set[int]]:
    """For every service, how many calls the chains have that lead to it from the services at the top."""
    order = TopologicalSorter(
        {index: [other for other, _, _ in callers] for index, callers in enumerate(graph.callers)}
    )
    found: list[set[int]] = [set() for _ in graph.callers]
    for index in order.static_order():
        found[index] = {length + 1 for caller, _, _ in graph.callers[index] for length in found[caller]} or {0}
    return found


def upstream_problems(system: System) -> list[str]:
    """Some service can alert for nearly every other from 1, 2, 3 and 4 hops away, or from all that there are."""
    graph = graph_of(system)
    problems, lacking, deep = [], [], 0
    for index, each in enumerate(system.services):
        farthest = max(graph.upstream[index].values(), default=0)
        hops = alerting_hops(graph, index)
        if each.software in GATEWAYS | {"cdn"} and not {1, 2} <= hops:
            problems.append(f"nobody alerts for {each.role} from 1 or 2 hops away")
        if each.software in (STORES | PLATFORM) - {"object-store"} and farthest < max(HOPS):
            problems.append(f"{each.role} is only {farthest} hops deep")
        if farthest < 2:
            continue
        deep += 1
        missing = {hop for hop in HOPS if hop <= farthest} - hops
        if missing:
            lacking.append(f"nobody alerts for {each.role} from {sorted(missing)} hops away")
    return problems + (lacking if len(lacking) > (1 - WITH_ALL_HOPS) * deep else [])


def alerting_hops(graph: Graph, index: int) -> set[int]:
    """The distances from which some service can alert for a failure."""
    return {hops for other, hops in graph.upstream[index].items() if graph.kind(other) in ALERTING_KINDS}


def store_problems(system: System) -> list[str]:
    """Every store has callers who need it, applications among them, so that one can hurt the others through it."""
    graph = graph_of(system)
    problems = []
    for index, each in enumerate(system.services):
        if each.software not in STORES:
            continue
        needing = [system.services[caller].software for caller, _, fallback in graph.callers[index] if not fallback]
        suited = [software for software in needing if software in APPLICATIONS | WORKERS]
        if len(suited) < STORE_CALLERS or not APPLICATIONS & set(suited):
            problems.append(f"{each.role} is needed by {needing}")
    return problems


def platform_problems(system: System) -> list[str]:
    """Some services use each part of the platform, at different depths."""
    graph = graph_of(system)
    lengths = chain_lengths(graph)
    problems = []
    for index, each in enumerate(system.services):
        callers = [caller for caller, _, _ in graph.callers[index]]
        if each.software not in PLATFORM:
            continue
        if len(callers) not in PLATFORM_CALLERS:
            problems.append(f"{each.role} has {len(callers)} callers")
        if len({max(lengths[caller]) for caller in callers}) < 2:
            problems.append(f"all callers of {each.role} are equally deep")
    return problems


def worker_problems(system: System) -> list[str]:
    """Somebody waits for the output of every worker, and each reads from a broker of its kind or a store."""
    graph = graph_of(system)
    problems = []
    for index, each in enumerate(system.services):
        if each.software not in WORKERS:
            continue
        if all(fallback for _, _, fallback in graph.callers[index]):
            problems.append(f"nobody waits for {each.role}")
        called = {system.services[callee].software for callee, _, _ in graph.callees[index]}
        broker = BROKERS.get(each.software)
        if broker is None and not called & STORES:
            problems.append(f"{each.role} has no input")
        if broker is not None and broker not in called:
            problems.append(f"{each.role} reads from no {broker}")
    return problems


def crowding_problems(system: System) -> list[str]:
    """No service stands out by the number of its callers, but the monitoring, which measures all that can alert."""
    graph = graph_of(system)
    counts = sorted((len(c) for n, c in enumerate(graph.callers) if graph.kind(n) != "monitoring"), reverse=True)
    problems = [f"a service has {counts[0]} callers"] if counts[0] > CALLERS else []
    if counts[0] > counts[2] + 1:
        problems.append(f"one service stands out: {counts[:3]} callers")
    return problems


def fallback_problems(system: System) -> list[str]:
    """A few calls have a fallback; without them every service still gets called from the top."""
    graph = graph_of(system)
    count = sum(fallback for calls in graph.callees for _, _, fallback in calls)
    problems = [] if count in FALLBACKS else [f"{count} calls with a fallback"]
    reached = {index for index, callers in enumerate(graph.callers) if not callers}
    frontier = list(reached)
    while frontier:
        for callee, _, fallback in graph.callees[frontier.pop()]:
            if not fallback and callee not in reached:
                reached.add(callee)
                frontier.append(callee)
    return problems + [
        f"only calls with a fallback lead to {each.role}"
        for index, each in enumerate(system.services)
        if index not in reached
    ]


def earning_problems(system: System) -> list[str]:
    """One flow earns money; every degree of criticality occurs."""
    flows = [each.earns for each in system.services if each.earns]
    problems = []
    if len(set(flows)) != 1 or len(flows) not in EARNERS:
        problems.append(f"money is earned by {flows}")
    if any(each.earns and SOFTWARE[each.software].kind not in ALERTING_KINDS for each in system.services):
        problems.append("money is earned by a service that never alerts")
    if {each.criticality for each in system.services} != {1, 2, 3}:
        problems.append("not every criticality occurs")
    return problems


RULES: dict[str, Rule] = {
    "size": size_problems,
    "names": name_problems,
    "software": software_problems,
    "edges": edge_problems,
    "no cycle": cycle_problems,
    "top": top_problems,
    "depth": depth_problems,
    "upstream": upstream_problems,
    "stores": store_problems,
    "platform": platform_problems,
    "workers": worker_problems,
    "crowding": crowding_problems,
    "fallbacks": fallback_problems,
    "earning": earning_problems,
}


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("rule", RULES)
def test_every_system_keeps_every_rule(name: str, rule: str) -> None:
    assert RULES[rule](SYSTEMS[name]) == []


def edges_in_common(one: System, other: System) -> float:
    """Share of the edges of two systems that are alike, by the software at both ends."""
    mine, theirs = _edges_by_software(one), _edges_by_software(other)
    return (mine & theirs).total() / (mine | theirs).total()


def _edges_by_software(system: System) -> Counter[tuple[str, str]]:
    software = {each.role: each.software for each in system.services}
    return Counter((each.software, software[call.callee]) for each in system.services for call in each.calls)


@pytest.mark.parametrize(("one", "other"), list(combinations(SYSTEMS, 2)))
def test_no_two_systems_have_the_same_shape(one: str, other: str) -> None:
    assert edges_in_common(SYSTEMS[one], SYSTEMS[other]) <= COMMON_EDGES


def test_all_software_is_spread_over_the_systems() -> None:
    using = Counter(name for system in SYSTEMS.values() for name in {each.software for each in system.services})
    assert set(SOFTWARE) == set(using)
    assert using["mysql"] >= 6
    assert min(using[name] for name in APPLICATIONS) >= 6
    assert min(using[name] for name in GATEWAYS) >= 3


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_strike_in_most_systems(family: str) -> None:
    suited = [name for name, system in SYSTEMS.items() if places_of(system, FAMILIES[family])]
    assert len(suited) >= SUITED_SYSTEMS


def test_the_ten_businesses_are_there() -> None:
    expected = "ads collaboration food gaming health payments rides shop streaming travel"
    assert list(SYSTEMS) == expected.split()
    assert len({system.business for system in SYSTEMS.values()}) == len(SYSTEMS)


# Every rule, tripped by a little system that is broken in just that way.

SOUND = System(
    name="stall",
    business="a market stall",
    users="passers-by",
    services=(
        service("app", "stall-app till-app coin-app cash-app", "node", "front", 1),
        service("desk", "stall-desk till-desk coin-desk cash-desk", "java", "front", 3),
        service("front", "stall-front till-front coin-front cash-front", "node", "pages"),
        service("pages", "stall-pages till-pages coin-pages cash-pages", "cdn", "door"),
        service("door", "stall-door till-door coin-door cash-door", "nginx", "buy look news", 1, "sales"),
        service(
            "buy", "stall-buy till-buy coin-buy cash-buy", "java", "look ~mail =books =memo =pics @keys", 1, "sales"
        ),
        service("look", "stall-look till-look coin-look cash-look", "go", "bank =books =memo? =lines ~feed @rules"),
        service("news", "stall-news till-news coin-news cash-news", "python", "look? =memo =goods =post ~count @list"),
        service(
            "feed", "stall-feed till-feed coin-feed cash-feed", "stream-worker", "=lines =memo =goods @cluster @rules"
        ),
        service("mail", "stall-mail till-mail coin-mail cash-mail", "queue-worker", "=post =books =goods @keys @names"),
        service("count", "stall-count till-count coin-count cash-count", "batch-worker", "=goods =pics @names"),
        service("books", "stall-books till-books coin-books cash-books", "postgres", "@wires @boxes"),
        service("goods", "stall-goods till-goods coin-goods cash-goods", "mysql", "@boxes"),
        service("pics", "stall-pics till-pics coin-pics cash-pics", "object-store", "@wires"),
        service("memo", "stall-memo till-memo coin-memo cash-memo", "redis", "@cluster"),
        service("lines", "stall-lines till-lines coin-lines cash-lines", "kafka", "@list"),
        service("post", "stall-post till-post coin-post cash-post", "rabbitmq", "@names"),
        service("bank", "stall-bank till-bank coin-bank cash-bank", "vendor"),
        service("rules", "stall-rules till-rules coin-rules cash-rules", "config-service", "@list"),
        service("keys", "stall-keys till-keys coin-keys cash-keys", "vault", "@wires"),
        service("list", "stall-list till-list coin-list cash-list", "registry", "@boxes"),
        service("names", "stall-names till-names coin-names cash-names", "coredns", "@wires"),
        service("cluster", "stall-cluster till-cluster coin-cluster cash-cluster", "kubernetes", "@list"),
        service("wires", "stall-wires till-wires coin-wires cash-wires", "network"),
        service("boxes", "stall-boxes till-boxes coin-boxes cash-boxes", "nodes"),
        service("watch", "stall-watch till-watch coin-watch cash-watch", "prometheus", "", 3),
    ),
)


def broken(*services: Service, without: str = "") -> System:
    """The sound system with other services in the place of those of the same roles, or beside them."""
    changed = {each.role: each for each in (*SOUND.services, *services) if each.role not in without.split()}
    return replace(SOUND, services=tuple(changed.values()))


def changed(
    role: str, calls: str, software: str = "", names: str = "", criticality: Literal[1, 2, 3] = 2, earns: str = ""
) -> Service:
    """A service of the sound system with other calls, and other things as given."""
    old = next(each for each in SOUND.services if each.role == role)
    return service(role, names or " ".join(old.names), software or old.software, calls, criticality, earns)


BUSY = ("buy", "look", "news", "feed", "mail", "count")
BROKEN = [
    ("size", replace(SOUND, services=SOUND.services[12:]), "14 services"),
    ("names", broken(changed("buy", "", names="stall-buy till-buy coin cash-buy")), "coin is not of two words"),
    ("names", broken(changed("buy", "", names="stall-buy till-buy coin-buy")), "buy has 3 names"),
    (
        "names",
        broken(changed("buy", "", names="stall-buy till-buy coin-buy cash-look")),
        "of look and of buy|of buy and of look",
    ),
    ("names", broken(changed("buy", "", names="stall-buy till-buy coin-buy new-cash-look")), "contain each other"),
    (
        "names",
        broken(service("Big_shop", "one-a one-b one-c one-d", "java")),
        "role Big_shop is not of lower case words",
    ),
    ("names", replace(SOUND, services=(*SOUND.services, SOUND.services[0])), "role app occurs 2 times"),
    ("software", broken(changed("buy", "", "cobol")), "unknown software cobol"),
    ("software", broken(without="keys"), "no vault"),
    ("software", broken(without="door"), "no gateway"),
    ("software", broken(without="watch"), "0 services measure the others"),
    ("software", broken(without="goods"), "fewer than two databases"),
    ("software", broken(without="app desk front look news"), "fewer than two languages"),
    ("edges", broken(changed("buy", "shed")), "buy calls shed, which is unknown"),
    ("edges", broken(changed("buy", "look =books =books")), "buy calls itself, or a service twice"),
    ("edges", broken(changed("buy", "buy")), "buy calls itself, or a service twice"),
    ("edges", broken(changed("buy", "look books")), "to books is marked sync"),
    ("edges", broken(changed("buy", "look mail")), "to mail is marked sync"),
    ("edges", broken(changed("buy", "look =keys")), "to keys is marked storage"),
    ("edges", broken(changed("buy", "look ~mail =books =memo =pics @keys @list")), "buy calls 7 services"),
    ("no cycle", broken(changed("look", "bank buy")), "calls go in a circle"),
    ("top", broken(service("barrow", "one-a one-b one-c one-d", "go", "front")), "nobody calls barrow"),
    ("top", broken(service("barrow", "one-a one-b one-c one-d", "java")), "nobody calls barrow"),
    ("top", broken(changed("app", "front @list")), "app at the top calls a store or the platform"),
    (
        "depth",
        broken(changed("desk", "=pics"), changed("buy", "look"), changed("count", "=goods")),
        "to pics are of .1. calls",
    ),
    (
        "depth",
        broken(
            *(service(f"step-{a}", f"o-{a} p-{a} q-{a} r-{a}", "go", f"step-{b}") for a, b in ("ab", "bc", "cd", "de")),
            service("step-e", "o-e p-e q-e r-e", "go", "buy"),
            changed("door", "step-a look news"),
        ),
        "a chain of 11 calls",
    ),
    ("upstream", broken(changed("app", "door"), changed("desk", "pages"), without="front"), "nobody alerts for pages"),
    ("upstream", broken(changed("app", "buy look news"), changed("desk", "pages"), changed("pages", "")), "hops deep"),
    (
        "upstream",
        broken(changed("buy", "look", "postgres"), changed("look", "bank", "redis"), changed("news", "", "kafka")),
        "nobody alerts for",
    ),
    ("stores", broken(changed("news", "=memo =goods")), "post is needed by"),
    ("stores", broken(changed("news", "=memo =post", "queue-worker"), changed("buy", "=books")), "is needed by"),
    ("stores", broken(changed("buy", "=books? =memo? =pics?")), "pics is needed by"),
    ("platform", broken(changed("buy", "look")), "keys has 1 callers"),
    (
        "platform",
        broken(changed("mail", "=post =books"), changed("buy", "@keys")),
        "callers of keys are equally deep",
    ),
    ("workers", broken(changed("buy", "look ~mail?")), "nobody waits for mail"),
    ("workers", broken(changed("mail", "=books")), "mail reads from no rabbitmq"),
    ("workers", broken(changed("feed", "=goods")), "feed reads from no kafka"),
    ("workers", broken(changed("count", "@names")), "count has no input"),
    ("crowding", broken(*(changed(role, "@keys") for role in BUSY)), "6 callers"),
    ("crowding", broken(*(changed(role, "@list") for role in BUSY[1:5])), "one service stands out"),
    ("fallbacks", broken(changed("news", "look"), changed("look", "bank")), "0 calls with a fallback"),
    ("fallbacks", broken(changed("look", "bank? =memo?")), "only calls with a fallback lead to bank"),
    ("earning", broken(changed("buy", "")), "money is earned by .'sales'."),
    ("earning", broken(changed("buy", "", earns="gifts")), "money is earned by"),
    ("earning", broken(changed("books", "", earns="sales")), "earned by a service that never alerts"),
    ("earning", broken(changed("desk", "front"), changed("watch", "")), "not every criticality occurs"),
]


def test_the_sound_system_keeps_every_rule() -> None:
    assert {rule: check(SOUND) for rule, check in RULES.items()} == {rule: [] for rule in RULES}


@pytest.mark.parametrize(("rule", "system", "problem"), BROKEN)
def test_every_rule_can_fail(rule: str, system: System, problem: str) -> None:
    assert re.search(problem, "\n".join(RULES[rule](system)))


def test_every_rule_has_a_system_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


def test_a_system_is_told_from_one_of_another_shape_alone() -> None:
    renamed = broken(changed("buy", "look ~mail =books =memo =pics @keys", names="a-b c-d e-f g-h"))
    assert edges_in_common(SOUND, renamed) == 1
    other = broken(*(changed(each.role, "", "go") for each in SOUND.services[:12]))
    assert edges_in_common(SOUND, other) < COMMON_EDGES
