#!/usr/bin/env python3
"""Verifies an evidence bundle of a synthetic data registry, with nothing but this file.

    python registry_verify.py claims-1.bundle.json --trust log.pub [--data FILE] [--anchor FILE]

Python 3.11 or later and the package `cryptography`; no registry, no database, no network. The
format and every check are specified in docs/bundle.md of the registry. Exit codes: 0 not
contradicted, 2 wrong usage, 3 something demanded could not be checked, 6 contradicted or no whole
bundle.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from math import (
    exp,
    expm1,
    floor,
    fsum,
    inf,
    isclose,
    isfinite,
    lgamma,
    log,
    log1p,
    nextafter,
    sqrt,
)
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MOST_BYTES = 64 * 1024 * 1024
WATERMARK = "DEMONSTRATION: nobody proved who they are"
AGREED = "agreed"  # what a check yields in place of a cause where it has something good to say
NOT_CHECKED = (
    "that the normalised policies say what their YAML says, and only tighten what they extend",
    "rules in CEL (expr); those there are were taken as recorded",
    "totals by PLD or at the best Renyi order; what the PLD of a batch comes to is as recorded",
    "that the ledger which the log states is true",
    "time stamps of anchors, and what the catalogue says of metrics",
)


# --- Reading: every layer in the one way it may be written ---------------------------------------


class Refused(Exception):
    """The bundle, or a part of it, cannot be read as what it must be."""

    def __init__(self, cause: str, what: str) -> None:
        super().__init__(what)
        self.cause, self.what = cause, what


def parsed(data: bytes, what: str) -> Any:
    """JSON in UTF-8 without duplicate keys and NaN."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise Refused("non-canonical", f"a key stands twice in {what}")
        return dict(pairs)

    def no_number(word: str) -> None:
        raise Refused("non-canonical", f"{word} in {what} is no number of JSON")

    try:
        return json.loads(data.decode(), object_pairs_hook=once, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise Refused("unreadable", f"{what} is not JSON: {error}") from None


def canonical(value: Any) -> str:
    """RFC 8785: keys in order of UTF-16, no spaces, numbers as ECMAScript writes them."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        raise Refused("non-canonical", "a whole number that JSON does not hold exactly")
    return json.dumps(value, ensure_ascii=False)


def number(value: float) -> str:
    """A finite number as ECMAScript writes it (RFC 8785, section 3.2.2.3)."""
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        text = digits.ljust(point, "0")
        text = text[:point] + ("." + text[point:] if len(text) > point else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        tail = "." + digits[1:] if len(digits) > 1 else ""
        text = f"{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return ("-" if value < 0 else "") + text


def read_canonical(data: bytes, what: str) -> Any:
    """JSON that is canonical, byte for byte."""
    return require_canonical(parsed(data, what), data, what)


def require_canonical(value: Any, data: bytes, what: str) -> Any:
    """The value, if the bytes are how RFC 8785 writes it."""
    try:
        same = canonical(value).encode() == data
    except (UnicodeEncodeError, RecursionError):
        same = False
    if not same:
        raise Refused("non-canonical", f"{what} is not canonical JSON (RFC 8785)")
    return value


def unbase64(text: Any, what: str) -> bytes:
    """Padded base64 in the one way it may be written."""
    if not isinstance(text, str):
        raise Refused("foreign", f"{what} is not text")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:
        raise Refused("non-canonical", f"{what} is not base64 in its one form")
    return data


def exactly(value: Any, keys: str, what: str) -> dict[str, Any]:
    """An object with exactly these keys."""
    if not isinstance(value, dict) or set(value) != set(keys.split()):
        raise Refused("foreign", f"{what} does not have exactly the keys {keys}")
    return value


def unpacked(data: bytes) -> bytes:
    """The record as it was before it was packed."""
    stream = zlib.decompressobj(zdict=DICTIONARY)
    try:
        found = stream.decompress(data, MOST_BYTES + 1)
    except zlib.error as error:
        raise Refused("malformed", f"the record cannot be unpacked: {error}") from None
    if len(found) > MOST_BYTES:
        raise Refused("oversize", f"the record unpacks to more than {MOST_BYTES} bytes")
    if not stream.eof or stream.unused_data or not data[1] & 0x20:
        raise Refused("non-canonical", "the record is cut off, or something follows it")
    return found


def holds(key: bytes, signature: bytes, body: bytes) -> bool:
    """Whether an Ed25519 signature holds."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True


class LogKey:
    """The log's public key: ``name+hash+base64(0x01 || key)``."""

    def __init__(self, text: Any) -> None:
        parts = text.split("+", 2) if isinstance(text, str) else []
        if len(parts) != 3 or not re.fullmatch(r"[^\s+]+", parts[0]):
            raise Refused("foreign", "the log's key is not name+hash+key")
        raw = unbase64(parts[2], "the log's key")
        self.name, self.hash, self.key = parts[0], parts[1], raw[1:]
        expected = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if raw[:1] != b"\x01" or len(raw) != 33 or self.hash != expected.hex():
            raise Refused("foreign", "the log's key does not have the hash that stands in it")
        self.id = f"{self.name}+{self.hash}"


def read_note(data: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A C2SP note: its text, and its signatures: a name with four bytes of key and 64 more."""
    text, gap, below = data.rpartition("\n\n")
    lines = below.split("\n")
    if not gap or len(lines) < 2 or lines[-1]:
        raise Refused("checkpoint", "no note with signatures below it")
    found = []
    for line in lines[:-1]:
        match = re.fullmatch("\N{EM DASH} ([^\\s+]+) (\\S+)", line)
        value = unbase64(match[2], "a signature of a note") if match else b""
        if match is None or len(value) != 68:
            raise Refused("checkpoint", "a line below a note is no signature")
        found.append((match[1], value))
    return text + "\n", found


def read_checkpoint(data: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a note, signed or not."""
    lines = read_note(data)[0].split("\n")[:-1]
    root = unbase64(lines[2], "the root of a checkpoint") if len(lines) > 2 else b""
    if len(root) != 32 or not all(lines) or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        raise Refused("checkpoint", "a checkpoint has a name, a size and a root")
    return lines[0], int(lines[1]), root


def signed_checkpoint(data: str, log: LogKey) -> tuple[int, bytes]:
    """Size and root of a checkpoint that the log signed."""
    text, signatures = read_note(data)
    name, size, root = read_checkpoint(data)
    mine = [s for who, s in signatures if who == log.name and s[:4].hex() == log.hash]
    if name != log.name or not mine or not all(holds(log.key, s[4:], text.encode()) for s in mine):
        raise Refused("checkpoint", f"the checkpoint is not signed by {log.name}")
    return size, root


# --- The tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2) -------------------------------------------


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether a leaf's hash lies at an index of the tree with this root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(first: int, size: int, proof: list[bytes], before: bytes, after: bytes) -> bool:
    """Whether the tree of ``size`` begins with the tree of ``first``."""
    if first == size or first == 0:
        same = before == (after if first == size else hashlib.sha256(b"").digest())
        return not proof and same
    if not 0 < first < size:
        return False
    steps = ([before] if first & (first - 1) == 0 else []) + proof
    if not steps:
        return False
    place, last, small, large = first - 1, size - 1, steps[0], steps[0]
    while place & 1:
        place, last = place >> 1, last >> 1
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            small, large = node(step, small), node(step, large)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            large = node(large, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (small, large) == (before, after)


# --- The record's shape: strings name what stands there, a list holds any number of its one ------

STATED = [{"id": "line", "statement": "text"}]
SHAPE: dict[str, Any] = {
    "format": "text",
    "about": {"dataset": "line", "request": "line", "release": "release?"},
    "dataset": {"file": "digest", "content": "digest", "card": "digest", "rows": "count"},
    "cards": ["text"],
    "source": {"name": "line", "columns": [{"name": "line", "kind": "line"}]},
    "catalogue": [
        {
            "id": "line",
            "definition": "number",
            "scope": "scope",
            "sampled": "truth",
            "kinds": ["line"],
            "places": [["line"]],
        }
    ],
    "policies": [{"file": "line", "source": "text", "normalised": "text"}],
    "evaluations": ["text"],
    "decision": "text",
    "signoffs": ["text"],
    "waivers": STATED,
    "deputies": STATED,
    "people": [{"name": "line", "salt": "salt", "pseudonym": "line"}],
    "keys": [{"id": "line", "public": "base64"}],
    "agreements": [{"id": "line", "digest": "digest"}],
    "events": [{"body": "text", "proof": ["hash"]}],
    "checkpoint": "text",
    "anchors": [
        {
            "kind": "kind",
            "place": "place",
            "note": "text",
            "token": "base64?",
            "consistency": ["hash"],
        }
    ],
}
LEDGER = {
    "entries": ["text"],
    "budgets": [{"id": "line", "declaration": "text", "signature": "text"}],
}
ONCE = {
    **dict.fromkeys(("cards", "evaluations", "signoffs"), ""),
    **dict.fromkeys(("catalogue", "waivers", "deputies", "keys", "agreements"), "id"),
    "policies": "source",
    "people": "pseudonym",
}
KINDS: dict[str, Callable[[Any], Any]] = {
    "text": lambda v: isinstance(v, str) and v != "",
    "line": lambda v: isinstance(v, str) and 0 < len(v) <= 1000,
    "release?": lambda v: (
        v is None or (isinstance(v, str) and re.fullmatch(r"REL-[1-9][0-9]{0,8}", v))
    ),
    "place": lambda v: isinstance(v, str) and len(v) <= 1000,
    "salt": lambda v: isinstance(v, str) and len(v) <= 200,
    "scope": lambda v: isinstance(v, str) and len(v) <= 100,
    "kind": lambda v: v in ("file", "git", "rfc3161"),
    "base64": lambda v: isinstance(v, str) and re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", v),
    "base64?": lambda v: v is None or KINDS["base64"](v),
    "number": lambda v: type(v) is int and v >= 1,
    "digest": lambda v: isinstance(v, str) and re.fullmatch(r"sha256:[0-9a-f]{64}", v),
    "hash": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]{64}", v),
    "count": lambda v: type(v) is int and v >= 0,
    "truth": lambda v: isinstance(v, bool),
}


def require_shape(value: Any, shape: Any, where: str) -> None:
    """Refuse what does not have the shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict) or value.keys() != shape.keys():
            raise Refused("malformed", f"{where} does not have exactly the keys it must have")
        for key, inner in shape.items():
            require_shape(value[key], inner, f"{where}.{key}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise Refused("malformed", f"{where} is no list")
        for place, item in enumerate(value):
            require_shape(item, shape[0], f"{where}[{place}]")
    elif not KINDS[shape](value):
        raise Refused("malformed", f"{where} is no {shape}")


def opened(data: bytes, trusted: LogKey | None) -> tuple[dict[str, Any], dict[str, Any], LogKey]:
    """Statement, record and key of a bundle whose signature holds."""
    if len(data) > MOST_BYTES:
        raise Refused("oversize", f"a bundle has at most {MOST_BYTES} bytes")
    # What it is comes before how it is written: another's JSON is foreign, and not a bent bundle.
    top = exactly(parsed(data, "the file"), "payload payloadType signatures", "the envelope")
    if top["payloadType"] != "application/vnd.in-toto+json":
        raise Refused("foreign", "the payload is no in-toto statement")
    require_canonical(top, data, "the file")
    payload = unbase64(top["payload"], "the payload")
    said = parsed(payload, "the payload")
    exactly(said, "_type predicate predicateType subject", "the statement")
    types = (said["_type"], said["predicateType"])
    if types != ("https://in-toto.io/Statement/v1", "urn:synthetic-data-registry:release:v1"):
        raise Refused("foreign", "the statement is of another kind")
    require_canonical(said, payload, "the payload")
    predicate = exactly(said["predicate"], "log record watermark", "the predicate")
    log = LogKey(predicate["log"])
    if trusted is not None and (trusted.id, trusted.key) != (log.id, log.key):
        raise Refused("key-differs", f"signed by {log.id}, not by {trusted.id}")
    require_signature(top, payload, log)
    if predicate["watermark"] not in (None, WATERMARK):
        raise Refused("foreign", "the watermark is none that a bundle carries")
    if not isinstance(said["subject"], list) or len(said["subject"]) != 1:
        raise Refused("foreign", "a bundle is about exactly one file")
    subject = exactly(said["subject"][0], "digest name", "the subject")
    exactly(subject["digest"], "sha256", "the subject's digest")
    record = read_canonical(unpacked(unbase64(predicate["record"], "the record")), "the record")
    newer = isinstance(record, dict) and record.get("format") == "registry-bundle/2"
    require_shape(record, {**SHAPE, "ledger": LEDGER} if newer else SHAPE, "record")
    if not newer and record["format"] != "registry-bundle/1":
        raise Refused("malformed", "the record is of another format")
    lists = [(name, key, record[name]) for name, key in ONCE.items()]
    lists += [("budgets", "id", record["ledger"]["budgets"])] if newer else []
    for name, key, items in lists:
        keys = [one[key] if key else one for one in items]
        if len(set(keys)) != len(keys):
            raise Refused("malformed", f"something stands twice in {name}")
    return said, record, log


def require_signature(top: dict[str, Any], payload: bytes, log: LogKey) -> None:
    """Refuse an envelope that the log did not sign, or that somebody else signed as well."""
    if not isinstance(top["signatures"], list) or len(top["signatures"]) != 1:
        raise Refused("foreign", "a bundle has exactly one signature")
    line = exactly(top["signatures"][0], "keyid sig", "the signature")
    kind = top["payloadType"].encode()
    pae = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    signature = unbase64(line["sig"], "the signature")
    if line["keyid"] != log.id or not holds(log.key, signature, pae):
        raise Refused("signature", f"the signature by {log.id} does not hold")


# --- Time ----------------------------------------------------------------------------------------


def instant(text: str) -> datetime:
    """``2026-03-02T09:00:00.000000Z``."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def zoned(text: str | None) -> datetime | None:
    """A time with its zone; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def over(day: str, now: datetime) -> bool:
    """Whether a day, which counts to its end, has passed; what is no day has."""
    try:
        return not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or now.date() > date.fromisoformat(day)
    except ValueError:
        return True


def days(duration: str) -> int:
    """``P30D`` is 30."""
    return int(duration[1:-1])


# --- The policies --------------------------------------------------------------------------------

EU = frozenset(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"))
GROUPS = {"EU": EU, "EEA": EU | {"IS", "LI", "NO"}}
BUDGETS = {f"source.{kind}_{name}" for kind in ("exposed", "run") for name in ("epsilon", "delta")}
BUDGETS |= {"source.budget_used"}
UNAGED = {"dp.epsilon", "dp.delta", "dp.contradicted", "dp.lower_bound"} | BUDGETS
PLAIN = {"scope": "", "sampled": False, "kinds": [], "places": []}  # claims, audits and budgets
LEVELS = ("lt", "lte", "gt", "gte")


class Policy:
    """A policy from its normalised JSON; ``bases`` are found by `resolved`."""

    def __init__(self, document: dict[str, Any], digest: str) -> None:
        self.spec, meta = document["spec"], document["metadata"]
        self.id, self.version, self.review_by = meta["id"], meta["version"], meta.get("reviewBy")
        self.digest, self.bases = digest, list[Policy]()
        self.reference = (self.id, self.version, digest)

    def with_bases(self, shelf: list[Policy], above: tuple[str, ...] = ()) -> Policy:
        """The policy with the newest published base in every range that it extends."""
        if self.id in above or len(above) > 8:
            raise ValueError(f"{self.id} extends itself by a detour")
        whole = Policy.__new__(Policy)
        whole.__dict__.update(self.__dict__)
        whole.bases = []
        for wanted in self.spec["extends"]:
            fits = [
                p for p in shelf if p.id == wanted["id"] and within(p.version, wanted["version"])
            ]
            newest = max(fits, key=lambda p: precedence(p.version))
            whole.bases.append(newest.with_bases(shelf, (*above, self.id)))
        return whole

    def below(self) -> Iterator[Policy]:
        """Its bases and theirs."""
        for base in self.bases:
            yield base
            yield from base.below()

    def rules(self) -> list[dict[str, Any]]:
        """Its own rules, then those of its bases that it does not restate."""
        held = {rule["id"]: rule for rule in self.spec["rules"]}
        for base in self.bases:
            for rule in base.rules():
                held.setdefault(rule["id"], rule)
        return list(held.values())

    def level(self, now: datetime) -> str:
        """What failing a rule does on this day."""
        enforcement, today = self.spec["enforcement"], now.date().isoformat()
        reached = [step["level"] for step in enforcement["ramp"] if step["from"] <= today]
        return str(reached[-1] if reached else enforcement["default"])

    def row(self, audience: str) -> dict[str, Any] | None:
        """The terms for an audience, if it is served."""
        rows = [row for row in self.spec["sharing"] if row["audience"] == audience]
        return rows[0] if rows and rows[0]["effect"] == "allow" else None

    def governs(self, subject: dict[str, Any], asked: dict[str, Any]) -> bool:
        """Under the source's classification, or the one that the card raises it to."""
        classes = (subject["classification"], subject["raised"])
        return any(self._governs({**subject, **asked, "classification": one}) for one in classes)

    def _governs(self, facts: dict[str, Any]) -> bool:
        match, exclude = self.spec.get("match"), self.spec.get("exclude")
        if match is None or not fits(match, facts):
            return False
        return exclude is None or not fits(exclude, facts)


def fits(terms: dict[str, Any], facts: dict[str, Any]) -> bool:
    """Every condition of ``all``, and one of ``any`` where there are some."""

    def one(condition: dict[str, list[str]]) -> bool:
        return all(not accepted or facts[key] in accepted for key, accepted in condition.items())

    return all(map(one, terms["all"])) and (not terms["any"] or any(map(one, terms["any"])))


def precedence(version: str) -> Any:
    """The order of semantic versions."""
    numbers, _, pre = version.partition("+")[0].partition("-")
    parts = [(False, int(p), "") if p.isdigit() else (True, 0, p) for p in pre.split(".")]
    return [int(n) for n in numbers.split(".")], not pre, parts


def within(version: str, wanted: str) -> bool:
    """Whether a version is the one wanted, or under ``^`` at least that in its major version."""
    if not wanted.startswith("^"):
        return version == wanted
    numbers, released, _ = precedence(version)
    lowest = [int(part) for part in wanted[1:].split(".")]
    return bool(released and numbers[0] == lowest[0] and numbers[: len(lowest)] >= lowest)


def scopes(metric: dict[str, Any], subject: dict[str, Any]) -> list[tuple[str, ...]]:
    """What a rule on a metric ranges over, whatever was measured."""
    if metric["places"]:
        return [tuple(place) for place in metric["places"]]
    kinds = metric["kinds"]
    columns = [
        c for c in subject["columns"] if not kinds or subject["kinds"].get(c, kinds[0]) in kinds
    ]
    if metric["scope"] in ("column", "secret", "excluded"):
        return [(column,) for column in columns]
    if metric["scope"] == "pair":
        return list(combinations(columns, 2))
    named = {"group": "subgroups", "constraint": "constraints"}.get(metric["scope"])
    return [(name,) for name in subject[named]] if named else [()]


class Engine:
    """Decides one request at one moment, as docs/policy.md says."""

    def __init__(self, case: Case, at: dict[str, Any]) -> None:
        self.case, self.now = case, at["time"]
        self.subject, self.asked = case.subject(at["seq"]), case.asked
        self.evidence = case.evidence(at["seq"]) + case.audited(at["seq"]) + case.figures(at)
        self.waivers = case.waivers_at(at["seq"])
        self.read: set[str] = set()
        self.findings: list[dict[str, Any]] = []
        chosen = {p.reference: p for p in case.policies_at(at["seq"])}
        governing = [p for p in chosen.values() if p.governs(self.subject, self.asked)]
        self.policies = sorted(governing, key=lambda p: p.reference)
        self._decide()

    def _decide(self) -> None:
        confirmed, count = self.subject["confirmed"], len(self.policies)
        said = "confirmed" if confirmed else "unconfirmed"
        verdict = "pass" if confirmed else "missing"
        self._note(None, "registry.source-confirmed", verdict, said)
        verdict = "pass" if count else "fail"
        self._note(None, "registry.policy-matches", verdict, f"{count} matching")
        for one in self.evidence:
            if one["metric"] == "source.budget_used" and not (one["value"] or 0.0) <= 1:
                self._note(None, "registry.budget", "fail", "exceeded")
            elif one["metric"] == "source.budget_used" and one["value"] is None:
                self._note(None, "registry.budget", "missing", "not known")
        for policy in self.policies:
            self._permissions(policy)
            for rule in policy.rules():
                (self._check if "check" in rule else self._expression)(policy, rule)
        outcomes = {one["outcome"] for one in self.findings}
        denied = outcomes & {"fail", "error"}
        self.outcome = "deny" if denied else "undecided" if "missing" in outcomes else "allow"

    def _note(self, policy: Policy | None, rule: str, verdict: str, said: Any, **more: Any) -> None:
        plain = {
            "outcome": verdict,
            "scope": (),
            "margin": None,
            "level": "enforce",
            "waiver": None,
            "budget": False,
        }
        fixed = {"policy": policy, "rule": rule, "verdict": verdict, "observed": said}
        self.findings.append({**plain, "evidence": None, **fixed, **more})

    def _permissions(self, policy: Policy) -> None:
        if policy.review_by is not None:
            late = over(policy.review_by, self.now)
            self._note(
                policy,
                "review",
                "missing" if late else "pass",
                "overdue" if late else "in time",
            )
        late_bases = {p.id for p in policy.below() if p.review_by and over(p.review_by, self.now)}
        for name in sorted(late_bases):
            self._note(policy, "review", "missing", "overdue", scope=(name,))
        uses, use = policy.spec["uses"], self.asked["use"]
        allowed = use in uses["allow"] and use not in uses["deny"]
        self._note(policy, "uses", "pass" if allowed else "fail", use)
        place = self.asked["jurisdiction"]
        said = self.asked["audience"] + (f" in {place}" if place else "")
        self._note(policy, "sharing", self._shared(policy, place), said)

    def _shared(self, policy: Policy, place: str | None) -> str:
        row = policy.row(self.asked["audience"])
        if row is None:
            return "fail"
        if not row["jurisdictions"]:
            return "pass"
        if not place:
            return "missing"
        permitted = set().union(*(GROUPS.get(code, {code}) for code in row["jurisdictions"]))
        return "pass" if GROUPS.get(place, {place}) <= permitted else "fail"

    def _level(self, policy: Policy, rule: dict[str, Any], verdict: str) -> dict[str, Any]:
        """What becomes of a verdict under the level of the day and the waivers."""
        level = rule.get("enforcement") or policy.level(self.now)
        waiver = self._waiver(policy, rule["id"]) if verdict != "pass" else None
        kept = verdict == "pass"
        outcome = (
            verdict if kept else "warn" if level != "enforce" else "waived" if waiver else verdict
        )
        return {"level": level, "waiver": waiver, "outcome": outcome}

    def _waiver(self, policy: Policy, rule: str) -> str | None:
        """The waiver that covers a rule, the longest of several."""
        held = [w for w in self.waivers if w["rule"] == rule and not objection(policy, self, w)]
        return max(held, key=lambda w: (w["until"], w["id"]))["id"] if held else None

    def _check(self, policy: Policy, rule: dict[str, Any]) -> None:
        check, spec = rule["check"], policy.spec
        reads = check.get("metric") or check["budget"]
        metric = self.case.catalogue.get(reads, PLAIN)
        if (check.get("forEach") or "") != metric["scope"]:
            raise Refused("malformed", f"{reads} is not measured as {rule['id']} asks for it")
        ages = [days(a) for a in (spec["evidence"].get("maxAge"), check.get("maxAge")) if a]
        terms = {
            "age": min(ages, default=None),
            "holdout": (check.get("holdout") or spec["evidence"]["holdout"]) == "required",
            "minN": check.get("minN"),
            "bound": check.get("bound") if metric["sampled"] else None,
            "sort": next(level for level in LEVELS if check.get(level) is not None),
        }
        missing = (rule.get("onMissingEvidence") or spec["onMissingEvidence"]) == "deny"
        terms["limit"] = float(check[terms["sort"]])
        for scope in scopes(metric, self.subject) if metric["scope"] else [()]:
            self._scope(policy, rule, reads, scope, terms, missing)
        if metric["scope"] and not scopes(metric, self.subject):
            verdict = "fail" if missing else "missing"
            self._note(policy, rule["id"], verdict, None, **self._level(policy, rule, verdict))

    def _scope(
        self,
        policy: Policy,
        rule: dict[str, Any],
        reads: str,
        scope: tuple[str, ...],
        terms: dict[str, Any],
        missing: bool,
    ) -> None:
        found, value = self._worst(reads, scope, terms)
        if value is None:
            verdict, room = "fail" if missing else "missing", None
        else:
            verdict = "pass" if met(value, terms) else "fail"
            room = margin(value, terms)
        self._note(
            policy,
            rule["id"],
            verdict,
            value,
            scope=scope,
            margin=room,
            evidence=found,
            budget=reads in BUDGETS,
            **self._level(policy, rule, verdict),
        )

    def _worst(
        self, reads: str, scope: tuple[str, ...], terms: dict[str, Any]
    ) -> tuple[str | None, float | None]:
        """Of the measurements that count the worst; one without a number beats one that passes."""
        here = [one for one in self.evidence if (one["metric"], one["scope"]) == (reads, scope)]
        here = [one for one in here if one["data"] == self.subject["content"]]
        here.sort(key=lambda one: one["id"])
        self.read |= {one["id"] for one in here}
        counting = [one for one in here if self._counts(one, terms)]
        if not counting:
            return (here[0]["id"] if here else None), None
        readings = [(one["id"], reading(one, terms)) for one in counting]
        numbers = [one for one in readings if one[1] is not None]
        gaps = [one for one in readings if one[1] is None]
        if not numbers:
            return readings[0]
        worst = min(numbers, key=lambda one: margin(one[1], terms))
        return gaps[0] if gaps and met(worst[1] or 0.0, terms) else worst

    def _counts(self, one: dict[str, Any], terms: dict[str, Any]) -> bool:
        taken, age = one["at"], terms["age"]
        claimed = taken is None and one["metric"] in UNAGED
        if age is not None and not claimed and stale(taken, age, self.now):
            return False
        if terms["holdout"] and one["holdout"] is False:
            return False
        return not terms["minN"] or (one["n"] is not None and one["n"] >= terms["minN"])

    def _expression(self, policy: Policy, rule: dict[str, Any]) -> None:
        """As it was recorded; the metrics it names were read."""
        for name in re.findall(r"[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)+", rule["expr"]):
            metric = "".join(name.split())
            if metric in self.case.catalogue or metric in UNAGED:
                self._worst(
                    metric,
                    (),
                    {
                        "age": None,
                        "holdout": False,
                        "minN": None,
                        "bound": None,
                        "sort": "gte",
                        "limit": 0.0,
                    },
                )
        self.case.taken.add(f"{policy.id} {rule['id']}")
        recorded = [
            one
            for one in self.case.decision["findings"]
            if one["rule"] == rule["id"] and (one["policy"] or {}).get("digest") == policy.digest
        ]
        verdict = recorded[0]["verdict"] if recorded else "missing"
        found = recorded[0]["evidence_id"] if recorded else None
        level = self._level(policy, rule, verdict)
        self._note(policy, rule["id"], verdict, None, evidence=found, **level)

    @cached_property
    def terms(self) -> dict[str, Any]:
        """What the policies that govern ask for together."""
        specs = [policy.spec for policy in self.policies]
        approvals = [spec["approvals"] for spec in specs]
        rows = [row for p in self.policies if (row := p.row(self.asked["audience"]))]
        quorum: dict[str, int] = {}
        for seat in (seat for one in approvals for seat in one["quorum"]):
            quorum[seat["role"]] = max(seat["min"], quorum.get(seat["role"], 0))
        bases = {base.reference for policy in self.policies for base in policy.below()}
        expiries = [days(row["expiresAfter"]) for row in rows if row.get("expiresAfter")]
        required = any(one.get("signatures") == "required" for one in approvals)
        return {
            "outcome": self.outcome,
            "digest": self.digest,
            "policies": [named(policy.reference) for policy in self.policies],
            "bases": [named(base) for base in sorted(bases)],
            "waivers": sorted({one["waiver"] for one in self.findings if one["waiver"]}),
            "quorum": quorum,
            "separation": sorted({one for a in approvals for one in a["separation"]}),
            "validForDays": min((days(one["validFor"]) for one in approvals), default=None),
            "expiresAfterDays": min(expiries, default=None),
            "agreements": sorted({row["agreement"] for row in rows if row.get("agreement")}),
            "signatures": "required" if required else "optional",
        }

    @cached_property
    def window(self) -> int | None:
        """For how many days authors of policies do not sign."""
        windows = (one.spec["approvals"].get("authorWindow") for one in self.policies)
        return max((days(one) for one in windows if one), default=None)

    @cached_property
    def digest(self) -> str:
        """What identifies the decision, without the time it was made."""
        bases = {base.reference for policy in self.policies for base in policy.below()}
        policies = [*(one.reference for one in self.policies), *sorted(bases)]
        subject, asked = self.subject, self.asked
        content = {
            "subject": subject,
            "context": {key: asked[key] for key in ("use", "audience", "jurisdiction")},
            "policies": [list(one) for one in policies],
            "evidence": sorted(self.read),
            "waivers": sorted({one["waiver"] for one in self.findings if one["waiver"]}),
            "findings": self._signed(policies),
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def _signed(self, policies: list[Any]) -> list[list[Any]]:
        """Rule by rule the place of its policy, its id, and what became of it in every scope."""
        places = {one: place for place, one in enumerate(policies)}
        signed: list[list[Any]] = []
        last: tuple[Any, str] | None = None
        for one in self.findings:
            policy, rule = one["policy"], one["rule"]
            place = places[policy.reference] if policy else -1
            outcome, verdict, said = one["outcome"], one["verdict"], one["observed"]
            told = [outcome if outcome == verdict else f"{outcome}: {verdict}"]
            # What a budget comes to moves with every release: only what became of it is signed.
            told.append(None if one["budget"] else repr(said) if isinstance(said, float) else said)
            if not one["scope"]:
                signed.append([place, rule, *told])
                continue
            if last != (policy, rule):
                last = (policy, rule)
                signed.append([place, rule, []])
            signed[-1][2].append([list(one["scope"]), *told])
        return sorted(signed, key=lambda one: (one[0], one[1]))


def stale(taken: datetime | None, age: int, now: datetime) -> bool:
    """Whether a measurement is too old, or of no time that can be known."""
    return taken is None or taken > now or now > taken + timedelta(days=age)


def named(reference: tuple[str, str, str]) -> dict[str, str]:
    """A policy as records name it."""
    return dict(zip(("id", "version", "digest"), reference, strict=True))


def met(value: float, terms: dict[str, Any]) -> bool:
    """Whether a number meets the threshold."""
    limit, sort = terms["limit"], terms["sort"]
    return bool(
        {"lt": value < limit, "lte": value <= limit, "gt": value > limit}.get(sort, value >= limit)
    )


def margin(value: float | None, terms: dict[str, Any]) -> float:
    """Room left to the threshold."""
    assert value is not None
    room = value - terms["limit"]
    return float((room if terms["sort"] in ("gt", "gte") else -room) + 0.0)


def reading(one: dict[str, Any], terms: dict[str, Any]) -> float | None:
    """The number a rule takes from a measurement: the worse of value and bound."""
    if one["status"] != "measured":
        return None
    value = one["value"]
    bound = {"lower": one["low"], "upper": one["high"]}.get(terms["bound"], value)
    if bound is None:
        return None
    if value is not None and isfinite(value) and isfinite(bound):
        return float((min if terms["sort"] in ("gt", "gte") else max)(value, bound))
    return inf if value == inf and one["metric"] in BUDGETS else None


def objection(policy: Policy, engine: Engine, waiver: dict[str, Any]) -> str | None:
    """Why a waiver does not count under a policy at the engine's moment; None if it does."""
    terms, now = policy.spec.get("waivers"), engine.now
    if waiver["policy"] != policy.id:
        return "it is of another policy"
    if precedence(waiver["version"])[0][0] != precedence(policy.version)[0][0]:
        return "it was signed under another major version"
    if terms is None or waiver["rule"] not in terms["allowed"]:
        return "the policy does not let the rule be waived"
    if waiver["content"] != engine.subject["content"]:
        return "it is of another version of the data"
    if waiver["role"] != terms["approver"]:
        return "it was signed in another role than the policy names"
    if policy.spec["approvals"].get("signatures") == "required" and not waiver["signed"]:
        return "nobody's own key signed it"
    if waiver["at"] > now or over(waiver["until"], now):
        return "it was not in force"
    last = (waiver["at"] + timedelta(days=days(terms["maxDuration"]))).date()
    return "it runs too long" if date.fromisoformat(waiver["until"]) > last else None


# --- The ledger ----------------------------------------------------------------------------------

ENTRY: dict[str, tuple[type, ...]] = {
    "number": (int,),
    "event": (int,),
    "kind": (str,),
    "label": (str,),
    "content_digest": (str,),
    "guarantee": (dict, type(None)),
    **dict.fromkeys(("audience", "partition", "batch"), (str, type(None))),
}
PURE = ("randomised-response", "exponential")
RELATION = "neighbouringRelation"
UNACCOUNTED = ("tuningAccounted", "preprocessingAccounted")
DIVISION = ("partition", "column", "unit", "parts", "values")
PLAN = ("batch", "epsilon", "delta", "library", "runs")
DECLARED = (
    *("partition.proposed", "partition.declared"),
    *("batch.proposed", "batch.declared"),
)
TEXTS = ("batch", "mechanismDetail", "accountant", "accountantVersion", "justification")


def read_entry(text: str) -> dict[str, Any]:
    """One entry of the ledger."""
    entry = read_canonical(text.encode(), "an entry of the ledger")
    if not isinstance(entry, dict) or entry.keys() != ENTRY.keys():
        raise Refused("malformed", "an entry of the ledger does not have exactly its keys")
    fits = all(type(entry[key]) in kinds for key, kinds in ENTRY.items())
    run, known = entry["kind"] == "run", ("run", "exposure", "informed")
    if not fits or entry["kind"] not in known or run != (entry["audience"] is None):
        raise Refused("malformed", "an entry of the ledger is of another form")
    return entry


def real(fields: dict[str, Any], key: str) -> float | None:
    """A finite number, or None."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None


def stated_orders(claim: dict[str, Any]) -> list[tuple[float, float]] | None:
    """The Renyi orders of a claim with the epsilon at each; None where they are none."""
    given = claim.get("renyi")
    if given is None:
        return []
    listed: list[Any] = given if isinstance(given, list) else [None]
    points: list[dict[str, Any]] = [one if isinstance(one, dict) else {} for one in listed]
    found = [(real(one, "order"), real(one, "epsilon")) for one in points]
    whole = [(at, e) for at, e in found if at is not None and e is not None and at > 1 and e >= 0]
    return whole if whole and len(whole) == len(found) else None


def claimed(claim: dict[str, Any] | None) -> dict[str, float | None] | None:
    """Epsilon, delta and rho of a guarantee; None for what is none."""
    if claim is None or any(claim.get(key) is False for key in UNACCOUNTED):
        return None
    found = {key: real(claim, key) for key in ("epsilon", "delta", "rho")}
    for key, value in found.items():
        if claim.get(key) is not None and (value is None or value < 0):
            return None
    if claim.get("variant") == "pure":
        found["delta"] = 0.0
    if None in (found["epsilon"], found["delta"]):
        found["epsilon"] = found["delta"] = None
    orders = stated_orders(claim)
    known = bool(orders) or {found["epsilon"], found["rho"]} != {None}
    return found if known and orders is not None else None


def cost(claim: dict[str, Any] | None, method: str, order: float = 0.0) -> tuple[float, ...] | None:
    """What a guarantee adds to both figures of a method; None where nothing bounds it."""
    found = claimed(claim)
    if claim is None or found is None:
        return None
    epsilon, delta, rho = (found[key] for key in ("epsilon", "delta", "rho"))
    if method == "rdp":
        renyi = at_order(claim, order)
        return None if renyi is None else (renyi, 0.0)
    if method == "zcdp" and rho is not None:
        return rho, 0.0
    if epsilon is None or delta is None:
        return None
    if method != "zcdp":
        return epsilon, delta
    known = Mechanism.of(claim)
    own = known.rho() if known else None
    if known is None or own is None:
        return epsilon * epsilon / 2, delta
    rhos = [own, *(e * e / 2 for e, _ in known.more)]
    return upper(rhos), upper([d for _, d in known.more])


def at_order(claim: dict[str, Any], order: float) -> float | None:
    """What a guarantee costs at a Renyi order; None if nothing bounds it there."""
    rho, epsilon, known = real(claim, "rho"), real(claim, "epsilon"), Mechanism.of(claim)
    if rho is not None:
        return rho * order
    found = [e for at, e in stated_orders(claim) or () if at >= order]
    own = known.at_order(order) if known else None
    if known and own is not None and not any(d for _, d in known.more):
        found.append(upper([own, *(answering(e, order) for e, _ in known.more)]))
    if min(found, default=inf) < inf:
        return min(found)
    exact = claim.get("variant") == "pure" or real(claim, "delta") == 0
    return answering(epsilon, order) if exact and epsilon is not None else None


class Mechanism:
    """The mechanism of a claim that says all that it needs, and the components beside it."""

    def __init__(
        self, claim: dict[str, Any], spent: float | None, more: list[tuple[float, float]]
    ) -> None:
        self.name, self.spent, self.more = claim["mechanism"], spent or 0.0, more
        self.removable = claim.get("neighbouringRelation") == "add-remove"
        self.noise, self.width = real(claim, "noise") or 0.0, real(claim, "sensitivity") or 0.0
        self.sampling = real(claim, "sampling") or 1.0
        self.steps: int = steps_of(claim)

    @classmethod
    def of(cls, claim: dict[str, Any]) -> Mechanism | None:
        """Read from a claim; None if that lacks something."""
        parts = claim.get("components")
        parts = [one for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []
        epsilon = real(claim, "epsilon")
        delta = 0.0 if claim.get("variant") == "pure" else real(claim, "delta")
        marked = [one for one in parts if one.get("described") is True]
        marked = marked if parts else [{"epsilon": epsilon, "delta": delta}]
        people = claim.get("privacyUnit") in ("person", "household")
        if len(marked) != 1 or (people and type(claim.get("contributions")) is not int):
            return None
        if (claim.get("renyi") and parts and epsilon is None) or not describes(claim, marked[0]):
            return None
        stated = claim["mechanism"] in PURE or real(marked[0], "delta") is not None
        if parts and (
            short(parts, "epsilon", epsilon) or (stated and short(parts, "delta", delta))
        ):
            return None
        rest = [one for one in parts if one is not marked[0]]
        more = [(real(one, "epsilon") or 0.0, real(one, "delta") or 0.0) for one in rest]
        return cls(claim, real(marked[0], "epsilon"), more)

    def rho(self) -> float | None:
        """What it costs in zCDP; None for DP-SGD, which has no rho."""
        if self.name == "gaussian":
            mu = self.width / self.noise * sqrt(self.steps)
            return mu * mu / 2
        if self.name == "laplace":
            return self.steps * ((self.width / self.noise) * (self.width / self.noise) / 2)
        if self.name in PURE:
            return self.spent * self.spent / 2 / (4 if self.name == "exponential" else 1)
        return None

    def at_order(self, order: float) -> float | None:
        """What it costs at a Renyi order (Mironov 2017; Mironov, Talwar and Zhang 2019)."""
        if self.name == "gaussian":
            return order * (self.rho() or 0.0)
        if self.name == "laplace":
            return self.steps * laplace(self.width / self.noise, order)
        if self.name == "exponential":
            return min(answering(self.spent, order), order * self.spent * self.spent / 8)
        if self.name == "randomised-response":
            return answering(self.spent, order)
        return self.descent(order) if self.removable else None

    def descent(self, order: float) -> float:
        """All steps of DP-SGD: exact at whole orders, on the line that joins them between two."""
        below = floor(order)
        both = [(1 - (order - below), below), (order - below, below + 1)]
        step = fsum(w * self.moment(whole) for w, whole in both if w and whole > 1)
        return self.steps * step / (order - 1) * (1 + 4e-14 * order)

    def moment(self, order: int) -> float:
        """A step's cost at a whole order, times one less than that."""
        noise, rate = self.noise, self.sampling
        if rate == 1:
            return order * (order - 1) / (2 * noise * noise)
        logs = []
        for drawn in range(2, order + 1):
            ways = lgamma(order + 1) - lgamma(drawn + 1) - lgamma(order - drawn + 1)
            gain = drawn * (drawn - 1) / (2 * noise * noise)
            more = gain if gain > 40 else log(expm1(gain))
            logs.append(ways + (order - drawn) * log1p(-rate) + drawn * log(rate) + more)
        top = max(logs)
        total = top + log(fsum(exp(one - top) for one in logs))
        return max(total, 0.0) + log1p(exp(-abs(total)))


def steps_of(claim: dict[str, Any]) -> int:
    """How often the mechanism ran: once unless stated."""
    steps = claim.get("steps")
    return steps if type(steps) is int and steps else 1


def describes(claim: dict[str, Any], marked: dict[str, Any]) -> bool:
    """Whether a claim says what its mechanism needs."""
    name, sampling = claim.get("mechanism"), real(claim, "sampling")
    known = {key: real(claim, key) is not None for key in ("noise", "sensitivity", "steps")}
    if name == "dp-sgd":
        within = 0.05 <= (real(claim, "noise") or 0) <= 1e4 and 1e-9 <= (sampling or 0) <= 1
        return known["steps"] and within
    if (sampling or 1) < 1:
        return False
    if name in PURE:
        spent = real(marked, "epsilon") and not real(marked, "delta")
        return bool(spent) and steps_of(claim) <= 1
    return name in ("gaussian", "laplace") and known["noise"] and known["sensitivity"]


def answering(epsilon: float, order: float) -> float:
    """Randomised response at a Renyi order, and so the most of anything pure."""
    above = (order - 1) * epsilon + log1p(exp((1 - 2 * order) * epsilon))
    found = (above - log1p(exp(-epsilon))) / (order - 1) + 1e-15 * (order + 1 / (order - 1))
    return min(found, epsilon, order * epsilon * epsilon / 2)


def laplace(epsilon: float, order: float) -> float:
    """One draw of Laplace noise at a Renyi order."""
    if epsilon > 500:
        return answering(epsilon, order)
    falling, rising = log(order - 1) - order * epsilon, log(order) + (order - 1) * epsilon
    top = max(falling, rising)
    both = top + log(exp(falling - top) + exp(rising - top))
    found = (both - log(2 * order - 1)) / (order - 1) + 1e-15 * (order + 1 / (order - 1))
    return min(found, answering(epsilon, order))


def short(parts: list[dict[str, Any]], key: str, whole: float | None) -> bool:
    """Whether the components leave something of the whole, if one is stated."""
    return whole is not None and sum(real(one, key) or 0.0 for one in parts) < whole * (1 - 1e-9)


def upper(figures: list[float]) -> float:
    """The sum of decimals, never below the exact one."""
    if inf in figures:
        return inf
    exact = sum((Fraction(repr(one)) for one in figures), Fraction(0))
    try:
        found = float(exact)
    except OverflowError:
        return inf
    return found if Fraction(repr(found)) >= exact else nextafter(found, inf)


def added(costs: list[tuple[float, ...]]) -> tuple[float, ...]:
    """The sums of two figures."""
    return tuple(upper([one[place] for one in costs]) for place in (0, 1))


def added_up(
    entries: list[dict[str, Any]],
    budget: dict[str, Any],
    divided: list[Event],
    plans: Sequence[Event] = (),
) -> tuple[float, float] | None:
    """Epsilon and delta by the method of a budget; None where units or relations are unlike, and
    for a filter without an order or a delta.
    """
    order, most = real(budget, "order") or 0.0, float(budget["delta"])
    if budget["method"] == "rdp" and not (1 < order <= 10_000 and 0 < most < 1):
        return None
    contents: dict[str, list[dict[str, Any]]] = {}
    for one in joined(entries, plans) if budget["method"] == "basic" else entries:
        contents.setdefault(one["content_digest"], []).append(one)
        claim = one["guarantee"]
        if claimed(claim) and [claim.get("privacyUnit"), claim.get("neighbouringRelation")] != [
            budget["unit"],
            budget["relation"],
        ]:
            return None
    wholes: list[tuple[float, ...]] = []
    by_part: dict[str, dict[str, list[tuple[float, ...]]]] = {}
    for same in contents.values():
        costs = [cost(one["guarantee"], budget["method"], order) for one in same]
        if None in costs:
            return inf, 1.0
        worst = tuple(max(figures) for figures in zip(*filter(None, costs), strict=True))
        parts = {part(one, divided) for one in same}
        where = parts.pop() if len(parts) == 1 else None
        if where is None:
            wholes.append(worst)
        else:
            by_part.setdefault(where.partition("/")[0], {}).setdefault(where, []).append(worst)
    touched = 1 if budget["relation"] == "add-remove" else 2
    for found in by_part.values():
        figures = zip(*map(added, found.values()), strict=True)
        wholes.append(tuple(upper(sorted(one, reverse=True)[:touched]) for one in figures))
    first, delta = added(wholes)
    if budget["method"] == "rdp":
        told = first + log1p(-1 / order) - (log(most) + log(order)) / (order - 1)
        return (max(told, 0.0), most) if contents else (0.0, 0.0)
    if budget["method"] != "zcdp":
        return first, min(delta, 1.0)
    if delta > most / 2:
        return inf, most
    return epsilon_of(first, most - most / 2), most if contents else 0.0


def joined(entries: list[dict[str, Any]], plans: Sequence[Event]) -> list[dict[str, Any]]:
    """The entries with one content for each batch, in place of all that stands in it alone."""
    taken: dict[str, str] = {}
    stands: list[Event | None] = []
    for one in entries:
        plan = standing(one, plans)
        if plan and taken.setdefault(one["batch"], one["content_digest"]) != one["content_digest"]:
            plan = None
        stands.append(plan)
    claims: dict[str, set[int | None]] = {}
    for one, plan in zip(entries, stands, strict=True):
        claims.setdefault(one["content_digest"], set()).add(plan["seq"] if plan else None)
    found = []
    for one, plan in zip(entries, stands, strict=True):
        if plan:
            told = plan["details"]
            whole = {"epsilon": told["epsilon"], "delta": told["delta"], "mechanism": "other"}
            alike = {key: one["guarantee"].get(key) for key in ("privacyUnit", RELATION)}
            name = f"the batch {told['batch']}"
            more = {"content_digest": name, "guarantee": {**whole, **alike}, "partition": None}
            found.append({**one, **more})
        if not plan or len(claims[one["content_digest"]]) > 1:
            found.append(one)
    return found


def planned(entry: dict[str, Any], plans: Sequence[Event]) -> tuple[Event | None, bool]:
    """The batch that an entry names, if it was declared, and whether it is as planned there."""
    name, _, place = (entry["batch"] or "").partition("/")
    plan = next((one for one in plans if one["details"]["batch"] == name), None)
    if plan is None or not entry["batch"]:
        return None, False
    runs = {at: one["guarantee"] for one in plan["details"]["runs"] for at in one["places"]}
    claim = {key: one for key, one in (entry["guarantee"] or {}).items() if key not in TEXTS}
    return plan, place in runs and runs[place] == claim


def standing(entry: dict[str, Any], plans: Sequence[Event]) -> Event | None:
    """The declaration of the batch that an entry stands in: before it, and as planned."""
    plan, alike = planned(entry, plans)
    return plan if plan and alike and plan["seq"] < entry["event"] else None


def part(entry: dict[str, Any], divided: list[Event]) -> str | None:
    """The part that an entry counts in, if it was declared before, and for its unit."""
    for event in divided:
        said = event["details"]
        parts = {f"{said['partition']}/{name}" for name in said["parts"]}
        alike = said["unit"] == (entry["guarantee"] or {}).get("privacyUnit")
        if entry["partition"] in parts and event["seq"] < entry["event"] and alike:
            return str(entry["partition"])
    return None


def epsilon_of(rho: float, delta: float) -> float:
    """The epsilon of rho-zCDP (Canonne, Kamath and Steinke 2020, proposition 12)."""
    orders = [1 + 10 ** (step / 40) for step in range(-120, 161)] if rho > 0 else []
    known = [rho * a - (log(delta) + log(a)) / (a - 1) + log1p(-1 / a) for a in orders]
    return max(min(known, default=0.0), 0.0)


def share(spent: float, declared: float) -> float:
    """The part of what was declared; above 1 exactly where more was spent."""
    if spent == 0:
        return 0.0
    if declared == 0 or not isfinite(spent):
        return inf
    try:
        found = float(Fraction(repr(spent)) / Fraction(repr(float(declared))))
    except OverflowError:
        return inf
    if (found > 1) == (spent > declared):
        return found
    return 1.0 if spent <= declared else nextafter(1.0, inf)


def spoken_for(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the runs that claimed nothing of what another run made a claim for.

    But one that fell silent after a claim, and once it was received, took the claim back.
    The claims take their place in the log: no part that was declared after the run holds for it.
    """
    runs = [one for one in entries if one["kind"] == "run"]
    spoken = firsts([one for one in runs if one["guarantee"]])
    given = firsts([one for one in entries if one["kind"] != "run"])
    silent = [
        one
        for one in runs
        if not one["guarantee"]
        and one["content_digest"] in spoken
        and one["number"]
        < max(spoken[one["content_digest"]], given.get(one["content_digest"], inf))
    ]
    first: dict[str, float] = {}
    for one in silent:
        first[one["content_digest"]] = min(first.get(one["content_digest"], inf), one["event"])
    return [
        {**one, "event": min(one["event"], first.get(one["content_digest"], inf))}
        for one in entries
        if one not in silent
    ]


def firsts(entries: list[dict[str, Any]]) -> dict[str, float]:
    """The number of the first entry of each content."""
    found: dict[str, float] = {}
    for one in entries:
        found[one["content_digest"]] = min(found.get(one["content_digest"], inf), one["number"])
    return found


def reaches(entry: dict[str, Any], audience: str) -> bool:
    """Whether an entry is an exposure to an audience."""
    return entry["kind"] != "run" and entry["audience"] in (audience, "public")


# --- Audits of a claimed epsilon -----------------------------------------------------------------


def audits_show(told: list[Event], claim: dict[str, Any] | None) -> dict[str, float | None]:
    """How many audits contradict a claim, and the greatest epsilon that they rule out."""
    plans: dict[Any, tuple[dict[str, Any], float]] = {}
    bounds: list[float] = []
    contradicting = 0
    for event in told:
        said = event["details"]
        if event["fact"] == "dp-audit.planned":
            number = len(plans) + 1
            plans[event["seq"]] = said, said["alpha"] / (number * (number + 1))
            continue
        name = said.get("plan", next(iter(plans)) if len(plans) == 1 else None)
        if name not in plans:
            return {"dp.contradicted": None, "dp.lower_bound": None}
        plan, level = plans[name]
        shown = many_runs_show if plan["method"] == "many-run" else one_run_shows
        claims = claims_of(claim, plan["delta"]) or [(plan["epsilon"], plan["delta"])]
        found = [(shown(plan["design"], said["counts"], level, d), e) for e, d in claims]
        bounds += [bound for bound, _ in found]
        contradicting += any(bound > epsilon for bound, epsilon in found)
    figures: dict[str, float | None] = {"dp.contradicted": float(contradicting)}
    if bounds:
        figures["dp.lower_bound"] = floor(max(bounds) * 10_000) / 10_000
    return figures


def claims_of(claim: dict[str, Any] | None, delta: float) -> list[tuple[float, float]]:
    """Epsilon and delta as a card claims them, of a rho or a Renyi loss at the audit's delta."""
    said, found = claim or {}, []
    own = 0.0 if said.get("variant") == "pure" else said.get("delta")
    if said.get("epsilon") is not None and own is not None:
        found.append((float(said["epsilon"]), float(own)))
    if said.get("rho") is not None:
        found.append((epsilon_of(said["rho"], delta or 1e-6), delta or 1e-6))
    if orders := stated_orders(said):
        told = delta or 1e-6
        ends = (e + log1p(-1 / a) - (log(told) + log(a)) / (a - 1) for a, e in orders)
        found.append((max(min(ends), 0.0), told))
    return found


def many_runs_show(design: dict[str, Any], counts: list[int], level: float, delta: float) -> float:
    """Clopper and Pearson's limits of both rates at every threshold, all of them at once."""
    members, others = design["members"], design["nonMembers"]
    side, found = level / (2 * len(design["thresholds"])), [0.0]
    for hits, alarms in zip(counts[::2], counts[1::2], strict=True):
        rate = lower_limit(hits, members, side)
        false = 1.0 - lower_limit(others - alarms, others, side)
        sides = ((rate - delta, false), (1 - false - delta, 1 - rate))
        found += [log(gain / cost) for gain, cost in sides if gain > 0]
    return max(found)


def lower_limit(hits: int, n: int, side: float) -> float:
    """The rate at which so many hits or more have the probability ``side``."""
    low, high = 0.0, 1.0 if hits else 0.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if at_least(hits, n, middle) > side else (middle, high)
    return low


def at_least(hits: int, n: int, rate: float) -> float:
    """The probability of so many hits or more: a regularised incomplete beta function.

    By its continued fraction, on the side on which that converges (DLMF 8.17.22).
    """
    a, b = float(hits), float(n - hits + 1)
    if not 0 < rate < 1:
        return float(rate > 0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(rate) + b * log1p(-rate))
    if rate < (a + 1) / (a + b + 2):
        return front * fraction(a, b, rate) / a
    return 1 - front * fraction(b, a, 1 - rate) / b


def fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            c, d = (1 + step / c) or tiny, 1 / ((1 + step * d) or tiny)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def one_run_shows(design: dict[str, Any], counts: list[int], level: float, delta: float) -> float:
    """The largest epsilon that so many right guesses rule out (Steinke and others 2023)."""
    records, guesses, right = design["records"], design["guesses"], counts[0]
    choose = [
        lgamma(guesses + 1) - lgamma(k + 1) - lgamma(guesses - k + 1) for k in range(guesses + 1)
    ]

    def ruled_out(epsilon: float) -> bool:
        sure = -log1p(exp(-epsilon))
        chances = [
            exp(c + k * sure + (guesses - k) * (sure - epsilon)) for k, c in enumerate(choose)
        ]
        reached, pushed, below = min(1.0, fsum(chances[right:])), 0.0, 0.0
        for count in range(right if delta > 0 else 0):
            below += chances[right - 1 - count]
            pushed = max(pushed, below / (count + 1))
        return bool(min(1.0, reached + 2 * delta * records * pushed) < level)

    low, high = 0.0, 1.0
    while ruled_out(high):
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if ruled_out(middle) else (low, middle)
    return low


# --- The case: the record read by its events -----------------------------------------------------

LATER_HANDS = ("dataset.evaluated", "dataset.amended", "request.submitted")
Event = dict[str, Any]
Found = Iterator[
    tuple[str, str]
]  # a cause and what was found; the cause "" where it was not checked


def digest_of(text: str) -> str:
    """The digest of a text's bytes."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


class Carried(dict[str, Any]):
    """Parts of the bundle by digest; asking for one that is not there names the cause."""

    def __init__(self, parts: dict[str, Any], cause: str) -> None:
        super().__init__(parts)
        self.cause = cause

    def __missing__(self, digest: str) -> Any:
        raise Refused(self.cause, f"{digest} is not in the bundle")


class Case:
    """A record, and what its events tell."""

    def __init__(self, said: dict[str, Any], record: dict[str, Any], log: LogKey) -> None:
        self.said, self.record, self.log = said, record, log
        self.label, self.request = record["about"]["dataset"], record["about"]["request"]
        self.taken: set[str] = set()
        self.engines: dict[int, Engine] = {}
        self.events = [self._event(one) for one in record["events"]]
        self.submitted = next(self.requests("request.submitted"), None)
        self.granted = next(self.requests("release.granted"), None)
        self.registered = next(self.versions("dataset.registered"), None)
        self.catalogue = {one["id"]: one for one in record["catalogue"]}
        self.asked: dict[str, Any] = self.submitted["details"] if self.submitted else {}

    def _event(self, given: dict[str, Any]) -> Event:
        event = read_canonical(given["body"].encode(), "an event")
        kinds = {"seq": int, "at": str, "actor": str, "authentication": str, "fact": str}
        for key, kind in {**kinds, "previous": str, "details": dict}.items():
            if not isinstance(event, dict) or type(event.get(key)) is not kind:
                raise Refused("malformed", f"an event lacks {key}, or has another kind of it")
        for key in ("dataset", "request"):
            if not isinstance(event.get(key, 0), str | None):
                raise Refused("malformed", f"an event lacks {key}, or has another kind of it")
        leaf = hashlib.sha256(b"\x00" + given["body"].encode()).digest()
        proof = [bytes.fromhex(one) for one in given["proof"]]
        return {**event, "time": instant(event["at"]), "leaf": leaf, "proof": proof}

    def of(self, *facts: str, **details: Any) -> Iterator[Event]:
        """Events of these facts whose details have these values."""
        for one in self.events:
            if one["fact"] in facts and all(one["details"].get(k) == v for k, v in details.items()):
                yield one

    def requests(self, *facts: str) -> Iterator[Event]:
        """Such events of the request."""
        return (one for one in self.of(*facts) if one["request"] == self.request)

    def versions(self, *facts: str) -> Iterator[Event]:
        """Such events of the version."""
        return (one for one in self.of(*facts) if one["dataset"] == self.label)

    @cached_property
    def approved(self) -> Event | None:
        """The approval that the release rests on."""
        found = [*self.requests("request.approved", "request.reopened")]
        found = [one for one in found if not self.granted or one["seq"] < self.granted["seq"]]
        return found[-1] if found and found[-1]["fact"] == "request.approved" else None

    @cached_property
    def signed(self) -> list[Event]:
        """The approvals that nobody took back."""
        last, end = self.approved or self.granted, self.granted
        back = {
            one["details"].get("retracts")
            for one in self.requests("signoff.retracted")
            if not end or one["seq"] < end["seq"]
        }
        return [
            one
            for one in self.requests("request.signed")
            if one["details"].get("meaning") == "approve"
            and (not last or one["seq"] < last["seq"])
            and one["seq"] not in back
        ]

    @property
    def moments(self) -> list[Event]:
        """When the policies decided."""
        return [one for one in (self.submitted, *self.signed, self.granted) if one]

    def engine(self, at: Event | None = None) -> Engine:
        """The decision at a moment; at the submission if none is named."""
        at = at or self.submitted
        if at is None:
            raise Refused("event-missing", "the request was never submitted")
        if at["seq"] not in self.engines:
            self.engines[at["seq"]] = Engine(self, at)
        return self.engines[at["seq"]]

    @cached_property
    def decision(self) -> dict[str, Any]:
        """The decision as it was recorded."""
        return self.text(self.record["decision"])

    @cached_property
    def cards(self) -> dict[str, dict[str, Any]]:
        """Cards by digest."""
        cards = {digest_of(text): self.text(text) for text in self.record["cards"]}
        return Carried(cards, "card-differs")

    @property
    def card(self) -> dict[str, Any]:
        """The card that was decided on."""
        return self.cards[self.record["dataset"]["card"]]

    @cached_property
    def makers(self) -> set[str]:
        """Who made the version, by any card it had."""
        return {
            c["generator"]["madeBy"] for c in self.cards.values() if c["generator"].get("madeBy")
        }

    @cached_property
    def evaluations(self) -> dict[str, dict[str, Any]]:
        """Evaluations by digest."""
        runs = {digest_of(text): self.text(text) for text in self.record["evaluations"]}
        return Carried(runs, "evidence-missing")

    @cached_property
    def signoffs(self) -> dict[str, dict[str, Any]]:
        """What was signed, by digest."""
        return {digest_of(text): self.text(text) for text in self.record["signoffs"]}

    @cached_property
    def library(self) -> dict[str, Policy]:
        """Policies by the digest of their source."""
        found = {}
        for one in self.record["policies"]:
            digest = digest_of(one["source"])
            found[digest] = Policy(self.text(one["normalised"]), digest)
        return Carried(found, "policy-missing")

    def stated(self, kind: str, fact: str) -> dict[str, tuple[str, dict[str, Any], Event | None]]:
        """Waivers or deputies by label: text, what it says, and its event."""
        return {
            one["id"]: (
                one["statement"],
                self.text(one["statement"]),
                next(self.of(fact, statement=digest_of(one["statement"])), None),
            )
            for one in self.record[kind]
        }

    @cached_property
    def waivers(self) -> dict[str, tuple[str, dict[str, Any], Event | None]]:
        """Waivers by label."""
        return self.stated("waivers", "waiver.granted")

    @cached_property
    def deputies(self) -> dict[str, tuple[str, dict[str, Any], Event | None]]:
        """Namings of deputies by label."""
        return self.stated("deputies", "deputy.named")

    def text(self, text: str) -> dict[str, Any]:
        """What a text of the record says."""
        found = read_canonical(text.encode(), "a text of the record")
        if not isinstance(found, dict):
            raise Refused("malformed", "a text of the record is no object")
        return found

    # What stood at a place of the log

    def published(self, before: float = inf) -> list[Event]:
        """Publications of policies."""
        return [one for one in self.of("policy.published") if one["seq"] < before]

    def policies_at(self, before: int) -> list[Policy]:
        """The policies in effect, with their bases."""
        newest = {one["details"]["policy"]: one for one in self.published(before)}
        shelf = [
            self.library[one["details"]["digest"]]
            for one in self.published(before)
            if one["details"]["digest"] in self.library
        ]
        found = [self.library[one["details"]["digest"]] for one in newest.values()]
        return [policy.with_bases(shelf) for policy in found]

    def subject(self, before: int) -> dict[str, Any]:
        """The version as policies saw it, under the names of the decision's digest."""
        record, columns = self.record, self.card["columns"]
        added = next(self.of("source.added", source=record["source"]["name"]))["details"]
        confirmed = self.of("source.confirmed", source=record["source"]["name"])
        name, _, version = self.label.rpartition("@")
        measured = self.evaluated(before)
        kinds = {one["name"]: one["kind"] for one in record["source"]["columns"]}
        kinds |= columns["kinds"] | dict.fromkeys(columns["levels"], "ordinal")
        if measured:
            kinds |= self.evaluations[measured[-1]["details"]["evaluation"]].get("kinds") or {}
        return {
            "dataset": name,
            "version": int(version),
            "content": record["dataset"]["content"],
            "rows": record["dataset"]["rows"],
            "columns": [one["name"] for one in record["source"]["columns"]],
            "kinds": kinds,
            "subgroups": columns["subgroups"],
            "constraints": columns["constraints"],
            "source": record["source"]["name"],
            "confirmed": any(one["seq"] < before for one in confirmed),
            "classification": added["classification"],
            "raised": self.card.get("classification") or added["classification"],
            "modality": added["modality"],
        }

    def evaluated(self, before: int) -> list[Event]:
        """The admissible evaluations."""
        events = self.versions("dataset.evaluated")
        return [e for e in events if e["seq"] < before and e["details"]["admissible"] is True]

    def evidence(self, before: int) -> list[dict[str, Any]]:
        """Every measurement and claim that policies could read."""
        runs = [
            (e["details"]["evaluation"], self.evaluations[e["details"]["evaluation"]])
            for e in self.evaluated(before)
        ]
        pairs = [(digest, run, one) for digest, run in runs for one in run["measurements"]]
        defined = {name: one["definition"] for name, one in self.catalogue.items()}
        found = []
        for digest, run, one in pairs:
            if one["definition"] != defined.get(one["metric"]) or filled(run, one, pairs):
                continue
            times = [
                e["time"]
                for e in self.versions("dataset.evaluated", "evaluation.confirmed")
                if e["seq"] < before and e["details"]["evaluation"] == digest
            ]
            numbers = {key: figure(one[key]) for key in ("value", "low", "high")}
            found.append(
                {
                    "id": digest,
                    "metric": one["metric"],
                    "scope": tuple(one["scope"]),
                    "status": one["status"],
                    "n": one["n"],
                    "at": times[-1],
                    "holdout": bool(run["holdout"]),
                    "data": run["synthetic"],
                    **numbers,
                }
            )
        return found + self.claims()

    def claims(self) -> list[dict[str, Any]]:
        """What the card claims."""
        guarantee = self.card.get("guarantee")
        if guarantee is None:
            return []
        delta = 0.0 if guarantee["variant"] == "pure" else guarantee.get("delta")
        made = (("dp.epsilon", guarantee.get("epsilon")), ("dp.delta", delta))
        dataset = self.record["dataset"]
        fixed = {"scope": (), "status": "measured", "n": None, "at": None, "holdout": None}
        return [
            {
                "id": dataset["card"],
                "metric": metric,
                "data": dataset["content"],
                **fixed,
                "value": value,
                "low": value,
                "high": value,
            }
            for metric, value in made
            if value is not None
        ]

    def waivers_at(self, before: int) -> list[dict[str, Any]]:
        """Waivers granted and not ended, by people who stay apart from the version."""
        found = []
        for label, (_, said, event) in self.waivers.items():
            ended = self.waiver_over(label, before)
            if event is None or event["seq"] >= before or ended:
                continue
            if event["actor"] not in self.hands(before, *LATER_HANDS):
                found.append(waiver_facts(label, said, event))
        return found

    def over(self, fact: str, before: int, after: int, **names: str) -> bool:
        """Whether the log ended something before a place, under its label or its digest."""
        told = [one["details"] for one in self.of(fact) if after < one["seq"] < before]
        return any(one.get(key) == name for one in told for key, name in names.items())

    def waiver_over(self, label: str, before: int) -> bool:
        """Whether a waiver was ended before a place in the log."""
        names = {"waiver": label, "statement": digest_of(self.waivers[label][0])}
        return self.over("waiver.ended", before, 0, **names)

    def hands(self, before: int, *facts: str) -> set[str]:
        """Who did any of these to the version."""
        return {one["actor"] for one in self.versions(*facts) if one["seq"] < before}

    # The ledger

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The entries of the ledger."""
        return [read_entry(text) for text in self.record.get("ledger", {"entries": []})["entries"]]

    @cached_property
    def budgets(self) -> dict[str, dict[str, Any]]:
        """The budgets by the digest of their signature."""
        budgets = self.record.get("ledger", {"budgets": []})["budgets"]
        found = {digest_of(one["signature"]): self.text(one["signature"]) for one in budgets}
        return Carried(found, "budget-missing")

    def in_force(self, before: int) -> dict[str, dict[str, Any]]:
        """The budgets that the release reaches, as they stood at a place, by audience."""
        told = self.of("budget.declared", source=self.record["source"]["name"])
        last = {one["details"]["audience"]: one for one in told if one["seq"] < before}
        return {
            audience: self.budgets[one["details"]["statement"]]["budget"]
            for audience, one in last.items()
            if self.asked["audience"] in (audience, "public")
        }

    def divided(self, at: Event) -> list[Event]:
        """The partitions of the source that two people declared before an event."""
        told = self.of("partition.declared", source=self.record["source"]["name"])
        return [one for one in told if one["seq"] < at["seq"] and self.by_two(one, DIVISION)]

    def by_two(self, signed: Event, said: Sequence[str]) -> bool:
        """Whether another person proposed the same partition, or batch, before."""
        proposing = signed["fact"].replace("declared", "proposed")
        return any(
            one["seq"] < signed["seq"]
            and all(one["details"].get(key) == signed["details"].get(key) for key in said)
            and not self.persons(one) & self.persons(signed)
            for one in self.of(proposing, source=self.record["source"]["name"])
        )

    def plans(self, before: float = inf) -> list[Event]:
        """The batches of the source that were declared before a place."""
        told = self.of("batch.declared", source=self.record["source"]["name"])
        return [one for one in told if one["seq"] < before]

    def standings(self, at: Event) -> dict[str, tuple[Any, float | None]]:
        """By audience the total with the release, and the share of the budget; None if unknown."""
        known = [one for one in self.entries if one["event"] < at["seq"]]
        divided = self.divided(at)
        newest = {one["label"]: one for one in known if one["kind"] == "run"}
        found: dict[str, tuple[Any, float | None]] = {}
        for audience, budget in self.in_force(at["seq"]).items():
            labels = (self.label, *self.asked.get("chosenFrom", ()))
            more = {"kind": "exposure", "audience": self.asked["audience"], "event": at["seq"]}
            new = [{**newest[label], **more} for label in labels]
            had = {one["content_digest"] for one in known if reaches(one, audience)}
            fresh = {one["content_digest"] for one in new} - had
            early = budget["from"] is not None and at["time"].date().isoformat() < budget["from"]
            late = budget["until"] is not None and over(budget["until"], at["time"])
            counted = [
                one
                for one in (*known, *new)
                if one["content_digest"] in had | fresh
                and (one["kind"] == "run" or reaches(one, audience))
            ]
            total = added_up(spoken_for(counted), budget, divided, self.plans(at["seq"]))
            if total is None or ((early or late) and fresh):
                found[audience] = None, None
                continue
            used = share(total[0], budget["epsilon"])
            if budget["method"] == "basic" or total[1] > budget["delta"]:
                used = max(used, share(total[1], budget["delta"]))
            found[audience] = total, used
        return found

    def audited(self, before: int) -> list[dict[str, Any]]:
        """What policies could read of the audits of the claim."""
        events = self.versions("dp-audit.planned", "dp-audit.submitted")
        told = [one for one in events if one["seq"] < before]
        return self.reckoned(
            f"dp-audits:{self.label}", audits_show(told, self.card.get("guarantee"))
        )

    def figures(self, at: Event) -> list[dict[str, Any]]:
        """What policies could read of the source's budgets just before an event."""
        if "ledger" not in self.record:
            return []
        asked, standings = self.asked["audience"], self.standings(at)
        values: dict[str, float | None] = {}
        if asked in standings:
            runs = [
                one for one in self.entries if one["kind"] == "run" and one["event"] < at["seq"]
            ]
            budget = self.in_force(at["seq"])[asked]
            ran = added_up(spoken_for(runs), budget, self.divided(at), self.plans(at["seq"]))
            for kind, total in (("exposed", standings[asked][0]), ("run", ran)):
                values[f"source.{kind}_epsilon"] = total and total[0]
                values[f"source.{kind}_delta"] = total and total[1]
        used = [share for _, share in standings.values()]
        if None in used:
            values["source.budget_used"] = None
        elif used and (asked in standings or max(filter(None, used), default=0.0) > 1):
            values["source.budget_used"] = max(one or 0.0 for one in used)
        return self.reckoned(f"ledger:{self.record['source']['name']}", values)

    def reckoned(self, name: str, values: dict[str, float | None]) -> list[dict[str, Any]]:
        """Figures that are reckoned and not measured, as evidence of a name."""
        fixed: dict[str, Any] = {"scope": (), "n": None, "at": None, "holdout": None}
        fixed |= {"id": name, "data": self.record["dataset"]["content"]}
        return [
            {
                **fixed,
                "metric": metric,
                "status": "not-measurable" if value is None else "measured",
                **dict.fromkeys(("value", "low", "high"), value),
            }
            for metric, value in values.items()
        ]

    # People

    def name_of(self, actor: str | None) -> str | None:
        """The name behind a pseudonym."""
        names = {one["pseudonym"]: one["name"] for one in self.record["people"]}
        return names.get(actor) if actor is not None else None

    def persons(self, event: Event) -> set[str]:
        """Whom a signature uses up, by name: two accounts of one name are one person."""
        return {self.name_of(one) or one for one in signing(event)}

    def roles(self, actor: str, before: int) -> set[str]:
        """The roles an account held."""
        held: set[str] = set()
        facts = ("account.added", "role.granted", "role.revoked", "account.deactivated")
        for one in self.of(*facts, account=actor):
            if one["seq"] >= before:
                break
            if one["fact"] == "account.added":
                held |= set(one["details"]["roles"])
            elif one["fact"] == "account.deactivated":
                held.clear()
            elif one["fact"] == "role.granted":
                held.add(one["details"]["role"])
            else:
                held.discard(one["details"]["role"])
        return held

    def deputised(self, event: Event) -> bool:
        """Whether the principal of a signature had named its signer for that day."""
        today = event["time"].date().isoformat()
        for label, (text, stated, named_by) in self.deputies.items():
            if named_by is None or named_by["seq"] >= event["seq"]:
                continue
            said = named_by["details"]
            signed = [stated[key] for key in ("signer", "deputy", "first", "last")]
            named = [self.name_of(named_by["actor"]), self.name_of(said["deputy"])]
            if signed != [*named, said["first"], said["last"]]:
                continue  # the log tells of something else than the principal signed
            names = {"deputy": label, "statement": digest_of(text)}
            ended = self.over("deputy.ended", event["seq"], 0, **names)
            mine = (named_by["actor"], said["deputy"]) == (event["details"]["for"], event["actor"])
            if (
                mine
                and said["first"] <= today
                and not over(said["last"], event["time"])
                and not ended
            ):
                return True
        return False

    def ties(self, who: str, event: Event) -> Found:
        """What ties somebody to what is signed in an event, but for policies and waivers."""
        if who in self.hands(event["seq"], "dataset.registered", "dataset.amended"):
            yield "author-counted", f"{who} registered or amended {self.label}"
        if self.submitted and who == self.submitted["actor"]:
            yield "author-counted", f"{who} put {self.label} forward"
        if who in self.hands(event["seq"], "dataset.evaluated"):
            yield "evaluator-counted", f"{who} evaluated {self.label}"
        if self.name_of(who) in self.makers:
            yield "generator-counted", f"{who} made {self.label}"

    def all_ties(self, event: Event) -> Found:
        """The same for a signature, and policies and waivers."""
        engine = self.engine()
        for who in signing(event):
            yield from self.ties(who, event)
            for label in engine.terms["waivers"]:
                granted = self.waivers[label][2] if label in self.waivers else None
                if granted and granted["actor"] == who:
                    yield "waiver-approver-counted", f"{who} waived a rule by {label}"
            if "policy-author" in engine.terms["separation"]:
                yield from self.fresh_policies(who, event, engine)

    def fresh_policies(self, who: str, event: Event, engine: Engine) -> Found:
        """Policies of the signer's own that came too late, and govern it or let go of it."""
        assert self.submitted and self.registered
        since = self.registered["time"]
        if engine.window is not None:
            since = min(since, self.submitted["time"] - timedelta(days=engine.window))
        terms = engine.terms
        ids = {one["id"] for one in (*terms["policies"], *terms["bases"])}
        for fresh in self.published(event["seq"]):
            if fresh["actor"] != who or fresh["time"] < since:
                continue
            name = fresh["details"]["policy"]
            before = [e for e in self.published(fresh["seq"]) if e["details"]["policy"] == name]
            old = self.library[before[-1]["details"]["digest"]] if before else None
            subject = self.subject(fresh["seq"])
            if name in ids or (old and old.governs(subject, self.asked)):
                yield "policy-author-counted", f"{who} published {name}"

    def counted(self, at: Event) -> list[Event]:
        """The approvals that count at an event."""
        terms = self.engine().terms
        found: list[Event] = []
        people: set[str] = set()
        for event in self.signed:
            details, valid = event["details"], terms["validForDays"]
            if event["seq"] >= at["seq"] or self.persons(event) & people:
                continue
            if terms["signatures"] == "required" and details.get("signature") is None:
                continue
            if details.get("for") is not None and not self.deputised(event):
                continue
            if valid is not None and at["time"] > event["time"] + timedelta(days=valid):
                continue
            if not any(self.all_ties(event)):
                people |= self.persons(event)
                found.append(event)
        return found


def signing(event: Event) -> tuple[str, ...]:
    """Who signed, and for whom."""
    principal = event["details"].get("for")
    return (event["actor"],) if principal is None else (event["actor"], principal)


def figure(value: Any) -> float | None:
    """A number of a measurement; an infinity is written as text."""
    return {"inf": inf, "-inf": -inf}[value] if isinstance(value, str) else value


def filled(run: dict[str, Any], one: dict[str, Any], pairs: list[Any]) -> bool:
    """Whether a figure that could not be measured was measured from the same inputs."""
    return one["status"] != "measured" and any(
        other["status"] == "measured"
        and (other["metric"], other["scope"]) == (one["metric"], one["scope"])
        and (run["training"], run["holdout"]) == (by["training"], by["holdout"])
        and run["target"] in (None, by["target"])
        for _, by, other in pairs
    )


def waiver_facts(label: str, said: dict[str, Any], event: Event) -> dict[str, Any]:
    """A waiver as policies see it."""
    return {
        "id": label,
        "policy": said["policy"]["id"],
        "version": said["policy"]["version"],
        "rule": said["rule"],
        "content": said["dataset"]["content"],
        "role": said["role"],
        "until": said["until"],
        "at": instant(said["at"]),
        "signed": event["details"].get("signature") is not None,
    }


# --- The checks, in the order of docs/bundle.md --------------------------------------------------


def check_checkpoint(case: Case) -> Found:
    """The checkpoint is the log's."""
    signed_checkpoint(case.record["checkpoint"], case.log)
    yield from ()


def check_events(case: Case) -> Found:
    """Every event lies in the log, once, and follows its neighbour."""
    _, size, root = read_checkpoint(case.record["checkpoint"])
    for one in case.events:
        if not included(one["leaf"], one["seq"] - 1, size, one["proof"], root):
            yield "proof", f"event {one['seq']} is not in the log"
        if one["seq"] == 1 and one["previous"] != "0" * 64:
            yield "chain", "the first event names another before it"
    if not case.events or case.events[-1]["seq"] != size:
        yield "event-missing", f"the log of {size} goes on after the event that made the bundle"
    for one, after in pairwise(case.events):
        if after["seq"] <= one["seq"]:
            yield "order", f"event {after['seq']} stands after event {one['seq']}"
        elif after["seq"] == one["seq"] + 1 and after["previous"] != one["leaf"].hex():
            yield "chain", f"event {after['seq']} does not follow event {one['seq']}"


def check_complete(case: Case) -> Found:
    """No event is left out."""
    made = [one for one in case.versions("bundle.created") if one["request"] == case.request]
    here = [one["seq"] for one in case.events]
    if not made or made[-1]["seq"] != here[-1] or made[-1]["details"].get("events") != here[:-1]:
        yield "event-missing", "the events are not those that the log lists for the bundle"
    needed = {
        "dataset.registered": case.registered,
        "source.added": next(case.of("source.added", source=case.record["source"]["name"]), None),
        "request.submitted": case.submitted,
        "request.approved": case.approved,
        "release.granted": case.granted or not case.record["about"]["release"],
    }
    yield from (("event-missing", f"no {fact}") for fact, event in needed.items() if not event)
    if case.granted and not case.record["about"]["release"]:
        yield "event-missing", "the record names no release, and there is one"
    signing_facts = ("request.signed", "request.rejected", "request.returned", "signoff.retracted")
    told: dict[str, list[Any]] = {
        "statement": [case.signoffs, case.requests(*signing_facts)],
        "digest": [case.library, case.of("policy.published")],
        "evaluation": [case.evaluations, case.versions("dataset.evaluated")],
    }
    for key, (held, events) in told.items():
        named_there = {one["details"].get(key) for one in events}
        yield from (
            ("event-missing", f"no event of {key} {d}") for d in held if d not in named_there
        )
    for stated in (case.waivers, case.deputies):
        yield from (
            ("event-missing", f"no event of {k}") for k, one in stated.items() if not one[2]
        )


def check_order(case: Case) -> Found:
    """Submitted, signed, approved, released in turn, and not closed meanwhile."""
    for fact in ("request.submitted", "release.granted"):
        if len([*case.requests(fact)]) > 1:
            yield "order", f"several events {fact}"
    source = case.record["source"]["name"]
    for told in (case.versions("dataset.registered"), case.of("source.added", source=source)):
        if len([*told]) > 1:
            yield "order", "the version or its source was recorded twice"
    steps = [case.registered, case.submitted, *case.signed, case.approved, case.granted]
    places = [one["seq"] for one in steps if one]
    if places != sorted(places):
        yield "order", "the steps are out of turn"
    if case.granted and not case.approved:
        yield "approval-missing", "it was released and never approved"
    last = case.granted or case.approved
    closing = ("rejected", "returned", "voided", "lapsed", "withdrawn")
    for one in case.requests(*(f"request.{word}" for word in closing)):
        if last and one["seq"] < last["seq"]:
            yield "request-closed", f"{one['fact']}, event {one['seq']}"


def check_anchors(case: Case, anchor: bytes | None = None) -> Found:
    """What lies outside agrees with the checkpoint."""
    name, size, root = read_checkpoint(case.record["checkpoint"])
    known = {size: root}
    if not case.record["anchors"]:
        yield "", "the bundle holds no anchor: nothing outside the registry vouches for it"
    for one in case.record["anchors"]:
        try:
            first, before = signed_checkpoint(one["note"], case.log)
        except Refused as error:
            yield "anchor", error.what
            continue
        known[first] = before
        proof = [bytes.fromhex(step) for step in one["consistency"]]
        if not consistent(first, size, proof, before, root):
            yield "anchor", f"the log does not continue the anchor of size {first}"
        if one["token"] is not None:
            unbase64(one["token"], "a time stamp")
            yield "", "the time stamp of an anchor"
    if anchor is None:
        return
    try:
        origin, first, before = read_checkpoint(anchor.decode())
    except (Refused, UnicodeDecodeError) as error:
        yield "anchor", f"the anchor given cannot be read: {error}"
        return
    if origin != name:
        yield "anchor-foreign", f"the anchor given is of the log {origin}"
    elif first not in known:
        yield "", f"DEMANDED: the bundle proves nothing of the anchor given, of size {first}"
    elif known[first] != before:
        yield "anchor", "the anchor given has another root"
    else:
        yield AGREED, f"the log continues the anchor given, of size {first}"


def check_dataset(case: Case) -> Found:
    """The dataset is the one that was registered."""
    subject, data = case.said["subject"][0], case.record["dataset"]
    if (subject["name"], f"sha256:{subject['digest']['sha256']}") != (case.label, data["file"]):
        yield "dataset-differs", "the statement is about another file than the record"
    told = case.registered["details"] if case.registered else {}
    for key in ("file", "content"):
        if case.registered and told.get(key) != data[key]:
            yield "dataset-differs", f"another {key} was registered"
    if case.registered and told.get("source") != case.record["source"]["name"]:
        yield "source-differs", "it was registered for another source"


def check_card(case: Case) -> Found:
    """The cards are those recorded, and the one decided on was in force."""
    told = [*case.versions("dataset.registered", "dataset.amended")]
    if {one["details"].get("card") for one in told} != case.cards.keys():
        yield "card-differs", "the cards are not those that the events name"
    for one, after in pairwise(told):
        if after["details"].get("was") != one["details"].get("card"):
            yield "card-differs", f"event {after['seq']} amends another card"
    last = case.granted or case.approved
    for one in told:
        if case.submitted and last and case.submitted["seq"] < one["seq"] < last["seq"]:
            yield "card-differs", f"event {one['seq']} changed the card under the request"
    before = [o for o in told if not case.submitted or o["seq"] < case.submitted["seq"]]
    if before and before[-1]["details"].get("card") != case.record["dataset"]["card"]:
        yield "card-differs", "another card was in force"
    about = (case.label.rpartition("@")[0], case.record["source"]["name"])
    if (case.card["name"], case.card["source"]) != about:
        yield "card-differs", "the card is of another dataset"


def check_source(case: Case) -> Found:
    """The source's classification was settled, and it was not withdrawn."""
    name = case.record["source"]["name"]
    added, last = next(case.of("source.added", source=name), None), case.granted or case.approved
    for one in case.of("source.confirmed", source=name):
        if added and one["details"].get("classification") != added["details"]["classification"]:
            yield "source-differs", "another classification was confirmed"
        if added and one["seq"] < added["seq"]:
            yield "order", "the source was confirmed before it was there"
    for one in (*case.of("source.withdrawn", source=name), *case.versions("dataset.withdrawn")):
        if last and one["seq"] < last["seq"]:
            yield "source-withdrawn", f"event {one['seq']}"


def check_policies(case: Case) -> Found:
    """The policies are those published, and all that were in effect."""
    told = {(e["details"]["policy"], e["details"]["version"]): e for e in case.published()}
    for digest, policy in case.library.items():
        event = told.get((policy.id, policy.version))
        if event is None or event["details"].get("digest") != digest:
            yield "policy-differs", f"{policy.id} {policy.version} is not what was published"
    end = case.granted or case.approved or case.submitted
    for event in case.published(end["seq"]) if end else ():
        if event["details"]["digest"] not in case.library:
            yield "policy-missing", f"{event['details']['policy']} was published before"


def check_evidence(case: Case) -> Found:
    """The evidence is what was recorded, all of it, and of this data."""
    told = {e["details"]["evaluation"]: e for e in case.versions("dataset.evaluated")}
    added = next(case.of("source.added", source=case.record["source"]["name"]), None)
    for digest, run in case.evaluations.items():
        event = told.get(digest)
        if event is None or run["admissible"] is not event["details"]["admissible"]:
            yield "evidence-altered", f"no event tells so of the evaluation {digest}"
            continue
        real = [added["details"].get(k) for k in ("training", "holdout")] if added else None
        if run["synthetic"] != case.record["dataset"]["content"]:
            yield "evidence-foreign", "an evaluation is of other data"
        if real and [run["training"], run["holdout"]] != real:
            yield "evidence-foreign", "an evaluation measured with other real tables"
    for digest, event in told.items():
        if event["details"]["admissible"] is True and digest not in case.evaluations:
            yield "evidence-missing", f"the evaluation of event {event['seq']} is not there"


def check_request(case: Case) -> Found:
    """Every step is about the same version and decision."""
    for one in [*case.moments, *([case.approved] if case.approved else [])]:
        if one["dataset"] != case.label:
            yield "request-differs", f"event {one['seq']} is about {one['dataset']}"
        if one["details"].get("decision") != case.decision["digest"]:
            yield "request-differs", f"event {one['seq']} is about another decision"


def check_decision(case: Case) -> Found:
    """The policies decide the same again, at every step."""
    if case.submitted is None:
        return
    if case.submitted["details"].get("body", digest_of(case.record["decision"])) != digest_of(
        case.record["decision"]
    ):
        yield "decision-differs", "the recorded decision is not the one submitted"
    for event in case.moments:
        engine = case.engine(event)
        if engine.outcome != "allow":
            yield "not-allowed", f"{engine.outcome} at event {event['seq']}"
        if engine.digest != event["details"].get("decision"):
            yield "decision-differs", f"{engine.digest} comes out at event {event['seq']}"
    engine = case.engine()
    for term, value in engine.terms.items():
        if case.decision.get(term) != value and not (
            term == "signatures" and term not in case.decision
        ):
            yield "decision-differs", f"the recorded {term} is not what comes out"
    recorded = case.decision["findings"]
    if len(recorded) != len(engine.findings) or not all(map(alike, engine.findings, recorded)):
        yield "decision-differs", "the recorded findings are not what comes out"


def alike(found: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether a finding is the recorded one; what a budget comes to is, to nine digits."""
    policy = found["policy"] and named(found["policy"].reference)
    again = {**found, "policy": policy, "scope": [*found["scope"]]}
    keys = ("rule", "policy", "scope", "outcome", "verdict", "level")
    return all(again[key] == told[key] for key in keys) and all(
        again[key] == told[key] or close(again[key], told[key], found["budget"])
        for key in ("observed", "margin")
    )


def close(one: Any, other: Any, reckoned: bool) -> bool:
    """Whether two numbers that were reckoned are the same; an infinity is written as text."""
    if one in (inf, -inf):
        return bool(other == ("inf" if one > 0 else "-inf"))
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (one, other))
    return reckoned and numbers and isclose(one, other, rel_tol=1e-9, abs_tol=1e-13)


def check_ledger(case: Case) -> Found:
    """The ledger is whole, as the log states it, and counts this version as its cards say."""
    facts = ("dataset.registered", "dataset.amended", "release.granted", "bundle.created")
    stating = [one for one in case.versions(*facts) if one["details"].get("ledger") is not None]
    if "ledger" not in case.record:
        cause = "ledger-missing" if stating else ""
        yield cause, "no ledger: the bundle is from before there was one, or keeps it back"
        return
    if [one["number"] for one in case.entries] != [*range(1, len(case.entries) + 1)]:
        yield "ledger-differs", "the numbers of the entries have a gap"
    places = [one["event"] for one in case.entries]
    if places != sorted(places) or (places and places[-1] > case.events[-1]["seq"]):
        yield "ledger-differs", "entries are out of turn, or of later than the bundle"
    heads = ["0" * 64]
    for one in case.entries:
        body = canonical({**one, "previous": heads[-1]})
        heads.append(hashlib.sha256(body.encode()).hexdigest())
    for event in stating:
        said = event["details"]["ledger"]
        count = sum(one["event"] <= event["seq"] for one in case.entries)
        if said.get("source") != case.record["source"]["name"]:
            yield "ledger-foreign", f"event {event['seq']} states that of {said.get('source')}"
        elif (said.get("entries"), said.get("head")) != (count, heads[count]):
            yield "ledger-differs", f"it is not the one that event {event['seq']} states"
    silent = [case.events[-1]]
    if case.granted and stating and stating[0]["seq"] < case.granted["seq"]:
        silent.append(case.granted)
    for event in silent:
        if event not in stating:
            yield "ledger-differs", f"event {event['seq']} does not state the ledger"
    yield from check_entries(case)


def led_to(entry: dict[str, Any], events: dict[int, Event]) -> bool:
    """Whether the event of an entry is one that adds such an entry, or is not in the bundle."""
    event = events.get(entry["event"])
    if event is None:
        return True
    adding = {"run": ("dataset.registered", "dataset.amended")}
    if event["fact"] not in adding.get(entry["kind"], ("release.granted",)):
        return False
    return bool(entry["kind"] == "informed" or event["dataset"] == entry["label"])


def check_entries(case: Case) -> Found:
    """What was exposed had been run so; the version's own runs, and its release."""
    events = {one["seq"]: one for one in case.events}
    for one in case.entries:
        if not led_to(one, events):
            yield "ledger-entry", f"event {one['event']} did not add entry {one['number']}"
    newest: dict[str, tuple[Any, ...]] = {}
    for one in case.entries:
        claim, counted = one["guarantee"] or {}, (one["content_digest"], one["guarantee"])
        if (one["partition"], one["batch"]) != (claim.get("partition"), claim.get("batch")):
            yield "ledger-guarantee", f"entry {one['number']} reads another part than it says"
        if one["kind"] == "run":
            newest[one["label"]] = counted
        elif newest.get(one["label"]) != counted:
            yield "ledger-entry", f"entry {one['number']} exposes what was not run so"
    expected: list[tuple[int, Any]] = []
    for event in case.versions("dataset.registered", "dataset.amended"):
        claim = case.cards[event["details"]["card"]].get("guarantee")
        if not expected or claim != expected[-1][1]:
            expected.append((event["seq"], claim))
    own = [o for o in case.entries if (o["kind"], o["label"]) == ("run", case.label)]
    if [one["event"] for one in own] != [seq for seq, _ in expected]:
        yield "ledger-entry", f"{case.label} is not in the ledger once for every claim"
    elif [one["guarantee"] for one in own] != [claim for _, claim in expected]:
        yield "ledger-guarantee", f"{case.label} claims something else on its cards"
    if any(one["content_digest"] != case.record["dataset"]["content"] for one in own):
        yield "ledger-entry", f"{case.label} is in the ledger with other contents"
    if case.granted is None or case.submitted is None:
        return
    chosen = [("informed", label) for label in case.asked.get("chosenFrom", [])]
    given = [o for o in case.entries if o["kind"] != "run" and o["event"] == case.granted["seq"]]
    if sorted((one["kind"], one["label"]) for one in given) != sorted(
        [("exposure", case.label), *chosen]
    ) or any(one["audience"] != case.asked["audience"] for one in given):
        yield "ledger-entry", "the release is not in the ledger as it was granted"


def check_batches(case: Case) -> Found:
    """Each batch was planned before its runs, and these are as planned."""
    if "ledger" not in case.record:
        return
    plans = case.plans()
    for name, times in Counter(one["details"]["batch"] for one in plans).items():
        if times > 1:
            yield "ledger-batch", f"the batch {name} is declared more than once"
    for event in plans:
        if not case.by_two(event, PLAN):
            yield "ledger-batch", f"event {event['seq']} is not upon another person's proposal"
        if not sound(event["details"]):
            yield "ledger-batch", f"event {event['seq']} declares no batch"
    first: dict[str, int] = {}
    taken: dict[str, str] = {}
    for one in case.entries:
        if one["kind"] != "run":
            continue
        since = first.setdefault(one["content_digest"], one["event"])
        plan, alike = planned(one, plans)
        if plan is None:
            continue
        if plan["seq"] >= since or not alike:
            yield "ledger-batch", f"{one['label']} is no run as it was planned, or came before"
        if taken.setdefault(one["batch"], one["content_digest"]) != one["content_digest"]:
            yield "ledger-batch", f"{one['label']} is at the place of another"
    for card in case.cards.values():
        named = (card.get("guarantee") or {}).get("batch")
        plan, _ = planned({"guarantee": None, "batch": named}, plans)
        made = zoned(card["generator"].get("madeAt"))
        if plan and (made is None or made < plan["time"]):
            yield "ledger-batch", f"{case.label} was not made after its batch was declared"


def sound(said: dict[str, Any]) -> bool:
    """Whether a declared plan is one, and its figures are some."""
    places = [place for one in said["runs"] for place in one["places"]]
    claims = [one["guarantee"] for one in said["runs"]]
    alike = {(one.get("privacyUnit"), one.get(RELATION)) for one in claims}
    epsilon, delta = real(said, "epsilon"), real(said, "delta")
    return (
        len(places) == len(set(places)) > 0
        and len(alike) == 1
        and all(one.get("adaptive") is False for one in claims)
        and epsilon is not None
        and epsilon >= 0
        and delta is not None
        and 0 < delta < 1
    )


def check_budgets(case: Case) -> Found:
    """Two people signed each budget, and the release keeps within them."""
    if "ledger" not in case.record or case.submitted is None:
        return
    for one in case.record["ledger"]["budgets"]:
        yield from signed_by_two(case, one)
    source = case.record["source"]["name"]
    for event in case.of(*DECLARED, source=source):
        yield from budgeter(case, event)
    last: dict[str, str] = {}
    for event in case.of("budget.declared", source=source):
        told = event["details"]
        if case.asked["audience"] not in (told["audience"], "public"):
            continue
        if told["supersedes"] != last.get(told["audience"]):
            yield "budget-missing", f"event {event['seq']} supersedes what is not there"
        last[told["audience"]] = told["budget"]
    for at in case.moments:
        for audience, (_, used) in case.standings(at).items():
            if used is None or not used <= 1:
                yield "budget-exceeded", f"the budget for {audience} at event {at['seq']}"
    if case.asked["audience"] not in case.in_force(case.moments[-1]["seq"]):
        yield "", f"no budget of the source is in force for {case.asked['audience']}"


def budget_texts(case: Case) -> Iterator[tuple[dict[str, Any], str, Event | None]]:
    """Every text that was signed of a budget, with the budget and the event."""
    for one in case.record.get("ledger", {"budgets": []})["budgets"]:
        for key, fact in (("declaration", "budget.proposed"), ("signature", "budget.declared")):
            yield one, one[key], next(case.of(fact, statement=digest_of(one[key])), None)


def signed_by_two(case: Case, one: dict[str, Any]) -> Found:
    """The two statements on a budget agree with their events, and with each other."""
    halves = [(case.text(text), event) for o, text, event in budget_texts(case) if o is one]
    (declared, first), (signed, second) = halves
    if first is None or second is None or first["seq"] > second["seq"]:
        yield "budget-differs", f"no two events tell of {one['id']}"
        return
    source = case.record["source"]["name"]
    for (said, _), event, meaning in zip(halves, (first, second), ("declare", "sign"), strict=True):
        told, terms = event["details"], said["budget"]
        about = {"role": told["role"], "authentication": event["authentication"]}
        agrees = all(told[key] == terms[key] for key in told.keys() & terms.keys())
        agrees = agrees and {key: said[key] for key in about} == about
        agrees = agrees and (said["meaning"], told["budget"]) == (meaning, one["id"])
        if not agrees or terms["source"] != source or instant(said["at"]) > event["time"]:
            yield "budget-differs", f"{one['id']} is not what event {event['seq']} tells"
        if case.name_of(event["actor"]) != said["signer"]:
            yield "signer-unknown", f"event {event['seq']} is not by who signed {one['id']}"
        yield from budgeter(case, event)
    same = declared["budget"] == signed["budget"] and signed["label"] == one["id"]
    if not same or signed["declaration"] != digest_of(one["declaration"]):
        yield "budget-differs", f"{one['id']} was declared otherwise than it was signed"
    if case.persons(first) == case.persons(second):
        yield "budget-one-person", f"{one['id']} was declared and signed by one person"


def budgeter(case: Case, event: Event) -> Found:
    """Who acts on budgets held a role that may, the one that is named if one is."""
    held = case.roles(event["actor"], event["seq"]) & {"steward", "privacy-officer"}
    if not held or event["details"].get("role", min(held)) not in held:
        yield "role-missing", f"{event['actor']} had no right to event {event['seq']}"


def check_waivers(case: Case) -> Found:
    """Every waiver that counted was granted as it says, allowed, and in force."""
    for label in case.decision.get("waivers", []):
        if label not in case.waivers:
            yield "waiver-missing", f"{label} is not there"
            continue
        _, said, granted = case.waivers[label]
        if granted is None:
            yield "waiver-differs", f"no event tells of {label}"
            continue
        yield from waiver_granted(case, label, said, granted)
        for event in case.moments:
            yield from waiver_in_force(case, label, said, granted, event)


def waiver_granted(case: Case, label: str, said: dict[str, Any], granted: Event) -> Found:
    """As its event tells, by somebody who may."""
    told, who = granted["details"], granted["actor"]
    stated = {"policy": said["policy"]["id"], "version": said["policy"]["version"]}
    stated |= {key: said[key] for key in ("rule", "until", "role")}
    about = {"label": case.label, "content": case.record["dataset"]["content"]}
    agrees = said["dataset"] == about and granted["dataset"] == case.label
    agrees = agrees and {key: told.get(key) for key in stated} == stated
    if not agrees or said["meaning"] != "waive" or instant(said["at"]) > granted["time"]:
        yield "waiver-differs", f"{label} is not what its event tells"
    if case.name_of(who) != said["signer"]:
        yield "signer-unknown", f"who granted {label} is not the actor of its event"
    if said["role"] not in case.roles(who, granted["seq"]):
        yield "role-missing", f"{who} did not hold {said['role']} for {label}"
    made = case.hands(granted["seq"], "dataset.registered", *LATER_HANDS)
    if who in made or case.name_of(who) in case.makers:
        yield "waiver-author", f"{who} had a hand in {case.label}"


def waiver_in_force(
    case: Case, label: str, said: dict[str, Any], granted: Event, event: Event
) -> Found:
    """At one step."""
    engine, before = case.engine(event), event["seq"]
    if granted["seq"] >= before:
        yield "waiver-missing", f"{label} was not yet granted at event {before}"
    policies = [p for p in case.policies_at(before) if p.id == said["policy"]["id"]]
    if over(said["until"], event["time"]):
        yield "waiver-expired", f"{label} ended on {said['until']}"
    elif not policies or objection(policies[0], engine, waiver_facts(label, said, granted)):
        yield "waiver-not-allowed", f"{label} is not allowed at event {before}"
    if case.waiver_over(label, before):
        yield "waiver-ended", f"{label} was ended before event {before}"
    if granted["actor"] in case.hands(before, *LATER_HANDS):
        yield "waiver-author", f"{granted['actor']} had a hand in {case.label}"


def check_statements(case: Case) -> Found:
    """Every signed statement is about this."""
    if case.submitted is None:
        return
    engine, data, asked = case.engine(), case.record["dataset"], case.asked
    expected = {
        "request": case.request,
        "dataset": {"label": case.label, **{k: data[k] for k in ("content", "file", "card")}},
        "context": {key: asked[key] for key in ("use", "audience", "jurisdiction")},
        "policies": engine.terms["policies"],
        "waivers": engine.terms["waivers"],
        "chosenFrom": case.submitted["details"].get("chosenFrom", []),
        "evidence": sorted({f["evidence"] for f in engine.findings if f["evidence"]}),
        "decision": {
            "digest": engine.digest,
            "outcome": engine.outcome,
            "body": digest_of(case.record["decision"]),
        },
        "meaning": "approve",
    }
    for event in case.signed:
        said = case.signoffs.get(event["details"].get("statement", ""))
        told = {"role": event["details"].get("role"), "authentication": event["authentication"]}
        if said is None:
            yield "statement-differs", f"the statement of event {event['seq']} is not there"
        elif instant(said["at"]) > event["time"] or any(
            {"waivers": [], "chosenFrom": [], **said}.get(key) != value
            for key, value in {**expected, **told}.items()
        ):
            yield "statement-differs", f"the statement of event {event['seq']} says something else"


def check_signers(case: Case) -> Found:
    """Everybody is who the log names, in roles they held."""
    for one in case.record["people"]:
        hashed = hashlib.sha256(f"{one['salt']}:{one['name']}".encode()).hexdigest()[:16]
        if one["pseudonym"] != f"p-{hashed}":
            yield "signer-unknown", f"{one['name']} does not give {one['pseudonym']}"
    for event in case.signed:
        details = event["details"]
        said = case.signoffs.get(details.get("statement", ""), {})
        names = (case.name_of(event["actor"]), case.name_of(details.get("for")))
        if said and names != (said.get("signer"), said.get("for")):
            yield "signer-unknown", f"who signed event {event['seq']} is not whom it names"
        held = case.roles(signing(event)[-1], event["seq"])
        if details.get("role") not in held & {"steward", "privacy-officer", "compliance-officer"}:
            yield "role-missing", f"nobody held {details.get('role')} at event {event['seq']}"
        if details.get("for") is not None and not case.deputised(event):
            yield "deputy-unknown", f"{event['actor']} was no deputy at event {event['seq']}"
    source = case.record["source"]["name"]
    steps = [(case.submitted, "engineer"), (case.granted, "compliance-officer")]
    steps += [(one, "compliance-officer") for one in case.published()]
    steps += [(one, "steward") for one in case.of("source.confirmed", source=source)]
    for step, role in steps:
        if step and role not in case.roles(step["actor"], step["seq"]):
            yield "role-missing", f"{step['actor']} had no right to event {step['seq']}"


def check_signatures(case: Case) -> Found:
    """Personal signatures hold, by keys that were in force."""
    signed = {one["details"].get("statement"): one for one in case.signed}
    texts = [
        (t, signed[d])
        for d, t in zip(case.signoffs, case.record["signoffs"], strict=True)
        if d in signed
    ]
    stated = [*case.waivers.values(), *case.deputies.values()]
    texts += [(text, event) for text, _, event in stated if event]
    texts += [(text, event) for _, text, event in budget_texts(case) if event]
    required = case.engine().terms["signatures"] == "required"
    for text, event in texts:
        if not {"key", "signature"} & event["details"].keys():
            yield (
                "signature-missing" if required and "budget" not in event["fact"] else "",
                f"event {event['seq']} has no personal signature",
            )
        else:
            yield from personal(case, text, event)


def personal(case: Case, text: str, event: Event) -> Found:
    """One personal signature."""
    details, owner = event["details"], event["actor"]
    keys = {one["id"]: unbase64(one["public"], "a key") for one in case.record["keys"]}
    name, place = details.get("key"), event["seq"]
    public = keys.get(name, b"")
    hashed = hashlib.sha256(public).digest()
    if name not in keys or base64.b64encode(hashed[:8]).decode() != name:
        yield "key-unknown", f"the key of event {place} is not there"
        return
    value = details.get("signature")
    if value is None or not holds(public, unbase64(value, "a signature"), text.encode()):
        yield "personal-signature", f"the signature of event {place} does not hold"
    told = {"account": owner, "key": name, "public": "sha256:" + hashed.hex()}
    active = next(case.of("key.rotated", **told), None)
    if active is None and next(case.of("key.enrolled", **told), None):
        active = next(case.of("key.approved", account=owner, key=name), None)
    if active is None or active["seq"] >= place:
        yield "key-unknown", f"{owner} had not enrolled the key of event {place}"
        return
    ends = [e["seq"] < place for e in case.of("key.rotated", account=owner, old=name)]
    for one in case.of("key.revoked", "key.destroyed", account=owner, key=name):
        stolen = one["details"].get("compromised")
        ends.append(one["seq"] < place or (stolen and instant(stolen) <= event["time"]))
    if any(ends):
        yield "key-revoked", f"the key of event {place} was not in force"


def check_separation(case: Case) -> Found:
    """Nobody who signed or released had a hand in it."""
    for event in case.signed:
        yield from case.all_ties(event)
    if case.granted:
        for _, what in case.ties(case.granted["actor"], case.granted):
            yield "releaser-counted", what


def check_quorum(case: Case) -> Found:
    """The sign-offs fill the quorum, counted anew."""
    for who, times in Counter(who for one in case.signed for who in case.persons(one)).items():
        if times > 1:
            yield "counted-twice", f"{who} signed {times} times"
    for at in [one for one in (case.approved, case.granted) if one]:
        held = Counter(one["details"]["role"] for one in case.counted(at))
        for role, least in case.engine().terms["quorum"].items():
            if held[role] < least:
                yield "quorum-missing", f"{held[role]} of {least} as {role} at event {at['seq']}"


def check_release(case: Case) -> Found:
    """The release keeps the terms that were approved."""
    granted, submitted = case.granted, case.submitted
    if granted is None or submitted is None:
        return
    said, terms, now = granted["details"], case.engine().terms, granted["time"]
    expected = {"use": case.asked["use"], "file": case.record["dataset"]["file"]}
    for key, value in {**expected, "decision": submitted["details"]["decision"]}.items():
        if said.get(key) != value:
            yield "release-differs", f"the {key} of the release is not the one approved"
    longest = terms["expiresAfterDays"]
    if over(str(said["expires"]), now):
        yield "release-expired-at-grant", f"granted {granted['at']} until {said['expires']}"
    elif longest is not None and said["expires"] > f"{now.date() + timedelta(days=longest)}":
        yield "release-too-long", f"{said['expires']} is more than {longest} days away"
    for name in terms["agreements"]:
        if said.get("agreement") != name:
            yield "agreement-missing", f"the policies demand the agreement {name}"
    if said.get("agreement") is not None and not agreed(case, granted):
        yield "agreement-differs", f"the agreement {said['agreement']} was not in force"
    if case.approved and terms["validForDays"] is not None:
        since = min(one["time"] for one in (case.approved, *case.signed))
        if now > since + timedelta(days=terms["validForDays"]):
            yield "approval-lapsed", f"the approval of {since} was over"


def agreed(case: Case, granted: Event) -> bool:
    """Whether the agreement of a release was recorded, in force, and with its recipient."""
    said, now = granted["details"], granted["time"]
    digest = said.get("agreementDigest")
    added = case.of("agreement.added", agreement=said["agreement"], digest=digest)
    told = next((e for e in reversed([*added]) if e["seq"] < granted["seq"]), None)
    if told is None:
        return False
    terms, labels = (
        told["details"],
        {o["id"] for o in case.record["agreements"] if o["digest"] == digest},
    )
    names = [{"digest": digest}, *({"agreement": one} for one in labels)]
    return (
        terms["from"] <= now.date().isoformat()
        and not over(terms["until"], now)
        and said["expires"] <= terms["until"]
        and said["recipient"] in terms["parties"]
        and not any(case.over("agreement.ended", granted["seq"], told["seq"], **n) for n in names)
    )


def check_watermark(case: Case) -> Found:
    """A demonstration is labelled as one."""
    steps = [one for one in (*case.moments, case.approved, case.registered) if one]
    unproven = any(one["authentication"].startswith(("unauthenticated", "none")) for one in steps)
    if unproven and case.said["predicate"]["watermark"] is None:
        yield "watermark-missing", "sign-offs are unauthenticated, and it does not say so"


CHECKS = (
    *(check_checkpoint, check_events, check_complete, check_order, check_anchors, check_dataset),
    *(check_card, check_source, check_policies, check_evidence),
    *(check_ledger, check_batches, check_budgets),
    *(check_request, check_decision),
    *(check_waivers, check_statements, check_signers, check_signatures, check_separation),
    *(check_quorum, check_release, check_watermark),
)


def verify(
    data: bytes,
    trust: str | None = None,
    sha256: str | None = None,
    anchor: bytes | None = None,
) -> dict[str, Any]:
    """Examine the bytes of a bundle: ``failed``, a list of (cause, what), and lists of texts."""
    result: dict[str, Any] = {"failed": [], "agreed": [], "unchecked": [], "taken": []}
    result["about"] = None
    try:
        said, record, log = opened(data, LogKey(trust.strip()) if trust is not None else None)
        case = Case(said, record, log)
    except Refused as error:
        return {**result, "failed": [(error.cause, error.what)]}
    except Exception as error:  # whatever it is, it is no bundle that can be trusted
        return {**result, "failed": [("malformed", repr(error))]}
    found: list[tuple[str, str]] = []
    if trust is None:
        found.append(("", f"DEMANDED: UNTRUSTED KEY {log.id}: the bundle vouches for itself"))
    if sha256 is not None and f"sha256:{sha256}" != record["dataset"]["file"]:
        found.append(("data-differs", "this is not the file that was released"))
    for check in CHECKS:
        try:
            found += check_anchors(case, anchor) if check is check_anchors else check(case)
        except Refused as error:
            found.append((error.cause, error.what))
        except Exception as error:  # a check that breaks down has not passed
            found.append(("malformed", f"{check.__name__}: {error!r}"))
    return {
        "failed": [one for one in found if one[0] not in ("", AGREED)],
        "agreed": [what for cause, what in found if cause == AGREED],
        "unchecked": [what for cause, what in found if not cause],
        "taken": sorted(case.taken),
        "about": {**record["about"], "watermark": said["predicate"]["watermark"]},
    }


def main() -> int:
    """Verify the bundle that the command line names."""
    parser = argparse.ArgumentParser(description="Verify an evidence bundle offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--trust", type=Path, help="the log's public key (log.pub)")
    parser.add_argument("--data", type=Path, help="the data file that was released")
    parser.add_argument("--anchor", type=Path, help="a checkpoint that you hold")
    chosen = parser.parse_args()
    try:
        data = read_most(chosen.bundle)
        trust = chosen.trust.read_text() if chosen.trust else None
    except (OSError, ValueError) as error:
        return say(f"error: {error}", 2)
    unread, sha256, anchor = [], None, None
    if not chosen.data:
        unread.append("no data file was given (--data)")
    try:
        sha256 = hash_file(chosen.data) if chosen.data else None
        anchor = chosen.anchor.read_bytes() if chosen.anchor else None
    except OSError as error:
        unread.append(f"DEMANDED: {error}")
    result = verify(data, trust, sha256, anchor)
    result["unchecked"] += unread
    return report(result)


def read_most(path: Path) -> bytes:
    """A file, as far as a bundle may reach."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def report(result: dict[str, Any]) -> int:
    """Print what was found; the exit code."""
    about = result["about"]
    if about:
        print(f"{about['dataset']} {about['request']} {about['release'] or 'not released'}")
        if about["watermark"]:
            print(about["watermark"])
    for cause, what in result["failed"]:
        print(f"FAIL {cause}: {what}")
    for what in result["agreed"]:
        print(f"agrees: {what}")
    for what in result["unchecked"]:
        print(f"could not check: {what}")
    for rule in result["taken"]:
        print(f"not executed, taken as recorded: {rule}")
    for what in NOT_CHECKED:
        print(f"not checked by this program: {what}")
    if result["failed"]:
        return say("refused", 6)
    if any(what.startswith("DEMANDED") for what in result["unchecked"]):
        return say("not everything that was asked for could be checked", 3)
    return say("not contradicted", 0)


def say(text: str, code: int) -> int:
    """The last line."""
    print(text)
    return code


# The words that a record is packed with (registry/bundle/dictionary.py), packed themselves.
DICTIONARY = zlib.decompress(
    base64.b64decode(
        "eNq9Wduv27YZ/1cIPW2A7Fqn7WljIA9Zk2EFNjRIs/YhPhhoiba5SJRCUefEMPy/77tRN9u5dEDfTIr8rr/vRifa5Y"
        "fat8n63SnJa9faNhiXH2GdJGny3roiWSc7WxpYuToYWMGvptS5/Az1e+OStevK8vyQJk/aPhqhZ/Hu74sMTrVBB1MZ"
        "F2DntEl0Fw6wsLkOtnabZL1JNkm6QQmCr0vaSArTdMEapAWE9d4boiDrXPsCfxK5xv4GTCMpb/aghj9+85gR1a3VrW"
        "k3dA95lF3lcHkihnBSWyAbv783x/4nqE8Hz7AozaMp+9WHTrf25wKV2FngHa+03Xbv667hDTy5N854HWrPHHe6suVx"
        "ULnShfnbaO10ZYZVoz2sAzMgxo8jRbPlapMQjw7OuWBM1KpqamdGShWmDJrumKa1Jd2/Q+4mP2hn22okgLH7w7buvH"
        "X7N6YcPKSLYuFNVT8aFs3bR50f/+1soM8NCIYnUUbtLYjD2503LCRak7Ze6gAOCT+BB+l4afa6ZMmZiC7xyE8AmX3t"
        "rRlsWdrKBpKo12xmL1M3pYm2akGLfPS1YxgAH3C4cYUpIpW6C7/sfs3rxjCvc4IIC7qs950hMBdmZ0FVYJ2ss5SxLS"
        "ZYSqQQHF1XGW9zvk/y57pMHiRmBLytrkBMIBF8Z2CJjDGcMILyg8nfN7WlWEnMoy471jiCvahs29otqUn3N8mhLgtQ"
        "gTRtD/ru+/s1KdwDGD2tW3BFFVGBMNFgkA3HLmEkarhBFWHDepP37neAKCJ6AHzAzmqZsh39o+aI3dZ1wGhq2Kv1Uz"
        "wFCAYzMBzEZAw12LoK8rb3BC4M+Ql/ge+7luiIOgygLmIQ7nkjECw7E/lLzDD58wOBt8akxpeCdkXE4ojZ0UGSCiL3"
        "2KpB+70Jg+EogUC0TA+e0emFyW1LmCHX9Tks6rYdZ6bC7k176UTzsQFHtC92YKGX+ojHn61gH7xVANfoTfNoIR3l5j"
        "+2GESDu+BCw3EHyW5nfWVi1EE+45TgdjXFCUWYG0GiAk2tG61N2+o9mw2MozjAlG3VlHa9bQEWV9lCQExIAmwhXTHJ"
        "Rrcth3Fd2vw4HELcFnZIRS8UlKkn8Fnk26qROOBOZQPIVAI9SM9cZRhyvhOvxyKx5EuLqZQzAAKAbOAkncMvDGlGgg"
        "1C7veDDiQDiQ45S1U65AdVO7QOZDs4yKSBVmHzMFWYy6YofE5PM88B7RIAH1TGZAlsM39kzPrIJ8xcfZWqqi50CXqo"
        "oLddqX2qdFdYxIy69NqM09wDr7ttaduD0pFrQAPsoTh4B/p2oLo3HzrAc3vL8HxxIeLO7PkiagxZJ7KI1NHMQnx26y"
        "18gZyGJtclJCAx+fRArzTihFyGmVlpbyaXegyebkamLYbaMqvLsTKP4U3UB9pS2E7YTNS+q6QCcoJc1DvwHEEio8xH"
        "cMcV5UeDOVOc8Y77KWwwMOK5YMhKbBy/E5rt3kEa9YYTad0gGcEz3LXF3+uYZu5XPTSlBmPvJ7JTVaTOcC1slkddld"
        "Qn+goItVjgvqA96/sC6DbA5ea1GJ4Lhy40dS6nqbnrJydC4cbDbQe0EEZ8XTeQ9UFDKYi90dEDlY1FD9rPWBbE5BSO"
        "Vw5ceOr88Ce4hqPvfvWS1ZPcjUVFoGp2uivDRWKHEtv0fVSsFXxl3D1gXNlYVyv98YVkl9fC7iP2TX3FotgV65Zl3N"
        "Xu2HOq3b+wW3H7VwNLLNhYGIsYaVj/+9qPiaLvULAXYvrQkQpMuqYxbELQ7pUmAQQV+9DX/HL4ebX9OA/x+/rNb4vV"
        "KpM8tzMe5WyvZn9MgggadvVBey7772im4bRC56gviq4zu52RhD+kgHFVZymeoU/hy3+h9W6xRPRtLnEbmlchgugCCk"
        "Z7NAF3+dHy1MByZYMYHAJwrcbR5zD01moady4G3VqdLHxN1WO8S2GVKo69tQI+G4fxtd44xeUC7pxxgcLCb5IUD6YK"
        "ZZMrSonl6J5SCzgoxluraLlUjS20VmgeuhuxC+QZn/AtVYLhtYoAprOEpZ4LavPyNbmadpQifCEhQshaRXikiuC2Vo"
        "S1VAGY1mq1PMd7ERNr1bcD8KVPMMKRMwwofcKcsY49CxRii8Y8p0o+zDJJf+CB6QwpBWhxvgDrxGSSqkkmkTsxXYBx"
        "MFc4Gi0wvwCPfpJgTN6t7u4XhLwrY3nnRpumUH8pa9AWWwnz135kh6wgyLwZA2NQD30dzx9jGGNYFjwfyizLZW9aeI"
        "mpuyzIQ08/2iz1VhpdIS89ecwrxfHiyo16f6WYz7Lpu9EFSpBG95MBw8NcawBu8PMQlmNz9U0PFsuFJKyLeiWFRNKK"
        "DCLvzXH0KINlHBu4HH4/J2jw4EwncKKWM63pitodKyzxC8wougxxTo3Z5RRfVOiyvBgNU/BAbYdtAV6PKWixhRgrzT"
        "f4QCQ+J3KgBZwSQ+Agzd6e7EnjMWz4+gkkOKeJhtAlOj1JZO45x8Hizat/0pOUGBN3YH0GL8rj0okwIa1LPnn+0HkO"
        "eYG7Tvgk1biR6PmCcMKG/6mGuQV7T3ppmuC9n8SDtrFP6XkOnNDn0vsYB9OUkXqI7z6l1QDFoSmhKrzTsf4wsSUoE+"
        "exEaaLOOI3HjBdy6gtUIzQExlb8wEW1BD6ut5hSpmYyzh6yPsCbXLI1mgmeUWYNNht25mJkfl1bpM8ZzkJxLO5e6wv"
        "HF+SJDR9Tf3J4bjovfAZMbeAWqrHO8jw5o+JIjxZFMBTfKCas5+ObkwU6iyYaCGvSizzrXcf2f/ZvR2eJrCXjxMgD/"
        "A8BXLCmL2UXX/SGH14+8TGWE10ZDIRXf3oP9ZzfnY0d0/c0/CAuWiGaWBiom1H/SzmfC9zID5l7j/7nNLPdZ8e3Ho5"
        "ZbYReb4iakbKcMaTKB3CXSSYuv7/rncTX05UEc7LKM6nlBmHMrcaV3B67S1yeLG8lKx/XIsvcr+4f/QQzq7KGpkXc6"
        "loLr0Uae7e2+Pa+FGCxYt/UlwIDqnAlrPs/jnc8Ny83NPD/IX0bbetbLhi0Zsd1PVGZehlZsgAksPz9td0X70CkvKX"
        "LGr4QrBIob2iWXz8HATot17GUO0L4A21ZCaYueJqGHig0djoTXZwh/8vQLVpv8IIpM4tN3IHc6ksNxNo/iy9S79Nv0"
        "u/T+/TH9If02dptkqzLM3u0uzbNPsuzb5Ps/s0+yHNfkyzZ+ndalqxmcMSiuS1IBj3lBeOG6pNequnGV3/s/qZm76d"
        "1tNbnfMn47l/QGFCzz8V1texjo3zH2yMhp78Sm/0PzAM0cM="
    )
)

if __name__ == "__main__":
    raise SystemExit(main())
