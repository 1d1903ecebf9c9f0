"""The audit report: what happened in a period, and whether the record of it holds."""
