"""Where checkpoints are put outside: one kind of place a file."""
