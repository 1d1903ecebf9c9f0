"""What the log tells of a version, its request and the people, at any place of the log."""

import hashlib
from functools import cached_property

from second import audits, layers, ledger
from second.engine import Decision, Evidence, moment
from second.policies import Policy, in_effect
from second.strict import Refused, decoded, digest, log_key, read

SIGNING = ("request.signed", "signoff.retracted", "waiver.granted", "deputy.named")
CLASSES = ["public", "internal", "confidential", "personal", "special-category"]


def pseudonym(person):
    text = f"{person['salt']}:{person['name']}"
    return f"p-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


class Story:
    """A record that could be read, and what follows from it."""

    def __init__(self, subject, watermark, key, record):
        self.subject, self.watermark, self.record = subject, watermark, record
        self.key = log_key(key)
        self.label = record["about"]["dataset"]
        self.request = record["about"]["request"]
        self.events = [layers.event(one["body"]) for one in record["events"]]
        self.decisions = {}

    # --- events ----------------------------------------------------------------------------------
    def told(self, *facts, before=None, **where):
        """Events of some facts, in the order of the record, up to a place."""
        return [
            one
            for one in self.events
            if (not facts or one["fact"] in facts)
            and (before is None or one["seq"] < before["seq"])
            and all(one[key] == value for key, value in where.items())
        ]

    def asked(self, *facts, before=None):
        return self.told(*facts, before=before, request=self.request)

    def made(self, *facts, before=None):
        return self.told(*facts, before=before, dataset=self.label)

    @cached_property
    def submitted(self):
        return next(iter(self.asked("request.submitted")), None)

    @cached_property
    def granted(self):
        return next(iter(self.asked("release.granted")), None)

    @cached_property
    def registered(self):
        return next(iter(self.made("dataset.registered")), None)

    @cached_property
    def approved(self):
        found = self.asked("request.approved", "request.reopened", before=self.granted)
        return found[-1] if found and found[-1]["fact"] == "request.approved" else None

    @cached_property
    def approvals(self):
        retracted = {
            one["details"].get("retracts")
            for one in self.asked("signoff.retracted", before=self.granted)
        }
        return [
            one
            for one in self.asked("request.signed", before=self.approved or self.granted)
            if one["details"].get("meaning") == "approve" and one["seq"] not in retracted
        ]

    @cached_property
    def moments(self):
        found = [self.submitted, *self.approvals, self.granted]
        return [one for one in found if one is not None]

    @cached_property
    def end(self):
        return self.granted or self.approved

    @cached_property
    def added(self):
        name = self.record["source"]["name"]
        found = [one for one in self.told("source.added") if one["details"]["source"] == name]
        return found[0] if found else None

    # --- texts -----------------------------------------------------------------------------------
    @cached_property
    def texts(self):
        """Every signed text by its digest."""
        texts = [
            *self.record["signoffs"],
            *(one["statement"] for one in self.record["waivers"]),
            *(one["statement"] for one in self.record["deputies"]),
            *(one[part] for one in self.budgets for part in ("declaration", "signature")),
        ]
        return {digest(one): one for one in texts}

    def statement(self, event):
        text = self.texts.get(event["details"].get("statement"))
        return None if text is None else read(text, "a statement")

    @cached_property
    def body(self):
        return read(self.record["decision"], "the decision")

    @cached_property
    def cards(self):
        return {digest(one): read(one, "a card") for one in self.record["cards"]}

    def card(self, place):
        """The card in force before a place, and its digest."""
        told = self.made("dataset.registered", "dataset.amended", before=place)
        if not told or told[-1]["details"]["card"] not in self.cards:
            raise Refused("card-differs", "no card at that place")
        return told[-1]["details"]["card"], self.cards[told[-1]["details"]["card"]]

    @cached_property
    def evaluations(self):
        return {digest(one): read(one, "an evaluation") for one in self.record["evaluations"]}

    @cached_property
    def policies(self):
        return {one.reference: one for one in map(Policy, self.record["policies"])}

    # --- the ledger ------------------------------------------------------------------------------
    @cached_property
    def ledger(self):
        return self.record.get("ledger")

    @cached_property
    def entries(self):
        return [ledger.entry(one) for one in self.ledger["entries"]] if self.ledger else []

    @cached_property
    def budgets(self):
        return self.ledger["budgets"] if self.ledger else []

    def said(self, text):
        return read(text, "a statement on a budget")

    def of_source(self, fact):
        source = self.record["source"]["name"]
        return [one for one in self.told(fact) if one["details"]["source"] == source]

    def partitions_at(self, place):
        """What one person proposed and another declared, before a place."""
        found = []
        for event in self.of_source("partition.declared"):
            terms = {
                key: event["details"].get(key)
                for key in ("partition", "column", "unit", "parts", "values")
            }
            first = [
                one
                for one in self.of_source("partition.proposed")
                if one["seq"] < event["seq"]
                and all(one["details"].get(key) == value for key, value in terms.items())
                and not self.persons(one) & self.persons(event)
            ]
            if first and event["seq"] < place["seq"]:
                found.append(event)
        return found

    def budgets_at(self, place):
        """The terms in force by audience, of what the release reaches."""
        found, asked = {}, self.submitted["details"]["audience"]
        for event in self.of_source("budget.declared"):
            told = event["details"]
            if event["seq"] < place["seq"] and asked in (told["audience"], "public"):
                found[told["audience"]] = told["statement"]
        return {audience: self._terms(name) for audience, name in found.items()}

    def _terms(self, statement):
        for one in self.budgets:
            if digest(one["signature"]) == statement:
                return self.said(one["signature"])["budget"]
        raise Refused("budget-missing", "a budget in force")

    def figures(self, event):
        if self.ledger is None:
            return []
        return ledger.Account(self, event).evidence(self.record["source"]["name"])

    # --- people ----------------------------------------------------------------------------------
    def names(self, account):
        return {one["name"] for one in self.record["people"] if one["pseudonym"] == account}

    def accounts(self, event):
        """Who signed, and for whom."""
        return [event["actor"], *filter(None, [event["details"].get("for")])]

    def persons(self, event):
        """Whom a sign-off uses up: two accounts of one name are one person."""
        return {min(self.names(one), default=one) for one in self.accounts(event)}

    def roles(self, account, place):
        held = set()
        for one in self.told(before=place):
            details = one["details"]
            if details.get("account") != account:
                continue
            if one["fact"] == "account.added":
                held |= set(details["roles"])
            elif one["fact"] == "role.granted":
                held.add(details["role"])
            elif one["fact"] == "role.revoked":
                held.discard(details["role"])
            elif one["fact"] == "account.deactivated":
                held.clear()
        return held

    def authors(self, place):
        """Who registered or amended the version before a place, or put the request forward."""
        found = self.made("dataset.registered", "dataset.amended", before=place)
        return {one["actor"] for one in [*found, *filter(None, [self.submitted])]}

    def evaluators(self, place):
        return {one["actor"] for one in self.made("dataset.evaluated", before=place)}

    def hands(self, place):
        """Who evaluated or amended the version, or put it forward in any request."""
        found = ("dataset.evaluated", "dataset.amended", "request.submitted")
        return {one["actor"] for one in self.made(*found, before=place)}

    def generated(self, account):
        makers = {one["generator"].get("madeBy") for one in self.cards.values()} - {None}
        return bool(self.names(account) & makers)

    # --- waivers ---------------------------------------------------------------------------------
    def grants(self, name):
        """The events that granted the waiver of a name, in this record."""
        statements = {
            digest(one["statement"]) for one in self.record["waivers"] if one["id"] == name
        }
        return [
            one
            for one in self.made("waiver.granted")
            if one["details"].get("statement") in statements
        ]

    def ended(self, fact, noun, name, statement, before):
        """Whether the log ends what the record calls by a name."""
        return any(
            name == one["details"].get(noun) or statement == one["details"].get("statement")
            for one in self.told(fact, before=before)
        )

    def waivers(self, place):
        """As the engine sees them: granted before a place and not ended."""
        found = []
        for entry in self.record["waivers"]:
            said = digest(entry["statement"])
            for one in self.made("waiver.granted", before=place):
                details = one["details"]
                if details.get("statement") != said or one["actor"] in self.hands(place):
                    continue
                if self.ended("waiver.ended", "waiver", entry["id"], said, place):
                    continue
                about = {key: details[key] for key in ("policy", "version", "rule", "role")}
                more = {"id": entry["id"], "until": details["until"], "at": one["at"]}
                found.append({**about, **more, "signed": "signature" in details})
        return found

    # --- deciding --------------------------------------------------------------------------------
    def published(self, place):
        """The policies published before a place that are here, in order."""
        told = self.told("policy.published", before=place)
        found = []
        for one in told:
            details = one["details"]
            key = (details["policy"], details["version"], details["digest"])
            if key not in self.policies:
                raise Refused("policy-missing", str(key))
            found.append(self.policies[key])
        return found

    def subject_at(self, place):
        _, card = self.card(place)
        source, details = self.record["source"], self.added["details"]
        dataset, _, version = self.label.partition("@")
        columns, told = card.get("columns", {}), self.admissible(place)
        classification = details["classification"]
        raised = card.get("classification") or classification
        if CLASSES.index(raised) < CLASSES.index(classification):
            raise Refused("card-differs", "a classification lowered")
        return {
            "dataset": dataset,
            "version": int(version),
            "content": self.record["dataset"]["content"],
            "rows": self.record["dataset"]["rows"],
            "columns": [one["name"] for one in source["columns"]],
            "kinds": {
                **{one["name"]: one["kind"] for one in source["columns"]},
                **columns.get("kinds", {}),
                **dict.fromkeys(columns.get("levels", {}), "ordinal"),
                **(told[-1][1].get("kinds", {}) if told else {}),
            },
            "subgroups": columns.get("subgroups", []),
            "constraints": columns.get("constraints", []),
            "source": source["name"],
            "confirmed": bool(
                [
                    one
                    for one in self.told("source.confirmed", before=place)
                    if one["details"]["source"] == source["name"]
                    and one["details"]["classification"] == classification
                ]
            ),
            "classification": classification,
            "raised": raised,
            "modality": details["modality"],
            "catalogue": {one["id"]: one for one in self.record["catalogue"]},
        }

    @property
    def context(self):
        details = self.submitted["details"]
        return {key: details[key] for key in ("use", "audience", "jurisdiction")}

    def admissible(self, place):
        """The admissible evaluations told of before a place: digest and facts, each once."""
        names = dict.fromkeys(
            one["details"]["evaluation"]
            for one in self.made("dataset.evaluated", before=place)
            if one["details"]["admissible"]
        )
        return [(one, self.evaluations[one]) for one in names if one in self.evaluations]

    def evidence_at(self, place):
        catalogue = {one["id"]: one["definition"] for one in self.record["catalogue"]}
        told, found = self.admissible(place), []
        for name, facts in told:
            if facts["synthetic"] != self.record["dataset"]["content"]:
                continue
            for one in facts["measurements"]:
                if one["definition"] != catalogue.get(one["metric"]) or _filled(facts, one, told):
                    continue
                terms = (one["status"], one["value"], one["low"], one["high"], one["n"])
                key = (one["metric"], tuple(one["scope"]))
                age = self.measured_at(name, place)
                found.append(Evidence(name, *key, *terms, age, bool(facts["holdout"])))
        return found + self.claims(place)

    def measured_at(self, name, place):
        facts = ("dataset.evaluated", "evaluation.confirmed")
        told = [
            one
            for one in self.made(*facts, before=place)
            if one["details"].get("evaluation") == name
        ]
        return moment(told[-1]["at"])

    def claims(self, place):
        name, card = self.card(place)
        claim = card.get("guarantee")
        if claim is None:
            return []
        delta = 0.0 if claim["variant"] == "pure" else claim.get("delta")
        return [
            Evidence(name, metric, (), "measured", value, value, value, None, None, None)
            for metric, value in (("dp.epsilon", claim.get("epsilon")), ("dp.delta", delta))
            if value is not None
        ]

    def audited(self, place):
        """What audits of the claim showed before a place."""
        _, card = self.card(place)
        told = self.made("dp-audit.planned", "dp-audit.submitted", before=place)
        name = f"dp-audits:{self.label}"
        for metric, value in audits.figures(told, card.get("guarantee")).items():
            status = "not-measurable" if value is None else "measured"
            yield Evidence(name, metric, (), status, value, value, value, None, None, None)

    def decide(self, event):
        """What the policies said at an event."""
        if event["seq"] not in self.decisions:
            self.decisions[event["seq"]] = Decision(
                in_effect(self.published(event)),
                self.subject_at(event),
                self.context,
                [*self.evidence_at(event), *self.audited(event), *self.figures(event)],
                moment(event["at"]),
                self.waivers(event),
                self.body,
            )
        return self.decisions[event["seq"]]

    # --- keys ------------------------------------------------------------------------------------
    def public(self, identity):
        for one in self.record["keys"]:
            if one["id"] == identity:
                return decoded(one["public"], "a personal key", 32)
        return None


def _filled(facts, gap, told):
    """Whether another evaluation of the same inputs measured what this one could not."""
    if gap["status"] == "measured":
        return False
    return any(
        (one["metric"], one["scope"], one["status"]) == (gap["metric"], gap["scope"], "measured")
        for _, other in told
        if (other["training"], other["holdout"]) == (facts["training"], facts["holdout"])
        and facts["target"] in (None, other["target"])
        for one in other["measurements"]
    )
