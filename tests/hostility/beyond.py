"""Attacks on what was signed, on files, and with the key of the log itself; and split views."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hostility.attack import ANCHOR, FILE, NOTHING, REGISTRY, VERIFY, WITNESS, Attack, Found
from hostility.attacker import Attacker
from hostility.estate import Case
from hostility.on_records import edit
from hostility.on_the_log import EXPIRY, later_expiry

from registry.errors import IntegrityFailure
from registry.log import merkle
from registry.log.canonical import canonical
from registry.log.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from registry.log.note import Signer, new_signer, read_note
from registry.log.proof import ConsistencyProof
from registry.records import Meaning
from registry.workflow.auditing import log_key
from registry.workflow.auditing.witnessing import Files, new_key, witness
from registry.workflow.identify import identify
from registry.workflow.sign import sign


def _bodies(attacker: Attacker) -> list[bytes]:
    return [bytes(body) for (body,) in attacker.rows("SELECT body FROM event ORDER BY seq")]


def _signed(leaves: Sequence[bytes], size: int, signer: Signer) -> tuple[bytes, bytes]:
    """The root at ``size`` and the note over it."""
    root = merkle.root(size, merkle.in_memory(leaves))
    return root, str(sign_checkpoint(Checkpoint(signer.name, size, root), [signer])).encode()


def _store(attacker: Attacker, size: int, signer: Signer) -> None:
    root, note = _signed(_bodies(attacker), size, signer)
    attacker.run(
        "INSERT INTO log_checkpoint (size, root, note, at) VALUES (:size, :root, :note, 'now')",
        size=size,
        root=root,
        note=note,
    )


def _own_key(attacker: Attacker) -> Signer:
    name = attacker.case.context.settings.origin
    assert name
    return new_signer(name, bytes(31) + b"\x09")


def _forged(attacker: Attacker) -> None:
    _store(attacker, attacker.size(), _own_key(attacker))


def _new_identity(attacker: Attacker) -> None:
    """Another history under another key, whose public half takes the place of the log's."""
    key = _own_key(attacker)
    attacker.forget_checkpoints()
    attacker.rewrite(lambda body: None if body["fact"] == "log.anchored" else later_expiry(body))
    attacker.run(EXPIRY)
    _store(attacker, attacker.size(), key)
    log_key.write_public(attacker.case.context.settings.folder, key.verifier)


def _new_key_only(attacker: Attacker) -> None:
    key, sizes = _own_key(attacker), attacker.rows("SELECT size FROM log_checkpoint ORDER BY size")
    attacker.run("DELETE FROM log_checkpoint")
    for (size,) in sizes:
        _store(attacker, size, key)
    log_key.write_public(attacker.case.context.settings.folder, key.verifier)


def _exchanged(attacker: Attacker) -> None:
    (first, one), (last, other) = attacker.rows(
        "SELECT size, note FROM log_checkpoint ORDER BY size"
    )
    for size, note in ((first, other), (last, one)):
        attacker.run(
            f"UPDATE log_checkpoint SET note = :note WHERE size = {size}", note=bytes(note)
        )


def _stolen(attacker: Attacker) -> None:
    """The last event told otherwise, and signed by the log's own key."""
    last = attacker.size()
    attacker.rewrite(
        lambda body: {**body, "authentication": "token"} if body["seq"] == last else body
    )
    _store(attacker, last, log_key.signer(attacker.case.context.settings))


def _stolen_before(attacker: Attacker) -> None:
    attacker.forget_checkpoints()
    attacker.rewrite(lambda body: None if body["fact"] == "log.anchored" else later_expiry(body))
    attacker.run(EXPIRY)
    _store(attacker, attacker.size(), log_key.signer(attacker.case.context.settings))


def _locally(attacker: Attacker) -> None:
    """`mode = "local"` in registry.toml, and `registry approve R-3` as paula."""
    context = attacker.case.context
    settings = replace(context.settings, mode="local", claimed="paula")
    identity = identify(context.engine, settings)
    sign(replace(context, settings=settings, identity=identity), "R-3", Meaning.APPROVE)


def _file(attacker: Attacker, number: int = 2) -> Path:
    (path,) = attacker.rows(f"SELECT path FROM dataset_version WHERE id = {number}")[0]
    return attacker.case.context.objects / str(path)


def _replaced(attacker: Attacker) -> None:
    path = _file(attacker)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"basic", b"plus_"))


def _removed(attacker: Attacker) -> None:
    _file(attacker).unlink()


def _redirected(attacker: Attacker) -> None:
    attacker.run(
        "UPDATE dataset_version SET path = (SELECT path FROM dataset_version WHERE id = 1) "
        "WHERE id = 2"
    )


def _document(attacker: Attacker) -> None:
    (path,) = attacker.rows("SELECT path FROM agreement")[0]
    file = attacker.case.context.objects / str(path)
    file.chmod(0o600)
    file.write_text("anything goes")


def _taken(attacker: Attacker) -> None:
    _file(attacker).read_bytes()


def _histories(case: Case) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The log as it is, one that differs before the anchor, and one that differs after it."""
    from hostility.attacker import attacking

    with attacking(case) as attacker:
        true = _bodies(attacker)
    other = canonical({"told": "otherwise"})
    return true, [*true[:4], other, *true[5:]], [*true[:-1], other]


class Post:
    """One witness with its folder; it has cosigned the anchor."""

    def __init__(self, case: Case, name: str) -> None:
        self._case, self._folder = case, case.context.settings.folder.parent / name
        self._folder.mkdir()
        new_key(name, self._folder / "key")
        (anchor,) = (case.outside / "anchors").glob("*.checkpoint")
        self._seen = read_checkpoint(read_note(anchor.read_bytes())).size
        witness(self._files(anchor, None), first=True)

    def shown(self, leaves: Sequence[bytes]) -> Path:
        """Cosigns what the log's key signed over ``leaves``, with proof from what was seen."""
        new, proof = self._folder / "new", self._folder / "proof"
        new.write_bytes(_signed(leaves, len(leaves), self._signer)[1])
        hashes = tuple(merkle.consistency(self._seen, len(leaves), merkle.in_memory(leaves)))
        proof.write_text(str(ConsistencyProof(self._seen, len(leaves), hashes)))
        witness(self._files(new, proof))
        self._seen = len(leaves)
        return self._folder / "out"

    def handed(self, note: Path) -> None:
        """What another witness cosigned."""
        witness(self._files(note, None))

    @property
    def _signer(self) -> Signer:
        return log_key.signer(self._case.context.settings)

    def _files(self, checkpoint: Path, proof: Path | None) -> Files:
        folder, public = self._folder, self._case.outside / "log.pub"
        return Files(checkpoint, public, folder / "key", folder / "state", folder / "out", proof)


def _to_one(case: Case) -> Found | None:
    """A witness that saw the true log is shown another."""
    try:
        Post(case, "north").shown(_histories(case)[1])
    except IntegrityFailure as error:
        return WITNESS, str(error)
    return None


def _to_two(case: Case) -> Found | None:
    true, _, other = _histories(case)
    north, south = Post(case, "north"), Post(case, "south")
    (note, _) = (north.shown(true), south.shown(other))
    try:
        south.handed(note)
    except IntegrityFailure as error:
        return WITNESS, str(error)
    return None


def _to_none(case: Case) -> Found | None:
    """The only witness is shown the one, and somebody else the other."""
    Post(case, "north").shown(_histories(case)[2])
    return None


def _never(_: Any) -> None:
    """Nothing happens in the database."""


def log(name: str, does: str, act: Any, outcome: str, said: str = "", why: str = "") -> Attack:
    """An attack behind the triggers."""
    return Attack(name, does, outcome, said, by=act, unguarded=True, why=why)


def guarded(name: str, sql: str, said: str) -> Attack:
    """The same by one statement."""
    return replace(edit(name, sql, said), unguarded=True)


SIGNED = (
    guarded(
        "edit a stored checkpoint",
        "UPDATE log_checkpoint SET size = size + 1",
        "its columns are not what was signed",
    ),
    log(
        "exchange two stored checkpoints",
        "their notes change places",
        _exchanged,
        VERIFY,
        "its columns are not what was signed",
    ),
    log(
        "forge a checkpoint",
        "a note over the log, signed by another key of the same name",
        _forged,
        VERIFY,
        "checkpoint .*: ",
    ),
    guarded(
        "delete the stored checkpoints",
        "DELETE FROM log_checkpoint",
        "the checkpoint that it holds is stored no more",
    ),
    guarded(
        "delete the table of anchors",
        "DELETE FROM anchor",
        "anchor of event .*: the log records it and it is gone",
    ),
    guarded(
        "edit the record of an anchor",
        "UPDATE anchor SET size = size - 1",
        "anchor 1: it is not what its note says",
    ),
    log(
        "edit the record of an anchor's place",
        "`UPDATE anchor SET place`",
        lambda attacker: attacker.run("UPDATE anchor SET place = '/nowhere'"),
        NOTHING,
        why="the place is not logged, for a path can name people; the anchor itself is outside, "
        "and `registry doctor` says that there is none at the place named",
    ),
    guarded(
        "edit a node behind the triggers",
        "UPDATE log_node SET hash = (SELECT hash FROM log_node "
        "WHERE level = 2 LIMIT 1) WHERE level = 3",
        "it is not the hash of what is below it",
    ),
    guarded(
        "delete nodes",
        "DELETE FROM log_node WHERE level > 2",
        "of the (log's )?tree(:.*)? is gone|it is gone",
    ),
    log(
        "sign anew with a key of one's own",
        "every stored checkpoint, and `log.pub` with it",
        _new_key_only,
        ANCHOR,
        "this is no anchor of the log",
    ),
    log(
        "begin another history under another key",
        "everything rewritten, signed and `log.pub` exchanged",
        _new_identity,
        ANCHOR,
        "events are not those that were anchored",
    ),
)

FILES = (
    Attack(
        "replace a data file",
        "other bytes under the same name",
        FILE,
        "the file is not the one that was registered",
        by=_replaced,
    ),
    Attack("remove a data file", "`rm`", FILE, "", by=_removed),
    Attack(
        "let a version read another's file",
        "`UPDATE dataset_version SET path`",
        FILE,
        "",
        by=_redirected,
    ),
    Attack(
        "replace an agreement's document", "other bytes under the same name", FILE, "", by=_document
    ),
    Attack(
        "sign for somebody in local mode",
        '`mode = "local"` in `registry.toml`, then `registry approve R-3` as paula',
        REGISTRY,
        "people have enrolled keys in this registry",
        by=_locally,
    ),
)

FARTHER = (
    log(
        "steal the log's key and rewrite what was anchored",
        "everything rewritten and signed",
        _stolen_before,
        ANCHOR,
        "events are not those that were anchored",
    ),
    log(
        "steal the log's key and rewrite the rest",
        "what came after the last anchor, signed",
        _stolen,
        NOTHING,
        why="whoever has the key is the log from the last anchor on",
    ),
    Attack(
        "show a witness another log",
        "with the log's key: a history that differs before the anchor",
        WITNESS,
        "not signed",
        by=_never,
        look=_to_one,
    ),
    Attack(
        "show two witnesses two logs",
        "with the log's key: each is shown one of two histories that part after the anchor",
        WITNESS,
        "not signed",
        by=_never,
        look=_to_two,
    ),
    Attack(
        "show one log to the only witness and another to everybody else",
        "with the log's key",
        NOTHING,
        by=_never,
        look=_to_none,
        why="a split view needs two witnesses who compare what they cosigned",
    ),
    Attack(
        "do something that is never logged",
        "a data file copied by whoever may read the folder",
        NOTHING,
        by=_taken,
        why="nothing detects an event that was never written",
    ),
)
