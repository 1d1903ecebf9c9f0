"""Plots that more than one document draws: axes, lines, points and ranges."""
