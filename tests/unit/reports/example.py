"""One version with everything a report must show: a denial, an allowance, gaps and sign-offs."""

from __future__ import annotations

from math import inf

from registry.policy.engine import Finding, PolicyRef
from registry.reports.cost_facts import (
    AudienceFacts,
    BudgetFacts,
    ClaimFacts,
    CostFacts,
    EntryFacts,
    MethodFacts,
    StepFacts,
)
from registry.reports.facts import (
    DecisionFacts,
    EvaluationFacts,
    MeasurementFacts,
    ReleaseFacts,
    SignOffFacts,
    SourceFacts,
    VersionFacts,
)
from tests.unit.reports.example_figures import FIGURES

COLUMNS = ("age", "coinsurance", "income", "visits", "health")
POLICY = PolicyRef("health-tabular-external", "2.1.0", "sha256:" + "c" * 64)


def measurement(
    metric: str,
    title: str,
    value: float | None,
    bounds: tuple[float, float] | None = None,
    *,
    scope: tuple[str, ...] = (),
    interval: str = "exact",
    n: int | None = 5094,
    direction: str = "higher",
    unit: str = "score",
    parameters: dict[str, object] | None = None,
    cause: str | None = None,
) -> MeasurementFacts:
    """A measurement; with a ``cause`` instead of a value it is not measurable."""
    low, high = bounds or (value, value)
    return MeasurementFacts(
        metric=metric,
        title=title,
        definition=1,
        scope=scope,
        status="measured" if cause is None else "not-measurable",
        value=value,
        low=low,
        high=high,
        interval=interval,
        n=n,
        direction=direction,
        unit=unit,
        parameters=parameters or {},
        cause=cause,
    )


def shape(column: str, value: float) -> MeasurementFacts:
    """A column's shape with a ceiling."""
    return measurement(
        "fidelity.shape", "Column shape", value, scope=(column,), parameters={"ceiling": 0.988}
    )


def trend(pair: tuple[str, str], value: float) -> MeasurementFacts:
    """A pair's trend with a ceiling."""
    return measurement(
        "fidelity.trend", "Column pair trend", value, scope=pair, parameters={"ceiling": 0.979}
    )


def risk(
    metric: str,
    title: str,
    value: float,
    bounds: tuple[float, float],
    rates: tuple[float, float, float],
    scope: tuple[str, ...] = (),
) -> MeasurementFacts:
    """An attack's residual risk with its three rates."""
    attack, control, baseline = rates
    return measurement(
        metric,
        title,
        value,
        bounds,
        scope=scope,
        interval="anonymeter-95",
        n=500,
        direction="lower",
        unit="risk",
        parameters={
            "attack_rate_wilson": attack,
            "control_rate_wilson": control,
            "baseline_rate_wilson": baseline,
            "attack_beats_baseline": attack > baseline,
        },
    )


MEASUREMENTS = (
    measurement(
        "sdmetrics.quality", "SDMetrics quality score", 0.8713, parameters={"ceiling": 0.984}
    ),
    measurement(
        "sdmetrics.column_shapes", "SDMetrics column shapes", 0.9231, parameters={"ceiling": 0.988}
    ),
    measurement("sdmetrics.diagnostic", "SDMetrics diagnostic score", 1.0),
    shape("age", 0.9617),
    shape("coinsurance", 0.9412),
    shape("income", 0.7741),
    measurement(
        "fidelity.shape",
        "Column shape",
        None,
        scope=("visits",),
        cause="the synthetic column is constant",
    ),
    trend(("age", "income"), 0.6214),
    trend(("age", "coinsurance"), 0.9302),
    trend(("coinsurance", "income"), 0.8827),
    measurement(
        "utility.tstr.score",
        "Train on synthetic, test on real",
        0.7132,
        (0.6891, 0.7364),
        interval="bootstrap-95",
        unit="AUC",
        n=2547,
    ),
    measurement(
        "utility.trtr.score",
        "Train on real, test on real",
        0.7811,
        (0.7599, 0.8012),
        interval="bootstrap-95",
        unit="AUC",
        n=2547,
    ),
    measurement(
        "utility.tstr.ratio",
        "TSTR over TRTR",
        0.9131,
        (0.8824, 0.9427),
        interval="bootstrap-95",
        unit="ratio",
        n=2547,
    ),
    measurement(
        "privacy.exact_match.excess",
        "Identical rows beyond chance",
        0.0021,
        (-0.0034, 0.0076),
        interval="bonett-price-jackknife-95",
        direction="lower",
        unit="share difference",
    ),
    risk(
        "privacy.singling_out",
        "Singling out risk",
        0.0412,
        (0.0, 0.0935),
        rates=(0.112, 0.0739, 0.031),
    ),
    risk("privacy.linkability", "Linkability risk", 0.0, (0.0, 0.0214), rates=(0.018, 0.02, 0.02)),
    risk(
        "privacy.inference",
        "Inference risk",
        0.1573,
        (0.0921, 0.2225),
        rates=(0.714, 0.661, 0.602),
        scope=("income",),
    ),
)

HISTOGRAMS = (
    {
        "column": "age",
        "kind": "numeric",
        "bins": [
            {"label": label, "real": real, "synthetic": synthetic}
            for label, real, synthetic in (
                ("< 5", 412, 371),
                ("5 to < 10", 498, 520),
                ("10 to < 15", 521, 502),
                ("15 to < 20", 488, 467),
                ("20 to < 25", 452, 498),
                ("25 to < 30", 561, 530),
                ("30 to < 35", 540, 561),
                ("35 to < 40", 431, 470),
                ("40 to < 45", 366, 341),
                ("45 to < 50", 311, 330),
                ("50 to < 55", 274, 262),
                (">= 55", 240, 242),
            )
        ],
    },
    {
        "column": "health",
        "kind": "categorical",
        "bins": [
            {"label": "excellent", "real": 2781, "synthetic": 2401},
            {"label": "good", "real": 1844, "synthetic": 2122},
            {"label": "fair, or not stated at the first visit", "real": 391, "synthetic": 498},
            {"label": "other", "real": 78, "synthetic": 73},
        ],
    },
    {
        "column": "income",
        "kind": "numeric",
        "bins": [
            {"label": "< 2000", "real": 880, "synthetic": 210},
            {"label": "2000 to < 6000", "real": 1310, "synthetic": 2004},
            {"label": "6000 to < 10000", "real": 1604, "synthetic": 2120},
            {"label": "10000 to < 14000", "real": 912, "synthetic": 720},
            {"label": ">= 14000", "real": 388, "synthetic": 40},
        ],
    },
    {"column": "visits", "kind": "numeric", "bins": []},
)


def evaluation(*, admissible: bool = True, digest: str = "d", seed: int = 7) -> EvaluationFacts:
    """An evaluation with every measurement of this example."""
    return EvaluationFacts(
        digest="sha256:" + digest * 64,
        admissible=admissible,
        seed=seed,
        target="health",
        at="2026-03-01T09:30:00.000000Z",
        by="Grace Hopper",
        tools={"sdmetrics": "0.32.0", "anonymeter": "1.1.0"},
        measurements=MEASUREMENTS,
        histograms=HISTOGRAMS,
        figures=FIGURES,
    )


def finding(
    rule: str,
    title: str,
    outcome: str,
    observed: str | float | None,
    expected: str,
    margin: float | None,
    message: str,
    *,
    scope: tuple[str, ...] = (),
    remediation: str | None = None,
) -> Finding:
    """A finding of the example's policy."""
    return Finding(
        rule=rule,
        title=title,
        policy=POLICY,
        origin=None,
        line=12,
        outcome=outcome,  # type: ignore[arg-type]
        verdict=outcome,  # type: ignore[arg-type]
        level="enforce",
        severity="high",
        scope=scope,
        observed=observed,
        expected=expected,
        margin=margin,
        evidence_id="sha256:" + "d" * 64,
        said=message,
        remediation=remediation,
    )


FINDINGS = (
    finding(
        "UTL-001",
        "Models trained on it keep their score",
        "pass",
        0.8824,
        "at least 0.85",
        0.0324,
        "the lower bound of utility.tstr.ratio is 0.8824, at least 0.85 is required "
        "(0.0324 to spare)",
    ),
    finding(
        "PRV-003",
        "A secret cannot be inferred",
        "fail",
        0.2225,
        "below 0.2",
        -0.0225,
        "the upper bound of privacy.inference[income] is 0.2225, below 0.2 is required "
        "(over by 0.0225)",
        scope=("income",),
        remediation="Lower epsilon, or leave the column out.",
    ),
    finding(
        "FID-001",
        "Every column keeps its shape",
        "missing",
        None,
        "at least 0.7",
        None,
        "fidelity.shape[visits] is not measurable: the synthetic column is constant",
        scope=("visits",),
    ),
)


def decision(
    outcome: str, audience: str, request: str | None, findings: tuple[Finding, ...]
) -> DecisionFacts:
    """A decision on model development for one audience."""
    return DecisionFacts(
        request=request,
        state="released" if outcome == "allow" else "submitted",
        use="model-development",
        audience=audience,
        jurisdiction="EU",
        outcome=outcome,
        digest="sha256:" + "e" * 64,
        at="2026-03-01T10:00:00.000000Z",
        policies=(POLICY,),
        findings=findings,
    )


def signoff(name: str, role: str) -> SignOffFacts:
    """An approval of R-17."""
    return SignOffFacts(
        request="R-17",
        name=name,
        role=role,
        meaning="approve",
        reason="the residual risk is acceptable inside the house",
        at="2026-03-02T08:15:30.000000Z",
        authentication="password and one-time code",
    )


SOURCE = SourceFacts(
    name="rand-hie",
    title="RAND Health Insurance Experiment",
    classification="special-category",
    modality="tabular",
    state="confirmed",
    confirmed_by="Ada Lovelace",
    confirmed_at="2026-02-20T12:00:00.000000Z",
    training_rows=5094,
    holdout_rows=2547,
    training_digest="sha256:" + "1" * 64,
    holdout_digest="sha256:" + "2" * 64,
)


BUDGET = BudgetFacts(
    label="B-2",
    epsilon=8.0,
    delta=1e-5,
    unit="person",
    relation="add-remove",
    method="basic",
    until="2026-12-31",
    reason="two tables a year",
    declared_by="Ada Lovelace",
    signed_by="Katherine Johnson",
    state="in force",
    remaining=2.0,
)


def entry(
    number: int, kind: str, version: int, audience: str | None = None, epsilon: float | None = 3.0
) -> EntryFacts:
    """An entry of the example's ledger; without an epsilon it claims no guarantee."""
    return EntryFacts(
        number=number,
        kind=kind,
        label=f"rand-hie-synthetic@{version}",
        audience=audience,
        epsilon=epsilon,
        delta=None if epsilon is None else 1e-6,
        rho=None,
        counted=epsilon is not None,
        why="the card claims no guarantee" if epsilon is None else "",
        amended=False,
        event=10 + number,
    )


def cost_facts() -> CostFacts:
    """Two private versions inside the house, and one without a guarantee at a partner's."""
    return CostFacts(
        source="rand-hie",
        entries=(
            entry(1, "run", 1, epsilon=None),
            entry(2, "run", 2),
            entry(3, "run", 3),
            entry(4, "exposure", 1, "partner", epsilon=None),
            entry(5, "exposure", 2, "internal"),
            entry(6, "exposure", 3, "internal"),
            entry(7, "informed", 2, "internal"),
        ),
        audiences=(
            AudienceFacts(
                name="internal",
                budget=BUDGET,
                epsilon=6.0,
                delta=2e-6,
                why="epsilon 6 and delta 2e-06 of internal, within the budget",
                unbounded_by=(),
                steps=(
                    StepFacts(5, "rand-hie-synthetic@2", 3.0),
                    StepFacts(6, "rand-hie-synthetic@3", 6.0),
                ),
            ),
            AudienceFacts(
                name="partner",
                budget=None,
                epsilon=inf,
                delta=1.0,
                why="Nothing bounds the sum.",
                unbounded_by=("rand-hie-synthetic@1",),
                steps=(StepFacts(4, "rand-hie-synthetic@1", inf),),
            ),
        ),
        methods=(
            MethodFacts("internal", "basic", 6.0, 2e-6, True, "The epsilons add up."),
            MethodFacts("internal", "pld", 4.91234, 1e-5, False, "For comparison only."),
            MethodFacts("partner", "basic", inf, 1.0, True, "Nothing bounds the sum."),
            MethodFacts("partner", "pld", inf, 1.0, False, "Nothing bounds the sum."),
        ),
        claim=ClaimFacts(3.0, 1e-6, "person", "add-remove"),
        unclaimed="",
        audited="not audited",
        audits=(),
    )


def quality_facts() -> VersionFacts:
    """The whole example: denied to a partner, released inside the house."""
    return VersionFacts(
        dataset="rand-hie-synthetic",
        version=3,
        title="Health insurance visits, synthetic",
        description="Visits and self-rated health of insured people, one row a person and year.",
        rows=5094,
        columns=COLUMNS,
        content_digest="sha256:" + "a" * 64,
        file_digest="sha256:" + "b" * 64,
        registered_at="2026-03-01T09:00:00.000000Z",
        registered_by="Grace Hopper",
        source=SOURCE,
        generator={"name": "aim", "version": "1.2", "parameters": {"rounds": 40}, "seed": None},
        guarantee={"variant": "approximate", "epsilon": 3.0, "delta": 1e-6},
        intended_uses=("software-testing",),
        out_of_scope_uses=("individual-decisions",),
        limitations=("Children under five are under-represented.",),
        biases=("Only six sites of one country were sampled.",),
        evaluations=(evaluation(), evaluation(admissible=False, digest="f", seed=424242)),
        decisions=(
            decision("deny", "partner", "R-18", FINDINGS),
            decision("allow", "internal", "R-17", FINDINGS[:1]),
        ),
        signoffs=(
            signoff("Ada Lovelace", "steward"),
            signoff("Katherine Johnson", "privacy-officer"),
        ),
        releases=(
            ReleaseFacts(
                id="REL-4",
                request="R-17",
                recipient="Actuarial team",
                use="model-development",
                audience="internal",
                state="in-force",
                released_at="2026-03-02T09:00:00.000000Z",
                released_by="Alan Turing",
                expires_on="2027-03-02",
            ),
        ),
        costs=cost_facts(),
        local_mode=False,
        printed_at="2026-03-03T07:00:00.000000Z",
    )
