"""The two worlds that an audit's scores come from: what a claim says cannot be told apart.

Scores from other worlds contradict nothing: a claim by one privacy unit says less of many, and one
by replacement nothing of data with a unit left out.
"""

from collections.abc import Mapping

from registry.card import GuaranteeCard
from registry.errors import InvalidInput
from registry.ledger.contradiction import OneRun, Plan

_OTHERS = {
    "add-remove": "they are left out",
    "replace-one": "those of another {} are in their place",
}


def claimed_of(guarantee: GuaranteeCard) -> dict[str, str]:
    """Whose data a claim is of and between which neighbours, as a plan holds them."""
    return {
        "privacyUnit": guarantee.privacy_unit,
        "neighbouringRelation": guarantee.neighbouring_relation,
    }


def sentence(design: Mapping[str, object]) -> str:
    """Where the scores of members and others come from, by a stored design."""
    unit = design.get("privacyUnit")
    others = _OTHERS.get(str(design.get("neighbouringRelation")))
    if unit is None or others is None:
        return "the plan does not say"
    return f"member 1: all records of one {unit} are in the data; member 0: {others.format(unit)}"


def require_worlds(plan: Plan, guarantee: GuaranteeCard) -> None:
    """Raise `InvalidInput` for one run where units are replaced.

    The bound of Steinke, Nasr and Jagielski (2023) is for units put in or left out by coin.
    """
    if isinstance(plan, OneRun) and guarantee.neighbouring_relation == "replace-one":
        raise InvalidInput(
            "the claim is by replace-one, and one-run tells who was put in from who was left out",
            expected="a claim by add-remove",
            todo="audit it with --method many-run, another put in each time in place of the one",
        )
