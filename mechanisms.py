"""How a written failure mode is matched: the single source of truth for mechanism names and phrase matching.

A phrase matches a text if its words occur in it in order, as whole words, with at most `MAX_GAP` other words between
neighbours. Case, punctuation, `_`, `-` and `/` do not matter, and a trailing `*` on a word of the phrase stands for any
ending. So "unbounded quer*" matches "Unbounded full-table export query" and "e" matches nothing but the word e.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

MAX_GAP = 3

# Mechanisms that on-call engineers commonly name, with the phrases by which a text names one. An incident lists those
# that are true of it as well (`related_mechanisms`); naming any other beside the right one is guessing.
MECHANISMS: dict[str, tuple[str, ...]] = {
    "unbounded_query": (
        "unbounded quer*",
        "unbounded export*",
        "runaway quer*",
        "quer* without limit",
        "missing limit",
        "full table scan",
        "slow quer*",
    ),
    "out_of_memory": ("oom*", "out of memory", "memory exhaust*", "memory pressure", "exhaust* memory"),
    "memory_leak": ("memory leak*", "leak* memory", "heap leak*"),
    "connection_pool_exhaustion": (
        "connection* pool exhaust*",
        "pool exhaust*",
        "pool saturat*",
        "connection* leak*",
        "too many connection*",
        "too many clients",
        "connection* exhaust*",
    ),
    "lock_contention": ("deadlock*", "lock contention", "lock wait*", "lock queue", "blocked by lock*"),
    "disk_full": ("disk full", "disk space", "no space left", "disk exhaust*", "out of disk"),
    "cpu_saturation": ("cpu saturat*", "cpu exhaust*", "cpu throttl*", "high cpu", "cpu starv*"),
    "network_partition": ("network partition*", "az partition", "cross az", "split brain", "network split"),
    "route_withdrawal": ("bgp", "route* withdr*", "withdr* route*", "export filter", "route* leak*", "route* missing"),
    "dns_failure": ("dns", "name resolution", "nxdomain"),
    "stale_credentials": (
        "stale credential*",
        "stale secret*",
        "stale password*",
        "credential* rotat*",
        "rotat* credential*",
        "secret* rotat*",
        "rotat* secret*",
        "old credential*",
        "wrong credential*",
        "invalid credential*",
        "authentication fail*",
    ),
    "certificate_expiry": ("certificate*", "cert expir*", "expir* cert", "tls handshake", "x509"),
    "bad_deploy": (
        "bad deploy*",
        "faulty deploy*",
        "bad release",
        "regression in release",
        "broken build",
        "bad rollout",
    ),
    "config_error": ("misconfig*", "config* error*", "bad config*", "wrong config*", "config* change", "config* push"),
    "cache_stampede": (
        "cache stampede",
        "thundering herd",
        "cold cache",
        "cache miss*",
        "cache invalidat*",
        "cache purge*",
    ),
    "traffic_spike": ("traffic spike*", "traffic surge*", "ddos", "load spike*", "flash crowd", "traffic overload"),
    "third_party_outage": ("third party", "vendor outage", "provider outage", "upstream provider"),
    "clock_skew": ("clock skew", "clock drift", "time drift", "ntp"),
    "retry_storm": ("retry storm*", "retries storm*", "retry amplification"),
    "hardware_failure": ("hardware fail*", "disk fail*", "bad sector*", "nic fail*", "faulty hardware", "node fail*"),
    "data_corruption": ("data corrupt*", "corrupt* data", "corrupt* index", "poison* messag*"),
}


def words_of(text: str) -> str:
    """The words of a text in lower case, single spaces between them."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


@lru_cache(maxsize=4096)
def _phrase_pattern(phrase: str) -> re.Pattern[str]:
    words = [re.escape(word[:-1]) + "[a-z0-9]*" if word.endswith("*") else re.escape(word) for word in phrase.split()]
    gap = rf"(?: [a-z0-9]+){{0,{MAX_GAP}}} "
    return re.compile(r"(?<![a-z0-9])" + gap.join(words) + r"(?![a-z0-9])")


def names_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text contains at least one of the phrases."""
    words = words_of(text)
    return any(_phrase_pattern(phrase).search(words) for phrase in phrases)


def unrelated_mechanisms(text: str, related: Iterable[str]) -> set[str]:
    """The mechanisms that a text names beside those in `related`."""
    allowed = set(related)
    return {name for name, phrases in MECHANISMS.items() if name not in allowed and names_any(text, phrases)}


def states_mechanism(text: str, terms: Iterable[str], related: Iterable[str]) -> bool:
    """Whether a text names the mechanism by its own terms and no unrelated mechanism beside it."""
    return names_any(text, terms) and not unrelated_mechanisms(text, related)
