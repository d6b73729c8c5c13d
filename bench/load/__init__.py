"""Clients, a bare server and the parts of the benchmark `bench/doors.py`."""
