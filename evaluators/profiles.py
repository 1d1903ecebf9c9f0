"""Profiles: which metrics a run measures. A metric means the same number in every profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from evaluators.catalogue import CATALOGUE, MetricInfo

Profile: TypeAlias = Literal["quick", "standard", "full"]
PROFILES: Final[tuple[Profile, ...]] = ("quick", "standard", "full")
SECONDS: Final[dict[Profile, float]] = {"quick": 120.0, "standard": 900.0, "full": 7200.0}


def chosen(
    profile: Profile, *, probe: bool = False, own: Sequence[MetricInfo] = ()
) -> list[MetricInfo]:
    """The metrics of a profile in the catalogue's order, the probes if asked for, then one's own.

    Claims are no metrics to measure. Raises ``ValueError`` for an unknown profile or an id twice.
    """
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}; one of {', '.join(PROFILES)}")
    wanted = {*PROFILES[: PROFILES.index(profile) + 1], *(["probe"] if probe else [])}
    found = [one for one in CATALOGUE.values() if one.evaluator and one.profile in wanted]
    taken = {one.id for one in CATALOGUE.values()}
    for one in own:
        if one.id in taken:
            raise ValueError(f"the metric id {one.id!r} is taken; give your own another name")
        taken.add(one.id)
    return [*found, *own]
