"""Policies that know no answer, and the grades they must stay under."""
