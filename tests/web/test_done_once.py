"""A call under an idempotency key is done once, whatever it changes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from web.calls import BODIES
from web.desks import Desktop
from web.held import events, kept_under, stored

from registry.log.canonical import digest
from registry.web.api import ROOMS
from registry.web.api.routing import KEY
from registry.workflow.recalls import deliver
from registry.workflow.recalls.post import Posted

ONCE = {"Idempotency-Key": "5f0c2d1e"}
WHY = {"reason": "for the record"}
DEPUTY = {"deputy": "petra", "from": "2026-05-01", "until": "2026-05-02", **WHY}
REFUSED = {
    "/session": "the code is used up",
    "/enrolments": "the code is used up",
    "/datasets/{version}/check": "it tells, and changes nothing but the log",
    "/datasets/{version}/exports/{format}": "it tells",
    "/datasets/{version}/reports": "it tells",
    "/reports/{kind}": "it tells",
    "/bundles": "it tells",
    "/bundles/verification": "it tells",
    "/releases/recheck": "what is new is told once by itself",
    "/audit/verification": "it tells",
    "/audit/checkpoints": "it tells",
    "/audit/exports": "it tells",
    "/audit/anchors": "it tells another place",
    "/audit/export-verification": "it tells",
    "/audit/proof-verification": "it tells",
    "/policy-work/validation": "it tells",
    "/policy-work/lint": "it tells",
    "/policy-work/test": "it tells",
    "/policy-work/diff": "it tells",
    "/policy-work/impact": "it tells",
    "/policy-work/document": "it tells",
    "/policy-work/formatting": "it tells",
}
"""The calls that heed no key, and why nothing is done twice by a repeat."""


def test_every_call_that_makes_or_ends_something_heeds_a_key() -> None:
    routes = [one for room in ROOMS for one in room.router.routes if "POST" in one.methods]
    refusing = {one.path for one in routes if KEY not in set(headers_of(one.dependant))}

    assert refusing == set(REFUSED)
    assert len(routes) > 2 * len(refusing)


def headers_of(dependant: Any) -> Iterator[str]:
    yield from (one.alias.lower() for one in dependant.header_params)
    for one in dependant.dependencies:
        yield from headers_of(one)


def shown_by(path: str) -> str:
    """The resource that a call changes, of which it must have seen the tag."""
    return path.rsplit("/", 1)[0] if path.count("/") > 1 else ""


@pytest.mark.parametrize(
    ("who", "path", "sent"),
    [
        ("carla", "/recipients", {"json": {"name": "Partner Lab", "contact": "lab@example.org"}}),
        ("carla", "/agreements", BODIES["POST /agreements"]),
        ("carla", "/agreements/A-1/end", {"json": WHY}),
        ("stefan", "/deputies", {"json": DEPUTY}),
        ("stefan", "/deputies/D-1/end", {"json": WHY}),
        ("admin", "/accounts", {"json": {"name": "nina", "roles": ["engineer"]}}),
        ("admin", "/accounts/eve/deactivation", {"json": WHY}),
        ("carla", "/datasets/claims@1/withdrawal", {"json": WHY}),
        ("carla", "/sources/hospital/withdrawal", {"json": {"basis": "consent", **WHY}}),
        ("carla", "/releases/REL-1/revocation", {"json": WHY}),
    ],
)
def test_a_repeat_answers_as_the_first_did_and_changes_nothing(
    desktop: Desktop, who: str, path: str, sent: dict[str, Any]
) -> None:
    sitter, about = desktop.by(who), shown_by(path)
    headers = {**ONCE, **(sitter.tag(about) if about else {})}

    first = sitter.post(path, **sent, headers=headers)
    after, kept = events(desktop.home), stored(desktop.home)
    second = sitter.post(path, **sent, headers=headers)

    assert first.status_code in (200, 201), first.text
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers.get("location") == first.headers.get("location")
    assert events(desktop.home) == after
    assert stored(desktop.home) == kept


@pytest.mark.parametrize(
    ("who", "path", "sent", "otherwise"),
    [
        ("carla", "/recipients", {"name": "Lab", "contact": "a@b.c"}, {"contact": "d@e.f"}),
        ("stefan", "/deputies", DEPUTY, {"until": "2026-05-03"}),
        ("admin", "/accounts", {"name": "nina", "roles": ["engineer"]}, {"roles": ["steward"]}),
    ],
)
def test_another_call_under_the_key_is_a_conflict(
    desktop: Desktop, who: str, path: str, sent: dict[str, object], otherwise: dict[str, object]
) -> None:
    sitter = desktop.by(who)
    sitter.post(path, json=sent, headers=ONCE)
    before = sitter.get(path).json()

    assert sitter.post(path, json=sent | otherwise, headers=ONCE).status_code == 409
    assert sitter.get(path).json() == before


def test_the_key_of_somebody_else_is_a_conflict(desktop: Desktop) -> None:
    body = {"name": "Partner Lab", "contact": "lab@example.org"}
    desktop.by("carla").post("/recipients", json=body, headers=ONCE)

    assert desktop.by("admin").post("/recipients", json=body, headers=ONCE).status_code == 409


def test_a_tag_that_is_old_by_another_hand_is_refused_under_a_key_as_without_one(
    desktop: Desktop,
) -> None:
    carla = desktop.by("carla")
    seen = carla.tag("/releases/REL-1")
    carla.post("/releases/REL-1/revocation", json=WHY, headers=seen)

    late = carla.post("/releases/REL-1/revocation", json=WHY, headers={**seen, **ONCE})
    blind = carla.post("/releases/REL-1/revocation", json=WHY, headers=ONCE)

    assert (late.status_code, blind.status_code) == (412, 428)


def test_the_key_of_somebody_else_opens_no_way_past_an_old_tag(desktop: Desktop) -> None:
    carla, admin = desktop.by("carla"), desktop.by("admin")
    seen = carla.tag("/releases/REL-1")
    admin.post("/accounts", json={"name": "nina", "roles": ["engineer"]}, headers=ONCE)
    carla.post("/releases/REL-1/revocation", json=WHY, headers=seen)

    late = carla.post("/releases/REL-1/revocation", json=WHY, headers={**seen, **ONCE})

    assert late.status_code == 412


def test_a_recall_is_sent_again_and_answered_once(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []

    def send(*_: object) -> Posted:
        sent.append(1)
        return Posted(1, "no answer in time")

    monkeypatch.setattr(deliver, "_send", send)
    carla, path = desktop.by("carla"), "/releases/REL-1"
    carla.post(f"{path}/revocation", json=WHY, headers={"If-Match": "*"})
    desktop.home.clock.advance(seconds=1)  # type: ignore[attr-defined]
    again = {"If-Match": "*", **ONCE}
    first, second = (carla.post(f"{path}/recall", headers=again) for _ in range(2))
    other = carla.post(f"{path}/recall", headers={**again, "Idempotency-Key": "another"})

    assert (first.status_code, second.json()) == (200, first.json())
    assert (other.status_code, len(sent)) == (200, 3)

    code = re.search(r'"code":"([0-9A-F-]+)"', stored(desktop.home))
    assert code
    body = {"by": "Kim Berg", "evidence": "letter of 3 March", "code": code[1]}
    headers = {"Idempotency-Key": "answered"}
    told, retold = (
        carla.post("/recalls/REL-1/acknowledgement", json=body, headers=headers) for _ in range(2)
    )
    assert (told.status_code, retold.json()) == (200, told.json())
    assert "Kim" not in str(kept_under("answered", desktop.home))


def test_what_is_kept_of_a_recipient_is_no_contact_and_nothing_to_guess_an_erased_one_by(
    desktop: Desktop,
) -> None:
    carla = desktop.by("carla")
    body = {"name": "Partner Lab", "contact": "kim.berg@example.org"}
    carla.post("/recipients", json=body, headers=ONCE)
    kept = kept_under("5f0c2d1e", desktop.home)
    assert (kept.result, len(kept.arguments)) == ("2", len(digest({})))
    carla.post("/recipients", json=body | {"name": "Other"}, headers={"Idempotency-Key": "other"})

    carla.post("/recipients", json={"name": "Partner Lab", "forget": True})

    assert kept_under("5f0c2d1e", desktop.home).arguments == ""
    assert kept_under("other", desktop.home).arguments != ""
    assert carla.post("/recipients", json=body, headers=ONCE).status_code == 409
    assert "kim.berg@example.org" not in str(carla.get("/recipients").json()[1])
