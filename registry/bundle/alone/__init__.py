"""The verifier that needs nothing of the rest: one file to copy to where an auditor works."""
