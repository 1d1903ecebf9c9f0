"""An evaluation of a version as a run leaves it, with figures made up for a test."""

from world import World

from evaluators.catalogue import CATALOGUE
from registry.records import Evaluation, Measurement
from registry.store.database import writing
from registry.workflow.evidence import evaluation_digest, stored_facts
from registry.workflow.find import row_id, version_labelled

COPIES = "privacy.exact_match.excess"
RULE = """\
    - id: PRV-001
      title: Rows are not copied
      check: {metric: privacy.exact_match.excess, bound: upper, lte: 0.05}
      severity: high
  approvals:
"""


def copies(value: float, low: float, high: float) -> Measurement:
    """How many rows are copies, beyond chance."""
    return Measurement(
        metric=COPIES,
        definition=CATALOGUE[COPIES].definition,
        scope="[]",
        status="measured",
        value=value,
        low=low,
        high=high,
        interval="bonett-price-95",
        n=120,
        direction="lower",
        unit="share difference",
        parameters="{}",
        seed=7,
        versions="{}",
        seconds=0.1,
    )


def evaluated(world: World, figure: Measurement, *, admissible: bool = True) -> None:
    """Store an evaluation with one figure."""
    with writing(world.home.engine) as session:
        version = version_labelled(session, world.label).version
        made = Evaluation(
            version_id=row_id(version),
            digest="",
            seed=7,
            admissible=admissible,
            training_digest="sha256:" + "1" * 64,
            holdout_digest="sha256:" + "2" * 64,
            synthetic_digest=version.content_digest,
            histograms="[]",
            evaluated_by=1,
            evaluated_at=world.home.now(),
            confirmed_at=world.home.now(),
            seconds=1.0,
        )
        made.digest = evaluation_digest(made, [stored_facts(figure)])
        session.add(made)
        session.flush()
        figure.evaluation_id = row_id(made)
        session.add(figure)
