"""The scores of SDMetrics 0.32, from counts: its numbers to 1e-9, and nothing sampled.

Its definitions are kept to the letter, known limits included: missing values are left out of
shapes, each table is binned by itself, and a pair that is not associated in the real table is left
out. What it turns into NaN and leaves out of a mean is not measurable here.
"""
