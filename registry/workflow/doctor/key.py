"""Whether the key of checkpoints is the log's, and out of reach of whoever holds the log."""

from collections.abc import Iterator
from pathlib import Path

from registry.errors import RegistryError
from registry.log.note import NoteError, Verifier, read_signer
from registry.store import checkpoints
from registry.workflow.auditing import log_key
from registry.workflow.auditing.checkpoints import opened
from registry.workflow.doctor.finding import Finding, Level, fault, ok, unchecked, warning
from registry.workflow.doctor.patient import Patient

NAME = "log key"
_MOVE = "move the key to another machine's disk or another account, and name it in registry.toml"


def check(patient: Patient) -> Iterator[Finding]:
    """The public half is the one that signed, and the secret half is where it should be."""
    try:
        public = log_key.verifier(patient.settings)
    except RegistryError as error:
        how = fault if error.exit_code == 6 else unchecked
        yield how(NAME, error.what, error.where, error.todo)
    else:
        yield from _public(patient, public)
    path = patient.settings.log_key
    if path is None or not path.exists():
        yield warning(
            NAME,
            "the key of the log is not here: no checkpoint can be signed from here",
            where=path or "registry.toml names none",
            todo="bring it back, or name it with REGISTRY_LOG_KEY where checkpoints are signed",
        )
        return
    found = [*_open_to_others(path), *_near(patient, path), *_own(patient, path)]
    yield from found
    if all(one.level is Level.WARNING for one in found):
        yield ok(NAME, "the key signs for this log, and only its owner reads it", path)


def _public(patient: Patient, public: Verifier) -> Iterator[Finding]:
    """The last checkpoint in the database was signed by the key that log.pub names."""
    last = checkpoints.last(patient.session)
    if last is None:
        return
    try:
        opened(last, public)
    except RegistryError as error:
        yield fault(
            NAME,
            f"log.pub is not the key that signed this log, or the checkpoint is forged: "
            f"{error.what}",
            where=patient.settings.folder / log_key.PUBLIC,
            todo="compare log.pub with the copy that was handed out; do not sign before it fits",
        )


def _open_to_others(path: Path) -> Iterator[Finding]:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        yield fault(
            NAME,
            f"others may read the key of the log (mode {mode:o})",
            where=path,
            todo=f"run `chmod 600 {path}`; if somebody may have copied it, "
            "only what was anchored before is protected",
        )


def _near(patient: Patient, path: Path) -> Iterator[Finding]:
    """Whoever can write the log must not find the key beside it."""
    real, folder = path.resolve(), patient.settings.folder.resolve()
    database = _database(patient)
    if real.is_relative_to(folder):
        yield fault(NAME, "the key lies in the registry's folder", path, _MOVE)
    elif database and real.parent == database.resolve().parent:
        yield fault(NAME, "the key lies in the database's folder", path, _MOVE)
    beside = database if database and database.exists() else folder
    if path.stat().st_uid == beside.stat().st_uid:
        yield warning(
            NAME,
            "the key and the log have the same owner: who writes the one can sign for it",
            where=path,
            todo="anchor often; an anchor outside protects from its owner too",
        )


def _own(patient: Patient, path: Path) -> Iterator[Finding]:
    """The secret half belongs to the public one."""
    try:
        signer = read_signer(path.read_text(encoding="utf-8"))
        public = log_key.verifier(patient.settings)
    except (OSError, UnicodeDecodeError, NoteError) as error:
        yield unchecked(NAME, f"the key of the log cannot be read: {error}", path)
    except RegistryError:
        return  # said above
    else:
        if signer.verifier != public:
            yield fault(
                NAME,
                "log.pub is not the public half of this key",
                where=f"{path} and {patient.settings.folder / log_key.PUBLIC}",
                todo="find out which of them was changed: compare log.pub with the copy that was "
                "handed out",
            )


def _database(patient: Patient) -> Path | None:
    """The file of the database; None where a server holds it."""
    url = patient.settings.database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
