"""How a written failure mode is matched: the single source of truth for mechanism names and phrase matching.

A phrase matches a text if its words occur in it in order, as whole words, with at most `MAX_GAP` other words between
neighbours. Case, punctuation, `_`, `-` and `/` do not matter, and a trailing `*` on a word of the phrase stands for any
ending. So "unbounded quer*" matches "Unbounded full-table export query" and "e" matches nothing but the word e.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

MAX_GAP = 3
# An answer that names more mechanisms than this, right ones included, lists guesses.
MAX_MECHANISMS = 3

# Mechanisms that on-call engineers commonly name, with the phrases by which a text names one. An incident lists those
# that are true of it as well (`related_mechanisms`); naming any other beside the right one is guessing.
MECHANISMS: dict[str, tuple[str, ...]] = {
    "unbounded_query": (
        "unbounded quer*",
        "unbounded export*",
        "unbounded select*",
        "unbounded job*",
        "quer* unbounded",
        "export* unbounded",
        "unlimited quer*",
        "unlimited export*",
        "quer* without limit*",
        "export* without limit*",
        "select* without limit*",
        "quer* no limit",
        "export* no limit",
        "no limit clause",
        "missing limit clause",
        "quer* missing limit",
        "full history export*",
        "runaway quer*",
        "runaway export*",
        "unpaginated quer*",
        "unpaginated export*",
        "export* oom*",
        "oom* export*",
        "export* out of memory",
        "export* exhaust* memory",
        "memory exhaust* export*",
        "quer* exhaust* memory",
        "missing limit* export*",
        "missing limit* quer*",
        "oom* kill* export*",
        "847* rows",
        "full table export*",
    ),
    "plan_regression": ("slow quer*", "full table scan*", "missing index*", "seq scan*", "plan regression*"),
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
    "network_partition": (
        "bgp partition*",
        "network partition*",
        "partition* network",
        "cross az partition*",
        "partition* cross az",
        "inter az partition*",
        "partition* between az*",
        "partition* availability zone*",
        "availability zone* partition*",
        "az 1 partition*",
        "az 1 isolat*",
        "connectivity los* az*",
        "connectivity los* zone*",
        "blackhol* traffic",
        "traffic blackhol*",
        "split brain",
        "network split",
        "az partition",
    ),
    "route_withdrawal": (
        "bgp withdr*",
        "withdr* bgp",
        "route* withdr*",
        "withdr* route*",
        "prefix* withdr*",
        "withdr* prefix*",
        "bgp filter*",
        "bgp export*",
        "export filter*",
        "filter* drop* prefix*",
        "filter* drop* route*",
        "bgp misconfig*",
        "bgp config*",
        "bgp chang*",
        "bgp route* los*",
        "los* bgp route*",
        "miss* route* az*",
        "router config* chang*",
        "router chang*",
        "route* az* withdr*",
        "route* gone",
        "route* lost",
        "export filter* chang*",
        "filter* chang* withdr*",
        "route* leak*",
    ),
    "dns_failure": ("dns", "name resolution", "nxdomain"),
    "stale_credentials": (
        "revoked credential*",
        "wrong password*",
        "invalid password*",
        "stale credential*",
        "credential* stale",
        "stale secret*",
        "stale password*",
        "outdated credential*",
        "credential* outdated",
        "outdated secret*",
        "outdated password*",
        "old credential*",
        "old secret*",
        "old password*",
        "previous credential*",
        "previous secret*",
        "previous password*",
        "retired credential*",
        "superseded credential*",
        "wrong credential*",
        "invalid credential*",
        "secret* rotat*",
        "rotat* secret*",
        "credential* rotat*",
        "rotat* credential*",
        "password* rotat*",
        "rotat* password*",
        "credential* mismatch*",
        "mismatch* credential*",
        "credential* out of sync",
        "credential* out of date",
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
def _phrase_pattern(phrase: str) -> tuple[str, re.Pattern[str]]:
    """The longest piece of text that every match holds, which is quickly looked for, and the pattern itself."""
    words = [re.escape(word[:-1]) + "[a-z0-9]*" if word.endswith("*") else re.escape(word) for word in phrase.split()]
    gap = rf"(?: [a-z0-9]+){{0,{MAX_GAP}}} "
    pattern = re.compile(r"(?<![a-z0-9])" + gap.join(words) + r"(?![a-z0-9])")
    return max((word.removesuffix("*") for word in phrase.split()), key=len, default=""), pattern


def names_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text contains at least one of the phrases."""
    return _any_in(words_of(text), phrases)


def _any_in(words: str, phrases: Iterable[str]) -> bool:
    """Whether the words of a text (`words_of`) contain at least one of the phrases."""
    for phrase in phrases:
        piece, pattern = _phrase_pattern(phrase)
        if piece in words and pattern.search(words):
            return True
    return False


_NEGATIVE_WORDS = frozenset({"no", "not", "never", "without", "cannot", "nor"})
_CLAUSE_BREAK = re.compile(r"([,;:!?()\n]|\.(?=\s|$)|\b(?:but|so|which|and then)\b)", re.I)
_CONTRAST = re.compile(r"\b(?:rather than|instead of)\b[^,;.()\n]*", re.I)
_NEGATION = re.compile(
    r"\b(?:not|never|cannot|nor|neither|ruled out|unaffected|innocent|yet to)\b|\w+n['’]t\b"
    r"|\b(?:no|without)\b(?! (?:a |an |any )?limit)",
    re.I,
)


def without_denials(text: str, statements: Iterable[str] = ()) -> str:
    """The text without the clauses that deny something: naming what did not happen states nothing.

    A clause that matches one of the phrases of `statements` which themselves hold a "no" or "without" stays: such a
    phrase ("without timeout*") says what was wrong.
    """
    kept = _CONTRAST.sub(" ", text)
    negative = [phrase for phrase in statements if _NEGATIVE_WORDS.intersection(phrase.split())]
    return "".join(
        part for part in _CLAUSE_BREAK.split(kept) if not _NEGATION.search(part) or names_any(part, negative)
    )


def mechanisms_named(text: str, vocabulary: Mapping[str, tuple[str, ...]] = MECHANISMS) -> set[str]:
    """The mechanisms of a vocabulary that a text names."""
    words = words_of(text)
    return {name for name, phrases in vocabulary.items() if _any_in(words, phrases)}


def states_mechanism(
    text: str,
    terms: Collection[str],
    related: Iterable[str],
    vocabulary: Mapping[str, tuple[str, ...]] = MECHANISMS,
    most: int = MAX_MECHANISMS,
) -> bool:
    """Whether a text names the mechanism by its own terms, no unrelated one beside it, and no more than `most`."""
    asserted = without_denials(text, terms)
    named = mechanisms_named(asserted, vocabulary)
    return names_any(asserted, terms) and named <= set(related) and len(named) <= most
