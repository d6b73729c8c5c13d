"""Policies that play incidents: random, heuristic, oracle and LLM."""
