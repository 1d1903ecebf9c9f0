"""Probing: tables altered on purpose, and whether the metrics notice."""
