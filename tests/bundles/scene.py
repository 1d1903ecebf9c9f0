"""A registry's log and people, made up in memory, and the bundle of one release in it.

Every step can be taken wrongly: `lies.py` does, and signs the result with the log's own key.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.bundle.checks.policies import normalised
from registry.bundle.format import WATERMARK, packed
from registry.bundle.record import Record
from registry.card import card_bytes, read_card
from registry.log.canonical import canonical, digest, digest_bytes
from registry.log.chain import GENESIS, leaf_digest
from registry.log.checkpoint import Checkpoint, sign_checkpoint
from registry.log.merkle import consistency, in_memory, inclusion, root
from registry.log.note import Signer, new_signer
from registry.log.signature import key_id
from registry.policy.body import decision_body
from registry.policy.engine import Decision, decide
from registry.policy.extension import resolved
from registry.policy.facts import Context, Evidence, Subject, Waiver
from registry.policy.loader import Policy, load_policy
from registry.workflow.metrics import known_metrics

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORIGIN = "registry.example"
LOG = new_signer(ORIGIN, hashlib.sha256(b"the log").digest())
LABEL = "claims@1"
SYNTHETIC = b"age,visited\n41,yes\n"
ROLES = {
    "ada": "engineer",
    "eve": "engineer",
    "stefan": "steward",
    "stella": "steward",
    "paula": "privacy-officer",
    "petra": "privacy-officer",
    "carla": "compliance-officer",
    "cem": "compliance-officer",
}
POLICY = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: house-rules, version: 1.0.0, owners: [privacy-office]}
spec:
  match: {}
  uses: {allow: [research], deny: [re-identification]}
  sharing:
    - {audience: internal, expiresAfter: P90D}
    - {audience: partner, jurisdictions: [EU], agreement: DUA-1, expiresAfter: P30D}
  evidence: {maxAge: P60D, holdout: required}
  rules:
    - id: DP-001
      check: {metric: dp.epsilon, lte: 3.0}
      onMissingEvidence: deny
    - id: PRV-001
      check: {metric: privacy.mia.auc, forEach: attack, bound: upper, lte: 0.6, minN: 100}
    - id: FID-001
      check: {metric: fidelity.shape, forEach: column, gte: 0.8}
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    separation: [author, evaluator, policy-author]
    validFor: P60D
    authorWindow: P30D
  waivers: {allowed: [FID-001], maxDuration: P90D, approver: privacy-officer}
"""
CARD = """\
apiVersion: registry/v1
kind: DatasetCard
name: claims
source: hospital
generator: {name: mst, version: "1.0", family: marginal-based-dp, madeBy: gert}
guarantee:
  {variant: pure, epsilon: 2.0, mechanism: laplace, privacyUnit: person,
   neighbouringRelation: add-remove}
"""


def sha(text: str) -> str:
    """A made-up digest."""
    return digest_bytes(text.encode())


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def personal(name: str, generation: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(f"{name} {generation}".encode()).digest()
    )


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def figure(metric: str, scope: Iterable[str], value: float | None, **more: Any) -> dict[str, Any]:
    """One measurement as an evaluation records it."""
    fields = {
        "metric": metric,
        "definition": 1,
        "scope": list(scope),
        "status": "measured",
        "value": value,
        "low": None if value is None else value - 0.02,
        "high": None if value is None else value + 0.02,
        "interval": "bootstrap",
        "n": 500,
        "direction": "none",
        "unit": "score",
        "parameters": {},
        "seed": 7,
        "versions": {},
        "cause": None,
    }
    return {**fields, **more}


def figures(shape: float = 0.9, auc: float = 0.52) -> list[dict[str, Any]]:
    """What the policy asks for."""
    attacks = [place for (place,) in known_metrics()["privacy.mia.auc"].places]
    return [
        *(figure("fidelity.shape", [name], shape) for name in ("age", "visited")),
        *(figure("privacy.mia.auc", [name], auc) for name in attacks),
    ]


@dataclass
class Scene:
    """The story so far. `bundle` is what `registry bundle create` would write of it."""

    authentication: str = "password and key"
    signing: bool = True
    time: datetime = START
    events: list[bytes] = field(default_factory=list)
    policies: list[tuple[str, str]] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    waivers: list[dict[str, Any]] = field(default_factory=list)
    deputies: list[dict[str, Any]] = field(default_factory=list)
    signoffs: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    anchored: list[int] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    card: str = CARD
    classification: str = "personal"
    confirmed: bool = False
    decision: Decision | None = None
    asked: Context = field(default_factory=lambda: Context("research", "internal", None))
    body: dict[str, Any] = field(default_factory=dict)
    omitted: set[int] = field(default_factory=set)
    release: str | None = None
    agreements: list[dict[str, str]] = field(default_factory=list)
    data: bytes = SYNTHETIC

    # --- the log -------------------------------------------------------------------------------
    def log(self, actor: str, fact: str, **details: Any) -> int:
        """Append an event; returns its place."""
        about = details.pop("about", LABEL)
        request = details.pop("request", None)
        self.time += timedelta(minutes=1)
        previous = leaf_digest(self.events[-1]) if self.events else GENESIS
        self.events.append(
            canonical(
                {
                    "at": stamp(self.time),
                    "actor": self.pseudonym(actor),
                    "authentication": self.authentication,
                    "action": fact.replace(".", "-"),
                    "fact": fact,
                    "outcome": "done",
                    "dataset": about,
                    "request": request,
                    "details": details,
                    "seq": len(self.events) + 1,
                    "previous": previous,
                }
            )
        )
        return len(self.events)

    def pseudonym(self, name: str) -> str:
        return f"p-{hashlib.sha256(f'{self.salt(name)}:{name}'.encode()).hexdigest()[:16]}"

    def salt(self, name: str) -> str:
        return f"salt-{name}"

    # --- people, source, version ---------------------------------------------------------------
    def person(self, name: str, role: str | None = None, enrol: bool | None = None) -> None:
        account, roles = self.pseudonym(name), [role or ROLES[name]]
        self.log("admin", "account.added", about=None, account=account, roles=roles)
        self.held.add(name)
        if self.signing if enrol is None else enrol:
            self.enrol(name)

    def enrol(self, name: str, generation: int = 1) -> None:
        key = public(personal(name, generation))
        self.keys.append(key)
        told = {"account": self.pseudonym(name), "key": key_id(key), "public": self.hashed(key)}
        self.log(name, "key.enrolled", about=None, **told)
        del told["public"]
        self.log("admin", "key.approved", about=None, **told)

    def rotate(self, name: str) -> None:
        """The second key of a person takes the place of the first."""
        old, new = (public(personal(name, generation)) for generation in (1, 2))
        self.keys.append(new)
        told = {"old": key_id(old), "key": key_id(new), "public": self.hashed(new)}
        self.log(name, "key.rotated", about=None, account=self.pseudonym(name), **told)

    def revoke_key(self, name: str, compromised: str | None = None) -> None:
        told = {"account": self.pseudonym(name), "key": key_id(public(personal(name)))}
        self.log("admin", "key.revoked", about=None, compromised=compromised, **told)

    def hashed(self, key: bytes) -> str:
        return digest_bytes(key)

    def people(self, *names: str) -> None:
        for name in names:
            self.person(name)

    def source(self, by: str = "ada", confirmed_by: str | None = "stefan") -> None:
        facts = {"source": "hospital", "classification": self.classification}
        tables = {"training": sha("training"), "holdout": sha("holdout")}
        self.log(by, "source.added", about=None, modality="tabular", **facts, **tables)
        if confirmed_by:
            self.log(confirmed_by, "source.confirmed", about=None, **facts)
            self.confirmed = True

    def register(self, by: str = "ada", **lies: Any) -> None:
        self.cards.append(self.card_text)
        details = {"file": self.file, "content": sha("content"), "card": self.card_digest}
        self.log(by, "dataset.registered", **{**details, "source": "hospital", **lies})

    def amend(self, old: str, new: str, by: str = "ada", **lies: Any) -> None:
        was = self.card_digest
        self.card = self.card.replace(old, new)
        self.cards.append(self.card_text)
        self.log(by, "dataset.amended", **{"was": was, "card": self.card_digest, **lies})

    @property
    def file(self) -> str:
        return digest_bytes(self.data)

    @property
    def card_text(self) -> str:
        return card_bytes(read_card(self.card.encode(), "card.yaml")).decode()

    @property
    def card_digest(self) -> str:
        return digest_bytes(self.card_text.encode())

    # --- policies and evidence -----------------------------------------------------------------
    def publish(self, text: str = POLICY, by: str = "carla", *, kept: bool = True) -> None:
        policy = load_policy(text.encode(), "policy.yaml", known_metrics())
        self.log(
            by,
            "policy.published",
            about=None,
            policy=policy.id,
            version=policy.version,
            digest=policy.digest,
        )
        if kept:
            self.policies.append(("policy.yaml", text))

    def run(self, measurements: list[dict[str, Any]], **lies: Any) -> dict[str, Any]:
        """The facts of an evaluation."""
        facts = {
            "training": sha("training"),
            "holdout": sha("holdout"),
            "synthetic": sha("content"),
            "target": None,
            "seed": 7,
            "admissible": True,
            "measurements": measurements,
            "profile": "standard",
            "kinds": {"age": "numeric", "visited": "categorical"},
        }
        return {**facts, **lies}

    def evaluate(
        self, measurements: list[dict[str, Any]] | None = None, by: str = "eve", **lies: Any
    ) -> dict[str, Any]:
        kept = lies.pop("kept", True)
        facts = self.run(figures() if measurements is None else measurements, **lies)
        told = {"evaluation": digest(facts), "seed": 7, "admissible": facts["admissible"]}
        self.log(by, "dataset.evaluated", **told)
        if kept:
            self.evaluations.append(facts)
        return facts

    # --- deciding ------------------------------------------------------------------------------
    def loaded(self, texts: Iterable[str] | None = None) -> list[Policy]:
        known = known_metrics()
        found = [
            load_policy(text.encode(), "policy.yaml", known)
            for text in (texts or [text for _, text in self.policies])
        ]
        newest = {one.id: one for one in found}
        return resolved(newest.values(), found)

    def subject(self) -> Subject:
        card = read_card(self.card.encode(), "card.yaml")
        return Subject(
            dataset="claims",
            version=1,
            content_digest=sha("content"),
            rows=400,
            columns=("age", "visited"),
            source="hospital",
            source_confirmed=self.confirmed,
            classification=self.classification,
            modality="tabular",
            raised=card.classification or self.classification,
            kinds={"age": "numeric", "visited": "categorical"},
        )

    def evidence(self, runs: Iterable[Mapping[str, Any]] | None = None) -> list[Evidence]:
        found = []
        for facts in self.evaluations if runs is None else runs:
            for one in facts["measurements"]:
                terms = (one["status"], one["value"], one["low"], one["high"], one["n"])
                place = (one["metric"], tuple(one["scope"]))
                rest = (self.time, bool(facts["holdout"]), facts["synthetic"], one["cause"])
                found.append(Evidence(digest(facts), *place, *terms, *rest))
        card = read_card(self.card.encode(), "card.yaml").guarantee
        if card is not None:
            for metric, value in (("dp.epsilon", card.epsilon), ("dp.delta", 0.0)):
                numbers = ("measured", value, value, value, None, None, None)
                rest = (sha("content"), None)
                found.append(Evidence(self.card_digest, metric, (), *numbers, *rest))
        return found

    def granted(self) -> list[Waiver]:
        return [
            Waiver(
                one["id"],
                one["said"]["policy"]["id"],
                one["said"]["policy"]["version"],
                one["said"]["rule"],
                one["said"]["dataset"]["content"],
                one["said"]["role"],
                self.pseudonym(one["said"]["signer"]),
                datetime.strptime(one["said"]["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
                one["said"]["until"],
            )
            for one in self.waivers
            if one["id"] not in self.ended
        ]

    def decide(self, **other: Any) -> Decision:
        """What the policies say now, or would say of other facts."""
        return decide(
            other.get("policies") or self.loaded(),
            other.get("subject") or self.subject(),
            other.get("context") or self.asked,
            self.evidence() if "evidence" not in other else other["evidence"],
            other.get("now") or self.time + timedelta(minutes=1),
            other.get("waivers", self.granted()),
        )

    def submit(self, by: str = "ada", decision: Decision | None = None, **lies: Any) -> Decision:
        self.decision = decision or self.decide()
        self.body = {**decision_body(self.decision), **lies.pop("body", {})}
        asked = {"use": self.asked.use, "audience": self.asked.audience}
        self.log(
            by,
            "request.submitted",
            request="R-1",
            **{
                **asked,
                "jurisdiction": self.asked.jurisdiction,
                "decision": self.decision.digest,
                "failed": [],
                "body": digest(self.body),
                **lies,
            },
        )
        return self.decision

    # --- signing -------------------------------------------------------------------------------
    def seal(self, name: str, body: bytes, generation: int = 1) -> dict[str, str]:
        """The digest of a statement and its personal signature, as an event tells of them."""
        told = {"statement": digest_bytes(body)}
        if self.signing:
            key = personal(name, generation)
            told["key"] = key_id(public(key))
            told["signature"] = base64.b64encode(key.sign(body)).decode()
        return told

    def said(self, name: str, role: str, **lies: Any) -> dict[str, Any]:
        """What somebody signs."""
        assert self.decision is not None
        evidence = {one.evidence_id for one in self.decision.findings if one.evidence_id}
        waivers = list(self.decision.waivers)
        return {
            "request": "R-1",
            "dataset": {
                "label": LABEL,
                "content": sha("content"),
                "file": self.file,
                "card": self.card_digest,
            },
            "context": {
                "use": self.asked.use,
                "audience": self.asked.audience,
                "jurisdiction": self.asked.jurisdiction,
            },
            "policies": [one._asdict() for one in self.decision.policies],
            **({"waivers": waivers} if waivers else {}),
            "evidence": sorted(evidence),
            "decision": {
                "digest": self.decision.digest,
                "outcome": "allow",
                "body": digest(self.body),
            },
            "signer": name,
            "role": role,
            "meaning": "approve",
            "reason": None,
            "at": stamp(self.time + timedelta(seconds=30)),
            "authentication": self.authentication,
            **lies,
        }

    def sign(self, name: str, role: str | None = None, **options: Any) -> int:
        """Approve; ``principal`` makes it a deputy's signature, ``told`` alters the event."""
        role, meaning = role or ROLES[name], options.get("meaning", "approve")
        told, kept = options.pop("told", {}), options.pop("kept", True)
        actor, generation = options.pop("actor", name), options.pop("generation", 1)
        principal = options.pop("principal", None)
        if principal:
            options["for"] = principal
            told = {"for": self.pseudonym(principal), **told}
        assert self.decision is not None
        body = canonical(self.said(name, role, **options))
        about = {"role": role, "meaning": meaning, "decision": self.decision.digest}
        sealed = self.seal(name, body, generation)
        seq = self.log(actor, "request.signed", request="R-1", **{**about, **sealed, **told})
        if kept:
            self.signoffs.append(body.decode())
        return seq

    def retract(self, name: str, seq: int) -> None:
        """Take back the signature at a place of the log."""
        said = self.said(name, ROLES[name], meaning="retract")
        body = canonical(said)
        about = {"role": ROLES[name], "meaning": "retract", "retracts": seq}
        self.log(name, "signoff.retracted", request="R-1", **about, **self.seal(name, body))
        self.signoffs.append(body.decode())

    def depute(
        self,
        name: str,
        to: str,
        first: str,
        last: str,
        *,
        kept: bool = True,
        told: Mapping[str, str] | None = None,
    ) -> None:
        """Name a deputy for some days."""
        said = {"signer": name, "deputy": to, "first": first, "last": last, "reason": "leave"}
        more = {"meaning": "name-deputy", "at": stamp(self.time), "authentication": "x"}
        body = canonical({**said, **more})
        told = {"deputy": self.pseudonym(to), "first": first, "last": last, **(told or {})}
        self.log(name, "deputy.named", about=None, **told, **self.seal(name, body))
        if kept:
            label = f"D-{len(self.deputies) + 1}"
            self.deputies.append({"id": label, "statement": body.decode()})

    def agree(self, name: str = "DUA-1", **lies: Any) -> None:
        """Record an agreement."""
        told = {"agreement": name, "digest": sha(name), "parties": ["Claims Lab", "Us"]}
        days = {"from": "2026-01-01", "until": "2026-12-31"}
        self.log("carla", "agreement.added", about=None, **{**told, **days, **lies})
        self.agreements.append({"id": f"A-{len(self.agreements) + 1}", "digest": sha(name)})

    def waive(self, name: str = "petra", rule: str = "FID-001", **options: Any) -> None:
        told = options.pop("told", {})
        identity = options.pop("id", f"W-{len(self.waivers) + 1}")
        kept = options.pop("kept", True)
        said = {
            "dataset": {"label": LABEL, "content": sha("content")},
            "policy": {"id": "house-rules", "version": "1.0.0", "digest": sha("policy")},
            "rule": rule,
            "reason": "rare codes are pooled",
            "owner": "head of claims",
            "ticket": None,
            "control": "tails are not used",
            "until": "2026-04-30",
            "signer": name,
            "role": ROLES[name],
            "meaning": "waive",
            "at": stamp(self.time + timedelta(seconds=30)),
            "authentication": self.authentication,
            **options,
        }
        body = canonical(said)
        self.log(
            name,
            "waiver.granted",
            **{
                "policy": said["policy"]["id"],
                "version": said["policy"]["version"],
                "rule": said["rule"],
                "until": said["until"],
                "role": said["role"],
                **self.seal(name, body),
                **told,
            },
        )
        if kept:
            self.waivers.append({"id": identity, "said": said, "statement": body.decode()})

    def end_waiver(self, name: str = "W-1", by: str = "petra") -> None:
        self.log(by, "waiver.ended", about=None, waiver=name, reason="met now")
        self.ended.add(name)

    def approve(self, by: str = "paula", **lies: Any) -> None:
        assert self.decision is not None
        self.log(
            by, "request.approved", request="R-1", **{"decision": self.decision.digest, **lies}
        )

    def grant(self, by: str = "cem", **lies: Any) -> None:
        assert self.decision is not None
        longest = timedelta(days=self.decision.expires_after_days or 0)
        self.release = "REL-1"
        details = {
            "recipient": "Claims Lab",
            "use": self.asked.use,
            "expires": (self.time + longest).date().isoformat(),
            "agreement": next(iter(self.decision.agreements), None),
            "agreementDigest": next(map(sha, self.decision.agreements), None),
            "file": self.file,
            "decision": self.decision.digest,
            **lies,
        }
        self.log(by, "release.granted", request="R-1", **details)

    # --- the bundle ----------------------------------------------------------------------------
    def anchor(self) -> None:
        """Hold the head of now outside."""
        self.anchored.append(len(self.events))

    def record(self, **other: Any) -> Record:
        """What the bundle carries; ``other`` parts stand in the place of the true ones."""
        chosen = [seq for seq in range(1, len(self.events) + 1) if seq not in self.omitted]
        listed = other.pop("listed", chosen)
        self.log("amir", "bundle.created", request="R-1", events=listed)
        chosen.append(len(self.events))
        tree, size = in_memory(self.events), len(self.events)
        note = sign_checkpoint(Checkpoint(ORIGIN, size, root(size, tree)), [LOG])
        names = {metric for one in self.loaded_all() for metric in one.metrics}
        known = known_metrics()
        parts: dict[str, Any] = {
            "format": "registry-bundle/1",
            "about": {"dataset": LABEL, "request": "R-1", "release": self.release},
            "dataset": {
                "file": self.file,
                "content": sha("content"),
                "card": self.card_digest,
                "rows": 400,
            },
            "cards": self.cards,
            "source": {
                "name": "hospital",
                "columns": [
                    {"name": "age", "kind": "numeric"},
                    {"name": "visited", "kind": "categorical"},
                ],
            },
            "catalogue": [
                {
                    "id": name,
                    "definition": 1,
                    "scope": known[name].scope,
                    "sampled": known[name].sampled,
                    "kinds": known[name].kinds,
                    "places": known[name].places,
                }
                for name in sorted(names & known.keys())
                if not name.startswith("dp.")
            ],
            "policies": [
                {"file": file, "source": text, "normalised": normalised(one)}
                for (file, text), one in zip(self.policies, self.loaded_all(), strict=True)
            ],
            "evaluations": [canonical(one).decode() for one in self.evaluations],
            "decision": canonical(self.body).decode(),
            "signoffs": self.signoffs,
            "waivers": [{key: one[key] for key in ("id", "statement")} for one in self.waivers],
            "deputies": self.deputies,
            "people": [
                {"name": name, "salt": self.salt(name), "pseudonym": self.pseudonym(name)}
                for name in sorted(self.held)
            ],
            "keys": [
                {"id": key_id(key), "public": base64.b64encode(key).decode()} for key in self.keys
            ],
            "agreements": self.agreements,
            "events": [
                {
                    "body": self.events[seq - 1].decode(),
                    "proof": [one.hex() for one in inclusion(seq - 1, size, tree)],
                }
                for seq in chosen
            ],
            "checkpoint": str(note),
            "anchors": [
                {
                    "kind": "file",
                    "place": "vault",
                    "note": str(sign_checkpoint(Checkpoint(ORIGIN, at, root(at, tree)), [LOG])),
                    "token": None,
                    "consistency": [one.hex() for one in consistency(at, size, tree)],
                }
                for at in self.anchored
            ],
        }
        return Record.model_validate_json(canonical({**parts, **other}))

    def loaded_all(self) -> list[Policy]:
        known = known_metrics()
        return [load_policy(text.encode(), file, known) for file, text in self.policies]

    def bundle(self, signer: Signer = LOG, **other: Any) -> bytes:
        """The signed file."""
        watermark = other.pop("watermark", None if self.proven else WATERMARK)
        return packed(self.record(**other), signer, watermark)

    @property
    def proven(self) -> bool:
        return not self.authentication.startswith("unauthenticated")

    def asking(self, audience: str, jurisdiction: str | None = None) -> None:
        self.asked = replace(self.asked, audience=audience, jurisdiction=jurisdiction)


def opening(**options: Any) -> Scene:
    """Everything up to the evidence, in good order."""
    scene = Scene(**options)
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish()
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    return scene


def finish(scene: Scene, *signers: str) -> Scene:
    """Submit, sign, approve and release."""
    scene.submit()
    for name in signers or ("stefan", "paula"):
        scene.sign(name)
    scene.approve()
    scene.grant()
    return scene
