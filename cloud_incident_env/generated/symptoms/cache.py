"""What is printed where a cache finds little, and where those behind it are asked instead."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import FEEDS
from cloud_incident_env.generated.symptoms.wait import SERVICES

# ---- a CDN -----------------------------------------------------------------------------------------------------------

CDN_MISS = Line(
    "INFO  GET {path} 200 miss {id} bytes {took} ms key={hex} xid={id}",
    software=("cdn",),
    per_minute=0.8,
    elsewhere=True,
)
FETCH_BUSY = Line("ERROR FetchError backend boot.origin: busy", software=("cdn",), per_minute=0.3, elsewhere=True)
MISS_FAILED = Line(
    "ERROR GET {path} 503 miss origin 0 ms key={hex} xid={id}", software=("cdn",), per_minute=0.4, elsewhere=True
)

# ---- clients of a cache ----------------------------------------------------------------------------------------------

NO_ENTRY = Line(
    "DEBUG {no entry for|nothing cached for|miss for|not cached} {path}/{id}, "
    "{read from its store|read from the store|store asked}",
    software=SERVICES,
    elsewhere=True,
)
LOOKUP_MISSED = Line(
    "DEBUG {lookup of|get|cache} {path}/{id}: {not there|miss|nothing|no entry}", software=SERVICES, elsewhere=True
)
ENTRY_STORED = Line(
    "DEBUG {entry|value} {path}/{id} {stored in the cache|cached|put into the cache|kept}, {kb} KiB",
    software=SERVICES,
    per_minute=0.4,
    elsewhere=True,
)
LOOKUP_REPORT = Line(
    "INFO  {lookups of the last minute|last minute|calls|report}: {now[outgoing calls per accepted request]} "
    "{calls per request|calls for each request}",
    software=SERVICES,
    per_minute=0.3,
    elsewhere=True,
)

# ---- a cache ---------------------------------------------------------------------------------------------------------

OUTPUT_BUFFER = Line(
    "WARN  Client id={id} addr={ip}:{port} laddr={ip}:6379 name={caller} age={count} idle=0 flags=N db=0 cmd=get "
    "scheduled to be closed ASAP for overcoming of output buffer limits.",
    software=("redis",),
    per_minute=0.3,
    elsewhere=True,
    aside={"caller": FEEDS},
)
