"""The registry: governance and policy-as-code for synthetic data."""
