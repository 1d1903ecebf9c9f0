"""Test cases of a policy: read, run, and what of the policy they reach."""
