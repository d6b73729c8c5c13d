"""Generated incidents: as many as there are seeds, in the scenario shape of the hand-written ones."""
