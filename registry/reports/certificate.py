"""The release certificate: one page that says what was released, to whom, on what grounds.

It is a summary for people. The evidence bundle is the proof, and the certificate says how to hold
the one against the other: by the digest of the decision, which the QR code carries whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.log.short import short
from registry.policy.decision import PolicyRef
from registry.reports.document import (
    Block,
    Callout,
    Code,
    Document,
    Figure,
    Outcome,
    Rows,
    Section,
    Words,
    blocks,
    rows,
)
from registry.reports.numbers import count, listed, moment, plural, words
from registry.reports.outside_facts import CertificateFacts
from registry.reports.outward import (
    NOT_COVERED,
    by_family,
    figures_said,
    guaranteed,
)
from registry.reports.qr import qr
from registry.reports.signed import LOCAL_MODE
from registry.reports.svg import shortened
from registry.reports.table import Row, table
from registry.reports.verdict import UNAUTHENTICATED, meaning

NAME: Final = "Release certificate"
LONGEST: Final = 90
"""Characters of a name that a person chose: it has one page, and the bundle holds them whole."""
PERSON: Final = 40
MOST: Final = 6
"""Sign-offs and waivers that it lists; the bundle has all of them."""
POLICIES: Final = 3
"""Of which it prints the digest."""
BANDED: Final = (
    "Meets with room: by at least half of what the policy's threshold leaves. Each row has the "
    "band of its least result."
)
_STATES: Final[dict[str, tuple[Outcome, str]]] = {
    "in-force": ("allow", "In force"),
    "expired": ("deny", "Expired"),
    "revoked": ("deny", "Revoked"),
    "superseded": ("deny", "Superseded"),
}


def certificate(facts: CertificateFacts) -> Document:
    """The certificate as words and tables, made to fit one page of A4."""
    release = facts.release
    return Document(
        kind="certificate",
        name=NAME,
        title=shortened(facts.title or facts.dataset, LONGEST),
        label=f"{facts.label} {release.id}",
        printed_at=moment(facts.printed_at),
        notices=(LOCAL_MODE,) if facts.local_mode else (),
        sections=(
            Section("verdict", "Verdict", (_verdict(facts),)),
            Section("released", "What was released", (_released(facts),)),
            Section("results", "How it stands to the policies", _results(facts)),
            Section("signoffs", "Sign-offs", (_signoffs(facts),)),
            Section("verify", "Verify it", _verify(facts)),
        ),
        closing=f"As recorded at {moment(facts.printed_at)}. The state of a release can change: "
        f"ask the registry for {release.id} before relying on this page.",
    )


def _verdict(facts: CertificateFacts) -> Callout:
    release = facts.release
    outcome, word = _STATES.get(release.state, ("undecided", words(release.state).capitalize()))
    if facts.withdrawn and outcome == "allow":
        outcome, word = "deny", "Withdrawn"
    by = f"released by {release.released_by} on {moment(release.released_at)}"
    until = f"It permits use through {release.expires_on} (UTC)."
    if outcome != "allow":
        until = f"It permits nothing any more; it was to end on {release.expires_on} (UTC)."
    return Callout(
        outcome,
        word,
        f"{release.id}, {facts.label}",
        f"To {shortened(release.recipient, LONGEST)}, {by}. {until}",
        tuple(_against(facts)),
    )


def _against(facts: CertificateFacts) -> list[str]:
    found = []
    if facts.ended:
        why = shortened(facts.ended.why, 2 * LONGEST)
        found.append(f"It was revoked by {facts.ended.by} on {moment(facts.ended.at)}: {why}")
    if facts.superseded_by:
        found.append(f"{facts.superseded_by} took its place.")
    if facts.withdrawn:
        found.append(shortened(facts.withdrawn, 2 * LONGEST))
    if facts.release.state == "expired":
        found.append(f"Its last day was {facts.release.expires_on} (UTC).")
    if facts.guarantee and facts.guarantee.audited == "CONTRADICTED":
        found.append("An audit CONTRADICTED the claimed epsilon.")
    return found


def _released(facts: CertificateFacts) -> Rows:
    terms = facts.terms
    found: tuple[Row, ...] = (
        ("Data", f"{facts.label}: {count(facts.rows)} rows, {plural(facts.columns, 'column')}"),
        ("Recipient", shortened(facts.release.recipient, LONGEST)),
        ("Permitted use", f"{words(terms.use)}, audience {terms.audience}"),
        ("Jurisdiction", terms.jurisdiction or "none stated"),
        ("Agreement", shortened(terms.agreement or "none asked for", LONGEST)),
        ("Permitted through", f"{terms.expires_on} (UTC)"),
        ("Guarantee", f"{guaranteed(facts.guarantee)} {NOT_COVERED}"),
        ("File digest", facts.file_digest),
        ("Content digest", facts.content_digest),
    )
    return Rows(table("Terms of the release", "Field | Value", found, len(found)))


def _results(facts: CertificateFacts) -> tuple[Block, ...]:
    said = Words(f"{BANDED} {figures_said(facts.disclosure)}", "note")
    found = by_family(facts.bands)
    if not found:
        return (Words("Measured results: not evaluated.", "absent"),)
    if not any(row[-1] for row in found):
        made = table("Results", "About | Asked | Least result", _cut(found), len(found))
    else:
        heads = "About | Asked | Least result | Least figure"
        figures = tuple((*row[:3], row[3] or "none") for row in found)
        made = table("Results", heads, figures, len(found))
    return blocks(Rows(made), said)


def _cut(found: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row[:3] for row in found)


def _signoffs(facts: CertificateFacts) -> Block:
    found = tuple(
        (
            shortened(one.name, PERSON),
            words(one.role),
            meaning(one),
            moment(one.at),
            UNAUTHENTICATED if facts.local_mode else one.authentication,
        )
        for one in facts.signoffs
    )
    more = len(found) - MOST
    caption = f"On {facts.release.request}" + (f", and {more} more in the bundle" * (more > 0))
    heads = "Printed name | Role | Meaning | Time | How signed"
    return rows(table(caption, heads, found[:MOST], MOST), "Nobody has signed this release.")


def _verify(facts: CertificateFacts) -> tuple[Block, ...]:
    found = tuple(_grounds(facts))
    return (
        Figure(
            "Digest of the decision as a QR code",
            qr("decision", carried(facts), "QR code of the decision", _alt(facts)),
            f"Short digest, to compare by eye: {short(facts.decision)}",
            None,
        ),
        Code(command(facts), "Hold it against the bundle, which must print the same digest:"),
        Rows(table("What it rests on", "Field | Value", found, len(found))),
    )


def _grounds(facts: CertificateFacts) -> Iterator[Row]:
    yield f"Decision of {moment(facts.decided_at)}", facts.decision
    for one in facts.policies[:POLICIES]:
        yield f"Policy {_policy(one)}", one.digest
    if more := facts.policies[POLICIES:]:
        yield (
            "More policies",
            listed(tuple(map(_policy, more)), 3),
        )
    yield "Waivers", listed(facts.waivers, MOST) or "none"
    yield "Checkpoint of the log", _checkpoint(facts)


def _policy(one: PolicyRef) -> str:
    return f"{shortened(one.id, PERSON)} {one.version}"


def carried(facts: CertificateFacts) -> str:
    """What the QR code says: the release, and the digests that its bundle must have."""
    return (
        f"registry-certificate/1 {facts.label} {facts.release.id} "
        f"decision={facts.decision} file={facts.file_digest}"
    )


def command(facts: CertificateFacts) -> str:
    """How whoever holds the bundle, the key and the data verifies this page."""
    return (
        f"registry bundle verify {facts.dataset}-{facts.version}-{facts.release.id}.bundle.json "
        "--trust log.pub --data DATA"
    )


def _alt(facts: CertificateFacts) -> str:
    return f"It reads: {carried(facts)}"


def _checkpoint(facts: CertificateFacts) -> str:
    one = facts.checkpoint
    if one is None:
        return "none was signed yet: nothing outside protects the record"
    covers = "it covers this release" if one.covers else "it does not cover this release yet"
    return f"{one.origin}: {plural(one.size, 'event')}, root {one.root}, {covers}"
