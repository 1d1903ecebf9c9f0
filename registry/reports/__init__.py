"""Reports: view models and charts for the Jinja templates."""
