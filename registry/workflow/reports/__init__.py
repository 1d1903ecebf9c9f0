"""Documents from stored records: gathered here, made in `registry.reports`, written to a file."""
