"""Opens a bundle: from bytes to its record, or the one reason why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError

from registry.bundle.format import (
    PAYLOAD_TYPE,
    PREDICATE_TYPE,
    STATEMENT_TYPE,
    WATERMARK,
    key_id,
    key_of,
)
from registry.bundle.record import Record
from registry.bundle.strict import (
    MOST_BYTES,
    Refused,
    canonical_json,
    inflated,
    plain_json,
    require_canonical,
    require_keys,
    unbase64,
)
from registry.log.note import NoteError, Verifier, read_verifier

_ENVELOPE: Final = frozenset({"payload", "payloadType", "signatures"})
_SIGNATURE: Final = frozenset({"keyid", "sig"})
_STATEMENT: Final = frozenset({"_type", "predicate", "predicateType", "subject"})
_PREDICATE: Final = frozenset({"log", "record", "watermark"})


@dataclass(frozen=True)
class Opened:
    """A bundle that reads: its record, the key that signed it, and the subject of its statement."""

    record: Record
    log: Verifier
    subject: str
    sha256: str
    watermark: str | None


def opened(data: bytes, trusted: Verifier | None) -> Opened:
    """Read a bundle and verify its signature, by ``trusted`` or else by the key that it names.

    Raises ``Refused`` with the cause.
    """
    if len(data) > MOST_BYTES:
        raise Refused("oversize", f"a bundle has at most {MOST_BYTES} bytes")
    # What it is comes before how it is written: another's JSON is foreign, and not a bent bundle.
    envelope = require_keys(plain_json(data, "the file"), _ENVELOPE, "the envelope")
    if envelope["payloadType"] != PAYLOAD_TYPE:
        raise Refused("foreign", f"the payload is not of the type {PAYLOAD_TYPE}")
    require_canonical(envelope, data, "the file")
    payload = unbase64(envelope["payload"], "the payload")
    # What is signed is read only to learn which key to ask, until the signature is verified.
    statement = _statement(payload)
    log = _log(statement["predicate"]["log"])
    if trusted is not None and trusted != log:
        raise Refused(
            "key-differs", f"the bundle is signed by {key_id(log)}, not by the one trusted"
        )
    _require_signed(envelope, payload, log)
    return _opened(statement, log)


def _statement(payload: bytes) -> dict[str, Any]:
    statement = require_keys(plain_json(payload, "the payload"), _STATEMENT, "the statement")
    said = (statement["_type"], statement["predicateType"])
    if said != (STATEMENT_TYPE, PREDICATE_TYPE):
        raise Refused("foreign", f"the statement is not a {PREDICATE_TYPE}")
    require_canonical(statement, payload, "the payload")
    require_keys(statement["predicate"], _PREDICATE, "the predicate")
    return statement


def _log(text: object) -> Verifier:
    try:
        log = read_verifier(text if isinstance(text, str) else "")
    except NoteError as error:
        raise Refused("foreign", f"the log's key cannot be read: {error}") from None
    if str(log) != text:
        raise Refused("non-canonical", "the log's key is written in another way than it would be")
    return log


def _require_signed(envelope: dict[str, Any], payload: bytes, log: Verifier) -> None:
    lines = envelope["signatures"]
    if not isinstance(lines, list) or len(lines) != 1:
        raise Refused("foreign", "a bundle has exactly one signature")
    line = require_keys(lines[0], _SIGNATURE, "the signature")
    if line["keyid"] != key_id(log):
        raise Refused("signature", f"the signature is not by {key_id(log)}")
    unbase64(line["sig"], "the signature")
    try:
        Envelope.from_dict(envelope).verify([key_of(log)], 1)
    except (VerificationError, ValueError) as error:
        raise Refused("signature", f"the signature does not hold: {error}") from None


def _opened(statement: dict[str, Any], log: Verifier) -> Opened:
    predicate, watermark = statement["predicate"], statement["predicate"]["watermark"]
    if watermark not in (None, WATERMARK):
        raise Refused("foreign", "the watermark is none that a bundle carries")
    packed = unbase64(predicate["record"], "the record")
    return Opened(_record(inflated(packed, "the record")), log, *_subject(statement), watermark)


def _record(body: bytes) -> Record:
    canonical_json(body, "the record")
    try:
        return Record.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refused("malformed", f"record: {place}: {first['msg']}") from None


def _subject(statement: dict[str, Any]) -> tuple[str, str]:
    subject = statement["subject"]
    if not isinstance(subject, list) or len(subject) != 1:
        raise Refused("foreign", "a bundle is about exactly one file")
    named = require_keys(subject[0], frozenset({"digest", "name"}), "the subject")
    digest = require_keys(named["digest"], frozenset({"sha256"}), "the subject's digest")
    if not isinstance(named["name"], str) or not isinstance(digest["sha256"], str):
        raise Refused("foreign", "the subject is not a name with a digest")
    return named["name"], digest["sha256"]
