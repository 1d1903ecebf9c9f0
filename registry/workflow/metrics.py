"""The catalogue of metrics, for people who write policies."""

from dataclasses import asdict
from typing import Final

from registry.errors import NotFound
from registry.marked_yaml import suggestion
from registry.policy.known import KnownMetric

_SHARE: Final = (0.0, 1.0)
_DIFFERENCE: Final = (-1.0, 1.0)
_LIMITS: Final[dict[str, tuple[float | None, float | None]]] = {
    **dict.fromkeys(("share", "score", "F1", "AUC", "risk", "delta"), _SHARE),
    "share of metrics that moved": _SHARE,
    **dict.fromkeys(("share difference", "difference of shares", "correlation"), _DIFFERENCE),
    "AUC or R2": (None, 1.0),
    "epsilon": (0.0, None),
}
"""What no value of a unit is beyond. R2 has no lower limit, and a ratio none at all."""


def metrics() -> list[dict[str, object]]:
    """Every metric with its definition."""
    from evaluators.catalogue import CATALOGUE

    return [
        asdict(info) | {"places": [" x ".join(place) for place in info.places]}
        for info in CATALOGUE.values()
    ]


def metric(name: str) -> dict[str, object]:
    """One metric; raises `NotFound` with the nearest."""
    found = {str(one["id"]): one for one in metrics()}
    if name not in found:
        raise NotFound(
            f"there is no metric {name!r}",
            expected=suggestion(name, found),
            todo="see `registry metrics list`",
        )
    return found[name]


def known_metrics() -> dict[str, KnownMetric]:
    """The evaluators' catalogue as the policy loader needs it."""
    from evaluators.catalogue import CATALOGUE

    return {
        info.id: KnownMetric(
            info.id,
            info.scope,
            info.sampled,
            info.kinds,
            info.places,
            info.direction,
            *_LIMITS.get(info.unit, (None, None)),
        )
        for info in CATALOGUE.values()
    }


def metric_titles() -> dict[str, str]:
    """The title of every metric, by id."""
    from evaluators.catalogue import CATALOGUE

    return {info.id: info.title for info in CATALOGUE.values()}
