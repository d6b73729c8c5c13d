"""Evaluation of an agent over many episodes: run, record, measure, report, export."""
