"""What can be wrong with a registry, one check a file: found, named, and what to do about it."""
