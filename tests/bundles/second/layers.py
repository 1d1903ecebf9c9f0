"""From the file to the record: envelope, statement, zlib, and the shape of every part."""

import re
import zlib
from pathlib import Path

from second.strict import Refused, canonical, decoded, digest, holds, log_key, parsed, read

MOST = 64 * 1024 * 1024
TYPE = "application/vnd.in-toto+json"
WATERMARK = "DEMONSTRATION: nobody proved who they are"
WORDS = (Path(__file__).parent / "words.txt").read_bytes()
assert digest(WORDS) == "sha256:db7115a68a1b28349162e8a1305c93b3a2039332705c2a59e5705c22fffd44e5"


# --- shapes --------------------------------------------------------------------------------------
def _object(**parts):
    def check(value):
        return (
            isinstance(value, dict)
            and set(value) == set(parts)
            and all(one(value[key]) for key, one in parts.items())
        )

    return check


def _several(one):
    return lambda value: isinstance(value, list) and all(map(one, value))


def _maybe(one):
    return lambda value: value is None or one(value)


def _fits(pattern):
    form = re.compile(pattern)
    return lambda value: isinstance(value, str) and bool(form.fullmatch(value))


def _string(value):
    return isinstance(value, str)


def _count(value):
    return type(value) is int and value >= 0


def _positive(value):
    return type(value) is int and value >= 1


def _flag(value):
    return type(value) is bool


DIGEST = _fits(r"sha256:[0-9a-f]{64}")
HASH = _fits(r"[0-9a-f]{64}")
NUMBERED = r"-[1-9][0-9]{0,8}"
LINE = _fits(r"(?s).{1,1000}")
TEXT = _fits(r"(?s).+")
BASE64 = _fits(r"[A-Za-z0-9+/]*={0,2}")
PARTS = {
    "format": _fits("registry-bundle/[12]"),
    "about": _object(
        dataset=_fits(r"[^@]+@[1-9][0-9]*"),
        request=_fits("R" + NUMBERED),
        release=_maybe(_fits("REL" + NUMBERED)),
    ),
    "dataset": _object(file=DIGEST, content=DIGEST, card=DIGEST, rows=_count),
    "cards": _several(TEXT),
    "source": _object(name=LINE, columns=_several(_object(name=LINE, kind=LINE))),
    "catalogue": _several(
        _object(
            id=LINE,
            definition=_positive,
            scope=_fits(r"(?s).{0,100}"),
            sampled=_flag,
            kinds=_several(LINE),
            places=_several(_several(LINE)),
        )
    ),
    "policies": _several(_object(file=LINE, source=TEXT, normalised=TEXT)),
    "evaluations": _several(TEXT),
    "decision": TEXT,
    "signoffs": _several(TEXT),
    "waivers": _several(_object(id=_fits("W" + NUMBERED), statement=TEXT)),
    "deputies": _several(_object(id=_fits("D" + NUMBERED), statement=TEXT)),
    "people": _several(
        _object(name=LINE, salt=_fits(r"(?s).{0,200}"), pseudonym=_fits("p-[0-9a-f]{16}"))
    ),
    "keys": _several(_object(id=LINE, public=BASE64)),
    "agreements": _several(_object(id=_fits("A" + NUMBERED), digest=DIGEST)),
    "events": _several(_object(body=TEXT, proof=_several(HASH))),
    "checkpoint": _string,
    "anchors": _several(
        _object(
            kind=_fits("file|git|rfc3161"),
            place=_fits(r"(?s).{0,1000}"),
            note=_string,
            token=_maybe(BASE64),
            consistency=_several(HASH),
        )
    ),
}
BUDGET = _object(id=LINE, declaration=TEXT, signature=TEXT)
RECORDS = {
    "registry-bundle/1": _object(**PARTS),
    "registry-bundle/2": _object(
        **PARTS, ledger=_object(entries=_several(TEXT), budgets=_several(BUDGET))
    ),
}
EVENT = {
    "seq": lambda value: type(value) is int and value >= 1,
    "at": _fits(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    "actor": _fits("p-[0-9a-f]{16}"),
    "authentication": _string,
    "fact": _string,
    "dataset": _maybe(_string),
    "request": _maybe(_string),
    "previous": HASH,
    "details": lambda value: isinstance(value, dict),
}


def _require(shape, value, what, cause="malformed"):
    if not shape(value):
        raise Refused(cause, what)
    return value


def _integers(value):
    if isinstance(value, float):
        raise Refused("non-canonical", "a fraction in the record")
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list | float):
            _integers(inner)


# --- layers --------------------------------------------------------------------------------------
def opened(data):
    """The statement's parts: subject, watermark, the log's key and the record, unless refused."""
    if len(data) > MOST:
        raise Refused("oversize", "the file")
    envelope = parsed(data, "the envelope")
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise Refused("foreign", "the envelope's keys")
    if envelope["payloadType"] != TYPE:
        raise Refused("foreign", "the payload's type")
    canonical(envelope, data, "the envelope")
    signer = _object(keyid=_string, sig=_string)
    several = _several(signer)
    _require(_object(payload=_string, payloadType=_string, signatures=several), envelope, "keys")
    if len(envelope["signatures"]) != 1:
        raise Refused("malformed", "one signature")
    payload = decoded(envelope["payload"], "the payload")
    statement = parsed(payload, "the statement")
    subject = _object(name=_string, digest=_object(sha256=HASH))
    predicate = _object(log=_string, record=_string, watermark=_maybe(_string))
    if not isinstance(statement, dict) or statement.get("predicateType") != (
        "urn:synthetic-data-registry:release:v1"
    ):
        raise Refused("foreign", "the predicate's type")
    canonical(statement, payload, "the statement")
    shape = _object(
        _type=_fits(re.escape("https://in-toto.io/Statement/v1")),
        subject=lambda value: _several(subject)(value) and len(value) == 1,
        predicateType=_string,
        predicate=predicate,
    )
    _require(shape, statement, "the statement")
    told = statement["predicate"]
    if told["watermark"] not in (None, WATERMARK):
        raise Refused("malformed", "the watermark")
    key = log_key(told["log"])
    _signed(envelope["signatures"][0], payload, key)
    return statement["subject"][0], told["watermark"], told["log"], _record(told["record"])


def _signed(signature, payload, key):
    name, identity, public = key
    value = decoded(signature["sig"], "the signature", 64)
    body = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)
    if signature["keyid"] != f"{name}+{identity}" or not holds(public, value, body):
        raise Refused("signature", "the envelope")


def _record(text):
    stream = zlib.decompressobj(zlib.MAX_WBITS, WORDS)
    try:
        data = stream.decompress(decoded(text, "the record"), MOST + 1)
    except zlib.error as error:
        raise Refused("unreadable", str(error)) from error
    if len(data) > MOST:
        raise Refused("oversize", "the record")
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise Refused("non-canonical", "no whole stream, or more than it")
    record = read(data, "the record")
    shape = RECORDS.get(str(record.get("format"))) if isinstance(record, dict) else None
    if shape is None:
        raise Refused("foreign", "the format")
    _require(shape, record, "the record")
    _integers(record)
    return record


def event(body):
    """One event from its text."""
    found = read(body, "an event")
    if not isinstance(found, dict):
        raise Refused("malformed", "an event")
    for key, shape in EVENT.items():
        if key not in found:
            raise Refused("malformed", f"an event without {key}")
        _require(shape, found[key], f"an event's {key}")
    return found
