"""Weakened policies, and whether the cases notice."""
