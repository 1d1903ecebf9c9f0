"""The audit trail: its checkpoints, where they are kept, and what can be proven of it."""
