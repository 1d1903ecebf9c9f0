"""Utility: how well work done on the synthetic table carries over to real records."""
