"""An entry for the differential privacy deployments registry of OpenDP, as YAML.

Fields, words and tiers are those of ``schemas/deployments-schema.yaml`` in
github.com/opendp/deployments-registry-data (read at commit 057e5d81), after Ghazi, Nanayakkara and
Vadhan, "Practitioners' Perspectives on a Differential Privacy Deployment Registry" (2025). It is a
draft to be completed: what is not recorded is left out and named in the comment on top, for a
guess would read as a statement. All texts are Markdown there, so ours are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from registry.card import GuaranteeCard
from registry.exchange.facts import Record
from registry.exchange.format import Demand, Format, Place
from registry.exchange.text import Body, covered, known, markdown, sentences, use, yaml_text
from registry.reports.bands import EXPLAINED
from registry.reports.card import SYNTHETIC
from registry.reports.outward import band_said

VARIANTS: Final = {
    "pure": "Pure DP",
    "approximate": "Approximate DP",
    "zcdp": "Zero-concentrated DP",
    "renyi": "Renyi DP",
}
RELATIONS: Final = {
    "add-remove": "Two tables are adjacent if one is the other with all rows of one {unit} added.",
    "replace-one": "Two tables are adjacent if they differ in the rows of one {unit}, which are "
    "replaced by others.",
}
ACCOUNTED: Final = {True: "accounted for", False: "not accounted for", None: "not stated"}
CENTRAL: Final = (
    "Inferred, not recorded: the generator read one table of real rows that its holder had "
    "collected."
)
TOP: Final = """\
# A draft for the differential privacy deployments registry (registry.opendp.org).
# Not known to the registry that wrote it, to be filled in before it is submitted:
"""


def opendp(record: Record) -> str:
    """The entry under a comment that names what was not known."""
    missing = "".join(f"#   {one.target}: {one.instead}\n" for one in _demanded(record))
    return TOP + missing + yaml_text(_escaped(_entry(record)))


def _entry(record: Record) -> Body:
    claim = record.card.guarantee
    assert claim is not None, "a version without a guarantee does not fit"
    return {
        "url_slug": re.sub(r"[^a-z0-9]+", "-", record.label),
        "deployment": {
            "basic": _basic(record),
            "dp_variant": {
                "variant_name": VARIANTS[claim.variant],
                "data_domain": f"Tables with the columns {', '.join(record.outside.columns)}.",
            },
            "privacy_loss": _loss(claim),
            "deployment_model": _model(record),
            "implementation": _implementation(record, claim),
            "administrative": {"status": "Draft", "tier": 2},
        },
    }


def _basic(record: Record) -> Body:
    card, regions = record.card, _regions(record)
    return {
        "name": record.outside.title,
        "data_curators": [{"data_curator_name": card.people.owner}] if card.people.owner else None,
        "description": card.description or SYNTHETIC,
        "intended_use": ", ".join(map(use, card.uses.intended)),
        "data_product_type": "Synthetic data",
        "data_product_region": f"Released under the law of: {regions}." if regions else None,
        "publication_date": _published(record),
    }


def _regions(record: Record) -> str:
    return ", ".join(dict.fromkeys(one.jurisdiction for one in record.releases if one.jurisdiction))


def _published(record: Record) -> str | None:
    return min((one.released_at[:10] for one in record.releases), default=None)


def _loss(claim: GuaranteeCard) -> Body:
    return {
        "privacy_unit": claim.privacy_unit,
        "privacy_unit_details": RELATIONS[claim.neighbouring_relation].format(
            unit=claim.privacy_unit
        ),
        "privacy_parameters": {"epsilon": claim.epsilon, "delta": claim.delta, "rho": claim.rho},
        "privacy_parameters_details": sentences(_parameters(claim)),
    }


def _parameters(claim: GuaranteeCard) -> Iterator[str]:
    if claim.contributions:
        yield f"At most {claim.contributions} records of one unit count."
    if claim.renyi:
        points = ", ".join(f"{one.epsilon:g} at order {one.order:g}" for one in claim.renyi)
        yield f"Renyi divergence at most {points}."
    for part in claim.components:
        yield f"Of it, {part.name} has epsilon {part.epsilon:g}."


def _model(record: Record) -> Body:
    return {
        "model_name": "Central",
        "model_name_details": CENTRAL,
        "release_type": "One release",
        "release_type_details": sentences(_releases(record)),
        "data_source_type": "Static",
        "data_source_type_details": "The real tables are fixed by the digests of their content.",
        "access_type": "Non-interactive",
        "access_type_details": "The product is a file of synthetic rows.",
    }


def _releases(record: Record) -> Iterator[str]:
    yield "This entry is of one file; other versions of the source have entries of their own."
    for one in record.releases:
        where = f" in {one.jurisdiction}" if one.jurisdiction else ""
        until = f"{one.state} through {one.expires_on} (UTC)"
        yield f"{one.id}: {use(one.use)}, audience {one.audience}{where}, {until}."


def _implementation(record: Record, claim: GuaranteeCard) -> Body:
    tuning, before = ACCOUNTED[claim.tuning_accounted], ACCOUNTED[claim.preprocessing_accounted]
    return {
        "preprocessing_and_hyperparameter_tuning": (
            f"What tuning spent is {tuning}; what preprocessing spent is {before}."
        ),
        "mechanisms": sentences(_mechanisms(record, claim)),
        "composition": sentences([claim.accountant or "", claim.accountant_version or ""]),
        "justification": claim.justification,
        "utility": sentences(_utility(record)),
        "additional_information": sentences(_besides(record)),
    }


def _mechanisms(record: Record, claim: GuaranteeCard) -> Iterator[str]:
    made = record.card.generator
    yield f"{claim.mechanism}, by {made.name} {made.version} ({made.family})."
    yield claim.mechanism_detail or ""
    for name in ("noise", "sensitivity", "sampling", "steps"):
        value = getattr(claim, name)
        yield f"{name.capitalize()}: {value:g}." if value is not None else ""
    yield f"Code: {made.code_commit}." if made.code_commit else ""


def _utility(record: Record) -> Iterator[str]:
    if not record.outside.bands:
        return
    yield EXPLAINED
    for one in record.outside.bands:
        figure = f" ({one.figure})" if one.figure else ""
        yield f"{one.name}: {band_said(one)}{figure}."


def _besides(record: Record) -> Iterator[str]:
    yield covered(record.outside.guarantee)
    yield f"{record.outside.withdrawn}." if record.outside.withdrawn else ""
    yield from (f"Limitation: {text}" for text in record.card.limitations)
    yield from (f"Bias: {text}" for text in record.card.biases)
    yield f"File {record.outside.file_digest}, written {record.outside.printed_at}."


def _escaped(value: object) -> Body:
    """Every text as Markdown that shows the same characters, but for the words of the schema."""
    made = _marked(known(value), "")
    assert isinstance(made, dict)
    return made


_CODED: Final = frozenset({"url_slug", "publication_date"})


def _marked(value: object, key: str) -> object:
    if isinstance(value, Mapping):
        return {name: _marked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner, key) for inner in value]
    return markdown(value) if isinstance(value, str) and key not in _CODED else value


def _demands(record: Record) -> tuple[Demand, ...]:
    return tuple(_demanded(record))


def _demanded(record: Record) -> Iterator[Demand]:
    if not record.card.people.owner:
        yield Demand("data_curator_name", "left out, the card names no owner")
    yield Demand("data_curator_type", "left out, the record does not say")
    if not record.card.uses.intended:
        yield Demand("intended_use", "left out, the makers state none")
    if not _regions(record):
        yield Demand("data_product_region", "left out, no release names a jurisdiction")
    yield Demand("data_product_sector", "left out, the record does not say")
    if not record.releases:
        yield Demand("publication_date", "left out, it was not released")
    yield Demand("number_of_privacy_units", "withheld, it is a figure of the real data")
    yield Demand("unprotected_quantities", "left out, the record does not say")
    yield Demand("trust_assumptions", "left out, the record does not say")
    yield Demand("post_processing", "left out, the record does not say")
    yield Demand("evidence_sources", "left out, the record names no publication")
    yield Demand("registry_authors", "left out, whoever submits the entry is its author")


def _fits(record: Record) -> str | None:
    if record.card.guarantee is None:
        return "its card claims no differential privacy, so there is no deployment to tell of"
    return None


_SENTENCE: Final = "In a sentence."
_SAID: Final = {
    "card.guarantee.neighbouring_relation": "privacy_unit_details",
    "card.guarantee.renyi.order": "privacy_parameters_details",
    "card.guarantee.renyi.epsilon": "privacy_parameters_details",
    "card.guarantee.components.name": "privacy_parameters_details",
    "card.guarantee.components.epsilon": "privacy_parameters_details",
    "card.guarantee.contributions": "privacy_parameters_details",
    "card.guarantee.mechanism": "mechanisms",
    "card.guarantee.mechanism_detail": "mechanisms",
    "card.guarantee.noise": "mechanisms",
    "card.guarantee.sensitivity": "mechanisms",
    "card.guarantee.sampling": "mechanisms",
    "card.guarantee.steps": "mechanisms",
    "card.generator.name": "mechanisms",
    "card.generator.version": "mechanisms",
    "card.generator.family": "mechanisms",
    "card.generator.code_commit": "mechanisms",
    "card.guarantee.accountant": "composition",
    "card.guarantee.accountant_version": "composition",
    "card.guarantee.tuning_accounted": "preprocessing_and_hyperparameter_tuning",
    "card.guarantee.preprocessing_accounted": "preprocessing_and_hyperparameter_tuning",
    "card.limitations": "additional_information",
    "card.biases": "additional_information",
    "columns.name": "data_domain",
    "releases.id": "release_type_details",
    "releases.use": "release_type_details",
    "releases.audience": "release_type_details",
    "releases.state": "release_type_details",
    "releases.expires_on": "release_type_details",
    "outside.bands.name": "utility",
    "outside.bands.band": "utility",
    "outside.bands.waived": "utility",
    "outside.bands.figure": "utility",
    "outside.guarantee.audited": "additional_information",
    "outside.withdrawn": "additional_information",
    "outside.file_digest": "additional_information",
    "outside.printed_at": "additional_information",
}
OPENDP: Final = Format(
    id="opendp",
    name="OpenDP deployments registry",
    specification="schemas/deployments-schema.yaml of opendp/deployments-registry-data",
    ending="yaml",
    write=opendp,
    places={
        **{path: Place(target, _SENTENCE) for path, target in _SAID.items()},
        "card.name": Place("url_slug", "In lower-case letters, digits and hyphens."),
        "outside.version": Place("url_slug"),
        "card.title": Place("name"),
        "card.description": Place("description"),
        "card.uses.intended": Place("intended_use", "As one text."),
        "card.people.owner": Place("data_curator_name", "Without the kind of organisation."),
        "card.guarantee.variant": Place("variant_name"),
        "card.guarantee.epsilon": Place("epsilon"),
        "card.guarantee.delta": Place("delta"),
        "card.guarantee.rho": Place("rho"),
        "card.guarantee.privacy_unit": Place("privacy_unit"),
        "card.guarantee.justification": Place("justification"),
        "releases.jurisdiction": Place("data_product_region", "As where it was released to."),
        "releases.released_at": Place("publication_date", "The day of the first release only."),
    },
    demands=_demands,
    fits=_fits,
)
