"""Generated incidents: as many as there are seeds, each a scenario mapping of the same shape as the hand-written ones."""
