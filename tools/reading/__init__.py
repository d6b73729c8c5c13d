"""Trains the models by which written diagnoses are read, from texts kept beside it."""
