"""The catalogue of metrics, for people who write policies."""

from dataclasses import asdict

from registry.errors import NotFound
from registry.marked_yaml import suggestion


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
