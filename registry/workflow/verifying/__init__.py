"""Compares each kind of record with what the log says of it."""
