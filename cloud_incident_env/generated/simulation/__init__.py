"""How a system of services behaves, in numbers: no text, no chance, no knowledge of failure modes.

A system has a size (`sizing`); effects change parameters over time (`shapes`, `parameters`); `solver` works out rates,
latencies and failures from parameters; `stocks` adds up what accumulates. Only + - * / sqrt and comparisons touch
floating-point numbers, in a fixed order, so every machine gets the same bits.
"""
