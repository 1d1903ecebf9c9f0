"""Backups of the whole registry, and how one becomes a registry again."""
