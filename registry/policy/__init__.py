"""Policy as code, pure: documents, loader, engine."""
