"""Batches of the small registry: planned, run and released."""

from conftest import real_table
from contracts.budgeting import released
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.clock import stamp
from registry.marked_yaml import load, validate
from registry.policy.facts import Context as Wanted
from registry.workflow.budgets.batch import Asked, Fixed, batch
from registry.workflow.budgets.batch_plan import BatchPlan
from registry.workflow.budgets.sign_batch import sign_batch
from registry.workflow.register import register

NOISY = """\
variant: approximate, epsilon: 0.6, delta: 5e-8, mechanism: gaussian, noise: 8.0, sensitivity: 1,
      contributions: 1, privacyUnit: person, neighbouringRelation: add-remove, adaptive: false"""
PLAN = """\
apiVersion: registry/v1
kind: BatchPlan
delta: %(delta)s
runs:
  - places: [%(places)s]
    guarantee: {%(guarantee)s}
"""


def plan(guarantee: str = NOISY, delta: str = "1e-6", count: int = 20) -> BatchPlan:
    """So many runs of one guarantee, at the places 1, 2, and so on."""
    places = ", ".join(f'"{place}"' for place in range(1, count + 1))
    text = PLAN % {"delta": delta, "places": places, "guarantee": guarantee}
    return validate(BatchPlan, load(text.encode(), "plan.yaml"))


def declared(world: World, by: str = "stefan", name: str = "wave", **changes: object) -> Fixed:
    """Twenty Gaussians of noise 8 at a delta of 1e-6, but for what is changed of the plan, signed
    by a second person.
    """
    found = proposed(world, by, name, **changes)
    return sign_batch(world.by("stefan" if by == "paula" else "paula"), found.batch)


def proposed(world: World, by: str = "stefan", name: str = "wave", **changes: object) -> Fixed:
    """The same, that nobody signed yet."""
    made = plan(**changes)  # type: ignore[arg-type]
    return batch(world.by(by), Asked("hospital", name, made, "fixed by the protocol of 2 March"))


def card(named: str | None, made: str | None, guarantee: str = NOISY) -> str:
    """The card of a run that says where it stands and when it was made."""
    head = CARD.partition("guarantee:")[0]
    if made:
        head = head.replace("seed: 7}", f'seed: 7, madeAt: "{made}"}}')
    place = f", batch: {named}" if named else ""
    return f"{head}guarantee: {{{guarantee}{place}}}\n"


def run(
    world: World, seed: int, named: str | None, guarantee: str = NOISY, made: str | None = "now"
) -> str:
    """A version that was run now, unless said, at a place of the batch; returns its label."""
    data = world.folder / f"run-{seed}.csv"
    real_table(seed).to_csv(data, index=False)
    made = stamp(world.home.clock()) if made == "now" else made
    said = read_card(card(named, made, guarantee).encode(), "card.yaml")
    return register(world.by("ada"), data, said).label


def given(world: World, seed: int, place: str, wanted: Wanted = INTERNAL) -> str:
    """Such a version, released; returns its label."""
    label = run(world, seed, f"wave/{place}")
    released(world, label, wanted=wanted)
    return label
