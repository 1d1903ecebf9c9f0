"""Says independently of the product whether each release in force may exist.

It reads the tables and the log with plain SQL and asks none of the product's functions. What held
at the moment of a release is told by the order of events, not by times, which may be equal.
"""

import itertools
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import yaml

Row = dict[str, Any]


@dataclass
class Books:
    """Everything that was written, as plain rows."""

    tables: dict[str, list[Row]]
    events: list[Row]

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> "Books":
        """All tables that matter here, and the log."""
        names = (
            *("account", "release", "request", "decision", "signoff", "dataset_version"),
            *("card_revision", "policy_document", "waiver", "deputy", "dataset", "source"),
        )
        tables = {name: _rows(connection, f'SELECT * FROM "{name}"') for name in names}
        bodies = _rows(connection, "SELECT seq, body FROM event ORDER BY seq")
        return cls(tables, [json.loads(row["body"]) for row in bodies])

    def one(self, table: str, key: int) -> Row:
        """The row of that id."""
        return next(row for row in self.tables[table] if row["id"] == key)

    def until(self, seq: int, *facts: str) -> list[Row]:
        """Events of these facts before event ``seq``."""
        return [one for one in self.events[: seq - 1] if one["fact"] in facts]

    def pseudonym(self, account: int) -> str:
        """How the log calls an account."""
        return str(self.one("account", account)["pseudonym"])


def _rows(connection: sqlite3.Connection, query: str) -> list[Row]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def faults(books: Books, today: str) -> list[str]:
    """What is wrong with the releases that nobody ended; empty where nothing is.

    One that is past its last day before ``today`` must have been sound as well, but what becomes
    of its version or source afterwards has nothing left to stop.
    """
    found = []
    for release in books.tables["release"]:
        if release["state"] == "in-force":
            found += [f"REL-{release['id']}: {what}" for what in _faults(books, release, today)]
    return found


def _faults(books: Books, release: Row, today: str) -> list[str]:
    past = release["expires_on"] < today
    request = books.one("request", release["request_id"])
    version = books.one("dataset_version", request["version_id"])
    source = books.one("source", books.one("dataset", version["dataset_id"])["source_id"])
    policy = _policy(books, release["event_seq"])
    checks = {
        "its request was not released": request["state"] == "released",
        "its version is withdrawn": past or version["state"] != "withdrawn",
        "its source is withdrawn": past or source["state"] != "withdrawn",
        "no event granted it": books.events[release["event_seq"] - 1]["fact"] == "release.granted",
        "its decision does not allow it": _allowed(books, release, request, version, policy),
        "its quorum is broken": bool(_quorums(books, release, request, policy)),
        "its separation is broken": any(
            _separate(books, release, request, version, rows)
            for rows in _quorums(books, release, request, policy)
        ),
        "its releaser made it": release["released_by"]
        not in _makers(books, release["event_seq"], request, version),
    }
    return [what for what, holds in checks.items() if not holds]


def _policy(books: Books, seq: int) -> Row:
    """The house rules in effect just before event ``seq``."""
    last = books.until(seq, "policy.published")[-1]["details"]
    (row,) = (one for one in books.tables["policy_document"] if one["digest"] == last["digest"])
    return {**row, "spec": yaml.safe_load(row["body"])["spec"]}


def _allowed(books: Books, release: Row, request: Row, version: Row, policy: Row) -> bool:
    """A stored decision that allows, and the same result worked out here from the card."""
    stored = [one for one in books.tables["decision"] if one["request_id"] == request["id"]]
    if not stored or any(json.loads(one["body"])["outcome"] != "allow" for one in stored):
        return False
    rule = policy["spec"]["rules"][0]
    epsilon = json.loads(_card(books, release["event_seq"], version))["guarantee"]["epsilon"]
    allowed = request["use"] in policy["spec"]["uses"]["allow"]
    return allowed and (epsilon <= rule["check"]["lte"] or _waived(books, release, version, policy))


def _card(books: Books, seq: int, version: Row) -> str:
    """The card as it was before event ``seq``."""
    revisions = [one for one in books.tables["card_revision"] if one["version_id"] == version["id"]]
    before = [one for one in revisions if one["event_seq"] is None or one["event_seq"] < seq]
    newest = max(before, key=lambda one: one["number"], default=version)
    return str(newest["card"])


def _waived(books: Books, release: Row, version: Row, policy: Row) -> bool:
    return bool(_waivers(books, release, version, policy))


def _waivers(books: Books, release: Row, version: Row, policy: Row) -> list[Row]:
    """Waivers that held at the release: of this version, not ended, not past their day."""
    ended = {one["details"]["waiver"] for one in books.until(release["event_seq"], "waiver.ended")}
    return [
        row
        for row in books.tables["waiver"]
        if row["version_id"] == version["id"]
        and row["event_seq"] < release["event_seq"]
        and f"W-{row['id']}" not in ended
        and row["until"] >= release["released_at"][:10]
        and policy["spec"].get("waivers")
    ]


def _quorums(books: Books, release: Row, request: Row, policy: Row) -> list[tuple[Row, ...]]:
    """Every set of sign-offs by distinct people that fills the seats."""
    terms = policy["spec"]["approvals"]
    seats = [seat["role"] for seat in terms["quorum"] for _ in range(seat["min"])]
    rows = _standing(books, release, request, terms)
    return [
        chosen
        for chosen in itertools.combinations(rows, len(seats))
        if sorted(row["role"] for row in chosen) == sorted(seats)
        and len(people := [one for row in chosen for one in _people(row)]) == len(set(people))
    ]


def _standing(books: Books, release: Row, request: Row, terms: Row) -> list[Row]:
    """Approvals that stood at the release, each by somebody who had the role."""
    seq = release["event_seq"]
    signoffs = [one for one in books.tables["signoff"] if one["request_id"] == request["id"]]
    retracted = {one["retracts"] for one in signoffs if one["event_seq"] < seq}
    oldest = _moment(release["released_at"]) - timedelta(days=int(terms["validFor"][1:-1]))
    return [
        row
        for row in signoffs
        if row["meaning"] == "approve"
        and row["event_seq"] < seq
        and row["id"] not in retracted
        and _moment(row["signed_at"]) >= oldest
        and _entitled(books, row)
    ]


def _entitled(books: Books, row: Row) -> bool:
    """Whether the signer had the role, or stood in on that day for somebody who had it."""
    holder = row["principal_id"] or row["account_id"]
    if row["role"] not in _roles(books, row["event_seq"], holder):
        return False
    return row["principal_id"] is None or any(
        one["deputy_id"] == row["account_id"]
        and one["principal_id"] == row["principal_id"]
        and one["event_seq"] < row["event_seq"]
        and one["first"] <= row["signed_at"][:10] <= one["last"]
        and f"D-{one['id']}" not in _ended_deputies(books, row["event_seq"])
        for one in books.tables["deputy"]
    )


def _ended_deputies(books: Books, seq: int) -> set[str]:
    return {one["details"]["deputy"] for one in books.until(seq, "deputy.ended")}


def _roles(books: Books, seq: int, account: int) -> set[str]:
    roles: set[str] = set()
    facts = ("account.added", "role.granted", "role.revoked", "account.deactivated")
    for one in books.until(seq, *facts):
        details = one["details"]
        if details.get("account") != books.pseudonym(account):
            continue
        if one["fact"] == "account.added":
            roles = set(details["roles"])
        elif one["fact"] == "role.granted":
            roles.add(details["role"])
        elif one["fact"] == "role.revoked":
            roles.discard(details["role"])
        else:
            roles = set()
    return roles


def _people(row: Row) -> list[int]:
    return [row["account_id"], *([row["principal_id"]] if row["principal_id"] else [])]


def _makers(books: Books, seq: int, request: Row, version: Row) -> set[int]:
    """Everybody with a hand in the version before event ``seq``."""
    names = {row["pseudonym"]: row["id"] for row in books.tables["account"]}
    by_name = {row["name"]: row["id"] for row in books.tables["account"]}
    label = f"{books.one('dataset', version['dataset_id'])['name']}@{version['number']}"
    facts = ("dataset.registered", "dataset.amended", "dataset.evaluated")
    acted = {names[one["actor"]] for one in books.until(seq, *facts) if one["dataset"] == label}
    cards = [
        one["card"] for one in books.tables["card_revision"] if one["version_id"] == version["id"]
    ] + [version["card"]]
    made = {json.loads(card)["generator"].get("madeBy") for card in cards}
    return acted | {request["submitted_by"]} | {by_name[one] for one in made if one in by_name}


def _separate(
    books: Books, release: Row, request: Row, version: Row, rows: tuple[Row, ...]
) -> bool:
    """Nobody who signed made it, waived for it, or published the rules after it was there."""
    people = {one for row in rows for one in _people(row)}
    seq, policy = release["event_seq"], _policy(books, release["event_seq"])
    if people & _makers(books, seq, request, version):
        return False
    published = books.until(seq, "policy.published")[-1]
    fresh = published["at"] >= version["registered_at"]
    if fresh and books.one("account", policy["published_by"])["id"] in people:
        return False
    used = {
        label
        for one in books.tables["decision"]
        if one["request_id"] == request["id"]
        for label in json.loads(one["body"])["waivers"]
    }
    by = {f"W-{row['id']}": row["approved_by"] for row in books.tables["waiver"]}
    return not people & {by[label] for label in used}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
