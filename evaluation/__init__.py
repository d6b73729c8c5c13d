"""Many episodes of one agent: run, record, measure, report."""
