"""Further lies, signed by the log's own key, each with the cause that every verifier must name."""

import base64
from collections.abc import Callable
from datetime import timedelta

from lies import Lie, opened_under, ready, waived
from scene import (
    LABEL,
    LOG,
    ORIGIN,
    POLICY,
    Scene,
    figures,
    finish,
    opening,
    personal,
    public,
    sha,
    stamp,
)

from registry.log.canonical import canonical
from registry.log.checkpoint import Checkpoint, sign_checkpoint
from registry.log.merkle import in_memory, root
from registry.log.signature import key_id

MORE: list[Lie] = []


def lie(cause: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def kept(make: Callable[[], bytes]) -> Callable[[], bytes]:
        MORE.append(Lie(make.__name__, cause, make))
        return make

    return kept


def rest(scene: Scene, *signers: str, **grant: object) -> bytes:
    """Everything after the submission, in good order."""
    for name in signers or ("stefan", "paula"):
        scene.sign(name)
    scene.approve()
    scene.grant(**grant)  # type: ignore[arg-type]
    return scene.bundle()


def submitted(scene: Scene | None = None) -> Scene:
    scene = scene or ready()
    scene.submit()
    return scene


def granted_role(scene: Scene, who: str, role: str) -> None:
    account = scene.pseudonym(who)
    scene.log("admin", "role.granted", about=None, account=account, role=role)


# --- deputies ------------------------------------------------------------------------------------
def with_deputy(first: str = "2026-03-01", last: str = "2026-12-31") -> Scene:
    scene = ready()
    scene.person("stella")
    scene.depute("stefan", "stella", first, last)
    return submitted(scene)


@lie("counted-twice")
def a_principal_who_signed_beside_their_deputy() -> bytes:
    scene = with_deputy()
    scene.sign("stella", principal="stefan")
    return rest(scene)


@lie("deputy-unknown")
def a_deputy_before_the_first_day() -> bytes:
    scene = with_deputy(first="2026-12-01")
    scene.sign("stella", principal="stefan")
    return rest(scene, "paula")


@lie("deputy-unknown")
def a_deputy_whose_time_had_been_ended() -> bytes:
    scene = with_deputy()
    scene.log("stefan", "deputy.ended", about=None, deputy="D-1")
    scene.sign("stella", principal="stefan")
    return rest(scene, "paula")


@lie("deputy-unknown")
def an_ended_deputy_under_another_label() -> bytes:
    scene = with_deputy()
    ended = scene.deputies[0]
    told = {"deputy": "D-1", "statement": sha(ended["statement"])}
    scene.log("stefan", "deputy.ended", about=None, **told)
    scene.sign("stella", principal="stefan")
    scene.deputies = [{**ended, "id": "D-2"}]
    return rest(scene, "paula")


@lie("deputy-unknown")
def a_deputy_named_only_afterwards() -> bytes:
    scene = ready()
    scene.person("stella")
    scene.submit()
    scene.sign("stella", principal="stefan")
    scene.depute("stefan", "stella", "2026-03-01", "2026-12-31")
    return rest(scene, "paula")


@lie("deputy-unknown")
def a_deputy_for_longer_than_the_principal_signed() -> bytes:
    scene = ready()
    scene.person("stella")
    scene.depute("stefan", "stella", "2026-03-01", "2026-03-02", told={"last": "2026-12-31"})
    scene.submit()
    scene.sign("stella", principal="stefan")
    return rest(scene, "paula")


@lie("deputy-unknown")
def another_deputy_than_the_principal_signed() -> bytes:
    scene = ready()
    scene.person("stella")
    told = {"deputy": scene.pseudonym("stella")}
    scene.depute("stefan", "stan", "2026-03-01", "2026-12-31", told=told)
    scene.submit()
    scene.sign("stella", principal="stefan")
    return rest(scene, "paula")


@lie("signer-unknown")
def a_principal_whom_the_statement_does_not_name() -> bytes:
    scene = with_deputy()
    scene.sign("stella", told={"for": scene.pseudonym("stefan")})
    return rest(scene, "paula")


@lie("role-missing")
def a_deputy_of_a_principal_without_the_role() -> bytes:
    scene = ready()
    scene.person("stella")
    scene.enrol("cem")
    scene.depute("cem", "stella", "2026-03-01", "2026-12-31")
    scene.submit()
    scene.sign("stella", "steward", principal="cem")
    for name in ("paula",):
        scene.sign(name)
    scene.approve()
    scene.grant("carla")
    return scene.bundle()


# --- keys ----------------------------------------------------------------------------------------
@lie("key-unknown")
def a_key_enrolled_and_never_approved() -> bytes:
    scene = ready()
    key = public(personal("stefan", 2))
    scene.keys.append(key)
    told = {"account": scene.pseudonym("stefan"), "key": key_id(key), "public": scene.hashed(key)}
    scene.log("stefan", "key.enrolled", about=None, **told)
    scene.submit()
    scene.sign("stefan", generation=2)
    return rest(scene, "paula")


@lie("key-unknown")
def a_key_that_is_not_in_the_bundle() -> bytes:
    scene = ready()
    scene.keys = scene.keys[1:]
    return finish(scene).bundle()


@lie("key-revoked")
def a_key_destroyed_before() -> bytes:
    scene = ready()
    told = {"account": scene.pseudonym("stefan"), "key": key_id(public(personal("stefan")))}
    scene.log("admin", "key.destroyed", about=None, **told)
    return finish(scene).bundle()


@lie("personal-signature")
def a_signature_of_zeros() -> bytes:
    scene = submitted()
    zeros = base64.b64encode(bytes(64)).decode()
    scene.sign("stefan", told={"signature": zeros})
    return rest(scene, "paula")


@lie("personal-signature")
def a_key_named_beside_no_signature() -> bytes:
    scene = submitted()
    scene.sign("stefan", told={"signature": None})
    return rest(scene, "paula")


# --- roles ---------------------------------------------------------------------------------------
@lie("role-missing")
def submitted_by_a_steward() -> bytes:
    scene = ready()
    scene.person("stella")
    scene.submit(by="stella")
    return rest(scene)


@lie("role-missing")
def a_source_confirmed_by_an_engineer() -> bytes:
    scene = Scene()
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.time += timedelta(days=40)
    scene.source(confirmed_by="eve")
    scene.register()
    scene.evaluate()
    return finish(scene).bundle()


@lie("role-missing")
def signed_after_the_account_was_deactivated() -> bytes:
    scene = ready()
    account = scene.pseudonym("stefan")
    scene.log("admin", "account.deactivated", about=None, account=account)
    return finish(scene).bundle()


@lie("role-missing")
def approved_in_a_role_that_approves_nothing() -> bytes:
    scene = submitted()
    scene.person("stella")
    granted_role(scene, "stella", "auditor")
    scene.sign("stella", "auditor")
    return rest(scene)


@lie("role-missing")
def a_waiver_by_who_lacked_the_role() -> bytes:
    scene = waived(told={})
    scene.events.pop()
    account = scene.pseudonym("petra")
    told = {"account": account, "role": "privacy-officer"}
    scene.log("admin", "role.revoked", about=None, **told)
    scene.waivers.clear()
    scene.waive()
    return finish(scene).bundle()


# --- evidence ------------------------------------------------------------------------------------
def blind(scene: Scene, **other: object) -> bytes:
    """Submitted with the decision that good evidence would have given."""
    good = scene.decide(**other) if other else scene.decide(evidence=_good(scene))
    scene.submit(decision=good)
    return rest(scene)


def _good(scene: Scene) -> list[object]:
    return [*scene.evidence([scene.run(figures())])]


@lie("not-allowed")
def evidence_too_old_when_submitted() -> bytes:
    scene = ready()
    scene.time += timedelta(days=61)
    return blind(scene)


@lie("not-allowed")
def evidence_without_the_holdout() -> bytes:
    scene = opening()
    scene.evaluate(holdout=None)
    return blind(scene)


@lie("not-allowed")
def evidence_on_too_few_records() -> bytes:
    scene = opening()
    scene.evaluate([{**one, "n": 99} for one in figures()])
    return blind(scene)


@lie("not-allowed")
def a_bound_beyond_the_threshold_behind_a_good_value() -> bytes:
    scene = opening()
    scene.evaluate([{**one, "high": 0.7} for one in figures()])
    return blind(scene)


@lie("not-allowed")
def a_column_never_measured() -> bytes:
    scene = opening()
    scene.evaluate([one for one in figures() if one["scope"] != ["visited"]])
    return blind(scene)


@lie("not-allowed")
def an_attack_that_could_not_be_measured() -> bytes:
    scene = opening()
    gaps = [
        {**one, "status": "not-measurable", "value": None, "low": None, "high": None}
        if one["metric"] == "privacy.mia.auc"
        else one
        for one in figures()
    ]
    scene.evaluate(gaps)
    return blind(scene)


@lie("not-allowed")
def figures_by_another_definition_of_the_metric() -> bytes:
    scene = opening()
    scene.evaluate([{**one, "definition": 2} for one in figures()])
    return blind(scene)


@lie("not-allowed")
def a_second_evaluation_that_is_worse_not_counted() -> bytes:
    scene = opening()
    scene.evaluate()
    scene.evaluate(figures(shape=0.5), by="ada")
    return blind(scene)


@lie("evidence-missing")
def a_second_evaluation_that_is_worse_left_out() -> bytes:
    scene = opening()
    scene.evaluate()
    scene.evaluate(figures(shape=0.5), by="ada", kept=False)
    return finish(scene).bundle()


@lie("not-allowed")
def an_exploratory_evaluation_as_the_only_evidence() -> bytes:
    scene = opening()
    scene.evaluate(admissible=False)
    return blind(scene)


@lie("decision-differs")
def more_rows_than_were_decided_on() -> bytes:
    scene = finish(ready())
    dataset = scene.record().model_dump(mode="json")["dataset"]
    scene.events.pop()
    return scene.bundle(dataset={**dataset, "rows": 4000})


@lie("not-allowed")
def a_column_kept_quiet() -> bytes:
    scene = opening()
    scene.evaluate([one for one in figures() if one["scope"] != ["visited"]])
    scene.submit(decision=scene.decide(evidence=_good(scene)))
    return rest(scene)


# --- policies ------------------------------------------------------------------------------------
@lie("not-allowed")
def a_policy_past_its_review() -> bytes:
    text = POLICY.replace("owners: [privacy", 'reviewBy: "2026-03-31", owners: [privacy')
    scene = opened_under(text)
    scene.evaluate()
    scene.submit(decision=scene.decide(now=scene.time - timedelta(days=39)))
    return rest(scene)


@lie("policy-differs")
def a_normalised_policy_that_its_source_does_not_say() -> bytes:
    scene = finish(ready())
    (policy,) = scene.record().model_dump(mode="json")["policies"]
    scene.events.pop()
    policy["normalised"] = policy["normalised"].replace('"lte":3', '"lte":30')
    return scene.bundle(policies=[policy])


@lie("not-allowed")
def a_base_whose_rule_is_not_met() -> bytes:
    base = POLICY.replace("kind: ReleasePolicy", "kind: PolicyBase").replace("  match: {}\n", "")
    base = base.replace("house-rules", "ground-rules").replace("gte: 0.8", "gte: 0.95")
    scene = Scene()
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish(base)
    loose = POLICY.replace("  match:", '  extends: [{id: ground-rules, version: "^1"}]\n  match:')
    scene.publish(
        loose.replace(
            "    - id: FID-001\n      check: {metric: fidelity.shape, forEach: column, gte: 0.8}\n",
            "",
        )
    )
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    scene.evaluate()
    scene.submit(decision=scene.decide(evidence=scene.evidence([scene.run(figures(shape=0.97))])))
    return rest(scene)


@lie("policy-missing")
def a_newer_base_in_the_range_left_out() -> bytes:
    """The newest version of all is here, and lies outside of the range."""
    base = POLICY.replace("kind: ReleasePolicy", "kind: PolicyBase").replace("  match: {}\n", "")
    base = base.replace("house-rules", "ground-rules")
    scene = Scene()
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish(base)
    strict = base.replace("version: 1.0.0", "version: 1.1.0").replace("gte: 0.8", "gte: 0.95")
    scene.publish(strict, kept=False)
    scene.publish(base.replace("version: 1.0.0", "version: 2.0.0"))
    extending = '  extends: [{id: ground-rules, version: "^1"}]\n  match:'
    scene.publish(POLICY.replace("  match:", extending))
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    scene.evaluate()
    return finish(scene).bundle()


@lie("event-missing")
def a_policy_that_was_never_published() -> bytes:
    scene = ready()
    scene.policies.append(("extra.yaml", POLICY.replace("house-rules", "other-rules")))
    return finish(scene).bundle()


# --- quorum --------------------------------------------------------------------------------------
@lie("quorum-missing")
def one_steward_where_two_must_sign() -> bytes:
    text = POLICY.replace("{role: steward, min: 1}", "{role: steward, min: 2}")
    scene = opened_under(text)
    scene.evaluate()
    return finish(scene).bundle()


@lie("counted-twice")
def one_person_twice_in_one_role() -> bytes:
    text = POLICY.replace("{role: steward, min: 1}", "{role: steward, min: 2}")
    scene = opened_under(text)
    scene.evaluate()
    return finish(scene, "stefan", "stefan", "paula").bundle()


@lie("quorum-missing")
def a_signature_older_than_it_may_be_when_approved() -> bytes:
    text = POLICY.replace("validFor: P60D", "validFor: P5D")
    scene = opened_under(text)
    scene.evaluate()
    scene.submit()
    scene.sign("stefan")
    scene.time += timedelta(days=6)
    return rest(scene, "paula")


@lie("statement-differs")
def a_role_in_the_event_that_the_statement_does_not_say() -> bytes:
    scene = ready()
    granted_role(scene, "stefan", "privacy-officer")
    scene.submit()
    scene.sign("stefan", told={"role": "privacy-officer"})
    return rest(scene, "paula")


@lie("statement-differs")
def a_statement_by_another_authentication() -> bytes:
    scene = submitted()
    scene.sign("stefan", authentication="a smile")
    return rest(scene, "paula")


@lie("statement-differs")
def a_statement_that_keeps_quiet_of_a_waiver() -> bytes:
    scene = submitted(waived())
    scene.sign("stefan", waivers=[])
    return rest(scene, "paula")


# --- waivers -------------------------------------------------------------------------------------
def waiving(decided: dict[str, object] | None = None, **options: object) -> bytes:
    """A waiver that does not count, and the decision as if it did."""
    scene = opening()
    scene.person("petra")
    scene.evaluate(figures(shape=0.7))
    scene.waive(**options)  # type: ignore[arg-type]
    honest = scene.granted()[0]
    from dataclasses import replace

    counted = replace(honest, **(decided or {}))  # type: ignore[arg-type]
    scene.submit(decision=scene.decide(waivers=[counted]))
    return rest(scene)


@lie("waiver-not-allowed")
def a_waiver_under_another_major_version() -> bytes:
    policy = {"id": "house-rules", "version": "2.0.0", "digest": sha("policy")}
    return waiving({"policy_version": "1.0.0"}, policy=policy)


@lie("waiver-not-allowed")
def a_waiver_under_another_policy() -> bytes:
    policy = {"id": "old-rules", "version": "1.0.0", "digest": sha("policy")}
    return waiving({"policy_id": "house-rules"}, policy=policy)


@lie("waiver-not-allowed")
def a_waiver_in_another_role() -> bytes:
    return waiving({"role": "privacy-officer"}, role="steward")


@lie("waiver-differs")
def a_waiver_of_another_version_of_the_data() -> bytes:
    other = {"label": "claims@2", "content": sha("other")}
    return waiving({"dataset_digest": sha("content")}, dataset=other)


@lie("waiver-differs")
def a_waiver_of_another_rule_than_its_event_tells() -> bytes:
    return waiving(told={"rule": "FID-001"}, rule="PRV-001", decided={"rule": "FID-001"})


@lie("waiver-missing")
def a_waiver_granted_after_the_submission() -> bytes:
    scene = opening()
    scene.person("petra")
    scene.evaluate(figures(shape=0.7))
    before = list(scene.events)
    scene.waive()
    decision = scene.decide()
    scene.events = before
    scene.waivers.clear()
    scene.submit(decision=decision)
    scene.waive()
    return rest(scene)


@lie("waiver-ended")
def an_ended_waiver_under_another_label() -> bytes:
    scene = waived()
    scene.log(
        "petra",
        "waiver.ended",
        about=None,
        waiver="W-1",
        statement=sha(scene.waivers[0]["statement"]),
    )
    scene.waivers[0]["id"] = "W-2"
    return finish(scene).bundle()


@lie("waiver-not-allowed")
def an_unsigned_waiver_where_signatures_are_required() -> bytes:
    scene = opened_under(POLICY.replace("    validFor", "    signatures: required\n    validFor"))
    scene.person("petra")
    scene.evaluate(figures(shape=0.7))
    scene.signing = False
    scene.waive()
    scene.signing = True
    return finish(scene).bundle()


@lie("waiver-author")
def a_waiver_by_who_made_it() -> bytes:
    scene = Scene(card=opening().card.replace("madeBy: gert", "madeBy: petra"))
    scene.people("stefan", "paula", "petra")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    scene.evaluate(figures(shape=0.7))
    scene.waive()
    return finish(scene).bundle()


# --- the request and the release -----------------------------------------------------------------
@lie("request-closed")
def a_request_that_had_been_voided() -> bytes:
    return _closed("request.voided")


@lie("request-closed")
def a_request_that_had_been_withdrawn() -> bytes:
    return _closed("request.withdrawn")


@lie("request-closed")
def a_request_that_had_lapsed() -> bytes:
    return _closed("request.lapsed")


@lie("request-closed")
def a_request_that_had_been_returned() -> bytes:
    return _closed("request.returned")


def _closed(fact: str) -> bytes:
    scene = submitted()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.log("ada", fact, request="R-1")
    scene.grant()
    return scene.bundle()


@lie("order")
def a_request_submitted_twice() -> bytes:
    scene = submitted()
    return rest(submitted(scene))


@lie("order")
def a_release_granted_twice() -> bytes:
    scene = finish(ready())
    scene.grant()
    return scene.bundle()


@lie("request-differs")
def a_signature_on_another_decision() -> bytes:
    scene = submitted()
    scene.sign("stefan", told={"decision": sha("another")})
    return rest(scene, "paula")


@lie("source-withdrawn")
def released_after_the_version_was_withdrawn() -> bytes:
    scene = submitted()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.log("carla", "dataset.withdrawn")
    scene.grant()
    return scene.bundle()


@lie("event-missing")
def a_revocation_left_out_that_the_log_lists() -> bytes:
    scene = finish(ready())
    scene.log("carla", "release.revoked", request="R-1", release="REL-1", reason="leaked")
    scene.omitted.add(len(scene.events))
    return scene.bundle(listed=list(range(1, len(scene.events) + 1)))


@lie("release-differs")
def a_release_on_another_decision() -> bytes:
    return rest(submitted(), decision=sha("another"))


@lie("release-expired-at-grant")
def a_release_until_a_day_that_is_none() -> bytes:
    return rest(submitted(), expires="someday")


def partner(**agreement: object) -> Scene:
    scene = ready()
    scene.agree(**agreement)  # type: ignore[arg-type]
    scene.asking("partner", "DE")
    return submitted(scene)


@lie("agreement-differs")
def an_agreement_that_ends_before_the_release() -> bytes:
    return rest(partner(until="2026-04-12"))


@lie("agreement-differs")
def an_agreement_not_yet_in_force() -> bytes:
    return rest(partner(**{"from": "2026-06-01"}))


@lie("agreement-missing")
def another_agreement_than_the_policies_demand() -> bytes:
    scene = ready()
    scene.agree("NDA-7")
    scene.asking("partner", "DE")
    scene.submit()
    return rest(scene, agreement="NDA-7", agreementDigest=sha("NDA-7"))


@lie("agreement-differs")
def an_agreement_recorded_after_the_release() -> bytes:
    scene = ready()
    scene.asking("partner", "DE")
    finish(scene)
    scene.agree()
    return scene.bundle()


@lie("agreement-differs")
def an_ended_agreement_under_another_label() -> bytes:
    scene = partner()
    scene.log("carla", "agreement.ended", about=None, agreement="A-1", digest=sha("DUA-1"))
    scene.agreements[0]["id"] = "A-2"
    return rest(scene)


@lie("event-missing")
def a_release_kept_quiet() -> bytes:
    scene = finish(ready())
    scene.release = None
    return scene.bundle()


@lie("order")
def a_version_registered_twice() -> bytes:
    scene = ready()
    scene.card = scene.card.replace("marginal-based-dp", "copula")
    scene.register()
    return finish(scene).bundle()


@lie("order")
def a_source_added_twice() -> bytes:
    scene = ready()
    scene.source(confirmed_by=None)
    return finish(scene).bundle()


@lie("card-differs")
def a_card_amended_under_the_request() -> bytes:
    scene = submitted()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    before = scene.card
    scene.amend("epsilon: 2.0", "epsilon: 9.0")
    scene.card = before
    scene.grant()
    return scene.bundle()


@lie("counted-twice")
def one_name_behind_two_accounts() -> bytes:
    """Two pseudonyms that differ by their salt alone are one person."""
    scene = TwoSalts()
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    scene.evaluate()
    scene.submit()
    scene.sign("stefan")
    scene.second = True
    scene.log(
        "admin",
        "account.added",
        about=None,
        account=scene.pseudonym("stefan"),
        roles=["privacy-officer"],
    )
    scene.signing = False
    scene.sign("stefan", "privacy-officer")
    scene.approve()
    scene.grant()
    people = [
        {"name": name, "salt": scene.salt(name), "pseudonym": scene.pseudonym(name)}
        for name in sorted(scene.held)
    ]
    scene.second = False
    first = {"name": "stefan", "salt": scene.salt("stefan")}
    people.append({**first, "pseudonym": scene.pseudonym("stefan")})
    return scene.bundle(people=people)


class TwoSalts(Scene):
    """A scene whose stefan has two accounts."""

    second = False

    def salt(self, name: str) -> str:
        return super().salt(name) + ("-again" if self.second and name == "stefan" else "")


# --- the log -------------------------------------------------------------------------------------
@lie("order")
def two_events_exchanged() -> bytes:
    scene = finish(ready())
    events = scene.record().model_dump(mode="json")["events"]
    scene.events.pop()
    events[3], events[4] = events[4], events[3]
    return scene.bundle(events=events)


@lie("order")
def two_events_at_one_place() -> bytes:
    scene = finish(ready())
    events = scene.record().model_dump(mode="json")["events"]
    scene.events.pop()
    return scene.bundle(events=[*events[:4], events[3], *events[4:]])


@lie("proof")
def a_checkpoint_smaller_than_the_events() -> bytes:
    scene = finish(ready())
    tree, size = in_memory(scene.events), len(scene.events) - 4
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root(size, tree)), [LOG])
    return scene.bundle(checkpoint=str(note))


@lie("checkpoint")
def a_checkpoint_of_another_log() -> bytes:
    scene = finish(ready())
    scene.record()
    tree, size = in_memory(scene.events), len(scene.events)
    note = sign_checkpoint(Checkpoint("other.example", size, root(size, tree)), [LOG])
    scene.events.pop()
    return scene.bundle(checkpoint=str(note))


@lie("anchor")
def an_anchor_of_another_log() -> bytes:
    scene = ready()
    scene.anchor()
    finish(scene)
    (anchor,) = scene.record().model_dump(mode="json")["anchors"]
    scene.events.pop()
    note = sign_checkpoint(Checkpoint("other.example", 5, b"x" * 32), [LOG])
    return scene.bundle(anchors=[{**anchor, "note": str(note)}])


@lie("non-canonical")
def a_time_stamp_in_base64_that_could_be_written_otherwise() -> bytes:
    scene = ready()
    scene.anchor()
    finish(scene)
    (anchor,) = scene.record().model_dump(mode="json")["anchors"]
    scene.events.pop()
    return scene.bundle(anchors=[{**anchor, "token": "AB=="}])


@lie("watermark-missing")
def one_signature_that_nobody_proved() -> bytes:
    scene = submitted()
    proven, scene.authentication = scene.authentication, "unauthenticated (local mode)"
    scene.sign("stefan")
    scene.authentication = proven
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle(watermark=None)


@lie("signer-unknown")
def a_person_who_is_not_in_the_bundle() -> bytes:
    scene = finish(ready())
    scene.held.discard("stefan")
    return scene.bundle()


@lie("non-canonical")
def a_statement_written_in_another_way() -> bytes:
    """The text is what was signed; it says the same, and not as it would be written."""
    scene = submitted()
    seq = scene.sign("stefan", kept=False)
    scene.events.pop(seq - 1)
    body = canonical(scene.said("stefan", "steward")) + b" "
    about = {"role": "steward", "meaning": "approve", "decision": scene.decision.digest}
    scene.log("stefan", "request.signed", request="R-1", **about, **scene.seal("stefan", body))
    scene.signoffs.append(body.decode())
    return rest(scene, "paula")


__all__ = ["LABEL", "MORE", "stamp"]
