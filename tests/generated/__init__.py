"""Generated incidents: contracts over every family, solvability, shortcuts, splits, exactness."""
