"""Bundles with a lie in them, each signed by the log's own key, with the cause that must be named.

Everything around the lie agrees with it: events, digests, proofs and signatures are made anew, as
somebody would who holds the key of the log and wants to be believed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from scene import (
    LABEL,
    LOG,
    ORIGIN,
    POLICY,
    Scene,
    figures,
    finish,
    opening,
    sha,
    stamp,
)

from registry.bundle.checks.policies import normalised
from registry.log.canonical import canonical
from registry.log.checkpoint import Checkpoint, sign_checkpoint
from registry.log.merkle import in_memory, root
from registry.log.note import new_signer
from registry.policy.loader import load_policy
from registry.workflow.metrics import known_metrics


@dataclass(frozen=True)
class Lie:
    """What is lied about, the cause to be named, and how the bundle is made."""

    name: str
    cause: str
    make: Callable[[], bytes]


LIES: list[Lie] = []


def lie(cause: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def kept(make: Callable[[], bytes]) -> Callable[[], bytes]:
        LIES.append(Lie(make.__name__, cause, make))
        return make

    return kept


def ready(text: str = POLICY) -> Scene:
    """Everything up to the submission."""
    scene = opening() if text == POLICY else opened_under(text)
    scene.evaluate()
    return scene


def opened_under(text: str) -> Scene:
    """The opening with another policy in effect."""
    scene = Scene()
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish(text)
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    return scene


def waived(**options: object) -> Scene:
    """A shape that fails, and a waiver for it."""
    scene = opening()
    scene.person("petra")
    scene.evaluate(figures(shape=0.7))
    scene.waive(**options)  # type: ignore[arg-type]
    return scene


# --- evidence and decision -----------------------------------------------------------------------
@lie("not-allowed")
def failing_evidence_with_a_stored_allow() -> bytes:
    scene = opening()
    good = scene.run(figures())
    scene.evaluate(figures(auc=0.9))
    scene.submit(decision=scene.decide(evidence=scene.evidence([good])))
    return _rest(scene)


@lie("decision-differs")
def a_decision_made_on_other_evidence() -> bytes:
    scene = opening()
    better = scene.run(figures(shape=0.99))
    scene.evaluate()
    scene.submit(decision=scene.decide(evidence=scene.evidence([better])))
    return _rest(scene)


@lie("evidence-altered")
def a_figure_altered_after_it_was_recorded() -> bytes:
    scene = finish(ready())
    altered = scene.run(figures(shape=0.95))
    return scene.bundle(evaluations=[canonical(altered).decode()])


@lie("evidence-missing")
def an_evaluation_that_failed_left_out() -> bytes:
    scene = opening()
    scene.evaluate(figures(auc=0.9), kept=False)
    scene.evaluate()
    return finish_blindly(scene)


@lie("evidence-foreign")
def evidence_of_another_table() -> bytes:
    scene = opening()
    foreign = scene.evaluate(synthetic=sha("another table"))
    scene.submit(decision=scene.decide(evidence=scene.evidence([{**foreign, **_own(scene)}])))
    return _rest(scene)


@lie("evidence-foreign")
def evidence_measured_with_another_holdout() -> bytes:
    scene = opening()
    scene.evaluate(holdout=sha("an easier holdout"))
    return finish(scene).bundle()


@lie("evidence-altered")
def an_exploratory_evaluation_passed_off_as_admissible() -> bytes:
    scene = opening()
    facts = scene.run(figures(), admissible=False)
    scene.evaluations.append(facts)
    scene.log(
        "eve",
        "dataset.evaluated",
        evaluation=_digest(facts),
        seed=7,
        admissible=True,
    )
    return finish(scene).bundle()


@lie("not-allowed")
def evidence_gone_stale_before_the_release() -> bytes:
    scene = ready()
    scene.time += timedelta(days=30)
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.time += timedelta(days=31)
    scene.grant()
    return scene.bundle()


@lie("decision-differs")
def a_recorded_finding_made_prettier() -> bytes:
    scene = ready()
    scene.submit(body={})
    findings = [{**one} for one in scene.body["findings"]]
    findings[-1]["margin"] = 0.5
    return _reworded(ready(), findings=findings)


@lie("decision-differs")
def a_recorded_quorum_of_one() -> bytes:
    return _reworded(ready(), quorum={"steward": 1})


@lie("decision-differs")
def the_recorded_decision_exchanged_after_submission() -> bytes:
    scene = finish(ready())
    return scene.bundle(decision=canonical({**scene.body, "validForDays": 365}).decode())


@lie("not-allowed")
def a_use_that_no_policy_allows() -> bytes:
    scene = ready()
    allowed = scene.decide()
    scene.asked = type(scene.asked)("marketing", "internal", None)
    scene.submit(decision=allowed)
    return _rest(scene)


@lie("not-allowed")
def a_jurisdiction_outside_of_those_permitted() -> bytes:
    scene = ready()
    scene.agree()
    scene.asking("partner", "DE")
    allowed = scene.decide()
    scene.asking("partner", "US")
    scene.submit(decision=allowed)
    return _rest(scene)


@lie("not-allowed")
def a_source_that_no_steward_confirmed() -> bytes:
    scene = Scene()
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.time += timedelta(days=40)
    scene.source(confirmed_by=None)
    scene.register()
    scene.evaluate()
    scene.confirmed = True
    return finish(scene).bundle()


# --- policies ------------------------------------------------------------------------------------
@lie("policy-differs")
def a_policy_that_differs_from_the_published_one() -> bytes:
    scene = finish(ready())
    text = POLICY.replace("lte: 3.0", "lte: 9.0")
    policy = load_policy(text.encode(), "policy.yaml", known_metrics())
    other = {"file": "policy.yaml", "source": text, "normalised": normalised(policy)}
    return scene.bundle(policies=[other])


@lie("policy-missing")
def a_stricter_policy_in_effect_left_out() -> bytes:
    scene = opening()
    strict = POLICY.replace("house-rules", "stricter-rules").replace("lte: 3.0", "lte: 1.0")
    scene.publish(strict, kept=False)
    scene.evaluate()
    return finish_blindly(scene)


@lie("policy-missing")
def a_newer_version_in_effect_left_out() -> bytes:
    scene = ready()
    newer = POLICY.replace("version: 1.0.0", "version: 1.1.0").replace("lte: 3.0", "lte: 1.0")
    scene.publish(newer, kept=False)
    return finish_blindly(scene)


@lie("decision-differs")
def a_policy_tightened_before_the_last_signature() -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan")
    scene.publish(POLICY.replace("version: 1.0.0", "version: 1.1.0").replace("0.8}", "0.85}"))
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("role-missing")
def a_policy_published_by_an_engineer() -> bytes:
    scene = opening()
    scene.publish(POLICY.replace("house-rules", "new-rules"), by="eve")
    scene.evaluate(by="ada")
    return finish(scene).bundle()


# --- quorum and separation -----------------------------------------------------------------------
@lie("quorum-missing")
def approved_by_one_person_alone() -> bytes:
    return finish(ready(), "stefan").bundle()


@lie("quorum-missing")
def two_of_one_role_where_two_roles_must_sign() -> bytes:
    scene = ready()
    scene.person("stella")
    return finish(scene, "stefan", "stella").bundle()


@lie("counted-twice")
def one_person_signed_in_two_roles() -> bytes:
    scene = Scene()
    scene.people("paula")
    scene.person("stefan")
    account = scene.pseudonym("stefan")
    scene.log("admin", "role.granted", about=None, account=account, role="privacy-officer")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    scene.evaluate()
    scene.submit()
    scene.sign("stefan")
    scene.sign("stefan", "privacy-officer")
    scene.approve()
    scene.grant()
    return scene.bundle()


def with_roles(who: str, role: str = "steward") -> Scene:
    """The opening, in which somebody besides holds a role that signs, and a key."""
    scene = opening()
    account = scene.pseudonym(who)
    scene.log("admin", "role.granted", about=None, account=account, role=role)
    scene.enrol(who)
    return scene


@lie("author-counted")
def who_registered_it_counted() -> bytes:
    scene = with_roles("ada")
    scene.evaluate()
    return _signed_as(scene, "ada", "steward", submitter="eve")


@lie("author-counted")
def who_put_it_forward_counted() -> bytes:
    scene = with_roles("cem", "steward")
    account = scene.pseudonym("cem")
    scene.log("admin", "role.granted", about=None, account=account, role="engineer")
    scene.person("petra")
    scene.evaluate()
    return _signed_as(scene, "cem", "steward", submitter="cem", releaser="carla")


@lie("author-counted")
def who_amended_its_card_counted() -> bytes:
    scene = with_roles("cem", "steward")
    scene.evaluate()
    scene.amend("epsilon: 2.0", "epsilon: 1.5", by="cem")
    return _signed_as(scene, "cem", "steward", releaser="carla")


@lie("evaluator-counted")
def who_evaluated_it_counted() -> bytes:
    scene = with_roles("eve")
    scene.evaluate(by="eve")
    return _signed_as(scene, "eve", "steward")


@lie("generator-counted")
def who_made_it_counted() -> bytes:
    scene = opening()
    scene.card = scene.card.replace("madeBy: gert", "madeBy: stefan")
    scene.amend("family: marginal-based-dp", "family: copula")
    scene.evaluate()
    return finish(scene).bundle()


@lie("generator-counted")
def a_makers_name_amended_away() -> bytes:
    scene = Scene(card=opening().card.replace("madeBy: gert", "madeBy: stefan"))
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    scene.amend(", madeBy: stefan", "")
    scene.evaluate()
    return finish(scene).bundle()


@lie("policy-author-counted")
def who_wrote_the_rules_for_this_case_counted() -> bytes:
    scene = with_roles("carla", "steward")
    text = POLICY.replace("version: 1.0.0", "version: 1.0.1").replace("lte: 3.0", "lte: 2.9")
    scene.publish(text, by="carla")
    scene.evaluate()
    return _signed_as(scene, "carla", "steward")


@lie("policy-author-counted")
def an_author_within_the_window_counted() -> bytes:
    scene = Scene()
    scene.people("stefan", "paula", "carla")
    account = scene.pseudonym("carla")
    scene.log("admin", "role.granted", about=None, account=account, role="steward")
    for name in ("ada", "eve", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.source()
    scene.register()
    scene.time += timedelta(days=20)
    scene.evaluate()
    return _signed_as(scene, "carla", "steward")


@lie("waiver-approver-counted")
def who_waived_a_rule_counted() -> bytes:
    scene = opening()
    scene.evaluate(figures(shape=0.7))
    scene.waive("paula")
    return finish(scene).bundle()


@lie("releaser-counted")
def released_by_who_evaluated_it() -> bytes:
    scene = with_roles("eve", "compliance-officer")
    scene.evaluate(by="eve")
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant(by="eve")
    return scene.bundle()


@lie("role-missing")
def signed_in_a_role_that_was_never_held() -> bytes:
    scene = opening()
    scene.enrol("cem")
    scene.evaluate()
    return _signed_as(scene, "cem", "steward", releaser="carla")


@lie("role-missing")
def signed_in_a_role_taken_away_before() -> bytes:
    scene = ready()
    account = scene.pseudonym("stefan")
    scene.log("admin", "role.revoked", about=None, account=account, role="steward")
    return finish(scene).bundle()


@lie("role-missing")
def released_by_a_steward() -> bytes:
    scene = ready()
    scene.person("stella")
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant(by="stella")
    return scene.bundle()


# --- signatures, keys, deputies ------------------------------------------------------------------
@lie("personal-signature")
def a_statement_reworded_after_it_was_signed() -> bytes:
    scene = ready()
    scene.submit()
    false = scene.seal("stefan", b"something else")
    told = {key: false[key] for key in ("key", "signature")}
    scene.sign("stefan", told=told)
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("key-unknown")
def signed_by_a_key_that_nobody_enrolled() -> bytes:
    scene = ready()
    return _by_key(scene, generation=2)


@lie("key-unknown")
def signed_by_another_persons_key() -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("paula", "steward", actor="stefan", signer="stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("key-revoked")
def signed_by_a_key_revoked_before() -> bytes:
    scene = ready()
    scene.revoke_key("stefan")
    return finish(scene).bundle()


@lie("key-revoked")
def signed_by_a_key_known_to_have_been_stolen() -> bytes:
    scene = finish(ready())
    scene.revoke_key("stefan", compromised=stamp(scene.time - timedelta(days=1)))
    return scene.bundle()


@lie("key-revoked")
def signed_by_a_key_rotated_away() -> bytes:
    scene = ready()
    scene.rotate("stefan")
    return finish(scene).bundle()


@lie("signature-missing")
def no_signature_where_one_is_required() -> bytes:
    scene = ready(POLICY.replace("    validFor", "    signatures: required\n    validFor"))
    scene.signing = False
    return finish(scene).bundle()


@lie("deputy-unknown")
def a_deputy_whom_nobody_named() -> bytes:
    scene = ready()
    scene.person("stella")
    return _deputised(scene)


@lie("deputy-unknown")
def a_deputy_after_the_last_day() -> bytes:
    scene = ready()
    scene.person("stella")
    scene.depute("stefan", "stella", "2026-03-01", "2026-03-02")
    return _deputised(scene)


@lie("counted-twice")
def a_deputy_who_signed_for_themselves_as_well() -> bytes:
    scene = ready()
    scene.person("stella")
    scene.depute("stefan", "stella", "2026-03-01", "2026-12-31")
    scene.submit()
    scene.sign("stella", principal="stefan")
    scene.sign("stella")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("evaluator-counted")
def a_deputy_for_who_evaluated_it() -> bytes:
    scene = with_roles("eve", "steward")
    scene.person("stella")
    scene.depute("eve", "stella", "2026-03-01", "2026-12-31")
    scene.evaluate(by="eve")
    scene.submit()
    scene.sign("stella", principal="eve")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("statement-differs")
def a_statement_about_another_file() -> bytes:
    data = {"label": LABEL, "content": sha("x"), "file": sha("x"), "card": sha("x")}
    return _stating(dataset=data)


@lie("statement-differs")
def a_statement_for_another_audience() -> bytes:
    return _stating(context={"use": "research", "audience": "public", "jurisdiction": None})


@lie("statement-differs")
def a_rejection_counted_as_an_approval() -> bytes:
    return _stating(meaning="reject", told={"meaning": "approve"})


@lie("statement-differs")
def a_statement_on_another_decision() -> bytes:
    return _stating(decision={"digest": sha("x"), "outcome": "allow", "body": sha("x")})


@lie("statement-differs")
def a_statement_that_is_not_there() -> bytes:
    return _stating(kept=False)


@lie("statement-differs")
def a_statement_dated_after_its_event() -> bytes:
    return _stating(at="2026-12-31T00:00:00.000000Z")


@lie("signer-unknown")
def a_statement_in_another_persons_name() -> bytes:
    return _stating(signer="stella")


@lie("signer-unknown")
def a_name_that_does_not_give_the_pseudonym() -> bytes:
    scene = finish(ready())
    names = sorted(scene.held)
    people = [
        {"name": name, "salt": scene.salt(name), "pseudonym": scene.pseudonym(name)}
        for name in names
    ]
    people[-1]["name"] = "stella"
    return scene.bundle(people=people)


@lie("quorum-missing")
def a_retracted_signature_counted() -> bytes:
    scene = ready()
    scene.submit()
    seq = scene.sign("stefan")
    scene.sign("paula")
    scene.retract("stefan", seq)
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("quorum-missing")
def a_signature_retracted_between_approval_and_release() -> bytes:
    scene = ready()
    scene.submit()
    seq = scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.retract("stefan", seq)
    scene.grant()
    return scene.bundle()


@lie("approval-missing")
def released_after_the_request_was_reopened() -> bytes:
    scene = ready()
    scene.submit()
    seq = scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.retract("stefan", seq)
    scene.log("stefan", "request.reopened", request="R-1")
    scene.grant()
    return scene.bundle()


# --- waivers -------------------------------------------------------------------------------------
@lie("waiver-expired")
def a_waiver_that_had_expired() -> bytes:
    scene = waived(until="2026-04-20")
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.time += timedelta(days=20)
    scene.grant()
    return scene.bundle()


@lie("waiver-ended")
def a_waiver_that_had_been_ended() -> bytes:
    scene = waived()
    scene.submit()
    scene.sign("stefan")
    scene.end_waiver()
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("waiver-not-allowed")
def a_rule_waived_that_nobody_may_waive() -> bytes:
    scene = opening()
    scene.person("petra")
    scene.evaluate(figures(auc=0.9))
    scene.waive(rule="PRV-001")
    lenient = scene.loaded([POLICY.replace("[FID-001]", "[FID-001, PRV-001]")])
    scene.submit(decision=scene.decide(policies=lenient))
    return _rest(scene)


@lie("waiver-not-allowed")
def a_waiver_that_runs_too_long() -> bytes:
    scene = waived(until="2027-12-31")
    lenient = scene.loaded([POLICY.replace("maxDuration: P90D", "maxDuration: P900D")])
    scene.submit(decision=scene.decide(policies=lenient))
    return _rest(scene)


@lie("waiver-differs")
def a_waiver_whose_event_tells_of_another_day() -> bytes:
    scene = waived(told={"until": "2026-04-15"})
    return finish(scene).bundle()


@lie("waiver-missing")
def a_waiver_that_is_not_there() -> bytes:
    scene = finish(waived())
    return scene.bundle(waivers=[])


@lie("waiver-author")
def a_waiver_by_who_registered_the_version() -> bytes:
    scene = with_roles("ada", "privacy-officer")
    scene.evaluate(figures(shape=0.7))
    scene.waive("ada", role="privacy-officer")
    scene.submit(by="eve")
    return _rest(scene)


@lie("waiver-author")
def a_waiver_by_who_evaluated_it_afterwards() -> bytes:
    scene = waived()
    scene.evaluate(figures(shape=0.71), by="petra")
    return finish(scene).bundle()


# --- events, request, release --------------------------------------------------------------------
@lie("event-missing")
def the_event_of_a_sign_off_left_out() -> bytes:
    scene = ready()
    scene.submit()
    scene.omitted.add(scene.sign("stefan"))
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("event-missing")
def an_event_left_out_that_the_log_lists() -> bytes:
    scene = waived()
    finish(scene)
    scene.end_waiver()
    scene.omitted.add(len(scene.events))
    everything = list(range(1, len(scene.events) + 1))
    return scene.bundle(listed=everything)


@lie("event-missing")
def the_publication_of_a_policy_left_out() -> bytes:
    scene = ready()
    lenient = POLICY.replace("house-rules", "side-rules")
    scene.publish(lenient)
    scene.omitted.add(len(scene.events))
    return finish(scene).bundle()


@lie("event-missing")
def a_release_that_the_log_does_not_know() -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.release = "REL-1"
    return scene.bundle()


@lie("approval-missing")
def released_and_never_approved() -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.grant()
    return scene.bundle()


@lie("request-closed")
def a_request_that_had_been_rejected() -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan")
    scene.log("paula", "request.rejected", request="R-1", meaning="reject")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("request-differs")
def approved_for_another_decision() -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve(decision=sha("another"))
    scene.grant()
    return scene.bundle()


@lie("order")
def signed_before_it_was_submitted() -> bytes:
    scene = ready()
    scene.decision = scene.decide()
    scene.submit(by="ada")
    scene.events.pop()
    scene.sign("stefan")
    scene.submit()
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


@lie("source-withdrawn")
def released_after_the_source_was_withdrawn() -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.log("carla", "source.withdrawn", about=None, source="hospital")
    scene.grant()
    return scene.bundle()


@lie("source-differs")
def another_classification_confirmed_than_was_added() -> bytes:
    scene = ready()
    scene.log("stefan", "source.confirmed", about=None, source="hospital", classification="public")
    return finish(scene).bundle()


@lie("card-differs")
def a_card_with_a_smaller_epsilon() -> bytes:
    scene = ready()
    scene.card = scene.card.replace("epsilon: 2.0", "epsilon: 0.5")
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle(cards=[scene.card_text])


@lie("card-differs")
def a_card_amended_before_submission_and_left_out() -> bytes:
    scene = ready()
    before = (scene.card, [*scene.cards])
    scene.amend("epsilon: 2.0", "epsilon: 9.0")
    scene.card, scene.cards = before
    return finish(scene).bundle()


@lie("dataset-differs")
def another_file_than_was_registered() -> bytes:
    scene = ready()
    scene.data = b"age,visited\n99,no\n"
    return finish(scene).bundle()


@lie("release-differs")
def a_release_of_another_file() -> bytes:
    return _granting(file=sha("another file"))


@lie("release-differs")
def a_release_for_another_use() -> bytes:
    return _granting(use="marketing")


@lie("release-expired-at-grant")
def a_release_that_was_over_when_granted() -> bytes:
    return _granting(expires="2026-03-01")


@lie("release-too-long")
def a_release_longer_than_the_policies_allow() -> bytes:
    return _granting(expires="2028-01-01")


@lie("agreement-missing")
def a_release_without_the_agreement() -> bytes:
    return _partner(agreement=None, agreementDigest=None)


@lie("agreement-differs")
def an_agreement_with_other_parties() -> bytes:
    return _partner(recipient="Somebody Else")


@lie("agreement-differs")
def an_agreement_that_nobody_recorded() -> bytes:
    return _partner(agreementDigest=sha("a letter"))


@lie("agreement-differs")
def an_agreement_that_had_been_ended() -> bytes:
    scene = ready()
    scene.agree()
    scene.asking("partner", "DE")
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.log("carla", "agreement.ended", about=None, agreement="A-1", reason="terminated")
    scene.grant()
    return scene.bundle()


@lie("approval-lapsed")
def an_approval_of_long_ago() -> bytes:
    text = POLICY.replace("validFor: P60D", "validFor: P5D")
    scene = opened_under(text)
    scene.evaluate()
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.time += timedelta(days=6)
    scene.grant()
    return scene.bundle()


@lie("watermark-missing")
def a_demonstration_that_does_not_say_so() -> bytes:
    scene = opening(authentication="unauthenticated (local mode)", signing=False)
    scene.evaluate()
    return finish(scene).bundle(watermark=None)


# --- the log -------------------------------------------------------------------------------------
@lie("proof")
def an_event_exchanged_under_its_proof() -> bytes:
    scene = finish(ready())
    honest = scene.record().model_dump(mode="json")["events"]
    scene.events.pop()
    place = next(i for i, one in enumerate(honest) if '"release.granted"' in one["body"])
    honest[place]["body"] = honest[place]["body"].replace("Claims Lab", "Data Broker")
    return scene.bundle(events=honest)


@lie("checkpoint")
def a_checkpoint_signed_by_another_key() -> bytes:
    scene = finish(ready())
    other = new_signer(ORIGIN, b"x" * 32)
    scene.record()
    tree, size = in_memory(scene.events), len(scene.events)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root(size, tree)), [other])
    scene.events.pop()
    return scene.bundle(checkpoint=str(note))


@lie("anchor")
def an_anchor_of_another_history() -> bytes:
    scene = ready()
    scene.anchor()
    finish(scene)
    note = sign_checkpoint(Checkpoint(ORIGIN, 5, b"x" * 32), [LOG])
    anchors = scene.record().model_dump(mode="json")["anchors"]
    scene.events.pop()
    return scene.bundle(anchors=[{**anchors[0], "note": str(note)}])


@lie("chain")
def an_event_that_names_another_before_it() -> bytes:
    scene = ready()
    honest = scene.events[-1]
    scene.events[-1] = honest.replace(b'"seq":', b'"more":1,"seq":')
    scene.submit()
    scene.events[-2] = honest
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


# --- what the lies share -------------------------------------------------------------------------
def _rest(scene: Scene) -> bytes:
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


def finish_blindly(scene: Scene) -> bytes:
    """Finish as if what was left out had never been."""
    return finish(scene).bundle()


def _own(scene: Scene) -> dict[str, object]:
    return {"synthetic": sha("content")}


def _digest(facts: dict[str, object]) -> str:
    from registry.log.canonical import digest

    return digest(facts)


def _reworded(scene: Scene, **body: object) -> bytes:
    scene.submit(body=body)
    return _rest(scene)


def _signed_as(
    scene: Scene, who: str, role: str, submitter: str = "ada", releaser: str = "cem"
) -> bytes:
    scene.submit(by=submitter)
    scene.sign(who, role)
    scene.sign("paula")
    scene.approve()
    scene.grant(by=releaser)
    return scene.bundle()


def _by_key(scene: Scene, generation: int) -> bytes:
    from scene import personal, public

    scene.keys.append(public(personal("stefan", generation)))
    scene.submit()
    scene.sign("stefan", generation=generation)
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


def _deputised(scene: Scene) -> bytes:
    scene.submit()
    scene.sign("stella", principal="stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


def _stating(**options: object) -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan", **options)
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


def _granting(**lies: object) -> bytes:
    scene = ready()
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant(**lies)  # type: ignore[arg-type]
    return scene.bundle()


def _partner(**lies: object) -> bytes:
    scene = ready()
    scene.agree()
    scene.asking("partner", "DE")
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant(**lies)  # type: ignore[arg-type]
    return scene.bundle()
