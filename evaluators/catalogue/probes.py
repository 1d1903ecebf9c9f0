"""Probes: altered tables that must move the metrics, measured on request."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="probe.response",
        title="Metrics answer a known alteration",
        definition=1,
        direction="higher",
        unit="share of metrics that moved",
        scope="probe",
        sampled=False,
        minimum_n=100,
        describes="Tables are altered in a way whose effect is known (a verbatim copy, an "
        "independent sample, a shifted column, a shuffled one, missing values, shuffled labels) "
        "and measured again. Where a metric does not move as it must, it cannot be trusted on "
        "these tables.",
        formula="metrics that moved as they must / metrics probed; one that is not measurable "
        "has not moved",
        source="positive and negative controls: Lipsitch, Tchetgen Tchetgen and Cohen (2010), "
        "Epidemiology 21, 383-388",
        evaluator="evaluators.probing.response:response",
        places=(("copy",), ("independent",), ("shift",), ("shuffle",), ("missing",), ("labels",)),
        profile="probe",
    ),
)
