"""The name of the log, as the public key in the registry's folder gives it."""

from registry.errors import IntegrityFailure
from registry.log.note import NoteError, Verifier, read_verifier
from registry.workflow.context import Context

KEY = "log.pub"


def log_key(context: Context) -> Verifier | None:
    """The public key of the log, or None in a registry whose log has no key."""
    path = context.settings.folder / KEY
    if not path.is_file():
        return None
    try:
        return read_verifier(path.read_text(encoding="utf-8"))
    except (NoteError, UnicodeDecodeError) as error:
        raise IntegrityFailure(
            f"the log's public key cannot be read: {error}",
            where=str(path),
            expected="name+hash+key",
            todo="bring back the file that `registry init` wrote",
        ) from error


def origin(context: Context) -> str | None:
    """The log's name, or None."""
    key = log_key(context)
    return key.name if key else None
