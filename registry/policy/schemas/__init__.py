"""What editors are given to check a policy while it is written."""
