"""A small registry with people, a confirmed source, a policy and a registered version.

The policy reads the guarantee of the card only, so most workflows can be tested without running an
evaluation; `record_evidence` writes measured values where a test is about evidence.
"""

from dataclasses import dataclass
from pathlib import Path

from conftest import acting, real_table

from registry.card import read_card
from registry.policy.facts import Context as Wanted
from registry.records import Meaning, Role
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.agreements import Document, add_agreement
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.publish_policy import publish_policy
from registry.workflow.register import register
from registry.workflow.sign import sign
from registry.workflow.submit import submit

CAST = {
    "ada": Role.ENGINEER,
    "eve": Role.ENGINEER,
    "stefan": Role.STEWARD,
    "stella": Role.STEWARD,
    "paula": Role.PRIVACY_OFFICER,
    "carla": Role.COMPLIANCE_OFFICER,
    "amir": Role.AUDITOR,
}
INTERNAL = Wanted("model-development", "internal", None)

CARD = """\
apiVersion: registry/v1
kind: DatasetCard
name: claims
source: hospital
target: visited
generator: {name: mst, version: "1.0", family: marginal-based-dp, seed: 7}
guarantee:
  variant: approximate
  epsilon: %(epsilon)s
  delta: 1e-6
  mechanism: gaussian
  privacyUnit: person
  neighbouringRelation: add-remove
"""

POLICY = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: house-rules, version: %(version)s, owners: [privacy-office]}
spec:
  match: {}
  uses: {allow: [model-development, research], deny: [re-identification]}
  sharing:
    - {audience: internal, expiresAfter: P90D}
    - {audience: partner, agreement: DUA-1, expiresAfter: P30D}
  rules:
    - id: DP-001
      title: The guarantee is strong enough
      check: {metric: dp.epsilon, lte: %(limit)s}
      severity: critical
      onMissingEvidence: deny
      rationale: A claim is needed before anything else is asked.
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    separation: [author, evaluator, policy-author]
    validFor: P60D
"""


@dataclass(frozen=True)
class World:
    """The registry and the files its people work with."""

    home: Context
    folder: Path
    label: str = "claims@1"

    def by(self, name: str) -> Context:
        """The registry as ``name`` uses it."""
        return acting(self.home, name)

    def publish(self, version: str = "1.0.0", limit: str = "3.0") -> None:
        """Put a version of the house rules into effect."""
        path = self.folder / f"policy-{version}.yaml"
        path.write_text(POLICY % {"version": version, "limit": limit})
        publish_policy(self.by("carla"), path)

    def publish_edited(self, version: str, old: str, new: str) -> None:
        """Put the first house rules into effect as ``version``, ``old`` replaced by ``new``."""
        source = (self.folder / "policy-1.0.0.yaml").read_text()
        assert old in source
        path = self.folder / f"policy-{version}.yaml"
        path.write_text(source.replace("version: 1.0.0", f"version: {version}").replace(old, new))
        publish_policy(self.by("carla"), path)

    def register(self, seed: int, *, epsilon: str = "2.0", reference: bool = False) -> str:
        """Register another made-up synthetic table; returns its label."""
        data = self.folder / f"synthetic-{seed}.csv"
        real_table(seed).to_csv(data, index=False)
        card = read_card((CARD % {"epsilon": epsilon}).encode(), "card.yaml")
        return register(self.by("ada"), data, card, reference=reference).label

    def agree(
        self,
        name: str = "DUA-1",
        *parties: str,
        since: str = "2026-01-01",
        until: str = "2026-12-31",
    ) -> str:
        """Record an agreement with ``parties``, as carla; returns A-n."""
        file = self.folder / f"{name}-{since}-{until}.pdf"
        file.write_text(f"{name} {parties} {since} {until}")
        document = Document(name, file, parties or ("Pricing team",), since, until)
        return f"A-{add_agreement(self.by('carla'), document).id}"

    def submit(self, label: str | None = None, wanted: Wanted = INTERNAL) -> str:
        """Submit as ada; returns R-n."""
        request, _ = submit(self.by("ada"), label or self.label, wanted)
        return f"R-{request.id}"

    def approve(self, request: str, *names: str) -> None:
        """Approve in the name of each person in turn."""
        for name in names or ("stefan", "paula"):
            sign(self.by(name), request, Meaning.APPROVE)


def everybody(home: Context) -> None:
    """The history of `build`, in the registry's own folder."""
    build(home, home.settings.folder)


def build(home: Context, folder: Path) -> World:
    """A registry with everybody in it and one version registered, nothing submitted."""
    add_account(home, "admin", [Role.ADMIN])
    for name, role in CAST.items():
        add_account(acting(home, "admin"), name, [role])
    world = World(home, folder)
    training, holdout = folder / "training.csv", folder / "holdout.csv"
    real_table(1).to_csv(training, index=False)
    real_table(2).to_csv(holdout, index=False)
    add_source(world.by("ada"), "hospital", training, holdout, classification="special-category")
    confirm_source(world.by("stefan"), "hospital")
    world.publish()
    world.register(3)
    return world
