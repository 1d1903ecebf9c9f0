"""The example as two documents need it: what models score, what attacks find, other versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from registry.reports.cost_facts import ClaimFacts
from registry.reports.document import Block, Callout, Document, Figure, Gallery, Items, Rows, Words
from registry.reports.facts import MeasurementFacts, VersionFacts
from registry.reports.sibling_facts import SiblingFacts
from registry.reports.table import Table
from tests.unit.reports.example import evaluation, measurement, quality_facts, risk

BOOSTING, LINEAR = "gradient-boosting", "linear"
LABEL = "rand-hie-synthetic@3"


def model(
    metric: str,
    value: float | None,
    bounds: tuple[float, float] | None = None,
    *,
    name: str = BOOSTING,
    n: int = 2547,
    cause: str | None = None,
    **more: object,
) -> MeasurementFacts:
    """A figure of one model for the target "health"."""
    stated = {"target": "health", "score": "ROC AUC", "estimator": "Forest", "train_rows": 5094}
    return measurement(
        metric,
        metric,
        value,
        bounds,
        scope=(name,),
        interval="jackknife-t-95",
        n=n,
        unit="ratio",
        parameters={} if cause else {**stated, **more},
        cause=cause,
    )


def models(ratio: MeasurementFacts | None = None) -> tuple[MeasurementFacts, ...]:
    """Gradient boosting that loses a tenth, and a linear model that loses nothing for sure."""
    return (
        model("utility.tstr.score", 0.7132, (0.6891, 0.7364)),
        model("utility.trtr.score", 0.7811, (0.7599, 0.8012)),
        ratio or model("utility.tstr.ratio", 0.9131, (0.8824, 0.9427)),
        model("utility.tstr.score", 0.7501, (0.7291, 0.7704), name=LINEAR),
        model("utility.trtr.score", 0.7533, (0.7301, 0.7752), name=LINEAR),
        model("utility.tstr.ratio", 0.9958, (0.9821, 1.0093), name=LINEAR),
        model("utility.augmentation.gain", -0.0121, (-0.0204, -0.0031)),
        model(
            "utility.importance.agreement",
            0.41,
            (0.22, 0.57),
            ceiling=0.85,
            top_real=["age", "income"],
            top_synthetic=["income", "coinsurance"],
        ),
        excess(0.0021, (-0.0034, 0.0076)),
    )


def excess(value: float, bounds: tuple[float, float]) -> MeasurementFacts:
    """Copies of training rows beyond chance."""
    return measurement(
        "privacy.exact_match.excess",
        "Identical rows beyond chance",
        value,
        bounds,
        interval="bonett-price-95",
        direction="lower",
        unit="share difference",
    )


def auc(value: float | None, bounds: tuple[float, float] | None = None) -> MeasurementFacts:
    """Membership inference; None where it could not be measured."""
    return measurement(
        "privacy.mia.auc",
        "Membership inference",
        value,
        bounds,
        scope=("density-ratio",),
        interval="delong-logit-95",
        direction="lower",
        unit="AUC",
        parameters={} if value is None else {"chance": 0.5},
        cause="too few rows" if value is None else None,
    )


def dcr(value: float, bounds: tuple[float, float]) -> MeasurementFacts:
    """The share of synthetic rows that lie closer to training rows than to others."""
    return measurement(
        "privacy.dcr.share",
        "Closer to training than to holdout",
        value,
        bounds,
        interval="wilson-clustered-95",
        direction="lower",
        unit="share",
    )


ATTACKS = (
    risk("privacy.singling_out", "Singling out", 0.041, (0.0, 0.094), rates=(0.112, 0.074, 0.031)),
    risk("privacy.linkability", "Linkability", 0.0, (0.0, 0.021), rates=(0.018, 0.02, 0.02)),
    risk(
        "privacy.inference",
        "Inference",
        0.157,
        (0.092, 0.223),
        rates=(0.714, 0.661, 0.602),
        scope=("income",),
    ),
    auc(0.503, (0.489, 0.517)),
    dcr(0.52, (0.49, 0.55)),
    excess(0.0021, (-0.0034, 0.0076)),
)


def with_figures(*figures: object, **changes: object) -> VersionFacts:
    """The example whose one evaluation has these figures and `models`, unless changed."""
    run = replace(evaluation(), measurements=models(), figures=figures, **changes)
    return replace(quality_facts(), evaluations=(run,))


def measured(*measurements: MeasurementFacts, **changes: object) -> VersionFacts:
    """The example with these measurements, and other facts changed."""
    run = replace(evaluation(), measurements=measurements, figures=())
    return replace(quality_facts(), evaluations=(run,), **changes)


def claim(epsilon: float, unit: str = "person") -> ClaimFacts:
    """A claim per person under add-remove."""
    return ClaimFacts(epsilon, 1e-6, unit, "add-remove")


def compared(
    fidelity: float, ratio: tuple[float, float, float], mia: tuple[float, float, float] | None
) -> tuple[MeasurementFacts, ...]:
    """What a version is compared by; (low, value, high) where there is an interval."""
    low, value, high = ratio
    return (
        measurement("fidelity.quality", "Overall quality", fidelity),
        model("utility.tstr.ratio", value, (low, high)),
        *((auc(mia[1], (mia[0], mia[2])),) if mia else ()),
    )


def sibling(label: str, **changes: object) -> SiblingFacts:
    """A version of the source with an epsilon of 3 and good figures."""
    one = SiblingFacts(
        label=label,
        state="evaluated",
        generator="aim",
        claim=claim(3.0),
        unclaimed="",
        audited="not audited",
        audiences=(),
        informed=(),
        measurements=compared(0.93, (0.88, 0.91, 0.94), (0.48, 0.50, 0.52)),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


SIBLINGS = (
    sibling(
        "rand-hie-synthetic@1",
        claim=None,
        unclaimed="the card claims no guarantee",
        audiences=("partner",),
        measurements=compared(0.97, (0.95, 0.97, 0.99), (0.57, 0.59, 0.61)),
    ),
    sibling(
        "rand-hie-synthetic@2",
        claim=claim(1.0),
        informed=(LABEL,),
        measurements=compared(0.88, (0.80, 0.84, 0.88), (0.48, 0.50, 0.52)),
    ),
    sibling(LABEL, audiences=("internal",)),
)


def blocks_of(document: Document, anchor: str) -> tuple[Block, ...]:
    """The blocks of a section that there must be."""
    section = document.section(anchor)
    assert section is not None
    return section.blocks


def callouts_of(document: Document) -> list[Callout]:
    """The verdicts that come first."""
    return [one for one in blocks_of(document, "verdict") if isinstance(one, Callout)]


def figures_of(document: Document, anchor: str) -> list[Figure]:
    """The figures of a section, those of galleries too."""
    found: list[Figure] = []
    for one in blocks_of(document, anchor):
        found += [one] if isinstance(one, Figure) else []
        found += one.figures if isinstance(one, Gallery) else []
    return found


def tables_of(document: Document, anchor: str) -> list[Table]:
    """The tables of a section, without those behind figures."""
    return [one.table for one in blocks_of(document, anchor) if isinstance(one, Rows)]


def said_in(document: Document, anchor: str) -> str:
    """The sentences of a section, a line each."""
    return "\n".join(_sentences(blocks_of(document, anchor)))


def _sentences(blocks: tuple[Block, ...]) -> Iterator[str]:
    for one in blocks:
        match one:
            case Words():
                yield one.text
            case Items():
                yield from one.texts
            case Callout():
                yield from (one.word, one.about, one.sentence, *one.reasons)


def absent_in(document: Document, anchor: str) -> list[str]:
    """What a section says is missing."""
    words = (one for one in blocks_of(document, anchor) if isinstance(one, Words))
    return [one.text for one in words if one.tone == "absent"]
