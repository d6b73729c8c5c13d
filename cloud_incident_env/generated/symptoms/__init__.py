"""What fails alike: the log lines that several failure modes of a group bring about, one module for each group.

No mode has a line of its own. Which of the modes of a group it is follows from what came first, where a line is printed
and where not, from ratios, from what grows and what changed.
"""
