"""Privacy: how well attacks on the real records do with the synthetic table in hand."""
