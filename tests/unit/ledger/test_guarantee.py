"""Claims read: as their mechanism, as bare figures or as no guarantee, each with its reason."""

import pytest
from ledgers import bare, claim

from registry.ledger.guarantee import Extra, Unlike, read, require_alike
from registry.ledger.mechanism import (
    Exponential,
    Gaussian,
    Laplace,
    RandomisedResponse,
    SubsampledGaussian,
)

PURE = {"variant": "pure", "delta": None}


@pytest.mark.parametrize(
    ("fields", "mechanism"),
    [
        ({}, Gaussian(8.0, 1.0)),
        ({"steps": 4}, Gaussian(8.0, 1.0, 4)),
        ({**PURE, "mechanism": "laplace"}, Laplace(8.0, 1.0)),
        ({**PURE, "mechanism": "exponential", "noise": None}, Exponential(0.6)),
        ({**PURE, "mechanism": "randomised-response"}, RandomisedResponse(0.6)),
        (
            {"mechanism": "dp-sgd", "noise": 1.1, "sampling": 0.01, "steps": 900},
            SubsampledGaussian(1.1, 0.01, 900),
        ),
        ({"privacyUnit": "person", "contributions": 3}, Gaussian(8.0, 1.0)),
    ],
)
def test_a_claim_that_says_all_its_mechanism_needs_counts_as_it(
    fields: dict[str, object], mechanism: object
) -> None:
    found = read(claim(**fields))

    assert found.recorded_as == "mechanism"
    assert found.guarantee is not None
    assert found.guarantee.mechanism == mechanism


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"noise": None}, "gaussian without noise"),
        ({"noise": None, "sensitivity": None}, "gaussian without noise and sensitivity"),
        ({"mechanism": "dp-sgd", "sampling": 0.1}, "dp-sgd without steps"),
        (
            {"mechanism": "dp-sgd", "noise": 0.01, "sampling": 0.1, "steps": 9},
            "beyond what accountants compute with",
        ),
        ({"mechanism": "other"}, "its mechanism is none of those"),
        ({"privacyUnit": "person"}, "no bound on the records of one person"),
        ({"privacyUnit": "household"}, "no bound on the records of one household"),
        ({"sampling": 0.5}, "sampling is accounted for with dp-sgd only"),
        ({"mechanism": "exponential"}, "exponential is pure, and its own epsilon is not stated"),
        ({**PURE, "mechanism": "exponential", "steps": 2}, "in several steps"),
        ({"components": [{"name": "model", "epsilon": 0.5}]}, "none of its components is marked"),
        (
            {"components": [{"name": "model", "epsilon": 0.5, "described": True}]},
            "its components come to 0.5 of epsilon 0.6: 0.1 lacks",
        ),
        (
            {
                **PURE,
                "variant": "approximate",
                "delta": 0.01,
                "mechanism": "exponential",
                "components": [{"name": "choice", "epsilon": 0.6, "described": True}],
            },
            "its components come to 0 of delta 0.01: 0.01 lacks",
        ),
    ],
)
def test_a_claim_that_lacks_something_counts_by_its_figures_and_says_what(
    fields: dict[str, object], why: str
) -> None:
    found = read(claim(**fields))

    assert found.recorded_as == "bare"
    assert why in found.why
    assert found.guarantee is not None
    assert found.guarantee.mechanism is None
    assert found.guarantee.epsilon == 0.6


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"tuningAccounted": False}, "its tuning read the data and is not accounted for"),
        ({"preprocessingAccounted": False}, "its preprocessing read the data"),
        ({"epsilon": float("nan")}, "its epsilon, nan, is no finite number"),
        ({"epsilon": float("inf")}, "its epsilon, inf, is no finite number"),
        ({"epsilon": -1.0}, "its epsilon, -1.0, is no finite number from 0 up"),
        ({"epsilon": True}, "its epsilon, True, is no finite number"),
        ({"delta": "1e-6"}, "its delta, '1e-6', is no finite number"),
        ({"delta": None}, "neither epsilon with delta nor rho"),
        ({"epsilon": None}, "neither epsilon with delta nor rho"),
    ],
)
def test_a_claim_that_bounds_nothing_is_no_guarantee_and_says_why(
    fields: dict[str, object], why: str
) -> None:
    found = read(claim(**fields))

    assert (found.recorded_as, found.guarantee) == ("none", None)
    assert why in found.why


def test_a_card_without_a_claim_has_no_guarantee() -> None:
    assert read(None).recorded_as == "none"


def test_what_the_mechanism_does_not_describe_is_kept_beside_it() -> None:
    parts = [
        {"name": "model", "epsilon": 0.5, "described": True},
        {"name": "binning", "epsilon": 0.1, "delta": 1e-8},
    ]

    found = read(claim(components=parts)).guarantee

    assert found is not None
    assert found.mechanism == Gaussian(8.0, 1.0)
    assert found.extra == (Extra("binning", 0.1, 1e-8),)


def test_the_epsilon_of_a_pure_mechanism_is_that_of_the_part_it_is() -> None:
    parts = [
        {"name": "choice", "epsilon": 0.5, "described": True},
        {"name": "binning", "epsilon": 0.1},
    ]

    found = read(claim(**PURE, mechanism="exponential", components=parts)).guarantee

    assert found is not None
    assert found.mechanism == Exponential(0.5)


def test_what_is_not_stated_of_tuning_is_told_but_takes_nothing_away() -> None:
    found = read(claim(tuningAccounted=None))

    assert found.recorded_as == "mechanism"
    assert "whether tuning spent any is not stated" in found.why


def test_a_pure_claim_has_a_delta_of_nought_and_a_rho_stands_for_figures() -> None:
    pure = read(bare(1.0)).guarantee
    concentrated = read(claim(variant="zcdp", epsilon=None, delta=None, rho=0.1)).guarantee

    assert pure is not None
    assert pure.figures == (1.0, 0.0)
    assert concentrated is not None
    assert (concentrated.figures, concentrated.rho) == (None, 0.1)


@pytest.mark.parametrize(
    ("key", "value", "noun"),
    [
        ("privacyUnit", "event", "privacy unit is 'record' and 'event'"),
        ("neighbouringRelation", "replace-one", "relation is 'add-remove' and 'replace-one'"),
    ],
)
def test_unlike_guarantees_are_refused_and_both_are_named(key: str, value: str, noun: str) -> None:
    one, other = read(bare(1.0)).guarantee, read(bare(1.0, **{key: value})).guarantee
    assert one is not None
    assert other is not None

    with pytest.raises(Unlike, match=noun) as caught:
        require_alike([("a@1", one), ("b@2", other)])

    assert "a@1 and b@2" in caught.value.what
