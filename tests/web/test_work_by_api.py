"""What programs do by the API as commands do it: jobs, batches, access requests, proofs."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from registries import After
from web.calls import PLAN
from web.desks import Desktop, Sitter
from web.furnished import furnish

from registry.settings import Proof
from registry.workflow.auditing.anchor import anchor
from registry.workflow.auditing.places.named import named
from registry.workflow.context import Context

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANY = {"If-Match": "*"}


def tables(desktop: Desktop) -> dict[str, tuple[str, bytes]]:
    folder = desktop.home.settings.folder
    return {
        name: (f"{name}.csv", (folder / f"{name}.csv").read_bytes())
        for name in ("training", "holdout")
    }


def uploads(desktop: Desktop) -> int:
    return len(list((desktop.home.settings.folder / "uploads").iterdir()))


@SQLITE
def test_an_evaluation_is_a_job_that_is_asked_for_once_under_its_key(desktop: Desktop) -> None:
    ada, files = desktop.by("ada"), tables(desktop)
    where, once = "/datasets/claims@1/evaluations", {"Idempotency-Key": "nightly"}

    first = ada.post(where, files=files, headers=once)
    again = ada.post(where, files=files, headers=once)
    other = ada.post(where, files=files)

    assert (first.status_code, first.json()["state"]) == (202, "waiting")
    assert first.headers["location"] == f"/api/v1/jobs/{first.json()['job']}"
    assert (again.status_code, again.json()["job"]) == (202, first.json()["job"])
    assert (other.status_code, other.json()["exit_code"]) == (409, 5)
    assert uploads(desktop) == 2  # of the one job; real data of no job does not stay


@SQLITE
def test_a_job_is_listed_and_cancelled_as_it_was_seen_and_its_tables_are_gone(
    desktop: Desktop,
) -> None:
    ada = desktop.by("ada")
    made = ada.post("/datasets/claims@1/evaluations", files=tables(desktop)).json()
    path = f"/jobs/{made['job']}"

    newest = ada.get("/jobs?version=claims@1&limit=1")
    blind = ada.post(f"{path}/cancellation")
    stopped = ada.post(f"{path}/cancellation", headers=ada.tag(path))

    assert [one["job"] for one in newest.json()] == [made["job"]]
    assert 'rel="next"' in newest.headers["link"]
    assert (blind.status_code, stopped.json()["state"]) == (428, "cancelled")
    assert uploads(desktop) == 0


@SQLITE
def test_real_tables_on_the_server_are_offered_and_named(home: Context, after: After) -> None:
    after(furnish)
    real = home.settings.folder / "real"
    real.mkdir()
    (real / "a.csv").write_bytes((home.settings.folder / "training.csv").read_bytes())
    desktop = Desktop(replace(home, settings=replace(home.settings, real_tables=real)))
    ada, where = desktop.by("ada"), "/datasets/claims@1/evaluations"

    offered = ada.get("/real-tables").json()
    outside = ada.post(where, data={"training_table": "../training.csv", "holdout_table": "a.csv"})
    asked = ada.post(where, data={"training_table": "a.csv", "holdout_table": "a.csv"})
    desktop.close()

    assert offered == {"tables": ["a.csv"]}
    assert (outside.status_code, asked.status_code) == (422, 202)


@SQLITE
def test_a_batch_is_planned_by_one_and_signed_by_another_here_and_on_its_page(
    desktop: Desktop,
) -> None:
    stefan, paula = desktop.by("stefan"), desktop.by("paula")
    seal = stefan.client.headers["x-registry-seal"]
    body = {"source": "hospital", "name": "spring", "plan": PLAN, "reason": "the protocol"}
    made = stefan.post("/batches", json=body).json()
    form = {"batch": "summer", "plan": PLAN, "reason": "the protocol", "seal": seal}
    page = stefan.client.post("/sources/hospital/batches", data=form, follow_redirects=False)

    own = stefan.post(f"/batches/{made['batch']}/signature", json={}, headers=ANY)
    second = paula.post(f"/batches/{made['batch']}/signature", json={}, headers=ANY)
    shown = paula.client.get("/sources/hospital").text
    signed = paula.client.post(
        "/sources/hospital/batches/BATCH-3/sign",
        data={"seal": paula.client.headers["x-registry-seal"]},
        follow_redirects=False,
    )

    assert (made["state"], page.status_code) == ("proposed", 303)
    assert (own.status_code, second.json()["state"]) == (403, "in force")
    assert "Sign BATCH-3: summer" in shown
    assert "Sign BATCH-2" not in shown
    assert signed.status_code == 303
    states = {one["id"]: one["state"] for one in paula.get("/batches").json()}
    assert states == {"BATCH-1": "proposed", "BATCH-2": "in force", "BATCH-3": "in force"}
    fits = paula.get("/sources/hospital/budget/plan?batch=spring").json()
    assert [one["budget"] for one in fits] == ["B-1"]


@SQLITE
def test_an_access_request_is_asked_and_answered_by_somebody_else(desktop: Desktop) -> None:
    carla, petra = desktop.by("carla"), desktop.by("petra")

    own = petra.post("/access-requests/Q-1/answer", json={"answer": "yes"}, headers=ANY)
    done = carla.post("/access-requests/Q-1/answer", json={"answer": "in autumn"}, headers=ANY)

    assert own.status_code == 403
    assert (done.json()["state"], done.json()["answer"]) == ("answered", "in autumn")
    assert carla.get("/access-requests").json() == []
    assert carla.get("/access-requests/Q-1").json()["versions"] == ["claims@1"]


@SQLITE
def test_what_is_taken_away_is_verified_and_what_was_changed_does_not_hold(
    desktop: Desktop,
) -> None:
    carla = desktop.by("carla")
    key = ("log.pub", (desktop.home.settings.folder / "log.pub").read_bytes())
    taken = carla.post("/audit/exports").content
    proof = carla.get("/audit/events/5/proof").content

    whole = verified(carla, "export", taken, key)
    proven = verified(carla, "proof", proof, key)

    assert (whole["holds"], whole["found"]["whole"]) == (True, True)
    assert (proven["holds"], proven["event"]["seq"]) == (True, 5)
    assert verified(carla, "export", without_an_event(taken), key)["holds"] is False
    assert verified(carla, "proof", without_a_step(proof), key)["holds"] is False


def verified(carla: Sitter, what: str, content: bytes, key: tuple[str, bytes]) -> dict[str, Any]:
    files = {what: ("taken", content), "trust": key}
    answer = carla.post(f"/audit/{what}-verification", files=files)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def without_a_step(proof: bytes) -> bytes:
    said = json.loads(proof)
    return json.dumps({**said, "inclusion": said["inclusion"][1:]}).encode()


def without_an_event(taken: bytes) -> bytes:
    """The export with its last event cut off."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(taken)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "events.ndjson":
                content = b"".join(content.splitlines(keepends=True)[:-1])
            new.writestr(name, content)
    return made.getvalue()


@SQLITE
def test_a_log_is_anchored_again_where_it_was_and_nowhere_else(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    place = f"file:{desktop.home.settings.folder}/worm"
    who = desktop.app.state.desk.identified(Proof(), claimed="carla")
    new = carla.post("/audit/anchors", json={"place": place})
    anchor(replace(desktop.home, identity=who), named(place))

    again = carla.post("/audit/anchors", json={"place": place})

    assert (new.status_code, again.status_code) == (404, 201)
    assert carla.get("/audit/anchors").json()[0]["size"] == again.json()["size"]
