"""The mechanisms that a failure mode of a generated incident may name: one for each family, in its own terms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Family
from cloud_incident_env.reading.phrases import mechanisms_named


@cache
def vocabulary() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({family.name: family.terms for family in FAMILIES.values()})


@cache
def related_mechanisms(family: Family) -> tuple[str, ...]:
    """The mechanisms that are true of a family: all that its story and its mechanism name."""
    told = f"{family.story} {family.mechanism}"
    return tuple(sorted({family.name, *mechanisms_named(told, vocabulary())}))
