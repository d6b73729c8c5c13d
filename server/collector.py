"""Python's garbage collector, set for a server: no step waits until it has looked at all that was ever imported."""

from __future__ import annotations

import gc

# Allocations, and collections of the next younger generation, after which each generation is looked at. Episodes leave
# no cycles behind, so there is little to find, and a look at all of 10,000 episodes takes half a second.
THRESHOLDS = (5_000, 50, 1_000)


def set_up_collector() -> None:
    """Leave out of later collections whatever exists now, and let them be rare. Called once all is loaded.

    Where a process serves again, what an earlier call left out and is garbage now is collected.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
