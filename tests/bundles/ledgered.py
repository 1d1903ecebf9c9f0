"""The story of a release whose source has a ledger, siblings and budgets."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from scene import LABEL, POLICY, ROLES, Scene, sha, stamp

from registry.bundle.record import Record
from registry.ledger.account import Account
from registry.ledger.batches import Batch, batch_told
from registry.ledger.entry import Entry, Kind, head
from registry.ledger.exposure import affected
from registry.ledger.figures import figures, released
from registry.ledger.parts import Partition
from registry.ledger.planning import comes_to
from registry.log.canonical import canonical, digest_bytes
from registry.policy.facts import Evidence
from registry.policy.spent import spent

ADDING = ("dataset.registered", "dataset.amended", "release.granted")
BUDGETED = POLICY.replace(
    "    - id: FID-001",
    "    - {id: BUD-001, check: {budget: source.budget_used, lte: 1}}\n"
    "    - {id: BUD-002, check: {budget: source.exposed_epsilon, lte: 8}}\n"
    "    - {id: BUD-003, check: {budget: source.run_epsilon, lte: 20}, enforcement: warn}\n"
    "    - id: FID-001",
)
PURE = {
    "variant": "pure",
    "epsilon": 1.0,
    "mechanism": "laplace",
    "privacyUnit": "person",
    "neighbouringRelation": "add-remove",
}
NOISY: dict[str, Any] = {
    "variant": "approximate",
    "epsilon": 0.6,
    "delta": 5e-8,
    "mechanism": "gaussian",
    "noise": 8,
    "sensitivity": 1,
    "contributions": 1,
    "privacyUnit": "person",
    "neighbouringRelation": "add-remove",
    "adaptive": False,
    "components": [],
}
"""A run of a batch, as a card's canonical JSON has it."""


@dataclass
class Ledgered(Scene):
    """A scene whose events state the ledger, and whose bundle carries it."""

    entries: list[Entry] = field(default_factory=list)
    budgets: list[dict[str, Any]] = field(default_factory=list)
    partitions: list[Partition] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    stating: bool = True
    lies: dict[str, Any] = field(default_factory=dict)

    # --- the ledger ----------------------------------------------------------------------------
    def log(self, actor: str, fact: str, **details: Any) -> int:
        label = details.get("about", LABEL)
        if fact in ADDING and label == LABEL:
            self._happened(fact)
        if self.stating and (fact in ADDING or fact == "bundle.created"):
            details = {"ledger": self.state(), **details}
        if fact == "request.submitted" and self.asked.chosen_from:
            details = {"chosenFrom": list(self.asked.chosen_from), **details}
        return super().log(actor, fact, **details)

    def state(self, **lies: Any) -> dict[str, Any]:
        """What an event says of the ledger."""
        told = {"source": "hospital", "entries": len(self.entries), "head": head(self.entries)}
        return {**told, **self.lies, **lies}

    def _happened(self, fact: str) -> None:
        if fact == "release.granted":
            self.expose(LABEL, self.asked.audience)
        elif fact == "dataset.registered" or self.claim != self.newest(LABEL).guarantee:
            self.add("run", LABEL, sha("content"), self.claim)

    @property
    def claim(self) -> Mapping[str, object] | None:
        found: Mapping[str, object] | None = json.loads(self.card_text).get("guarantee")
        return found

    def newest(self, label: str) -> Entry:
        return [one for one in self.entries if (one.kind, one.label) == ("run", label)][-1]

    def add(
        self,
        kind: Kind,
        label: str,
        content: str,
        claim: Mapping[str, object] | None,
        audience: str | None = None,
    ) -> None:
        """An entry of the event that comes next."""
        part, place = ((claim or {}).get(key) for key in ("partition", "batch"))
        named = {"partition": part and str(part), "batch": place and str(place)}
        number, event = len(self.entries) + 1, len(self.events) + 1
        self.entries.append(
            Entry(number, kind, label, content, audience, None, claim, event=event, **named)
        )

    def expose(self, label: str, audience: str) -> None:
        """A version and, where it is the one put forward, what informed its choice."""
        run = self.newest(label)
        self.add("exposure", label, run.content_digest, run.guarantee, audience)
        for other in self.asked.chosen_from if label == LABEL else ():
            run = self.newest(other)
            self.add("informed", other, run.content_digest, run.guarantee, audience)

    def sibling(
        self, label: str, claim: Mapping[str, object] | None, audience: str | None = None
    ) -> None:
        """Another version of the source, of which the bundle holds no event."""
        self.add("run", label, sha(label), claim)
        self.omitted.add(self.log("ada", "dataset.registered", about=label))
        if audience:
            self.expose(label, audience)
            self.omitted.add(self.log("cem", "release.granted", about=label))

    def divide(
        self,
        name: str,
        *parts: str,
        by: tuple[str, ...] = ("stefan", "paula"),
        proposed: Mapping[str, object] | None = None,
    ) -> None:
        """Propose parts and sign them, or with one name declare them alone; ``proposed`` is what
        the first event says otherwise.
        """
        told = {
            "source": "hospital",
            "partition": name,
            "column": "age",
            "unit": "person",
            "parts": list(parts),
            "values": {one: [one] for one in parts},
        }
        for first in by[:-1]:
            self.log(first, "partition.proposed", about=None, **{**told, **(proposed or {})})
        seq = self.log(by[-1], "partition.declared", about=None, **told)
        self.partitions.append(Partition(name, "person", parts, seq))

    def plan(
        self,
        *runs: Mapping[str, Any],
        by: tuple[str, ...] = ("stefan", "paula"),
        proposed: Mapping[str, object] | None = None,
        **lies: Any,
    ) -> None:
        """Propose the batch wave of these runs, at the places 1, 2, and so on, and sign it, or with
        one name declare it alone; ``proposed`` is what the first event says otherwise.
        """
        told = {
            "source": "hospital",
            "batch": "wave",
            "epsilon": composed(runs),
            "delta": 1e-6,
            "library": "0",
            "runs": [{"places": [str(at)], "guarantee": one} for at, one in enumerate(runs, 1)],
            **lies,
        }
        for first in by[:-1]:
            self.log(first, "batch.proposed", about=None, **{**told, **(proposed or {})})
        seq = self.log(by[-1], "batch.declared", about=None, **told)
        self.batches.append(batch_told(told, seq))

    def member(self, label: str, place: str, audience: str | None = None, **changes: Any) -> None:
        """Another version, run at a place of the batch."""
        self.sibling(label, {**NOISY, "batch": f"wave/{place}", **changes}, audience)

    # --- budgets -------------------------------------------------------------------------------
    def budget(
        self, epsilon: float, delta: float = 0.0, *by: str, audience: str = "internal", **other: Any
    ) -> str:
        """Declare a budget and sign it; ``other`` are further terms, ``lies`` what events say."""
        lies = other.pop("lies", {})
        label = f"B-{len(self.budgets) + 1}"
        before = [one["label"] for one in self.budgets if one["audience"] == audience]
        terms = {
            "source": "hospital",
            "audience": audience,
            "epsilon": epsilon,
            "delta": delta,
            "unit": "person",
            "relation": "add-remove",
            "method": "basic",
            "from": None,
            "until": None,
            "reason": "what the board allows",
            "supersedes": before[-1] if before else None,
            **other,
        }
        one, two = by or ("stefan", "paula")
        told = {"budget": label, **{key: one for key, one in terms.items() if key != "reason"}}
        told |= lies
        declaration = self._half(one, "budget.proposed", "declare", terms, told)
        more = {"label": label, "declaration": digest_bytes(declaration.encode())}
        few = ("source", "audience", "epsilon", "delta", "supersedes")
        told = {"budget": label, **{key: terms[key] for key in few}, **lies}
        signature = self._half(two, "budget.declared", "sign", terms, told, **more)
        self.budgets.append({**terms, "label": label})
        self.shown[label] = {"id": label, "declaration": declaration, "signature": signature}
        return label

    def _half(
        self,
        name: str,
        fact: str,
        meaning: str,
        terms: dict[str, Any],
        told: dict[str, Any],
        **more: Any,
    ) -> str:
        """One of the two statements on a budget, and its event."""
        said = {
            "budget": terms,
            **more,
            "signer": name,
            "role": ROLES[name],
            "meaning": meaning,
            "at": stamp(self.time + timedelta(seconds=30)),
            "authentication": self.authentication,
        }
        body = canonical(said)
        about = {"role": ROLES[name], **self.seal(name, body), **told}
        self.log(about.pop("actor", name), fact, about=None, **about)
        return body.decode()

    def account(self) -> Account:
        return Account(tuple(self.entries), tuple(self.partitions), tuple(self.batches))

    def evidence(self, runs: Iterable[Mapping[str, Any]] | None = None) -> list[Evidence]:
        known = {one["audience"]: one for one in self.budgets}
        reached = affected(self.asked.audience, known)
        account = self.account()
        new = released(account, LABEL, self.asked.audience, self.asked.chosen_from)
        limits = [SimpleNamespace(**known[one], id=known[one]["label"][2:]) for one in reached]
        found = [account.standing(one, None, new) for one in limits] if reached else []
        told = figures(account, found, self.asked.audience)
        return [*super().evidence(runs), *(spent(self.subject(), *one) for one in told)]

    def said(self, name: str, role: str, **lies: Any) -> dict[str, Any]:
        chosen = list(self.asked.chosen_from)
        return super().said(name, role, **({"chosenFrom": chosen} if chosen else {}), **lies)

    def record(self, **other: Any) -> Record:
        ledger = {
            "entries": [canonical(one.canonical()).decode() for one in self.entries],
            "budgets": list(self.shown.values()),
        }
        parts = {"format": "registry-bundle/2", "ledger": ledger, **other}
        if parts["ledger"] is None:
            parts = {**parts, "format": "registry-bundle/1"}
            del parts["ledger"]
        return super().record(**parts)


@lru_cache
def _composed(noises: tuple[float, ...]) -> float:
    return comes_to([{**NOISY, "noise": one} for one in noises], 1e-6)


def composed(runs: Iterable[Mapping[str, Any]]) -> float:
    """What runs of these noises come to together."""
    return _composed(tuple(float(one["noise"]) for one in runs))


def sourced(policy: str = BUDGETED, **options: Any) -> Ledgered:
    """Everything up to the source."""
    scene = Ledgered(**options)
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish(policy)
    scene.time += timedelta(days=40)
    scene.source()
    return scene


def opened(policy: str = BUDGETED, **options: Any) -> Ledgered:
    """Everything up to the budget: three siblings, two of them with the audience."""
    scene = sourced(policy, **options)
    scene.sibling("claims@7", PURE, "internal")
    scene.sibling("visits@1", {**PURE, "epsilon": 0.5}, "public")
    scene.sibling("visits@2", None)
    scene.register()
    scene.evaluate()
    return scene


def budgeted(epsilon: float = 4.0, **options: Any) -> Ledgered:
    """The same with a budget that holds 3.5."""
    scene = opened(**options)
    scene.budget(epsilon)
    return scene


def placed(scene: Ledgered, place: str = "1", made: str | None = None, **changes: Any) -> Ledgered:
    """The version itself registered, as a run at a place of the batch that was made now."""
    made = stamp(scene.time) if made is None else made
    claim = {key: one for key, one in {**NOISY, **changes}.items() if key != "components"}
    head = scene.card.partition("guarantee:")[0]
    head = head.replace("madeBy: gert", f'madeBy: gert, madeAt: "{made}"')
    scene.card = f"{head}guarantee: {json.dumps({**claim, 'batch': f'wave/{place}'})}\n"
    scene.register()
    scene.evaluate()
    return scene


def batched(epsilon: float = 1.0) -> Ledgered:
    """A batch of three, of which two are with the audience and one is put forward."""
    scene = sourced()
    scene.plan(NOISY, NOISY, NOISY)
    scene.member("waves@1", "2", "internal")
    scene.member("waves@2", "3", "internal", justification="said beside the plan")
    placed(scene)
    scene.budget(epsilon, 1e-5)
    return scene
