"""What a service logs of work that it hands over to a worker by a queue: nobody answers, it learns what came of it.

A worker takes records from a queue and has no interface that could be asked, so no line speaks of a connection to it
or of the status of an answer.
"""

from __future__ import annotations

from cloud_incident_env.generated.software.peers import Wordings

HANDED_OVER: Wordings = {
    "refused": (
        "WARN  {job|task|item} {hex} for {callee} {not queued|not put into its queue|could not be handed over}",
        "ERROR {job|task|item} {hex} {kept back, its queue takes nothing|not queued|not handed over}",
    ),
    "error": (
        "WARN  {job|task|item} {hex} handed to {callee} {was not done|came back undone|is marked as failed}",
        "ERROR {callee}: {job|task|item} {hex} of {user} {failed|not done|given up}",
        "ERROR {job|task|item} {hex} of {user} {came back undone|was not done in time|is marked as failed}",
    ),
    "recovered": (
        "INFO  {callee} {works off what it is given again|takes what it is given again}",
        "INFO  {jobs|tasks|items} for {callee} {are done again|are worked off again}",
    ),
}
