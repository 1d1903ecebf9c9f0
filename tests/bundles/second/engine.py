"""What policies say of a version, on evidence, at a time; rules in CEL are taken as recorded."""

import hashlib
import json
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from operator import ge, gt, le, lt

from second.policies import governs, major

HOLDS = {"lt": lt, "lte": le, "gt": gt, "gte": ge}
WORDS = {"lt": "below", "lte": "at most", "gt": "above", "gte": "at least"}
AGELESS = ("dp.", "source.")
_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = set(_MEMBERS.split())
GROUPS = {"EU": EU, "EEA": EU | {"IS", "LI", "NO"}}


def days(text):
    found = re.fullmatch(r"P([0-9]{1,5})D", text)
    return int(found[1])


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def day(text):
    """A day; None where it cannot be read, which has passed."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except (TypeError, ValueError):
        return None


def passed(text, now):
    return (last := day(text)) is None or now.date() > last


@dataclass
class Evidence:
    id: str
    metric: str
    scope: tuple
    status: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    at: datetime | None
    holdout: bool | None


@dataclass
class Finding:
    rule: str
    policy: object
    outcome: str
    verdict: str
    observed: object
    scope: tuple = ()
    origin: object = None
    level: str = "enforce"
    severity: str = "critical"
    margin: float | None = None
    evidence: str | None = None
    waiver: str | None = None
    expected: str | None = None
    budget: bool = False


def expand(codes):
    return set().union(*(GROUPS.get(code, {code}) for code in codes))


class Decision:
    """The outcome, its terms and its digest."""

    def __init__(self, policies, subject, context, evidence, now, waivers, recorded):
        self.subject, self.context, self.evidence = subject, context, evidence
        self.now, self.recorded = now, recorded
        self.read, self.not_run = set(), set()
        found = {one.reference: one for one in policies if governs(one, subject, context)}
        self.policies = [found[one] for one in sorted(found)]
        self.findings = list(self._registry())
        for policy in self.policies:
            self.findings += self._permissions(policy)
            held = in_force(policy, waivers, now)
            for author, rule in policy.rules():
                self.findings += self._rule(policy, author, rule, held.get(rule["id"]))
        self.bases = sorted({one.reference for policy in self.policies for one in policy.below()})
        self.waivers = sorted({one.waiver for one in self.findings if one.waiver})

    # --- terms -----------------------------------------------------------------------------------
    @property
    def outcome(self):
        outcomes = {one.outcome for one in self.findings}
        if outcomes & {"fail", "error"}:
            return "deny"
        return "undecided" if "missing" in outcomes else "allow"

    @property
    def approvals(self):
        return [one.spec["approvals"] for one in self.policies]

    @property
    def quorum(self):
        found = {}
        for terms in self.approvals:
            for seat in terms["quorum"]:
                found[seat["role"]] = max(seat["min"], found.get(seat["role"], 0))
        return found

    @property
    def separation(self):
        return {one for terms in self.approvals for one in terms["separation"]}

    @property
    def valid_for(self):
        return min((days(one["validFor"]) for one in self.approvals), default=None)

    @property
    def window(self):
        given = [days(one["authorWindow"]) for one in self.approvals if "authorWindow" in one]
        return max(given, default=None)

    @property
    def signatures(self):
        return any(one["signatures"] == "required" for one in self.approvals)

    @property
    def rows(self):
        return [row for one in self.policies if (row := row_for(one, self.context))]

    @property
    def expires_after(self):
        return min(
            (days(one["expiresAfter"]) for one in self.rows if "expiresAfter" in one), default=None
        )

    @property
    def agreements(self):
        return sorted({one["agreement"] for one in self.rows if "agreement" in one})

    def digest(self):
        order = [one.reference for one in self.policies] + self.bases
        subject = {key: one for key, one in self.subject.items() if key != "catalogue"}
        content = {
            "subject": subject,
            "context": self.context,
            "policies": [list(one) for one in order],
            "evidence": sorted(self.read),
            "waivers": self.waivers,
            "findings": self._signed(order),
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def _signed(self, order):
        signed, group, key = [], [], None
        for one in self.findings:
            place = order.index(one.policy.reference) if one.policy else -1
            outcome = one.outcome
            if outcome != one.verdict:
                outcome = f"{outcome}: {one.verdict}"
            said = repr(one.observed) if isinstance(one.observed, float) else one.observed
            said = None if one.budget else said
            if not one.scope:
                signed.append((place, one.rule, outcome, said))
                key = None
                continue
            if key != (place, one.rule):
                key, group = (place, one.rule), []
                signed.append((place, one.rule, group))
            group.append((one.scope, outcome, said))
        return sorted(signed, key=lambda one: one[:2])

    # --- findings without evidence ---------------------------------------------------------------
    def _registry(self):
        sure = self.subject["confirmed"]
        said = "confirmed" if sure else "unconfirmed"
        verdict = "pass" if sure else "missing"
        yield Finding("registry.source-confirmed", None, verdict, verdict, said)
        count = len(self.policies)
        verdict = "pass" if count else "fail"
        yield Finding("registry.policy-matches", None, verdict, verdict, f"{count} matching")
        for one in self._candidates("source.budget_used", ()):
            if one.value is None:
                yield Finding("registry.budget", None, "missing", "missing", "not known")
            elif one.value > 1:
                yield Finding("registry.budget", None, "fail", "fail", "exceeded")

    def _permissions(self, policy):
        due = policy.document["metadata"].get("reviewBy")
        if due is not None:
            over = passed(due, self.now)
            verdict = "missing" if over else "pass"
            yield Finding("review", policy, verdict, verdict, "overdue" if over else "in time")
        late = {one.id: one for one in policy.below() if self._overdue(one)}
        for name, base in sorted(late.items()):
            yield Finding("review", policy, "missing", "missing", "overdue", (name,), base)
        use, uses = self.context["use"], policy.spec["uses"]
        verdict = "pass" if use in uses["allow"] and use not in uses["deny"] else "fail"
        yield Finding("uses", policy, verdict, verdict, use)
        audience, where = self.context["audience"], self.context["jurisdiction"]
        verdict = self._sharing(row_for(policy, self.context), where)
        said = f"{audience} in {where}" if where else audience
        yield Finding("sharing", policy, verdict, verdict, said)

    def _overdue(self, policy):
        due = policy.document["metadata"].get("reviewBy")
        return due is not None and passed(due, self.now)

    def _sharing(self, row, where):
        if row is None:
            return "fail"
        if not row["jurisdictions"]:
            return "pass"
        if not where:
            return "missing"
        return "pass" if expand([where]) <= expand(row["jurisdictions"]) else "fail"

    # --- rules -----------------------------------------------------------------------------------
    def _rule(self, policy, author, rule, waiver):
        level = rule.get("enforcement") or self._level(policy)
        missing = rule.get("onMissingEvidence") or policy.spec["onMissingEvidence"]
        origin = None if author.reference == policy.reference else author
        common = (policy, origin, rule, level, missing == "deny", waiver)
        if "check" not in rule:
            yield self._expression(*common)
            return
        check = rule["check"]
        comparison = next(one for one in HOLDS if one in check)
        name = check.get("metric") or check["budget"]
        expected = f"{WORDS[comparison]} {_exact(float(check[comparison]))}"
        metric = self.subject["catalogue"].get(name)
        for scope in self._places(metric):
            number, evidence = self._worst(policy, check, comparison, metric, name, scope)
            found = _outcome(common, check, comparison, number, evidence, scope or ())
            found.expected = expected
            found.budget = "budget" in check
            yield found

    def _level(self, policy):
        terms, today = policy.spec["enforcement"], self.now.date().isoformat()
        reached = [one["level"] for one in terms["ramp"] if one["from"] <= today]
        return reached[-1] if reached else terms["default"]

    def _places(self, metric):
        """The scopes; one None where there is nothing to range over."""
        if metric is None or not metric["scope"]:
            return [()]
        if metric["places"]:
            return [tuple(one) for one in metric["places"]]
        kinds = self.subject["kinds"]
        columns = [
            (name,)
            for name in self.subject["columns"]
            if not metric["kinds"] or kinds.get(name, metric["kinds"][0]) in metric["kinds"]
        ]
        found = {
            "pair": [(*one, *two) for one, two in combinations(columns, 2)],
            "group": [(one,) for one in self.subject["subgroups"]],
            "constraint": [(one,) for one in self.subject["constraints"]],
        }.get(metric["scope"], columns)
        return found or [None]

    def _worst(self, policy, check, comparison, metric, name, scope):
        """The number that decides and where it is from."""
        readings, objected = [], None
        for one in self._candidates(name, scope):
            self.read.add(one.id)
            if self._objected(policy, check, one):
                objected = objected or (None, one.id)
            else:
                readings.append((_number(check, comparison, metric, one), one.id))
        if not readings:
            return objected or (None, None)
        numbers = [one for one in readings if one[0] is not None]
        gap = next((one for one in readings if one[0] is None), None)
        if not numbers:
            return readings[0]
        pick = min if comparison.startswith("gt") else max
        worst = pick(numbers, key=lambda one: one[0])
        return gap if gap and HOLDS[comparison](worst[0], check[comparison]) else worst

    def _candidates(self, name, scope):
        found = [one for one in self.evidence if one.metric == name and one.scope == scope]
        return sorted(found, key=lambda one: one.id)

    def _objected(self, policy, check, one):
        terms = policy.spec["evidence"]
        ages = [days(given["maxAge"]) for given in (terms, check) if "maxAge" in given]
        if ages and not (one.at is None and one.metric.startswith(AGELESS)):
            old = one.at is None or one.at > self.now
            if old or self.now > one.at + timedelta(days=min(ages)):
                return True
        if (check.get("holdout") or terms["holdout"]) == "required" and one.holdout is False:
            return True
        return bool(check.get("minN")) and (one.n is None or one.n < check["minN"])

    def _expression(self, policy, origin, rule, level, denies, waiver):
        """What was recorded of a rule in CEL; the evidence that it reads is read all the same."""
        self.not_run.add(f"{policy.id}: {rule['id']}")
        code = re.sub(r"'[^']*'|\"[^\"]*\"", " ", rule["expr"])
        for name in set(re.findall(r"[A-Za-z_]\w*(?:\.\w+)+", code)):
            for one in self._candidates(name, ()):
                self.read.add(one.id)
        told = next(
            one
            for one in self.recorded["findings"]
            if one["rule"] == rule["id"] and (one["policy"] or {}).get("id") == policy.id
        )
        common = (policy, origin, rule, level, denies, waiver)
        found = _judged(common, told["verdict"], None, told["evidence_id"], (), None)
        found.expected = f"true: {rule['expr']}"
        return found


def _exact(number):
    return repr(number).removesuffix(".0")


def _number(check, comparison, metric, one):
    """The bound or the value, whichever is worse; None where there is no finite one."""
    if one.value == math.inf and one.metric.startswith("source."):
        return math.inf
    if one.status != "measured" or one.value is None or not _finite(one.value):
        return None
    value = float(one.value)
    if metric is None or not metric["sampled"] or "bound" not in check:
        return value
    bound = one.low if check["bound"] == "lower" else one.high
    if bound is None or not _finite(bound):
        return None
    return float((min if comparison.startswith("gt") else max)(value, bound))


def _finite(number):
    return isinstance(number, int | float) and math.isfinite(number)


def _outcome(common, check, comparison, number, evidence, scope):
    if number is None:
        return _judged(common, "fail" if common[4] else "missing", None, evidence, scope, None)
    room = number - float(check[comparison])
    margin = (room if comparison.startswith("gt") else -room) + 0.0
    verdict = "pass" if HOLDS[comparison](number, check[comparison]) else "fail"
    return _judged(common, verdict, number, evidence, scope, margin)


def _judged(common, verdict, number, evidence, scope, margin):
    policy, origin, rule, level, _, waiver = common
    outcome = verdict
    if verdict != "pass" and level != "enforce":
        outcome = "warn"
    elif verdict != "pass" and waiver:
        outcome = "waived"
    return Finding(
        rule["id"],
        policy,
        outcome,
        verdict,
        number,
        scope,
        origin,
        level,
        rule["severity"],
        margin,
        evidence,
        waiver["id"] if waiver and verdict != "pass" else None,
    )


def row_for(policy, context):
    rows = policy.spec["sharing"]
    found = next((one for one in rows if one["audience"] == context["audience"]), None)
    return found if found and found["effect"] == "allow" else None


def in_force(policy, waivers, now):
    held = [one for one in waivers if waivable(policy, one) and _current(one, now)]
    held.sort(key=lambda one: (one["until"], one["id"]))
    return {one["rule"]: one for one in held}


def _current(waiver, now):
    return moment(waiver["at"]) <= now and not passed(waiver["until"], now)


def waivable(policy, waiver):
    """Whether a policy lets such a waiver count at all."""
    terms = policy.spec.get("waivers")
    if waiver["policy"] != policy.id or terms is None or waiver["rule"] not in terms["allowed"]:
        return False
    if major(waiver["version"]) != major(policy.version) or waiver["role"] != terms["approver"]:
        return False
    if policy.spec["approvals"]["signatures"] == "required" and not waiver["signed"]:
        return False
    last = day(waiver["until"])
    longest = (moment(waiver["at"]) + timedelta(days=days(terms["maxDuration"]))).date()
    return last is not None and last <= longest
