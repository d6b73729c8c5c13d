"""The laws of the world of generated incidents, held against what the diagnostics show.

A law takes the parsed evidence of one incident and yields what breaks it. Some look at one moment, others at a whole
play: an episode with looks, a wrong action and the plan.
"""
