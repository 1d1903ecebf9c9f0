"""Where: countries, and the groups that policies name."""

from __future__ import annotations

from registry.policy.jurisdictions import COUNTRIES, GROUPS, expand, inside


def test_the_european_union_is_its_27_members() -> None:
    assert len(expand(["EU"])) == 27
    assert {"DE", "HR", "CY"} <= expand(["EU"])
    assert not expand(["EU"]) & {"GB", "NO", "CH", "EU"}


def test_the_economic_area_adds_three() -> None:
    assert expand(["EEA"]) - expand(["EU"]) == {"IS", "LI", "NO"}


def test_every_member_of_a_group_is_a_country_and_no_group_is() -> None:
    assert all(group <= COUNTRIES for group in GROUPS.values())
    assert not COUNTRIES & GROUPS.keys()
    assert len(COUNTRIES) == 249  # ISO 3166-1: officially assigned alpha-2 codes


def test_a_group_is_inside_only_if_all_of_it_is() -> None:
    assert inside("DE", ["EU"])
    assert inside("EU", ["EEA"])
    assert not inside("EEA", ["EU"])
    assert not inside("EU", ["DE", "FR"])


def test_what_is_unknown_is_inside_nothing() -> None:
    assert not inside("XX", ["EU", "NO"])
    assert not inside("de", ["EU"])
