"""The lineage of a version, from what is recorded around it."""

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import quote

from registry.records import OPEN_STATES, Release, Request, RequestState, SourceState, VersionState
from registry.reports.lineage.graph import Edge, Graph, Node
from registry.reports.numbers import plural
from registry.workflow.browse.version import Run, VersionRecord


def lineage(record: VersionRecord) -> Graph:
    """From the source over the version with its cards to the recipients of its releases."""
    nodes = (
        *_made(record),
        *_versions(record),
        *(
            Node(f"e{at}", "evaluation", _short(one.digest), _measured(one), one.at)
            for at, one in enumerate(record.runs)
        ),
        *map(_request, record.requests),
        *(_release(one, state) for one, state in record.releases),
        *_recipients(record),
    )
    return Graph(record.label, nodes, tuple(_edges(record)))


def _made(record: VersionRecord) -> Iterator[Node]:
    source, maker = record.found.source, record.generator
    yield Node(
        "source",
        "source",
        source.name,
        f"{source.state}, {source.classification}",
        source.added_at,
        f"/sources/{quote(source.name)}",
        over=source.state == SourceState.WITHDRAWN,
    )
    claim = record.guarantee
    said = "no claim" if claim is None else _claim(claim.epsilon, claim.variant)
    yield Node("generator", "generator", f"{maker.name} {maker.version}", said, maker.made_at or "")


def _claim(epsilon: float | None, variant: str) -> str:
    return f"{variant} claim" if epsilon is None else f"claims epsilon {epsilon:g}"


def _versions(record: VersionRecord) -> Iterator[Node]:
    """The version with its cards among its neighbours: a newer one comes after an older."""
    for number in record.before:
        yield _neighbour(record, number)
    label = record.label
    at = record.found.version.registered_at
    over = record.state == VersionState.WITHDRAWN
    yield Node(_own(record), "version", label, record.state, at, over=over, own=True)
    yield from _cards(record)
    for number in record.behind:
        yield _neighbour(record, number)


def _own(record: VersionRecord) -> str:
    return f"v{record.found.version.number}"


def _neighbour(record: VersionRecord, number: int) -> Node:
    label = f"{record.found.dataset.name}@{number}"
    link = f"/datasets/{quote(label, safe='@')}"
    older = number < record.found.version.number
    said = f"superseded by @{number + 1}" if older else "later version"
    return Node(f"v{number}", "version", label, said, "", link, over=older)


def _cards(record: VersionRecord) -> Iterator[Node]:
    """The revisions of the card, if it was ever amended; the newest is the one that counts."""
    for one in record.revisions:
        newest = one.number == record.revisions[-1].number
        state = "in use" if newest else "superseded"
        yield Node(
            f"c{one.number}",
            "card",
            f"Card, revision {one.number}",
            state,
            one.amended_at,
            over=not newest,
        )


def _measured(run: Run) -> str:
    kind = "" if run.admissible else ", exploratory"
    return f"{run.measured} of {run.tried} figures{kind}"


def _request(one: Request) -> Node:
    done = one.state not in (*OPEN_STATES, RequestState.RELEASED)
    label = f"R-{one.id}"
    return Node(
        label,
        "request",
        label,
        f"{one.state}, {one.audience}",
        one.submitted_at,
        f"/review/{label}",
        over=done,
    )


def _release(one: Release, state: str) -> Node:
    label = f"REL-{one.id}"
    said = f"until {one.expires_on}" if state == "in-force" else state
    return Node(
        label,
        "release",
        label,
        said,
        one.released_at,
        f"/releases/{label}",
        over=state != "in-force",
    )


def _recipients(record: VersionRecord) -> Iterator[Node]:
    names = dict.fromkeys(one.recipient for one, _ in record.releases)
    for name in names:
        held = [state for one, state in record.releases if one.recipient == name]
        holds = sum(state == "in-force" for state in held)
        said = f"{plural(holds, 'release')} in force" if holds else "none in force"
        yield Node(f"to {name}", "recipient", name, said, over=not holds)


def _edges(record: VersionRecord) -> Iterator[Edge]:
    own = _own(record)
    yield Edge("source", "generator", "was read by")
    yield Edge("generator", own, "generated")
    line = [f"v{n}" for n in (*record.before, record.found.version.number, *record.behind)]
    for before, behind in pairwise(line):
        yield Edge(before, behind, "was followed by")
    cards = [own, *(f"c{one.number}" for one in record.revisions)]
    for before, behind in pairwise(cards):
        yield Edge(before, behind, "was described by" if before == own else "was amended to")
    for at, _ in enumerate(record.runs):
        yield Edge(own, f"e{at}", "was measured by")
    yield from _onwards(record, own)


def _onwards(record: VersionRecord, own: str) -> Iterator[Edge]:
    counted = [(f"e{at}", one.at) for at, one in enumerate(record.runs) if one.admissible]
    for request in record.requests:
        # It rests on the evidence there was; the version alone where nothing was measured.
        known = [key for key, at in counted if at <= request.submitted_at]
        yield Edge(known[-1] if known else own, f"R-{request.id}", "was put forward in")
    for one, _ in record.releases:
        yield Edge(f"R-{one.request_id}", f"REL-{one.id}", "led to")
        yield Edge(f"REL-{one.id}", f"to {one.recipient}", "went to")


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]
