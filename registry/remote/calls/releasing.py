"""Requests, signatures, releases, recalls, waivers, and whom data goes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.remote import reading
from registry.remote.call import ABOUT, EVERY, Call, get, listed, post
from registry.remote.call import WORKFLOW as W

CALLS: Final[Mapping[str, Call]] = {
    f"{W}queue:queue": listed("/requests", named=EVERY),
    f"{W}queue:mine": listed("/requests/mine"),
    f"{W}review:review": get("/requests/{label}", named=ABOUT),
    f"{W}submit:submitted": post("/requests", named={"label": "version"}),
    f"{W}withdraw:withdrawn": post("/requests/{label}/withdrawal", named=ABOUT),
    f"{W}sign:sign": post("/requests/{label}/signatures", named=ABOUT, signs=True),
    f"{W}retract:retract": post("/requests/{label}/retraction", named=ABOUT, signs=True),
    f"{W}release_listing:releases_wanted": listed("/releases"),
    f"{W}release_listing:release_shown": get("/releases/{label}", named=ABOUT),
    f"{W}release:release": post("/releases", named={"label": "request"}),
    f"{W}revoke:revoke": post("/releases/{label}/revocation", named=ABOUT, back=reading.delivered),
    f"{W}recheck:recheck": post("/releases/recheck"),
    f"{W}recalls.resend:resend": post(
        "/releases/{label}/recall", named=ABOUT, back=reading.delivered
    ),
    f"{W}recalls.listing:recalls": listed("/recalls", named=EVERY),
    f"{W}recalls.acknowledge:acknowledge": post(
        "/recalls/{label}/acknowledgement", named=ABOUT, back=reading.row()
    ),
    f"{W}recipient_listing:recipients": listed("/recipients"),
    f"{W}recipients:add_recipient": post(
        "/recipients", only={"secret_file": None}, back=reading.row(name="recipient")
    ),
    f"{W}agreement_listing:agreements": listed("/agreements", named=EVERY),
    f"{W}agreement_listing:agreement": get("/agreements/{label}", named=ABOUT),
    f"{W}agreements:add_agreement": post(
        "/agreements",
        named={"parties": "party", "valid_from": "from", "valid_until": "until"},
        files={"file": "file"},
        back=reading.numbered("agreement", valid_from="from", valid_until="until"),
    ),
    f"{W}agreements:end_agreement": post(
        "/agreements/{label}/end", named=ABOUT, back=reading.numbered("agreement")
    ),
    f"{W}access.find:access_requests": listed("/access-requests", named=EVERY),
    f"{W}access.ask:request_access": post("/access-requests"),
    f"{W}access.answer:answer_access": post("/access-requests/{label}/answer", named=ABOUT),
    f"{W}access.answer:withdraw_access": post("/access-requests/{label}/withdrawal", named=ABOUT),
    f"{W}deputies:deputies": listed("/deputies", named=EVERY),
    f"{W}deputies:name_deputy": post(
        "/deputies", named={"name": "deputy", "first": "from", "last": "until"}, signs=True
    ),
    f"{W}deputies:end_deputy": post("/deputies/{label}/end", named=ABOUT),
    f"{W}waiver_listing:listed": listed("/waivers", named=EVERY),
    f"{W}waiver_listing:portfolio": get("/waivers/portfolio"),
    f"{W}waiver_listing:shown": get("/waivers/{label}", named=ABOUT),
    f"{W}waive:waive": post(
        "/waivers", named={"label": "version"}, signs=True, back=reading.numbered("waiver")
    ),
    f"{W}waive:end": post("/waivers/{label}/end", named=ABOUT, back=reading.numbered("waiver")),
}
