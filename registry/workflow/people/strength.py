"""What a new password or passphrase must be: long. Length is what a guesser pays for."""

from registry.errors import InvalidInput

_SHORTEST, _LONGEST = 12, 1024


def require_strong(words: str, what: str, name: str) -> None:
    """Raise `InvalidInput`, which does not quote it, unless ``words`` will do."""
    if not _SHORTEST <= len(words) <= _LONGEST:
        raise InvalidInput(
            f"the {what} has {'too few' if len(words) < _SHORTEST else 'too many'} characters",
            expected=f"{_SHORTEST} to {_LONGEST}; several words are easiest to remember",
        )
    if len(set(words)) < 5 or words.casefold() == name.casefold():
        raise InvalidInput(f"the {what} is guessed at once", expected="several different words")
