"""Audits of a claimed epsilon: planned, then submitted, then shown."""
