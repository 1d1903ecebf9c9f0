"""The log: questions to it, and what is taken away from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.remote import fetching, reading
from registry.remote.call import WORKFLOW as W
from registry.remote.call import Call, get, listed, post

SEQ: Final[dict[str, str | None]] = {"seq": None}
CALLS: Final[Mapping[str, Call]] = {
    f"{W}query:query": listed("/audit/events"),
    f"{W}auditing.exposure:exposed": get("/audit/exposure", back=reading.word("sentence")),
    f"{W}auditing.approvals:approvals": listed("/audit/approvals"),
    f"{W}auditing.denials:denials": listed("/audit/denials"),
    f"{W}auditing.releases_to:releases_to": listed("/audit/releases", named={"recipient": "to"}),
    f"{W}auditing.used_source:used_source": listed(
        "/audit/sources/{source}", named={"source": None}
    ),
    f"{W}auditing.waived:waived": listed("/audit/waivers"),
    f"{W}auditing.doings:doings": get(
        "/audit/actors/{actor}", named={"actor": None}, back=reading.doings
    ),
    f"{W}auditing.state:state": get(
        "/audit/states/{label}", named={"label": None, "moment": "as_of"}
    ),
    f"{W}auditing.proof:event_of": get("/audit/events/{seq}", named=SEQ, back=reading.event),
    f"{W}auditing.proof:prove": get("/audit/events/{seq}/proof", named=SEQ, back=reading.text),
    f"{W}auditing.checkpoints:checkpoint": post("/audit/checkpoints", back=reading.text),
    f"{W}auditing.consistency:consistency": get("/audit/consistency", back=reading.consistency),
    f"{W}auditing.anchor_again:anchor_again": post("/audit/anchors"),
    f"{W}auditing.correct_clock:correct_clock": post("/audit/clock-corrections"),
    f"{W}auditing.exports.export:export": post(
        "/audit/exports",
        named={"path": None, "spreadsheet": "csv"},
        query=True,
        back=fetching.events,
    ),
    f"{W}verify:verify": post("/audit/verification", only={"trust": None}),
    f"{W}bundle:create_bundle": post(
        "/bundles", named={"label": "about", "output": None}, back=fetching.bundle
    ),
}
