"""Generated incidents: one for each seed, as objects of the same type as the hand-written ones."""
