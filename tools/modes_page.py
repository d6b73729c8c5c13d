"""The page of the failure modes, `docs/modes.md`, made from declarations. `python -m tools.modes_page` writes it."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.groups import GROUPS, PAIRS, Group
from cloud_incident_env.generated.model import Family
from cloud_incident_env.layout import ROOT
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.splits import HELD_OUT_FAMILIES
from tools.plot_incident import markdown

DOCUMENT = ROOT / "docs" / "modes.md"

_INTRODUCTION = """\
<!-- Written by `make modes`. -->
# The failure modes

A generated incident has one of {modes} failure modes. They stand here in {groups} groups. All modes of a group look
alike at first: they share their symptoms, log lines among them. Which one it is follows from relations: what came
first, where it shows and where not, in which ratio, what grows and what changed. Below each group stand the modes
that are most easily confused, {pairs} pairs in all, each with the relation that tells them apart. A pair stands
in the group of its first mode; the second may be of another group.

Ids, titles and definitions are those of the [catalogue](reading.md#the-catalogue), which holds further modes that never
occur in generated incidents. {held_out} modes are held out: no incident of the split `train` has one of them, and every
incident of `test_families` does. [docs/incidents.md](incidents.md) says how an incident is made of a mode.
"""

# What runs such software, in plain words. A set of software comes before its parts.
_WORDS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"java", "go", "python", "node"}), "a service"),
    (frozenset({"stream-worker", "queue-worker", "batch-worker"}), "a worker"),
    (frozenset({"envoy", "nginx"}), "a gateway"),
    (frozenset({"postgres", "mysql"}), "a SQL database"),
    (frozenset({"java"}), "a Java service"),
    (frozenset({"go"}), "a Go service"),
    (frozenset({"python"}), "a Python service"),
    (frozenset({"node"}), "a Node.js service"),
    (frozenset({"stream-worker"}), "a stream worker"),
    (frozenset({"queue-worker"}), "a queue worker"),
    (frozenset({"batch-worker"}), "a batch worker"),
    (frozenset({"envoy"}), "an Envoy gateway"),
    (frozenset({"nginx"}), "an nginx gateway"),
    (frozenset({"postgres"}), "a PostgreSQL database"),
    (frozenset({"mysql"}), "a MySQL database"),
    (frozenset({"object-store"}), "an object store"),
    (frozenset({"redis"}), "a Redis cache"),
    (frozenset({"kafka"}), "a Kafka broker"),
    (frozenset({"rabbitmq"}), "a RabbitMQ broker"),
    (frozenset({"cdn"}), "the CDN"),
    (frozenset({"coredns"}), "the DNS"),
    (frozenset({"registry"}), "the coordination store"),
    (frozenset({"config-service"}), "the configuration service"),
    (frozenset({"vault"}), "the secret store"),
    (frozenset({"kubernetes"}), "the scheduler of the cluster"),
    (frozenset({"nodes"}), "the nodes"),
    (frozenset({"network"}), "the network"),
    (frozenset({"prometheus"}), "the monitoring"),
    (frozenset({"vendor"}), "a third party"),
)


def in_words(software: Collection[str]) -> str:
    """What runs one of these kinds of software. Raises ValueError for software without words."""
    left = set(software)
    found = []
    for names, words in _WORDS:
        if names <= left:
            found.append(words)
            left -= names
    if left:
        raise ValueError(f"no words for the software {', '.join(sorted(left))}: add them to _WORDS")
    return " or ".join(found)


def strikes(family: Family) -> str:
    """What a failure mode strikes, and by which callee it hurts others, in plain words."""
    culprit = in_words(family.strikes)
    return f"{culprit}, through {in_words(family.through)}" if family.through else culprit


def _table(group: Group) -> str:
    rows = [("id", "title", "definition", "strikes", "held out")]
    for name in group.modes:
        mode = MODES[name]
        held_out = "yes" if name in HELD_OUT_FAMILIES else ""
        rows.append((f"`{name}`", mode.title, mode.definition, strikes(FAMILIES[name]), held_out))
    return markdown(rows).replace("|  |", "| |")


def _section(group: Group) -> Iterator[str]:
    yield f"## {group.name.capitalize().replace('-', ' ')}"
    yield ""
    yield group.seen
    yield ""
    yield _table(group)
    yield ""
    yield "Easily confused:"
    yield ""
    for (first, second), told_apart in PAIRS.items():
        if first in group.modes:
            yield f"- `{first}` and `{second}`: {told_apart}"


def document() -> str:
    """The text of `docs/modes.md`."""
    introduction = _INTRODUCTION.format(
        modes=len(FAMILIES), groups=len(GROUPS), pairs=len(PAIRS), held_out=len(HELD_OUT_FAMILIES)
    )
    sections = ["\n".join(_section(group)) for group in GROUPS]
    return "\n\n".join([introduction.rstrip("\n"), *sections]) + "\n"


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write the page of the failure modes.")
    parser.add_argument("--out", type=Path, default=DOCUMENT, help="Markdown to write (default: docs/modes.md)")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Write the page."""
    arguments(words).out.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
