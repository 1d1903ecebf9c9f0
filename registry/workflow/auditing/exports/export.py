"""Exports events with what proves them: their exact bytes, their paths to a signed root."""

import base64
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlmodel import Session, select

from registry.errors import IntegrityFailure, Unavailable
from registry.log import merkle
from registry.log.checkpoint import Checkpoint
from registry.log.note import signed
from registry.records import Account, LogCheckpoint
from registry.store import checkpoints, tree
from registry.store.database import reading
from registry.store.folders import Folder, filling
from registry.store.package import Packer, described, packing
from registry.workflow.attempt import attempt
from registry.workflow.auditing import log_key
from registry.workflow.auditing.asking import Question, pseudonym, stored_facts
from registry.workflow.auditing.checkpoints import keep_checkpoint, log_verifier, opened
from registry.workflow.auditing.exports import layout
from registry.workflow.auditing.exports.spreadsheet import table
from registry.workflow.context import Context
from registry.workflow.permissions import require

_SUFFIX = ".zip"


@dataclass(frozen=True)
class Exported:
    """What was exported, against the log of ``size``; ``signed`` where the log vouches for it."""

    path: Path
    events: int
    size: int
    signed: bool


def export(
    context: Context,
    path: Path,
    question: Question,
    *,
    names: bool = False,
    spreadsheet: bool = False,
) -> Exported:
    """Write the events that meet ``question`` to ``path``: a ZIP if it ends so, else a folder.

    They are proven against a checkpoint of the log as it is now. Where the key of the log is not
    here, the last checkpoint serves, and events after it are left out.
    """
    with attempt(context, "export") as work:
        require(context, "export")
        if question.actor:  # what is logged and signed holds no names
            question = replace(question, actor=pseudonym(work.session, question.actor))
        row = _checkpoint(context, work.session)
        point, note = opened(row, log_verifier(context)), bytes(row.note)
    path = path.absolute()
    with reading(context.engine, at_once=True) as session, _writing(path) as out:
        job = _Export(context, session, out, question, point)
        job.write(note, names=names, spreadsheet=spreadsheet)
    with attempt(context, "export") as work:
        details = {"filter": asked(question), "events": job.count, "size": point.size}
        work.record("export", "log.exported", details=details)
    return Exported(path, job.count, point.size, job.signed)


def asked(question: Question) -> dict[str, str]:
    """The filters that were given, as text."""
    return {name: str(value) for name, value in asdict(question).items() if value}


def _checkpoint(context: Context, session: Session) -> LogCheckpoint:
    try:
        keep_checkpoint(context, session)
    except Unavailable:
        if checkpoints.last(session) is None:
            raise
    found = checkpoints.last(session)
    assert found is not None
    return found


def _writing(path: Path) -> AbstractContextManager[Packer | Folder]:
    if path.suffix.lower() == _SUFFIX:
        return packing(path, layout.KIND)
    return filling(path, layout.KIND)


class _Export:
    """One export while it is written."""

    def __init__(
        self,
        context: Context,
        session: Session,
        out: Packer | Folder,
        question: Question,
        point: Checkpoint,
    ) -> None:
        self._context, self._session, self._out = context, session, out
        self._question, self._point = question, point
        self._numbers: list[int] = []
        self._actors: set[str] = set()
        self.signed = False

    @property
    def count(self) -> int:
        return len(self._numbers)

    def write(self, note: bytes, *, names: bool, spreadsheet: bool) -> None:
        self._out.add(layout.EVENTS, self._events())
        self._out.add(layout.PROOFS, self._proofs())
        self._out.add(layout.CHECKPOINT, [note])
        if names:
            self._out.add(layout.PEOPLE, [self._people()])
        if spreadsheet:
            facts = (one for one, _ in stored_facts(self._session, self._bounded()))
            self._out.add(layout.TABLE, table(facts))
        self._finish()

    def _bounded(self) -> Question:
        """The question, asked of the log as it was signed, in the order of the log."""
        return replace(self._question, upto=self._point.size)

    def _events(self) -> Iterator[bytes]:
        for one, event in stored_facts(self._session, self._bounded()):
            self._numbers.append(one.seq)
            self._actors.add(one.actor)
            self._require_line(event.body, one.seq)
            yield event.body + b"\n"

    def _require_line(self, body: bytes, seq: int) -> None:
        """Canonical JSON has no line feed; bytes that have one were put there by somebody."""
        if b"\n" in body:
            raise _foreign(seq)

    def _proofs(self) -> Iterator[bytes]:
        """A line for each event. The whole log needs none: its events have the signed root."""
        if not asked(self._question):
            return
        subtree, size = tree.subtree(self._session), self._point.size
        for seq in self._numbers:
            path = merkle.inclusion(seq - 1, size, subtree)
            steps = [base64.b64encode(step).decode() for step in path]
            yield json.dumps({"seq": seq, "path": steps}, separators=(",", ":")).encode() + b"\n"

    def _people(self) -> bytes:
        """Names by pseudonym, with the salt that lets anybody check the one against the other."""
        rows = self._session.exec(select(Account)).all()
        found = {
            row.pseudonym: {"name": row.name, "salt": row.salt}
            for row in rows
            if row.pseudonym in self._actors
        }
        return json.dumps(found, indent=1, sort_keys=True).encode() + b"\n"

    def _finish(self) -> None:
        facts: dict[str, object] = {
            "kind": layout.KIND,
            "origin": self._point.origin,
            "exported": self._context.now(),
            "filter": asked(self._question),
            "events": self.count,
            "size": self._point.size,
            "root": self._point.root.hex(),
        }
        whole = {**facts, "files": described(self._out.entries)}
        self._out.finish({**facts, "note": self._note(whole)})

    def _note(self, manifest: dict[str, object]) -> str | None:
        try:
            key = log_key.signer(self._context.settings)
        except Unavailable:
            return None
        self.signed = True
        return str(signed(layout.signed_text(self._point.origin, manifest), [key]))


def _foreign(seq: int) -> IntegrityFailure:
    return IntegrityFailure(
        f"event {seq} is not what the registry writes",
        expected="canonical bytes",
        todo="run `registry audit verify` and find out who changed the database",
    )
