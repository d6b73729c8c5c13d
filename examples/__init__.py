"""Examples: each runs as its docstring says."""
