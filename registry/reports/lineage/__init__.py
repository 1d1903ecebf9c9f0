"""Where a version comes from and where it went, as a graph: pure, from plain facts."""
