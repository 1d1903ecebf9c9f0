"""Attacks on records of data, policies, requests and releases, which no trigger guards."""

from collections.abc import Callable

from hostility.attack import NOTHING, VERIFY, Attack
from hostility.attacker import Attacker

from registry.log.canonical import digest_bytes


def edit(name: str, sql: str, said: str, does: str = "") -> Attack:
    """One statement that `audit verify` answers with ``said``."""
    return Attack(name, does or f"`{sql}`", VERIFY, said, sql=(sql,))


def by(name: str, does: str, act: Callable[[Attacker], None], said: str) -> Attack:
    """What takes more than one statement."""
    return Attack(name, does, VERIFY, said, by=act)


def _another_policy(attacker: Attacker) -> None:
    """A laxer text under the old version, with a digest to match."""
    (body,) = attacker.rows("SELECT body FROM policy_document")[0]
    new = bytes(body).replace(b"lte: 3.0", b"lte: 9.0")
    assert new != bytes(body)
    attacker.run(
        "UPDATE policy_document SET body = :body, digest = :digest",
        body=new,
        digest=digest_bytes(new),
    )


def _another_card(attacker: Attacker) -> None:
    (card,) = attacker.rows("SELECT card FROM dataset_version WHERE id = 2")[0]
    new = card.replace('"epsilon":1', '"epsilon":0.1')
    assert new != card
    attacker.run(
        "UPDATE dataset_version SET card = :card, card_digest = :digest WHERE id = 2",
        card=new,
        digest=digest_bytes(new.encode()),
    )
    attacker.run("UPDATE guarantee SET epsilon = 0.1 WHERE version_id = 2")


def _another_decision(attacker: Attacker) -> None:
    (body,) = attacker.rows("SELECT body FROM decision WHERE request_id = 3")[0]
    new = body.replace('"steward":1', '"steward":0')
    assert new != body
    attacker.run("UPDATE decision SET body = :body WHERE request_id = 3", body=new)


def _unwithdrawn(attacker: Attacker) -> None:
    attacker.run("DELETE FROM withdrawal")
    attacker.run("UPDATE dataset_version SET state = 'registered' WHERE id = 5")


_RELEASE = (
    "INSERT INTO release (id, request_id, recipient, use, file_digest, state, released_by, "
    "released_at, expires_on, event_seq) SELECT 9, 3, 'Everybody', use, file_digest, 'in-force', "
    "released_by, released_at, '2030-01-01', event_seq FROM release WHERE id = 2"
)
_ACCOUNT = "(SELECT id FROM account WHERE name = '{}')"
_STELLA, _ADA, _PAULA = (_ACCOUNT.format(name) for name in ("stella", "ada", "paula"))

ATTACKS = (
    edit(
        "approve a request",
        "UPDATE request SET state = 'approved' WHERE id = 3",
        "request R-3: it is not what the log records",
    ),
    edit(
        "widen what was asked for",
        "UPDATE request SET audience = 'public' WHERE id = 3",
        "request R-3: what was asked for is not",
    ),
    edit(
        "put a request on another version",
        "UPDATE request SET version_id = 1 WHERE id = 3",
        "request R-3: what was asked for is not",
    ),
    edit(
        "take the name off a submission",
        f"UPDATE request SET submitted_by = {_STELLA} WHERE id = 3",
        "request R-3: what was asked for is not",
    ),
    edit(
        "submit earlier",
        "UPDATE request SET submitted_at = '2020-01-01T00:00:00.000000Z'",
        "it was not submitted when",
    ),
    by(
        "ask for a smaller quorum",
        "edit the body of the decision that a request rests on",
        _another_decision,
        "request R-3: the decision it was submitted with is not",
    ),
    edit(
        "turn a denial round in its column",
        "UPDATE decision SET outcome = 'deny' WHERE id = 1",
        "decision 1: its columns are not what it says",
    ),
    edit(
        "add a release",
        _RELEASE,
        "release of R-3: the log does not know it",
        "a row that permits what nobody released",
    ),
    edit(
        "delete a release",
        "DELETE FROM release WHERE id = 2",
        "release of R-2: the log records it and it is gone",
    ),
    edit(
        "prolong a release",
        "UPDATE release SET expires_on = '2030-01-01' WHERE id = 2",
        "release of R-2: it is not what the log records",
    ),
    edit(
        "give a release to others",
        "UPDATE release SET recipient = 'Everybody' WHERE id = 2",
        "release of R-2: it is not what the log records",
    ),
    edit(
        "let a release be of another file",
        "UPDATE release SET file_digest = 'sha256:0' WHERE id = 2",
        "release of R-2: it is not what the log records",
    ),
    edit(
        "undo a revocation",
        "UPDATE release SET state = 'in-force', revoked_at = NULL, revoked_by = NULL, "
        "revoked_reason = NULL WHERE id = 1",
        "release REL-1: how it stands is not",
    ),
    edit(
        "move a release to another request",
        "UPDATE release SET request_id = 3 WHERE id = 2",
        "release of R-2: the log records it and it is gone",
    ),
    edit(
        "unacknowledge a recall",
        "UPDATE recall SET acknowledged_at = NULL",
        "recall .*: how it was acknowledged is not",
    ),
    edit(
        "answer a recall for another",
        "UPDATE recall SET acknowledged_by = 'Lou'",
        "recall .*: how it was acknowledged is not",
    ),
    edit(
        "call a notice delivered",
        "UPDATE recall SET delivery = 'delivered'",
        "recall .*: how it was delivered is not",
    ),
    edit("delete a recall", "DELETE FROM recall", "recall of event .*: the log records it and"),
    edit(
        "exchange the code of a recall",
        "UPDATE recall SET code = 'AAAA-AAAA'",
        "recall .*: it is not what its notice says",
    ),
    edit(
        "prolong an agreement",
        "UPDATE agreement SET valid_until = '2099-12-31'",
        "agreement of event .*: it is not what the log records",
    ),
    edit(
        "add a party to an agreement",
        """UPDATE agreement SET parties = '["Everybody", "Partner lab"]'""",
        "agreement of event .*: it is not what the log records",
    ),
    edit(
        "redirect recalls",
        "UPDATE recipient SET contact = 'nobody@example.org'",
        "recipient Partner lab: it is not what the log records",
    ),
    by(
        "bring back a withdrawn version",
        "its withdrawal deleted, its state put back",
        _unwithdrawn,
        "withdrawal of event .*: the log records it and it is gone",
    ),
    edit(
        "clear a contradicted claim",
        "UPDATE dp_audit SET verdict = 'not contradicted', bound = 0.5, counts = '[25, 25]'",
        "dp-audit AUD-1: its result is not what the log records",
    ),
    edit(
        "audit another claim than was planned",
        "UPDATE dp_audit SET epsilon = 9.0",
        "dp-audit of event .*: it is not what the log records",
    ),
    edit(
        "delete an audit of a claim",
        "DELETE FROM dp_audit",
        "dp-audit of event .*: the log records it and it is gone",
    ),
    edit(
        "prolong a waiver",
        "UPDATE waiver SET until = '2030-01-01'",
        "waiver of event .*: it is not what the log records",
    ),
    edit(
        "waive another rule",
        "UPDATE waiver SET rule = 'DP-002'",
        "waiver of event .*: it is not what the log records",
    ),
    edit(
        "move a waiver to another version",
        "UPDATE waiver SET version_id = 1",
        "waiver of event .*: it is not what the log records",
    ),
    edit(
        "edit a policy",
        "UPDATE policy_document SET digest = 'sha256:0'",
        "policy house-rules 1.0.0: it is not what the log records",
    ),
    by(
        "put a laxer policy in place",
        "other bytes under the old version, and their digest",
        _another_policy,
        "policy house-rules 1.0.0: it is not what the log records",
    ),
    edit(
        "delete a policy",
        "DELETE FROM policy_document",
        "policy house-rules 1.0.0: the log records it and it is gone",
    ),
    edit(
        "take the author's name off a policy",
        f"UPDATE policy_document SET published_by = {_STELLA}",
        "policy house-rules 1.0.0: who published it",
    ),
    edit(
        "improve a figure",
        "UPDATE measurement SET value = 0.0 WHERE value > 0.1",
        "evaluation .*: its measurements were changed",
    ),
    edit(
        "delete a bad figure",
        "DELETE FROM measurement WHERE id = (SELECT MAX(id) FROM measurement)",
        "evaluation .*: its measurements were changed",
    ),
    edit(
        "admit an exploratory run",
        "UPDATE evaluation SET admissible = false",
        "evaluation .*: its measurements were changed",
        "`UPDATE evaluation SET admissible`",
    ),
    edit(
        "redraw what a report shows",
        "UPDATE evaluation SET figures = '[]'",
        "evaluation .*: its measurements were changed",
    ),
    edit(
        "give a version the evaluation of another",
        "UPDATE evaluation SET version_id = 2",
        "evaluation .*: it is not of the version that the log records",
    ),
    edit(
        "take the evaluator's name off",
        f"UPDATE evaluation SET evaluated_by = {_STELLA}",
        "evaluation .*: who evaluated",
    ),
    edit(
        "make old evidence fresh",
        "UPDATE evaluation SET confirmed_at = '2026-12-01T00:00:00.000000Z'",
        "evaluation .*: when it was confirmed",
    ),
    edit(
        "take the author's name off a version",
        f"UPDATE dataset_version SET registered_by = {_STELLA} WHERE id = 2",
        "version claims@2: who registered it",
    ),
    edit(
        "name another generator operator",
        "UPDATE generator SET made_by = 'somebody' WHERE version_id = 2",
        "version claims@2: its generator is not the one on its card",
    ),
    by(
        "rewrite a card",
        "another epsilon on the card, its digest and the guarantee to match",
        _another_card,
        "version claims@2: it is not what the log records",
    ),
    edit(
        "claim a stronger guarantee",
        "UPDATE guarantee SET epsilon = 0.1 WHERE version_id = 2",
        "version claims@2: its guarantee is not the one on its card",
    ),
    edit(
        "hide an amendment",
        "DELETE FROM card_revision WHERE number = 2",
        "amendment of event .*: the log records it and it is gone",
    ),
    edit(
        "let a version be of another file",
        "UPDATE dataset_version SET file_digest = 'sha256:0' WHERE id = 2",
        "version claims@2: it is not what the log records",
    ),
    edit(
        "make a dataset from another source",
        "UPDATE dataset SET source_id = 2",
        "version claims@1: its source is not the one",
    ),
    edit(
        "lower a source's classification",
        "UPDATE source SET classification = 'public' WHERE id = 1",
        "source hospital: it is not what the log records",
    ),
    edit(
        "confirm a source",
        "UPDATE source SET state = 'confirmed', confirmed_at = added_at, "
        "confirmed_by = added_by WHERE name = 'clinic'",
        "source clinic: it is not what the log records",
        "`UPDATE source SET state, confirmed_by`",
    ),
    Attack(
        "change what a repeated command is told",
        "`UPDATE command_key SET result`",
        NOTHING,
        sql=("UPDATE command_key SET result = '{}'",),
        why="the log holds no results; only whoever repeats that very command is told it, and no "
        "record, decision or release reads it",
    ),
    Attack(
        "change a count of rows",
        "`UPDATE dataset_version SET rows`",
        NOTHING,
        sql=("UPDATE dataset_version SET rows = 5 WHERE id = 2",),
        why="the log holds the digest of the content, not its figures, which are read off the "
        "file again where something is decided",
    ),
)
