"""Fidelity: how well the statistics of the real table are preserved."""
