"""Attacks on accounts, keys, credentials, tokens, deputies, and on what people signed."""

import base64
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hostility.attack import NOTHING, Attack
from hostility.attacker import Attacker
from hostility.on_records import by, edit

from registry.log.signature import key_id

MINE = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x07")
PUBLIC = MINE.public_key().public_bytes_raw()
_ACCOUNT = "(SELECT id FROM account WHERE name = '{}')"
_STELLA, _ADA, _PAULA, _AMIR = (
    _ACCOUNT.format(name) for name in ("stella", "ada", "paula", "amir")
)
_COPY = (
    "INSERT INTO signoff (id, request_id, account_id, role, meaning, reason, statement, "
    "statement_digest, authentication, key_id, signature, signed_at, event_seq) SELECT 99, 3, "
    "{account}, 'privacy-officer', meaning, reason, statement, statement_digest, authentication, "
    "{key}, {signature}, {at}, {seq} FROM signoff WHERE id = 2"
)


def _key_swapped(attacker: Attacker) -> None:
    """A key of one's own in the place of a person's, and their sign-off signed again by it."""
    attacker.run(
        f"UPDATE personal_key SET public = :public, key_id = :id WHERE account_id = {_PAULA}",
        public=PUBLIC,
        id=key_id(PUBLIC),
    )
    for number, statement in attacker.rows(
        f"SELECT id, statement FROM signoff WHERE account_id = {_PAULA}"
    ):
        attacker.run(
            f"UPDATE signoff SET key_id = :id, signature = :value WHERE id = {number}",
            id=key_id(PUBLIC),
            value=MINE.sign(bytes(statement)),
        )


def _public_swapped(attacker: Attacker) -> None:
    attacker.run(
        f"UPDATE personal_key SET public = :public WHERE account_id = {_PAULA}", public=PUBLIC
    )


def _signed_by_another(attacker: Attacker) -> None:
    (statement,) = attacker.rows("SELECT statement FROM signoff WHERE id = 2")[0]
    attacker.run(
        "UPDATE signoff SET signature = :value WHERE id = 2", value=MINE.sign(bytes(statement))
    )


def _copied(attacker: Attacker) -> None:
    attacker.run(
        _COPY.format(
            account=_PAULA, key="key_id", signature="signature", at="signed_at", seq="event_seq"
        )
    )


def _forged(attacker: Attacker, **details: Any) -> None:
    """A whole approval: the event in paula's name, the tree, and the record of it."""
    (digest, at) = attacker.rows("SELECT statement_digest, signed_at FROM signoff WHERE id = 2")[0]
    (actor,) = attacker.rows("SELECT pseudonym FROM account WHERE name = 'paula'")[0]
    told = {
        "role": "privacy-officer",
        "meaning": "approve",
        "statement": digest,
        "decision": digest,
    }
    attacker.add(
        actor=actor,
        action="approve",
        fact="request.signed",
        request="R-3",
        dataset="claims@3",
        outcome="done",
        details={**told, **details},
    )
    key = f"'{details['key']}'" if details else "NULL"
    attacker.run(
        _COPY.format(
            account=_PAULA,
            key=key,
            signature="signature" if details else "NULL",
            at=f"'{at}'",
            seq=attacker.size(),
        )
    )


def _forged_signed(attacker: Attacker) -> None:
    """With the signature of another paper, which is all there is."""
    key, value = attacker.rows("SELECT key_id, signature FROM signoff WHERE id = 2")[0]
    _forged(attacker, key=key, signature=base64.b64encode(bytes(value)).decode())


def _enrolment(attacker: Attacker) -> None:
    attacker.run(
        f"INSERT INTO enrolment (id, account_id, digest, issued_at, expires_at) VALUES (99, "
        f"{_PAULA}, 'mine', '2026-01-01T00:00:00.000000Z', '2030-01-01T00:00:00.000000Z')"
    )


def _told(name: str, does: str, act: Callable[[Attacker], None], said: str) -> Attack:
    return by(name, does, act, said)


ATTACKS = (
    edit(
        "delete a sign-off",
        "DELETE FROM signoff WHERE id = 2",
        "sign-off of event .*: the log records it and it is gone",
    ),
    edit(
        "turn a sign-off round",
        "UPDATE signoff SET meaning = 'reject' WHERE id = 1",
        "sign-off of event .*: it is not what the log records|sign-off 1: it is not",
    ),
    edit(
        "sign in another role",
        "UPDATE signoff SET role = 'privacy-officer' WHERE id = 1",
        "sign-off 1: it is not what its statement says",
    ),
    edit(
        "give a sign-off to another person",
        f"UPDATE signoff SET account_id = {_STELLA} WHERE id = 1",
        "sign-off 1: it is not what its statement says",
    ),
    edit(
        "move a sign-off to another request",
        "UPDATE signoff SET request_id = 3 WHERE id = 2",
        "sign-off of event .*: it is not what the log records",
    ),
    edit(
        "undo a sign-off as if retracted",
        "UPDATE signoff SET retracted_at = signed_at WHERE id = 1",
        "sign-off 1: whether it was retracted is not what was signed",
    ),
    edit(
        "edit what was signed",
        "UPDATE signoff SET reason = 'because' WHERE id = 1",
        "sign-off 1: it is not what its statement says",
    ),
    edit(
        "strip a signature",
        "UPDATE signoff SET signature = NULL, key_id = NULL WHERE id = 2",
        "sign-off 2: it is unsigned, though its signer held a key",
    ),
    _told(
        "sign with another key",
        "the signature of another key under a person's statement",
        _signed_by_another,
        "sign-off 2: its signature is not one of the key",
    ),
    _told(
        "copy a sign-off to another request",
        "the same statement and signature once more",
        _copied,
        "sign-off",
    ),
    _told(
        "forge an approval",
        "an event in a person's name, well placed in chain and tree, and its record, unsigned",
        _forged,
        "sign-off 99: it is unsigned, though its signer held",
    ),
    _told(
        "forge an approval with an old signature",
        "the same with the signature of another paper",
        _forged_signed,
        "sign-off 99: |key .* was not valid|sign-off of event",
    ),
    _told(
        "exchange a person's public key",
        "`UPDATE personal_key SET public`",
        _public_swapped,
        "its public key has another id",
    ),
    _told(
        "exchange a person's key and sign again",
        "key, id and every signature of the person",
        _key_swapped,
        "key .*: the log records it and it is gone",
    ),
    edit(
        "add a key",
        "INSERT INTO personal_key (id, account_id, key_id, public, state, made_at, failures) "
        "SELECT 999, account_id, 'x', public, 'active', made_at, 0 FROM personal_key WHERE id = 1",
        "key x: the log does not know it",
        "a key of one's own for a person's account",
    ),
    edit(
        "let a key be valid from earlier on",
        "UPDATE personal_key SET valid_from = '2020-01-01T00:00:00.000000Z' WHERE id = 1",
        "key .*: it is not what the log records",
    ),
    edit(
        "exchange a password",
        f"UPDATE credential SET sealed = statement FROM signoff "
        f"WHERE signoff.id = 1 AND credential.account_id = {_PAULA}",
        "credential of .*: it is not what the log records",
        "`UPDATE credential SET sealed`",
    ),
    edit(
        "make used one-time codes good again",
        f"UPDATE credential SET step = 0 WHERE account_id = {_PAULA}",
        "credential of .*: codes that were used are good again",
    ),
    Attack(
        "forgive wrong passwords",
        "`UPDATE credential SET failures = 0, locked_until = NULL`",
        NOTHING,
        sql=("UPDATE credential SET failures = 0, locked_until = NULL",),
        why="it allows more guesses, each of which is an event of its own",
    ),
    Attack(
        "make a device known",
        "a device of one's own for a person's account",
        NOTHING,
        sql=(
            "INSERT INTO known_device (id, account_id, digest, failures, used_at) SELECT "
            "999, account_id, 'x', 0, started_at FROM session_ WHERE id = 1",
        ),
        why="it allows five more guesses, each of which is an event of its own",
    ),
    _told(
        "add an enrolment code",
        "a code of one's own for a person",
        _enrolment,
        "enrolment of .*: its codes are not those",
    ),
    edit(
        "make an enrolment code good again",
        "UPDATE enrolment SET used_at = NULL",
        "enrolment of .*: its codes are not those",
    ),
    edit(
        "prolong a session",
        "UPDATE session_ SET expires_at = '2030-01-01T00:00:00.000000Z'",
        "session 1: it lasts longer than a session does",
    ),
    edit(
        "add a session",
        "INSERT INTO session_ (id, account_id, digest, sealed, started_at, expires_at) SELECT "
        "999, account_id, 'x', sealed, started_at, expires_at FROM session_ WHERE id = 1",
        "session 999: the log does not know it",
        "a session of one's own for a person",
    ),
    edit(
        "widen a token",
        """UPDATE token SET scopes = '["check", "register"]'""",
        "token .*: it is not what the log records",
    ),
    edit(
        "prolong a token",
        "UPDATE token SET expires_at = '2030-01-01T00:00:00.000000Z'",
        "token .*: it is not what the log records",
    ),
    edit(
        "give a role",
        f"INSERT INTO account_role (account_id, role, granted_at) VALUES ({_AMIR}, 'steward', '')",
        "account p-.*: it is not what the log records",
        "a row in `account_role`",
    ),
    edit(
        "add an account",
        "INSERT INTO account (id, name, salt, pseudonym, created_at) "
        "VALUES (99, 'mallory', 's', 'p-0', '2026')",
        "account p-0: ",
        "a row in `account`",
    ),
    edit(
        "rename a person",
        "UPDATE account SET name = 'mallory' WHERE name = 'paula'",
        "its name is not the one it was made with",
    ),
    edit(
        "deactivate a person",
        "UPDATE account SET deactivated_at = '2026' WHERE name = 'paula'",
        "account p-.*: it is not what the log records",
    ),
    edit(
        "prolong a deputy",
        "UPDATE deputy SET last = '2030-01-01'",
        "deputy D-1: it is not what its statement says",
    ),
    edit(
        "name another deputy",
        f"UPDATE deputy SET deputy_id = {_AMIR}",
        "deputy D-1: it is not what its statement says",
    ),
)
