"""Croissant: a dataset as machine-learning programs load it, with what is known of its risks."""
