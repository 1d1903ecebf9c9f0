"""What must not get into the ledger, at the command line: one clear error, and nothing charged."""

from pathlib import Path

import pandas as pd
import pytest
from acceptance.cli import Desk, Ran, build_registry
from conftest import real_table
from world import CARD

TWO = CARD % {"epsilon": "2.0"}
BUDGET = (
    *("budget", "declare", "hospital", "--epsilon", "9", "--delta", "1e-5", "--unit", "person"),
    *("--relation", "add-remove", "--audience", "internal", "--reason", "what the board allows"),
)
INTERNAL = ("--use", "model-development", "--audience", "internal")
NORTH = (
    *("--part", "north=N", "--part", "south=S", "--unit", "person"),
    *("--reason", "one region each"),
)


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    (tmp_path / "built").mkdir()
    return Desk(build_registry(tmp_path / "built", sqlite_template))


def register(desk: Desk, card: str, seed: int = 40) -> Ran:
    data = desk.write(f"data-{seed}.csv", real_table(seed).to_csv(index=False))
    return desk.run("register", data, "--card", desk.write("card.yaml", card), by="ada")


def claiming(**changes: str) -> str:
    """The card with keys of its guarantee changed or added."""
    head, _, claim = TWO.partition("guarantee:\n")
    lines = dict(one.strip().split(": ", 1) for one in claim.splitlines())
    return head + "guarantee:\n" + "".join(f"  {k}: {v}\n" for k, v in {**lines, **changes}.items())


@pytest.mark.parametrize("value", ["-1", "0", ".inf", ".nan"])
def test_an_epsilon_that_is_none_is_refused_where_it_stands(desk: Desk, value: str) -> None:
    before = desk.recorded()

    ran = register(desk, claiming(epsilon=value))

    assert ran.code == 2
    assert "card.yaml:9" in ran.err
    assert "epsilon" in ran.err
    assert desk.recorded() == before


def test_an_absurd_epsilon_needs_its_reason(desk: Desk) -> None:
    before = desk.recorded()

    bare = register(desk, claiming(epsilon="101"))
    assert (bare.code, desk.recorded()) == (2, before)
    assert "a justification for epsilon 101, above 100" in bare.err

    assert register(desk, claiming(epsilon="101", justification="a demonstration")).code == 0


def test_a_delta_of_one_in_n_is_told(desk: Desk) -> None:
    ran = register(desk, claiming(delta="0.05"))

    assert ran.code == 0
    assert "delta 0.05 is not below 1/n" in ran.err


def test_a_sampling_rate_above_one_is_refused(desk: Desk) -> None:
    before = desk.recorded()

    ran = register(desk, claiming(mechanism="dp-sgd", noise="1", sampling="1.5", steps="10"))

    assert (ran.code, desk.recorded()) == (2, before)
    assert "sampling" in ran.err


def test_another_relation_than_the_budgets_leaves_it_open_and_charges_nothing(desk: Desk) -> None:
    desk.run(*BUDGET, by="stefan")
    desk.run("budget", "sign", "B-1", by="paula")
    assert register(desk, claiming(neighbouringRelation="replace-one")).code == 0
    before = desk.run("budget", "show", "hospital", "--format", "json").out

    for command in ("check", "submit"):
        ran = desk.run(command, "claims@2", *INTERNAL, by="ada")
        assert ran.code == 3
        assert "claims@2 is per person under replace-one" in ran.out + ran.err
        assert "B-1 per person under add-remove: they do not add up" in ran.out + ran.err
    assert desk.run("budget", "show", "hospital", "--format", "json").out == before


def test_a_part_is_named_by_no_card_before_two_people_declared_it(desk: Desk) -> None:
    before, north = desk.recorded(), TWO + "  partition: region/north\n"
    column = str(real_table(1).columns[0])
    declare = ("budget", "partition", "hospital", "region", "--by", column)

    early = register(desk, north)
    assert (early.code, desk.recorded()) == (2, before)
    assert "which is no declared part of 'hospital'" in early.err

    overlapping = desk.run(*declare, *NORTH, "--part", "east=N", by="stefan")
    assert overlapping.code == 2
    assert "the value 'N' is in the part 'north' and in 'east'" in overlapping.err
    declared = desk.run(*declare, *NORTH, by="stefan")
    assert declared.code == 0
    assert "a second person runs `registry budget sign P-1`" in declared.err
    assert "not checked, for the registry holds no rows" in declared.err
    assert register(desk, north).code == 2
    assert desk.run("budget", "sign", "P-1", by="stefan").code == 4
    assert desk.run("budget", "sign", "P-1", by="paula").code == 0
    assert desk.run("budget", "sign", "P-1", by="paula").code == 5
    assert desk.run("budget", "sign", "P-7", by="paula").code == 2
    assert '"N"' in desk.run("budget", "partitions", "--format", "csv").out.replace('""', '"')
    assert register(desk, north).code == 0
    assert desk.run("audit", "verify").code == 0


def test_the_same_bytes_for_another_privacy_unit_are_a_conflict(desk: Desk) -> None:
    before = desk.recorded()

    ran = register(desk, claiming(privacyUnit="record"), seed=3)

    assert (ran.code, desk.recorded()) == (5, before)
    assert "registered already as claims@1, with another card" in ran.err


def test_the_same_training_table_under_another_name_is_a_conflict(desk: Desk) -> None:
    before = desk.recorded()
    holdout = desk.write("held.csv", real_table(50).to_csv(index=False))
    tables = ("--real", desk.path("training.csv"), "--holdout", holdout)

    ran = desk.run("sources", "add", "clinic", *tables, "--classification", "personal", by="ada")

    assert (ran.code, desk.recorded()) == (5, before)
    assert "this very training table is the source 'hospital'" in ran.err


def test_the_same_training_table_with_its_columns_in_another_order_is_a_conflict(
    desk: Desk,
) -> None:
    before = desk.recorded()
    table = pd.read_csv(desk.path("training.csv"))
    turned = table[list(reversed(table.columns))].sample(frac=1, random_state=5)
    training = desk.write("turned.csv", turned.to_csv(index=False))
    holdout = desk.write("held.csv", real_table(50)[list(turned.columns)].to_csv(index=False))
    tables = ("--real", training, "--holdout", holdout)

    ran = desk.run("sources", "add", "clinic", *tables, "--classification", "personal", by="ada")

    assert (ran.code, desk.recorded()) == (5, before)
    assert "this very training table is the source 'hospital'" in ran.err


def test_another_table_with_the_columns_of_a_source_is_another_source(desk: Desk) -> None:
    table = pd.read_csv(desk.path("training.csv"))
    other = real_table(len(table) + 1).iloc[1:][list(reversed(table.columns))]
    training = desk.write("other.csv", other.to_csv(index=False))
    holdout = desk.write("held.csv", real_table(50)[list(other.columns)].to_csv(index=False))
    tables = ("--real", training, "--holdout", holdout)

    assert (
        desk.run("sources", "add", "clinic", *tables, "--classification", "personal", by="ada").code
        == 0
    )


def test_a_claim_is_weakened_only_where_that_is_said(desk: Desk) -> None:
    for words, by in (
        (("submit", "claims@1", *INTERNAL), "ada"),
        (("approve", "R-1", "--reason", "read"), "stefan"),
        (("approve", "R-1", "--reason", "read"), "paula"),
        (("release", "R-1", "--to", "Pricing team"), "carla"),
    ):
        assert desk.run(*words, by=by).code == 0
    card = desk.write("weak.yaml", TWO + "  tuningAccounted: false\n")
    command = ("amend", "claims@1", "--card", card, "--reason", "the search was not counted")
    before = desk.recorded()

    slip = desk.run(*command, by="ada")
    assert (slip.code, desk.recorded()) == (2, before)
    assert "internal: its total becomes infinite for good" in slip.err
    assert "to be reviewed then: REL-1" in slip.err

    said = desk.run(*command, "--weakens", by="ada")
    assert said.code == 0
    assert "to be reviewed, with `registry releases recheck`: REL-1" in said.err
    shown = desk.run("budget", "show", "hospital").out
    assert "its tuning read the data and is not accounted for" in shown
