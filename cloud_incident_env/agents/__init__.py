"""Policies that play incidents, from doing nothing to asking a model, and the environments that they play in."""
