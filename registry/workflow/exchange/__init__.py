"""Exchange files: what other people's programs are told of a version."""
