"""The one layout of a policy file."""
