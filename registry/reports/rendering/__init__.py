"""A `Document` printed: HTML, PDF, Markdown and JSON, each from the same value."""
