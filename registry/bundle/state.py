"""What stood at a place of the log: policies in effect, the subject, the evidence, the waivers.

Made from events and the texts whose digests they name, so that nothing stored is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import inf
from typing import Any

from registry.bundle.audits import shown_at
from registry.bundle.budgets import figures_at
from registry.bundle.case import Case, digest_text
from registry.bundle.told import Event
from registry.card import raised
from registry.clock import moment
from registry.policy.engine import Decision, decide
from registry.policy.extension import resolved
from registry.policy.facts import Context, Evidence, Subject, Waiver
from registry.policy.loader import Policy

_INFINITE = {"inf": inf, "-inf": -inf}
LATER_HANDS = ("dataset.evaluated", "dataset.amended", "request.submitted")
"""What a waiver's signer may not do afterwards either."""
Pair = tuple[str, Mapping[str, Any], Mapping[str, Any]]


def decided(case: Case, at: Event) -> Decision:
    """What the policies decide on the request just before the event ``at``, at its time."""
    if at.seq not in case.decisions:
        case.decisions[at.seq] = _decided(case, at)
    return case.decisions[at.seq]


def _decided(case: Case, at: Event) -> Decision:
    about = subject(case, at.seq)
    return decide(
        policies(case, at.seq),
        about,
        context(case),
        [
            *evidence(case, at.seq),
            *shown_at(case, about, at),
            *figures_at(case, about, at),
        ],
        at.time,
        list(waivers(case, at.seq)),
    )


def context(case: Case) -> Context:
    """What the request asks for, as it was put forward."""
    assert case.submitted is not None
    said = case.submitted.details
    return Context(said["use"], said["audience"], said["jurisdiction"])


def published(case: Case, before: int) -> list[Event]:
    """The events that published policies, up to a place in the log."""
    return [one for one in case.log.of("policy.published") if one.seq < before]


def in_effect(case: Case, before: int) -> dict[str, Event]:
    """The newest publication of every policy, by its id."""
    return {str(one.details["policy"]): one for one in published(case, before)}


def policies(case: Case, before: int) -> list[Policy]:
    """The policies in effect, with their bases. Raises ``Refused`` for one not in the bundle."""
    found = [case.library[one.details["digest"]] for one in in_effect(case, before).values()]
    if not any(one.document.spec.extends for one in found):
        return found
    known = [one.details["digest"] for one in published(case, before)]
    shelf = [case.library[digest] for digest in known if digest in case.library]
    return resolved(found, shelf)


def subject(case: Case, before: int) -> Subject:
    """The version as policies saw it."""
    source, card, data = case.record.source, case.card, case.record.dataset
    added = case.log.first("source.added", source=source.name)
    assert added is not None
    name, _, number = case.label.rpartition("@")
    return Subject(
        dataset=name,
        version=int(number),
        content_digest=data.content,
        rows=data.rows,
        columns=tuple(one.name for one in source.columns),
        source=source.name,
        source_confirmed=_confirmed(case, before),
        classification=added.details["classification"],
        raised=raised(added.details["classification"], card),
        modality=added.details["modality"],
        kinds={
            **{one.name: one.kind for one in source.columns},
            **card.columns.kinds,
            **dict.fromkeys(card.columns.levels, "ordinal"),
            **_measured_kinds(case, before),
        },
        subgroups=card.columns.subgroups,
        constraints=card.columns.constraints,
    )


def _confirmed(case: Case, before: int) -> bool:
    events = case.log.of("source.confirmed", source=case.record.source.name)
    return any(one.seq < before for one in events)


def evaluated(case: Case, before: int) -> list[Event]:
    """The admissible evaluations up to a place in the log."""
    events = case.about_version("dataset.evaluated")
    return [one for one in events if one.seq < before and one.details["admissible"] is True]


def _measured_kinds(case: Case, before: int) -> Mapping[str, str]:
    """The column types of the last evaluation."""
    events = evaluated(case, before)
    if not events:
        return {}
    return dict(case.evaluations[events[-1].details["evaluation"]].get("kinds") or {})


def evidence(case: Case, before: int) -> Iterator[Evidence]:
    """Every measurement and claim that policies could read."""
    digests = [str(one.details["evaluation"]) for one in evaluated(case, before)]
    pairs: list[Pair] = [
        (digest, case.evaluations[digest], figure)
        for digest in digests
        for figure in case.evaluations[digest]["measurements"]
    ]
    current = {one.id: one.definition for one in case.record.catalogue}
    for pair in pairs:
        if pair[2]["definition"] == current.get(pair[2]["metric"]) and not _filled(pair, pairs):
            yield _measured(case, pair, before)
    yield from claims(case)


def _filled(pair: Pair, pairs: list[Pair]) -> bool:
    """Whether a figure that could not be measured was measured from the same inputs."""
    _, gap, figure = pair
    if figure["status"] == "measured":
        return False
    return any(
        other["status"] == "measured"
        and (other["metric"], other["scope"]) == (figure["metric"], figure["scope"])
        and (gap["training"], gap["holdout"]) == (by["training"], by["holdout"])
        and gap["target"] in (None, by["target"])
        for _, by, other in pairs
    )


def _measured(case: Case, pair: Pair, before: int) -> Evidence:
    digest, run, figure = pair
    return Evidence(
        id=digest,
        metric=figure["metric"],
        scope=tuple(figure["scope"]),
        status=figure["status"],
        value=_number(figure["value"]),
        low=_number(figure["low"]),
        high=_number(figure["high"]),
        n=figure["n"],
        measured_at=measured_at(case, digest, before),
        holdout=bool(run["holdout"]),
        dataset_digest=run["synthetic"],
        cause=figure["cause"],
    )


def measured_at(case: Case, digest: str, before: int) -> datetime:
    """When an evaluation last gave these results."""
    events = case.about_version("dataset.evaluated", "evaluation.confirmed")
    return [one.time for one in events if one.seq < before and one.details["evaluation"] == digest][
        -1
    ]


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return _INFINITE[value]
    return None if value is None else float(value)  # type: ignore[arg-type]


def claims(case: Case) -> Iterator[Evidence]:
    """What the card claims."""
    guarantee = case.card.guarantee
    if guarantee is None:
        return
    delta = 0.0 if guarantee.variant == "pure" else guarantee.delta
    digest, content = case.record.dataset.card, case.record.dataset.content
    for metric, value in (("dp.epsilon", guarantee.epsilon), ("dp.delta", delta)):
        if value is not None:
            fixed = (None, None, None, content, None)
            yield Evidence(digest, metric, (), "measured", value, value, value, *fixed)


def waivers(case: Case, before: int) -> Iterator[Waiver]:
    """Waivers that were granted and not ended, by people who stay apart from the version."""
    for name, (_, said, granted) in case.waivers.items():
        if granted is None or granted.seq >= before or ended(case, name, before):
            continue
        if granted.actor in hands(case, before, *LATER_HANDS):
            continue
        yield Waiver(
            id=name,
            policy_id=said["policy"]["id"],
            policy_version=said["policy"]["version"],
            rule=said["rule"],
            dataset_digest=said["dataset"]["content"],
            role=said["role"],
            approver=granted.actor,
            granted_at=moment(said["at"]),
            until=said["until"],
            signed=granted.details.get("signature") is not None,
        )


def ended(case: Case, waiver: str, before: int) -> bool:
    """Whether a waiver was ended up to a place in the log."""
    statement = digest_text(case.waivers[waiver].text)
    return case.over("waiver.ended", before, waiver=waiver, statement=statement)


def hands(case: Case, before: int, *facts: str) -> set[str]:
    """Who did any of these to the version, by pseudonym."""
    return {one.actor for one in case.about_version(*facts) if one.seq < before}
