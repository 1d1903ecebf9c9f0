"""Exact nearest neighbours of rows with numbers and categories: one index for every metric."""

from evaluators.neighbours.rows import Rows, View, encode, view
from evaluators.neighbours.search import nearest, nearest_leaving_out

__all__ = ["Rows", "View", "encode", "nearest", "nearest_leaving_out", "view"]
