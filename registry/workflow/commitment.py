"""Binds the log to a text about people without repeating it: a digest over a salt and the text.

Erasing the text and its salt leaves nothing to guess at; changing the text behind the log shows.
"""

import secrets

from registry.log.canonical import digest_bytes


def new_salt() -> str:
    """A salt for one record."""
    return secrets.token_hex(16)


def commitment(salt: str, text: str | None) -> str | None:
    """What stands in an event instead of ``text``; None where there is none."""
    return None if text is None else digest_bytes(f"{salt}:{text}".encode())
