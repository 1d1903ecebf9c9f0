"""The portfolio report: everything the registry holds, on one document."""
