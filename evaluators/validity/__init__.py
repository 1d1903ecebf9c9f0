"""Validity: whether the synthetic table is well-formed at all."""
