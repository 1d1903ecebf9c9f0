"""Which call of the API each workflow of the command line is: the one table of both directions.

A call's ``path`` names arguments of the workflow in braces. What is left of the arguments goes into
the query of a GET, into the JSON of any other call, or into a form where files are sent; ``named``
says what the API calls an argument that it calls otherwise, and None that the path holds it. What
comes back is read as the type that the workflow is annotated with, unless ``back`` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.remote import reading


@dataclass(frozen=True)
class Call:
    """One workflow as a call. ``files`` are the arguments that are sent as files, by the name of
    the form's field; ``only`` are arguments that a server does not take, and what they must be.

    ``signs`` needs what a person signs with, and ``pages`` says that a list comes in pages.
    """

    method: str
    path: str
    named: Mapping[str, str | None] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, object] = field(default_factory=dict)
    query: bool = False
    signs: bool = False
    pages: bool = False
    back: Callable[..., Any] | None = None


def _get(path: str, **more: Any) -> Call:
    return Call("GET", path, query=True, **more)


def _list(path: str, **more: Any) -> Call:
    return Call("GET", path, query=True, pages=True, **more)


EVERY: Final = {"every": "all"}
ABOUT: Final[dict[str, str | None]] = {"label": None}
_W: Final = "registry.workflow."
CALLS: Final[Mapping[str, Call]] = {
    f"{_W}people.listing:whoami": _get("/whoami"),
    f"{_W}listing:sources": _list("/sources"),
    f"{_W}listing:source": _get("/sources/{name}", named={"name": None}),
    f"{_W}listing:versions": _list("/datasets"),
    f"{_W}listing:version": _get("/datasets/{label}", named=ABOUT),
    f"{_W}listing:policies": _list("/policies"),
    f"{_W}listing:policy_text": Call(
        "GET", "/policies/{policy}", named={"policy": None}, query=True, back=reading.text
    ),
    f"{_W}account_listing:accounts": _list("/accounts"),
    f"{_W}queue:queue": _list("/requests", named=EVERY),
    f"{_W}queue:mine": _list("/requests/mine"),
    f"{_W}review:review": _get("/requests/{label}", named=ABOUT),
    f"{_W}release_listing:releases_wanted": _list("/releases"),
    f"{_W}release_listing:release_shown": _get("/releases/{label}", named=ABOUT),
    f"{_W}recalls.listing:recalls": _list("/recalls", named=EVERY),
    f"{_W}recipient_listing:recipients": _list("/recipients"),
    f"{_W}agreement_listing:agreements": _list("/agreements", named=EVERY),
    f"{_W}agreement_listing:agreement": _get("/agreements/{label}", named=ABOUT),
    f"{_W}deputies:deputies": _list("/deputies", named=EVERY),
    f"{_W}waiver_listing:listed": _list("/waivers", named=EVERY),
    f"{_W}waiver_listing:portfolio": _get("/waivers/portfolio"),
    f"{_W}waiver_listing:shown": _get("/waivers/{label}", named=ABOUT),
    f"{_W}budgets.listing:budgets": _list("/budgets", named={**EVERY, "name": "source"}),
    f"{_W}budgets.show:show": _get("/sources/{name}/budget", named={"name": None}),
    f"{_W}budgets.plan:plan": _get("/sources/{name}/budget/plan", named={"name": None}),
    f"{_W}query:query": _list("/audit/events"),
    f"{_W}auditing.exposure:exposed": _get("/audit/exposure", back=reading.sentence),
    f"{_W}auditing.approvals:approvals": _list("/audit/approvals"),
    f"{_W}auditing.denials:denials": _list("/audit/denials"),
    f"{_W}reports.written:reports_written": _list("/reports"),
    f"{_W}verify:verify": Call("POST", "/audit/verification", only={"trust": None}),
    f"{_W}explain:explain": _get(
        "/datasets/{label}/explanation", named=ABOUT, only={"chosen_from": ()}
    ),
    f"{_W}check:checked": Call(
        "POST",
        "/datasets/{label}/check",
        named=ABOUT,
        only={"folder": None},
        back=reading.checked,
    ),
    f"{_W}export_evidence:export_evidence": _get("/datasets/{label}/evidence", named=ABOUT),
    f"{_W}register:register": Call(
        "POST",
        "/datasets",
        only={"reference": False},
        files={"data": "data", "card": "card"},
    ),
    f"{_W}amend:amend": Call("PUT", "/datasets/{label}/card", named=ABOUT, files={"card": "card"}),
    f"{_W}publish_policy:publish_policy": Call(
        "POST", "/policies", files={"path": "file"}, back=reading.published
    ),
    f"{_W}submit:submitted": Call("POST", "/requests", named={"label": "version"}),
    f"{_W}access.find:access_requests": _list("/access-requests", named=EVERY),
    f"{_W}access.ask:request_access": Call("POST", "/access-requests"),
    f"{_W}access.answer:answer_access": Call(
        "POST", "/access-requests/{label}/answer", named=ABOUT
    ),
    f"{_W}access.answer:withdraw_access": Call(
        "POST", "/access-requests/{label}/withdrawal", named=ABOUT
    ),
    f"{_W}withdraw:withdrawn": Call("POST", "/requests/{label}/withdrawal", named=ABOUT),
    f"{_W}sign:sign": Call("POST", "/requests/{label}/signatures", named=ABOUT, signs=True),
    f"{_W}retract:retract": Call("POST", "/requests/{label}/retraction", named=ABOUT, signs=True),
    f"{_W}release:release": Call("POST", "/releases", named={"label": "request"}),
    f"{_W}disclose:disclose": Call(
        "POST",
        "/datasets/{label}/disclosure",
        named=ABOUT,
        back=reading.version,
    ),
    f"{_W}disclose:withhold": Call(
        "POST",
        "/datasets/{label}/withholding",
        named=ABOUT,
        back=reading.version,
    ),
    f"{_W}budgets.declare:declare": Call(
        "POST", "/budgets", named={"first": "from", "last": "until"}, signs=True
    ),
    f"{_W}budgets.sign:sign": Call("POST", "/budgets/{label}/signature", named=ABOUT, signs=True),
    f"{_W}reports.served:report_bytes": Call(
        "POST",
        "/reports/{kind}",
        named={"kind": None},
        only={"compare": None},
        query=True,
        back=reading.content,
    ),
}
