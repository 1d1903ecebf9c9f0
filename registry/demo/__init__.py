"""Demonstration data on public-domain health insurance records."""
