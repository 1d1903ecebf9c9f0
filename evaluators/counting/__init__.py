"""Grouped aggregation: joint counts and correlations of columns in all three tables at once.

Every metric of fidelity is a function of these counts. They are whole numbers, so they do not
depend on the order of rows or the number of threads.
"""

from __future__ import annotations

from evaluators.counting.base import Cells, Correlation, Cut
from evaluators.counting.correlate import correlations
from evaluators.counting.count import cells

__all__ = ["Cells", "Correlation", "Cut", "cells", "correlations"]
