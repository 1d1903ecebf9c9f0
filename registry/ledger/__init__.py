"""Epsilon accounting, pure."""
