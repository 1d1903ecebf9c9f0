"""Entries of a ledger, and what a set of them comes to under a budget."""

import hashlib
import math
from fractions import Fraction

from second.engine import Evidence, day, moment
from second.renyi import Curve, any_pure, converts, descent, laplace
from second.strict import Refused, read, written

KEYS = {
    *("number", "kind", "label", "content_digest", "audience", "guarantee"),
    *("partition", "batch", "event"),
}
UNBOUNDED = (math.inf, 1.0)


class NoSum(Exception):
    """Units or relations that do not add up."""


def entry(text):
    found = read(text, "an entry")
    if not isinstance(found, dict) or set(found) != KEYS:
        raise Refused("malformed", "the keys of an entry")
    texts = [found["kind"], found["label"], found["content_digest"]]
    maybe = [found["audience"], found["partition"], found["batch"]]
    if not all(isinstance(one, str) for one in texts):
        raise Refused("malformed", "a name in an entry")
    if not all(one is None or isinstance(one, str) for one in maybe):
        raise Refused("malformed", "a name in an entry")
    if type(found["number"]) is not int or type(found["event"]) is not int:
        raise Refused("malformed", "a place in an entry")
    if not isinstance(found["guarantee"], dict | None):
        raise Refused("malformed", "a guarantee")
    audience = "none" if found["audience"] is None else "some"
    if (found["kind"], audience) not in {
        ("run", "none"),
        ("exposure", "some"),
        ("informed", "some"),
    }:
        raise Refused("malformed", "the kind of an entry")
    return found


def chained(entries):
    """The head of no entry, of the first, of the first two, and so on."""
    heads = ["0" * 64]
    for one in entries:
        text = written(one | {"previous": heads[-1]})
        heads.append(hashlib.sha256(text.encode()).hexdigest())
    return heads


# --- one claim -----------------------------------------------------------------------------------
def amount(fields, name):
    value = fields.get(name)
    if type(value) not in (int, float) or not math.isfinite(value):
        return None
    return Fraction(repr(value))


class Claim:
    """A guarantee as it is read; `counts` is whether it is one."""

    def __init__(self, fields):
        self.fields = fields or {}
        self.unit = self.fields.get("privacyUnit")
        self.relation = self.fields.get("neighbouringRelation")
        self.epsilon, self.delta, self.rho = (
            amount(self.fields, name) for name in ("epsilon", "delta", "rho")
        )
        self.curve = Curve(self.fields.get("renyi"))
        self.counts = fields is not None and self._sound()
        if self.fields.get("variant") == "pure":
            self.delta = Fraction(0)
        if self.epsilon is None or self.delta is None:
            self.epsilon = self.delta = None
            self.counts = self.counts and (self.rho is not None or self.curve.stated)

    def _sound(self):
        if self.fields.get("tuningAccounted") is False:
            return False
        if self.fields.get("preprocessingAccounted") is False or self.curve.broken:
            return False
        given = [name for name in ("epsilon", "delta", "rho") if self.fields.get(name) is not None]
        amounts = [amount(self.fields, name) for name in given]
        return all(one is not None and one >= 0 for one in amounts)

    def cost(self, method, order=None):
        """Two figures that add up, or None."""
        if not self.counts:
            return None
        if method == "rdp":
            spent = self._at(order)
            return None if spent is None else (Fraction(repr(float(spent))), Fraction(0))
        if method == "basic":
            return None if self.epsilon is None else (self.epsilon, self.delta)
        if self.rho is not None:
            return self.rho, Fraction(0)
        if self.epsilon is None:
            return None
        own, rest = self._components()
        rho = None if own is None else self._mechanism(own)
        if rho is None:
            return self.epsilon**2 / 2, self.delta
        for one in rest:
            rho += (amount(one, "epsilon") or 0) ** 2 / 2
        return rho, sum((amount(one, "delta") or Fraction(0) for one in rest), Fraction(0))

    def _at(self, order):
        """What is spent at a Renyi order."""
        if self.rho is not None:
            return float(self.rho) * order
        known = self.curve.at(order)
        own, rest = self._components()
        spent = None if own is None else self._renyi(own, order)
        if spent is not None and not any(amount(one, "delta") for one in rest):
            parts = [any_pure(amount(one, "epsilon") or 0, order) for one in rest]
            known.append(rounded(sum(Fraction(repr(float(one))) for one in [spent, *parts])))
        if known:
            return min(known)
        return any_pure(self.epsilon, order) if self.delta == 0 else None

    def _renyi(self, own, order):
        """What the mechanism spends at an order."""
        name = self.fields.get("mechanism")
        if name == "dp-sgd":
            return self._descent(order)
        rho = self._mechanism(own)
        if rho is None:
            return None
        spent = amount(own, "epsilon")
        if name == "randomised-response":
            return any_pure(spent, order)
        if name == "exponential":
            return min(any_pure(spent, order), order * float(spent) ** 2 / 8)
        if name == "gaussian":
            return order * float(rho)
        noise, reach = amount(self.fields, "noise"), amount(self.fields, "sensitivity")
        return self._steps() * laplace(float(reach) / float(noise), order)

    def _descent(self, order):
        noise, rate, steps = (amount(self.fields, one) for one in ("noise", "sampling", "steps"))
        if None in (noise, rate, steps) or self._unbounded_unit():
            return None
        if not (0.05 <= noise <= 10_000 and Fraction("1e-9") <= rate <= 1):
            return None
        if self.relation != "add-remove":
            return None
        return self._steps() * descent(noise, rate, order)

    def _steps(self):
        steps = self.fields.get("steps")
        return steps if type(steps) is int and steps else 1

    def _unbounded_unit(self):
        bound = self.fields.get("contributions")
        return self.unit in ("person", "household") and type(bound) is not int

    def _components(self):
        """What the mechanism describes, and what else was spent."""
        given = self.fields.get("components")
        given = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        told = amount(self.fields, "epsilon")
        kept = Fraction(0) if self.fields.get("variant") == "pure" else amount(self.fields, "delta")
        if not given:
            return self.fields | {"delta": 0 if kept == 0 else self.fields.get("delta")}, []
        if self.curve.stated and told is None:
            return None, []
        own = [one for one in given if one.get("described") is True]
        if len(own) != 1 or self._leaves(given, "epsilon", told):
            return None, []
        pure = self.fields.get("mechanism") in ("randomised-response", "exponential")
        stated = pure or amount(own[0], "delta") is not None
        if stated and self._leaves(given, "delta", kept):
            return None, []
        return own[0], [one for one in given if one is not own[0]]

    @staticmethod
    def _leaves(given, name, whole):
        """Whether the parts together miss the whole, if known, by more than a billionth of it."""
        return whole is not None and sum(amount(one, name) or 0 for one in given) < whole * (
            1 - Fraction(1, 10**9)
        )

    def _mechanism(self, own):
        if self._unbounded_unit():
            return None
        if (amount(self.fields, "sampling") or 1) < 1:
            return None
        steps = self._steps()
        name, spent = self.fields.get("mechanism"), amount(own, "epsilon")
        if name in ("randomised-response", "exponential"):
            if not spent or amount(own, "delta") or steps > 1:
                return None
            return spent**2 / (2 if name == "randomised-response" else 8)
        noise, reach = amount(self.fields, "noise"), amount(self.fields, "sensitivity")
        if name not in ("gaussian", "laplace") or noise is None or reach is None:
            return None
        return steps * (reach / noise) ** 2 / 2


# --- sums ----------------------------------------------------------------------------------------
def rounded(exact):
    """The least float that is not below."""
    if exact == math.inf:
        return exact
    try:
        found = float(exact)
    except OverflowError:
        return math.inf
    return found if Fraction(found) >= exact or Fraction(repr(found)) >= exact else _next(found)


def _next(number):
    return math.nextafter(number, math.inf)


def part_of(one, partitions):
    """The declared part that an entry may count in."""
    unit = Claim(one["guarantee"]).unit
    for event in partitions:
        told = event["details"]
        names = [f"{told['partition']}/{name}" for name in told["parts"]]
        if one["partition"] in names and event["seq"] < one["event"] and told["unit"] == unit:
            return one["partition"]
    return None


UNPLANNED = {"justification", "accountant", "accountantVersion", "mechanismDetail", "batch"}


class Plan:
    """A declared batch: what stands at which place, and what all of it comes to."""

    def __init__(self, event):
        self.event, told = event, event["details"]
        self.name, self.epsilon, self.delta = told["batch"], told["epsilon"], told["delta"]
        self.places = [(place, run["guarantee"]) for run in told["runs"] for place in run["places"]]

    def holds(self, one):
        """Whether an entry claims what was planned at the place that it names."""
        claim = {k: v for k, v in (one["guarantee"] or {}).items() if k not in UNPLANNED}
        return (one["batch"].partition("/")[2], claim) in self.places

    def whole(self, one):
        claim = {"epsilon": self.epsilon, "delta": self.delta}
        claim |= {k: one["guarantee"].get(k) for k in ("privacyUnit", "neighbouringRelation")}
        return one | {
            "content_digest": f"all of {self.name}",
            "guarantee": claim,
            "partition": None,
        }


def plan_named(one, plans):
    """The first batch of the name before the slash."""
    named = [plan for plan in plans if one["batch"] and plan.name == one["batch"].split("/")[0]]
    return named[0] if named else None


def with_batches(entries, plans):
    """Batches in place of their runs; what was claimed otherwise as well stays beside."""
    owners, chosen = {}, []
    for one in entries:
        plan = plan_named(one, plans)
        fits = plan is not None and plan.holds(one) and plan.event["seq"] < one["event"]
        if fits and owners.setdefault(one["batch"], one["content_digest"]) == one["content_digest"]:
            chosen.append(plan)
        else:
            chosen.append(None)
    mixed = {}
    for one, plan in zip(entries, chosen, strict=True):
        mixed.setdefault(one["content_digest"], set()).add(plan.name if plan else None)
    for one, plan in zip(entries, chosen, strict=True):
        if plan is not None:
            yield plan.whole(one)
        if plan is None or len(mixed[one["content_digest"]]) > 1:
            yield one


def total(entries, budget, partitions, plans=()):
    """Epsilon and delta; raises NoSum."""
    order = amount(budget, "order")
    if budget["method"] == "rdp":
        if order is None or not 1 < order <= 10_000 or not 0 < budget["delta"] < 1:
            raise NoSum
        order = float(order)
    contents, places, bounded = {}, {}, True
    if budget["method"] == "basic":
        entries = list(with_batches(entries, plans))
    for one in entries:
        claim, name = Claim(one["guarantee"]), one["content_digest"]
        if claim.counts and (claim.unit, claim.relation) != (budget["unit"], budget["relation"]):
            raise NoSum
        cost = claim.cost(budget["method"], order)
        if cost is None:
            bounded = False
            continue
        known = contents.get(name, (Fraction(0), Fraction(0)))
        contents[name] = (max(known[0], cost[0]), max(known[1], cost[1]))
        places.setdefault(name, set()).add(part_of(one, partitions))
    if not bounded:
        return UNBOUNDED
    first, second = (_composed(contents, places, which, budget["relation"]) for which in (0, 1))
    if budget["method"] == "basic":
        return rounded(first), min(rounded(second), 1.0)
    declared = float(budget["delta"])
    if budget["method"] == "rdp":
        return (converts(rounded(first), order, declared), declared) if contents else (0.0, 0.0)
    if second > Fraction(repr(declared / 2)):
        return math.inf, declared
    return converted(rounded(first), declared / 2), declared if contents else 0.0


def _composed(contents, places, which, relation):
    """One figure: the wholes added, and of each partition its largest part or two."""
    found, divided = Fraction(0), {}
    for name, cost in contents.items():
        where = places[name]
        part = next(iter(where)) if len(where) == 1 else None
        if part is None:
            found += cost[which]
            continue
        parts = divided.setdefault(part.split("/", 1)[0], {})
        parts[part] = parts.get(part, Fraction(0)) + cost[which]
    width = 1 if relation == "add-remove" else 2
    for parts in divided.values():
        found += sum(sorted(parts.values())[-width:], Fraction(0))
    return found


def converted(rho, delta):
    """The epsilon at a delta that rho-zCDP gives."""
    if rho == 0:
        return 0.0
    found = math.inf
    for k in range(-120, 161):
        a = 1 + 10 ** (k / 40)
        own = rho * a - (math.log(delta) + math.log(a)) / (a - 1) + math.log1p(-1 / a)
        found = min(found, own)
    return max(0.0, found)


def portion(spent, declared):
    if spent == 0:
        return Fraction(0)
    if declared == 0 or math.isinf(spent):
        return math.inf
    return Fraction(repr(spent)) / Fraction(repr(declared))


# --- at a place of the log -----------------------------------------------------------------------
def without_silent(entries):
    """Runs that a later card spoke for are left out; the claims are as old as they."""
    ages, claimed, held, kept = {}, {}, {}, []
    for one in entries:
        if one["kind"] != "run":
            held.setdefault(one["content_digest"], []).append(one["number"])
        else:
            ages.setdefault(one["content_digest"], []).append(one["event"])
            if one["guarantee"]:
                claimed.setdefault(one["content_digest"], []).append(one["number"])
    for one in entries:
        name = one["content_digest"]
        if one["kind"] == "run" and not one["guarantee"] and name in claimed:
            # It took a claim back only after it was made, and after somebody had the version.
            had = held.get(name, [])
            if one["number"] < min(claimed[name]) or not had or one["number"] < min(had):
                continue
        kept.append(one | {"event": min([one["event"], *ages.get(one["content_digest"], [])])})
    return kept


def exposed_to(one, audience):
    return one["kind"] != "run" and one["audience"] in {audience, "public"}


class Account:
    """The ledger just before an event, with what the release would add."""

    def __init__(self, story, event):
        self.now = moment(event["at"]).date()
        self.audience = story.submitted["details"]["audience"]
        self.known = [one for one in story.entries if one["event"] < event["seq"]]
        self.parts = story.partitions_at(event)
        told = story.of_source("batch.declared")
        self.plans = [Plan(one) for one in told if one["seq"] < event["seq"]]
        self.budgets = story.budgets_at(event)
        labels = [story.label, *story.submitted["details"].get("chosenFrom", [])]
        self.new = []
        for label in labels if self.budgets else []:
            runs = [one for one in self.known if (one["kind"], one["label"]) == ("run", label)]
            more = {"kind": "exposure", "audience": self.audience, "event": event["seq"]}
            self.new.append(runs[-1] | more)

    def spent(self, audience):
        """Total with the release; None where nobody can tell."""
        budget = self.budgets[audience]
        held = {one["content_digest"] for one in self.known if exposed_to(one, audience)}
        reached = held | {one["content_digest"] for one in self.new}
        first, last = budget["from"], budget["until"]
        shut = first is not None and self.now < day(first)
        shut = shut or (last is not None and (day(last) is None or self.now > day(last)))
        if shut and reached != held:
            return None
        counted = [one for one in self.known if one["content_digest"] in reached]
        counted = [one for one in counted if one["kind"] == "run" or exposed_to(one, audience)]
        return self._total(counted + self.new, budget)

    def run(self):
        """Total of all runs, by the budget of the audience."""
        runs = [one for one in self.known if one["kind"] == "run"]
        return self._total(runs, self.budgets[self.audience])

    def _total(self, entries, budget):
        try:
            return total(without_silent(entries), budget, self.parts, self.plans)
        except NoSum:
            return None

    def used(self):
        """By audience what would be used of the budget; None where nobody can tell."""
        found = {}
        for audience, budget in self.budgets.items():
            spent = self.spent(audience)
            if spent is None:
                found[audience] = None
                continue
            portions = [portion(spent[0], budget["epsilon"])]
            of_delta = portion(spent[1], budget["delta"])
            if budget["method"] == "basic" or of_delta > 1:
                portions.append(of_delta)
            found[audience] = max(portions)
        return found

    def evidence(self, source):
        """The figures that rules may read."""
        told, used = {}, self.used()
        if self.audience in self.budgets:
            for kind, pair in (("exposed", self.spent(self.audience)), ("run", self.run())):
                epsilon, delta = pair or (None, None)
                told |= {f"source.{kind}_epsilon": epsilon, f"source.{kind}_delta": delta}
        if any(one is None for one in used.values()):
            told["source.budget_used"] = None
        elif used:
            most = max(used.values())
            if self.audience in self.budgets or most > 1:
                told["source.budget_used"] = rounded(most)
        return [
            Evidence(
                f"ledger:{source}",
                metric,
                (),
                "not-measurable" if value is None else "measured",
                *(value, value, value),
                *(None, None, None),
            )
            for metric, value in told.items()
        ]
