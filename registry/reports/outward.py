"""What the certificate and the card say alike: the guarantee, the bands, and who disclosed."""

from __future__ import annotations

from typing import Final

from registry.ledger.wording import as_it_is, at_orders
from registry.reports.bands import BANDS, DISCLOSED_AS, EXPLAINED, Banded
from registry.reports.document import Block, Rows, Words
from registry.reports.numbers import moment, plural, sentence_case, words
from registry.reports.outside_facts import DisclosureFacts, GuaranteeFacts
from registry.reports.table import Row, table

NOT_COVERED: Final = (
    "Epsilon covers the generator. It covers neither these measurements nor the choice to release."
)
NO_GUARANTEE: Final = (
    "No differential privacy is claimed: nothing bounds what the data can tell of one person, and "
    "what protects is what the measured attacks did not achieve."
)
WITHHELD: Final = "Exact figures are withheld: measurements of real rows tell of those rows."


def guaranteed(guarantee: GuaranteeFacts | None) -> str:
    """The guarantee in a sentence, as a claim."""
    if guarantee is None:
        return NO_GUARANTEE
    about = f"per {guarantee.unit} under {guarantee.relation} neighbours"
    said = f"The generator claims {amount(guarantee)} differential privacy, {about}"
    return f"{said} ({words(guarantee.mechanism)}); the claim is {guarantee.audited}."


def amount(guarantee: GuaranteeFacts) -> str:
    """``epsilon 3 and delta 1e-05``, or what is claimed instead."""
    own = ("rho", guarantee.rho) if guarantee.epsilon is None else ("epsilon", guarantee.epsilon)
    stated = (own, ("delta", guarantee.delta))
    parts = [f"{name} {as_it_is(value)}" for name, value in stated if value]
    if guarantee.renyi:
        parts.append(at_orders(guarantee.renyi))
    return " and ".join(parts) or words(guarantee.variant)


def figures_said(disclosure: DisclosureFacts | None) -> str:
    """Whether figures stand beside the bands, and by whose leave."""
    if disclosure is None:
        return WITHHELD
    return f"{DISCLOSED_AS} It was {disclosure.by}, on {moment(disclosure.at)}."


def by_metric(bands: tuple[Banded, ...]) -> tuple[Block, ...]:
    """A row for each metric, with its figure where one was disclosed."""
    if not bands:
        return (Words("Measured results: not evaluated, for there is no decision.", "absent"),)
    shown = any(one.figure for one in bands)
    rows = tuple(_metric(one, shown) for one in bands)
    heads = "What was asked | Demand | Result" + (" | Least figure" if shown else "")
    return (
        Words(EXPLAINED, "note"),
        Rows(table("How the results stand to the policies", heads, rows, len(rows))),
    )


def _metric(one: Banded, shown: bool) -> Row:
    where = f", the least of {one.places}" if one.places > 1 else ""
    row = (
        f"{one.name}{where}",
        "; ".join(one.asked) or "what the policies permit",
        sentence_case(band_said(one)),
    )
    return (*row, one.figure or "none") if shown else row


def band_said(one: Banded) -> str:
    """The band, and what was waived."""
    if not one.waived:
        return one.band
    return f"{one.band}, waived by {' and '.join(one.waived)}"


def by_family(bands: tuple[Banded, ...]) -> tuple[Row, ...]:
    """A row for each family: its least band, how many demands, and the least figure of that."""
    families: dict[str, list[Banded]] = {}
    for one in bands:
        families.setdefault(one.family, []).append(one)
    return tuple(_family(name, found) for name, found in families.items())


def _family(name: str, found: list[Banded]) -> Row:
    least = min(found, key=lambda one: BANDS.index(one.band))
    waived = tuple(dict.fromkeys(each for one in found for each in one.waived))
    said = least.band + (f", waived by {' and '.join(waived)}" if waived else "")
    asked = plural(len(found), "demand")
    return name, asked, sentence_case(said), f"{least.name}: {least.figure}" if least.figure else ""
