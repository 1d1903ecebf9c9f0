"""An explanation as text for people, as rows, and as one JSON body."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from registry.cli.output import Format, list_as_text

if TYPE_CHECKING:
    from registry.policy.answers.alternatives import Alternative
    from registry.policy.answers.counterfactual import Excuse, Need, Remedy
    from registry.policy.decision import Finding
    from registry.policy.facts import Context, Evidence
    from registry.workflow.explain import Explanation

    Row = dict[str, object]

_WORDS = {"allow": "ALLOWED", "deny": "DENIED", "undecided": "NOT DECIDED"}
_RANK = {"error": 0, "fail": 1, "missing": 2, "waived": 3, "warn": 4, "pass": 5}
_COLUMNS = ("outcome", "rule", "scope", "observed", "expected", "margin", "level", "waiver",
            "policy", "evidence")  # fmt: skip
_MOST = 20


def lines(found: "Explanation", label: str, wanted: "Context", *, every: bool) -> Iterator[str]:
    """The whole explanation, for people to read."""
    yield f"{label} for {_place(wanted)}: {_WORDS[found.decision.outcome]}"
    yield from ("", "Policies")
    for one in found.policies:
        name = f"{one.policy.id} {one.policy.version}"
        yield f"  {name} governs" if one.governs else f"  {name} does not: {_all(one.reasons)}"
    yield from (
        "",
        "Rules",
        list_as_text(rows(found, every=every), _COLUMNS, Format.TABLE).rstrip(),
    )
    if found.remedy and found.alternatives is not None and found.excuse:
        yield from ("", "What evidence would be allowed", *_remedy(found.remedy))
        yield from ("", "Where the same evidence is allowed", *_alternatives(found.alternatives))
        yield from ("", "What may be waived", *_excuse(found.excuse))


def rows(found: "Explanation", *, every: bool) -> "list[Row]":
    """A row for each rule with its worst finding, or for ``every`` finding."""
    findings = found.decision.findings
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.policy, finding.rule), []).append(finding)
    if every:
        return [_row(finding, 1) for finding in findings]
    return [_row(min(group, key=_badness), len(group)) for group in groups.values()]


def body(found: "Explanation", label: str, wanted: "Context") -> "Row":
    """Everything, as JSON-ready values."""
    from registry.policy.body import decision_body, finding_body

    remedy, excuse = found.remedy, found.excuse
    return {
        "dataset": label,
        "context": asdict(wanted),
        **decision_body(found.decision),
        "trace": [
            {
                "policy": one.policy._asdict(),
                "governs": one.governs,
                "reasons": list(one.reasons),
                "findings": [finding_body(finding) for finding in one.findings],
            }
            for one in found.policies
        ],
        "evidence": remedy
        and {
            "needs": [_need_body(need) for need in remedy.needs],
            "supposed": [_evidence_body(one) for one in remedy.evidence],
            "outcome": remedy.outcome,
            "left": [finding_body(one) for one in remedy.left],
        },
        "contexts": found.alternatives
        and [{**asdict(one.context), "changed": list(one.changed)} for one in found.alternatives],
        "waivable": excuse
        and {
            "waivers": [{**asdict(one), "policy": one.policy._asdict()} for one in excuse.waivers],
            "outcome": excuse.outcome,
            "left": [finding_body(one) for one in excuse.left],
        },
    }


def _need_body(need: "Need") -> "Row":
    finding = need.finding
    return {
        "policy": finding.policy._asdict() if finding.policy else None,
        "rule": finding.rule,
        "scope": list(finding.scope),
        "reads": finding.check.reads if finding.check else None,
        "observed": finding.observed,
        "bound": need.bound,
        "number": need.number,
        "terms": list(need.terms),
        "obstacle": need.obstacle,
        "message": finding.message,
    }


def _evidence_body(one: "Evidence") -> "Row":
    from registry.clock import stamp

    when = stamp(one.measured_at) if one.measured_at else None
    return {**asdict(one), "scope": list(one.scope), "measured_at": when}


def _row(finding: "Finding", alike: int) -> "Row":
    policy = finding.policy
    scope = ", ".join(finding.scope) + (f" (worst of {alike})" if alike > 1 else "")
    return {
        "rule": finding.rule,
        "outcome": finding.outcome,
        "scope": scope or None,
        "observed": finding.observed,
        "expected": finding.expected,
        "margin": finding.margin,
        "level": finding.level,
        "waiver": finding.waiver,
        "policy": f"{policy.id} {policy.version}" if policy else "registry",
        "evidence": finding.evidence_id,
        "message": finding.message,
    }


def _badness(finding: "Finding") -> tuple[int, float]:
    return _RANK[finding.outcome], finding.margin if finding.margin is not None else 0.0


def _remedy(remedy: "Remedy") -> Iterator[str]:
    yield from _cut([_need(need) for need in remedy.needs])
    if remedy.evidence:
        yield "  together, with all else as it is:"
        yield from _cut([f"  {_supposed(one)}" for one in remedy.evidence])
    yield f"  decided on that: {_WORDS[remedy.outcome]}{_but(remedy.left)}"


def _need(need: "Need") -> str:
    from registry.policy.known import AUDITS, BUDGETS, CLAIMS
    from registry.policy.wording import exact, expected, measured, quantity

    finding = need.finding
    if finding.check is None or need.number is None:
        return f"  {finding.rule}: {finding.message} ({need.obstacle})"
    what = quantity(finding.check, finding.scope)
    if isinstance(finding.observed, float):
        now = measured(finding.check, finding.observed)
        return f"  {finding.rule}: {what} is {now}; the nearest that passes is {exact(need.number)}"
    if finding.check.reads in CLAIMS:
        return f"  {finding.rule}: claim {what} on the card: {expected(finding.check)}"
    if finding.check.reads in AUDITS:
        return f"  {finding.rule}: have {what} of an audit: {expected(finding.check)}"
    if finding.check.reads in BUDGETS:
        return f"  {finding.rule}: have {what} in the ledger: {expected(finding.check)}"
    terms = ", ".join(need.terms)
    return f"  {finding.rule}: measure {what}, {terms}: {expected(finding.check)}"


def _supposed(one: "Evidence") -> str:
    from registry.policy.wording import plain

    place = f"[{', '.join(plain(part) for part in one.scope)}]" if one.scope else ""
    numbers = [
        f"{name} {number:.4g}"
        for name, number in (("from", one.low), ("to", one.high))
        if number is not None and number != one.value
    ]
    value = f"{one.value:.4g}" if one.value is not None else "no number"
    return f"  {one.metric}{place} {value}" + (f" ({' '.join(numbers)})" if numbers else "")


def _alternatives(found: "Sequence[Alternative]") -> Iterator[str]:
    if not found:
        yield "  nowhere: no use, audience or place that a policy names is allowed"
    yield from _cut([f"  {_place(one.context)} (change {_all(one.changed)})" for one in found])


def _excuse(excuse: "Excuse") -> Iterator[str]:
    if not excuse.waivers:
        yield "  nothing of what blocks"
        return
    for one in excuse.waivers:
        yield f"  {one.rule} of {one.policy.id}, by a {one.role}, until {one.until} at the latest"
    yield f"  decided beside these: {_WORDS[excuse.outcome]}{_but(excuse.left)}"


def _but(left: "Sequence[Finding]") -> str:
    rules = dict.fromkeys(finding.rule for finding in left)
    return f", still because of {_all(rules)}" if rules else ""


def _place(context: "Context") -> str:
    where = f" in {context.jurisdiction}" if context.jurisdiction else ""
    return f"{context.use}, {context.audience}{where}"


def _all(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _cut(texts: Sequence[str]) -> list[str]:
    """One screen of lines; the rest is counted, and ``--format json`` has it."""
    if len(texts) <= _MOST:
        return list(texts)
    return [*texts[:_MOST], f"  and {len(texts) - _MOST} more, see --format json"]
