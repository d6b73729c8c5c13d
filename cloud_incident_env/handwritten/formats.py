"""The formats in which the tools of the hand-written incidents print rows."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from cloud_incident_env.report_text import Format

# "CPU: 61 % (normal 38 %)" and "Downstream postgres-db (SQL): failing, link reset 4 times"
SENTENCES = Format(
    log="{time} {level:<5} [{source}] {text}",
    logs=MappingProxyType(dict.fromkeys(("postgres", "redis"), "{time} {level:<7} {source} {text}")),
    metric="{label}: {now} (normal {normal})",
    change="{time} ({age}) {version} {author}: {summary}",
    call="{direction} {peer} ({protocol}): {outcome}",
)

# "CPU 34 % (normal 41 %)" and "downstream  postgres-db  sql  FAILING  no contact since 19:38Z" in columns
TERSE = Format(
    log="{time} {level} [{source}] {text}",
    logs=MappingProxyType({"postgres": "{time} {source} {level}: {text}"}),
    metric="{label} {now} (normal {normal})",
    change="{time} ({age}) {version} by {author}: {summary}",
    bare_facts=("Version", "Config", "Release"),
)

# "CPU: 41 % (normal 38 %)", and calls and deploys in columns of fixed width
TABULAR = Format(
    log="{time} {level:<5} [{source}] {text}",
    logs=MappingProxyType({"postgres": "{time} {level}:  {text}", "redis": "1:M {time} {level} {text}"}),
    metric="{label}: {now} (normal {normal})",
    change="{age:<11}  {time}  {version:<7}  {author:<14}  {summary}",
    call="{direction:<10} {peer:<22} {protocol:<9} {state:<9} {detail}",
)
TABULAR_LONG_NAMES = replace(
    TABULAR,
    change="{age:<11}  {time}  {version:<6}  {author:<14}  {summary}",
    call="{direction:<10} {peer:<24} {protocol:<6} {state:<8} {detail}",
)
