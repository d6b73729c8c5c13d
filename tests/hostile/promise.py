"""The figures that the server promises, whatever one client sends."""

from __future__ import annotations

MEMORY_LIMIT_BYTES = 1 << 30  # the memory of the pod that deploy/server.yaml asks for
MOST_RSS_BYTES = 900 << 20  # what the server may use of it
MOST_SECONDS = 0.250  # p99 of /health and of a step, as any other client measures them
MOST_SHORT_SECONDS = 1.0  # the same in the short form of the tests, beside which other tests run
QUIET_FACTOR = 1.5  # where a quiet run is slow already, p99 may be this many times the quiet one
MOST_REFUSED_SECONDS = 60.0  # for which one client can keep the others from a new episode
MOST_GROWTH_BYTES = 40 << 20  # of RSS by what a client leaves behind, on a server of a few places
OPEN_FILES = 1_024  # descriptors of the server, as many as most systems give a process
MORE_DESCRIPTORS = 20  # open after an attack, beside those before it
MORE_THREADS = 40  # as many as Python's and AnyIO's pools may keep, independent of how many clients there are
MOST_LOG_BYTES = 1 << 20  # written to the log by one attack, beside a line for each answered request
LOG_LINE_BYTES = 200  # of such a line
