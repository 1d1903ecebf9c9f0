"""Certificate and card say what the store says of a release, and no figure until disclosed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from registries import After
from sqlalchemy import update
from sqlmodel import col, select
from world import World, build

from registry.errors import Conflict, InvalidInput, NotFound, NotPermitted
from registry.policy.engine import PolicyRef
from registry.policy.facts import Context as Wanted
from registry.records import DatasetVersion, Evaluation, Measurement
from registry.reports.rendering.render import render
from registry.store.database import reading, writing
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.context import Context, Work
from registry.workflow.disclose import disclose, withhold
from registry.workflow.evidence import evaluation_digest, stored_facts
from registry.workflow.find import row_id
from registry.workflow.listing import policies
from registry.workflow.publish_policy import publish_policy
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.reports.outside import checks_of
from registry.workflow.reports.report import report
from registry.workflow.reports.write import write_report
from registry.workflow.revoke import revoke
from registry.workflow.verify import verify
from registry.workflow.withdraw_version import withdraw_version

FIGURE = 0.0731942
RULE = """\
      rationale: A claim is needed before anything else is asked.
    - id: PRV-002
      title: Nobody can be singled out
      check: {metric: privacy.singling_out, lte: 0.33}
      severity: critical
      rationale: It is measured.
"""
BASE = """\
apiVersion: registry/v1
kind: PolicyBase
metadata: {id: house-base, version: %(version)s, owners: [privacy-office]}
spec:
  uses: {allow: [model-development, research], deny: [re-identification]}
  sharing:
    - {audience: internal, expiresAfter: P90D}
    - {audience: partner, agreement: DUA-1, expiresAfter: P30D}
  rules:
    - id: DP-009
      title: The guarantee is no weaker than anywhere in the house
      check: {metric: dp.epsilon, lte: %(limit)s}
      severity: critical
      onMissingEvidence: deny
      rationale: It holds for all.
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    validFor: P60D
"""
RESEARCH = Wanted("research", "internal", None)


def evaluated(world: World, seed: int = 7) -> None:
    """An admissible evaluation of claims@1 with one figure, and its event, as a run leaves them."""
    by = world.by("eve")
    assert by.identity is not None
    with writing(world.home.engine) as session:
        version = session.exec(select(DatasetVersion)).first()
        assert version is not None
        made = Evaluation(
            version_id=row_id(version),
            digest="",
            seed=seed,
            admissible=True,
            training_digest="sha256:" + "1" * 64,
            holdout_digest="sha256:" + "2" * 64,
            synthetic_digest=version.content_digest,
            histograms="{}",
            evaluated_by=by.identity.account_id,
            evaluated_at=world.home.now(),
            confirmed_at=world.home.now(),
            seconds=1.0,
        )
        figure = _measured()
        made.digest = evaluation_digest(made, [stored_facts(figure)])
        session.add(made)
        session.flush()
        figure.evaluation_id = row_id(made)
        session.add(figure)
        details = {"evaluation": made.digest, "admissible": True}
        Work(by, session).record(
            "evaluate", "dataset.evaluated", dataset="claims@1", details=details
        )


def _measured() -> Measurement:
    from evaluators.catalogue import CATALOGUE

    return Measurement(
        metric="privacy.singling_out",
        definition=CATALOGUE["privacy.singling_out"].definition,
        scope="[]",
        status="measured",
        value=FIGURE,
        low=FIGURE,
        high=FIGURE,
        interval="exact",
        n=500,
        direction="lower",
        unit="risk",
        parameters="{}",
        seed=7,
        versions="{}",
        seconds=0.1,
    )


def measured_history(home: Context) -> None:
    """REL-1 of claims@1 to the Pricing team, decided on one measured figure."""
    world = build(home, home.settings.folder)
    old = "      rationale: A claim is needed before anything else is asked.\n"
    world.publish_edited("1.1.0", old, RULE)
    evaluated(world)
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))


@pytest.fixture
def released(home: Context, after: After) -> World:
    after(measured_history)
    return World(home, home.settings.folder)


def text(world: World, about: str, kind: str) -> str:
    return render(report(world.home, about, kind), "md").decode().replace("\\", "")


def every(world: World) -> Iterator[str]:
    """Certificate and card in every format that is text."""
    for about, kind in (("REL-1", "certificate"), ("claims@1", "card")):
        for format in ("html", "md", "json"):
            yield render(report(world.home, about, kind), format).decode()


def test_the_certificate_of_a_release_names_its_terms_its_signers_and_its_digests(
    released: World,
) -> None:
    checkpoint(released.by("amir"))
    page = text(released, "REL-1", "certificate")

    for words in (
        *("In force", "Pricing team", "model development, audience internal", "claims@1"),
        *("stefan | steward | Approved", "paula | privacy officer | Approved"),
        *("house-rules 1.1.0", "it covers this release", "claims epsilon 2 and delta 1e-06"),
        "Privacy risk | 1 demand | Meets with room",
    ):
        assert words in page


def test_a_version_with_one_release_stands_for_it_and_with_several_for_none(
    released: World,
) -> None:
    assert "REL-1" in text(released, "claims@1", "certificate")
    request = released.submit("claims@1", RESEARCH)
    released.approve(request)
    release(released.by("carla"), request, Terms("Research team"))

    with pytest.raises(Conflict, match="REL-1, REL-2"):
        report(released.home, "claims@1", "certificate")
    with pytest.raises(NotFound, match="never released"):
        report(released.home, released.register(9), "certificate")
    with pytest.raises(NotFound, match="no release"):
        report(released.home, "REL-9", "certificate")


def test_a_revoked_release_says_so_and_why(released: World) -> None:
    revoke(released.by("carla"), "REL-1", "a flaw was found")

    page = text(released, "REL-1", "certificate")

    assert "### Revoked" in page and "a flaw was found" in page
    assert "### No: not released" in text(released, "claims@1", "card")


def test_the_day_ends_a_release_on_its_certificate_as_everywhere(released: World) -> None:
    released.home.clock.advance(days=91)  # type: ignore[attr-defined]

    assert "### Expired" in text(released, "REL-1", "certificate")


def test_a_withdrawn_version_is_to_be_deleted(released: World) -> None:
    withdraw_version(released.by("carla"), "claims@1", "consent ended")

    assert "### Revoked" in text(released, "REL-1", "certificate")
    card = text(released, "claims@1", "card")
    assert "### No: withdrawn" in card and "consent ended" in card


def test_a_card_names_no_recipient_and_a_certificate_no_other(released: World) -> None:
    request = released.submit("claims@1", RESEARCH)
    released.approve(request)
    release(released.by("carla"), request, Terms("Research team"))

    card = text(released, "claims@1", "card")

    assert "research | internal" in card and "model development | internal" in card
    assert "Pricing team" not in card and "Research team" not in card
    assert "Research team" not in text(released, "REL-1", "certificate")


def test_no_figure_leaves_the_house_until_a_privacy_officer_discloses_it(
    released: World,
) -> None:
    assert not any("0.0731" in page for page in every(released))

    disclose(released.by("paula"), "claims@1", "the ethics board asks")

    assert all("0.07319" in page for page in every(released))
    assert all("disclosed by a privacy officer" in page for page in every(released))


def test_what_was_disclosed_is_withheld_again_and_the_log_tells_both(released: World) -> None:
    disclose(released.by("paula"), "claims@1", "the ethics board asks")
    withhold(released.by("paula"), "claims@1", "the study is over")

    assert not any("0.0731" in page for page in every(released))
    told = [one["fact"] for one in query(released.home, Question(dataset="claims@1"))]
    assert told[-2:] == ["figures.disclosed", "figures.withheld"]
    assert verify(released.home).events > 0


def test_another_evaluation_ends_a_disclosure_for_nobody_saw_its_figures(
    released: World,
) -> None:
    disclose(released.by("paula"), "claims@1", "the ethics board asks")

    evaluated(released, seed=8)

    assert not any("0.0731" in page for page in every(released))
    disclose(released.by("paula"), "claims@1", "the new figures as well")
    assert all("0.07319" in page for page in every(released))


@pytest.mark.parametrize("name", ["ada", "stefan", "carla", "amir", "admin"])
def test_only_a_privacy_officer_discloses(released: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        disclose(released.by(name), "claims@1", "curiosity")

    assert not any("0.0731" in page for page in every(released))


def test_a_disclosure_needs_a_reason_and_is_made_once(released: World) -> None:
    paula = released.by("paula")
    with pytest.raises(InvalidInput, match="needs a reason"):
        disclose(paula, "claims@1", " ")
    with pytest.raises(Conflict, match="not disclosed"):
        withhold(paula, "claims@1", "why not")

    disclose(paula, "claims@1", "the ethics board asks")

    with pytest.raises(Conflict, match="disclosed already"):
        disclose(paula, "claims@1", "again")


def test_a_disclosure_of_one_version_is_none_of_another(released: World) -> None:
    other = released.register(9)
    disclose(released.by("paula"), other, "it is made up")

    assert not any("0.0731" in page for page in every(released))


def test_a_band_is_of_the_threshold_that_decided_and_not_of_one_published_since(
    released: World,
) -> None:
    extends = "spec:\n  extends: [{id: house-base, version: ^1}]\n"
    publish_base(released, "1.0.0", "3.5")
    released.publish_edited("2.0.0", "spec:\n", extends)
    (own,) = [one for one in policies(released.home) if one["policy"] == "house-rules"]
    then = released.home.now()
    released.home.clock.advance(days=1)  # type: ignore[attr-defined]
    publish_base(released, "1.1.0", "2.5")

    with reading(released.home.engine) as session:
        reference = PolicyRef("house-rules", "2.0.0", str(own["digest"]))
        checks = checks_of(session, [reference], then)

    assert checks[(reference.digest, "DP-009")].threshold == 3.5


def publish_base(world: World, version: str, limit: str) -> None:
    path = world.folder / f"base-{version}.yaml"
    path.write_text(BASE % {"version": version, "limit": limit})
    publish_policy(world.by("carla"), path)


def test_a_decision_that_is_not_recorded_as_signed_certifies_nothing(released: World) -> None:
    from registry.errors import IntegrityFailure
    from registry.records import Request

    with writing(released.home.engine) as session:
        session.execute(
            update(Request).where(col(Request.id) == 1).values(decision_digest="sha256:" + "0" * 64)
        )

    with pytest.raises(IntegrityFailure, match="not recorded"):
        report(released.home, "REL-1", "certificate")


def test_a_document_that_is_written_is_logged_with_what_it_is_about(released: World) -> None:
    made = report(released.home, "REL-1", "certificate")

    path = write_report(released.home, made, "pdf", None)

    assert path.name == "claims@1-REL-1-certificate.pdf"
    assert path.read_bytes().startswith(b"%PDF")
    last = list(query(released.home, Question()))[-1]
    assert (last["fact"], last["dataset"]) == ("report.written", "claims@1")
    assert last["details"] == {
        "kind": "certificate",
        "format": "pdf",
        "about": "claims@1 REL-1",
    }


def test_a_token_without_the_scope_of_reports_prints_none(released: World) -> None:
    identity = released.by("ada").identity
    assert identity is not None
    robot = replace(released.home, identity=replace(identity, scopes=frozenset({"check"})))

    with pytest.raises(NotPermitted, match="not good for `report`"):
        report(robot, "REL-1", "certificate")
