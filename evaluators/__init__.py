"""Evaluators: what a synthetic table is worth and what it gives away, measured against real tables.

A library of its own: it reads tables, measures, and hands back plain values. It knows nothing of
registers, policies or releases. Start at ``catalogue`` (what can be measured), ``tables`` (how a
file becomes a table) and ``run`` (how everything in the catalogue is measured).
"""
