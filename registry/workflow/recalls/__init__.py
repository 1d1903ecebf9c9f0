"""Recalls: a notice is issued with a revocation, delivered after it, and acknowledged."""
