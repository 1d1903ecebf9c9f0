"""``registry evaluate`` and ``registry metrics`` as their users meet them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from acceptance.cli import Desk, build_registry
from conftest import real_table
from world import CARD

TABLES = ("--real", "training.csv", "--holdout", "holdout.csv")
COLUMNS = """\
columns:
  subgroups: [plan]
  quasiIdentifiers: [age, plan]
  constraints: [age <= cost]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return build_registry(tmp_path_factory.mktemp("built"), sqlite_template)


@pytest.fixture
def desk(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk.copied(built, tmp_path / "desk")
    for seed, name in enumerate(("training", "holdout"), start=1):
        desk.write(f"{name}.csv", real_table(seed).to_csv(index=False))
    monkeypatch.chdir(desk.folder)
    return desk


def with_notes(seed: int) -> pd.DataFrame:
    """The made-up table with a number for each person and what somebody wrote of them."""
    table, rng = real_table(seed, rows=150), np.random.default_rng(seed)
    words = np.array(["felt", "well", "rest", "home", "sleep", "noon", "late", "again", "tired"])
    table["person"] = [f"p{seed}-{place:04d}" for place in range(len(table))]
    table["note"] = [" ".join(rng.choice(words, 9)) for _ in range(len(table))]
    return table


def test_a_quick_evaluation_prints_figures_and_says_what_it_left_out(desk: Desk) -> None:
    ran = desk.run(
        "evaluate", "claims@1", *TABLES, "--profile", "quick", "--format", "json", by="ada"
    )

    assert ran.code == 0
    found = json.loads(ran.out)
    assert {one["metric"].split(".")[0] for one in found} >= {"validity", "fidelity", "privacy"}
    assert "nothing to measure: privacy.k_map: no quasi-identifiers are declared" in ran.err


def test_the_same_evaluation_again_says_when_it_was_recorded(desk: Desk) -> None:
    first = desk.run("evaluate", "claims@1", *TABLES, "--profile", "quick", "-q", by="ada")

    again = desk.run("evaluate", "claims@1", *TABLES, "--profile", "quick", "-q", by="ada")

    assert again.out == first.out
    assert "read from the record of 20" in again.err
    assert "--fresh measures again" in again.err


def test_a_metric_out_of_time_is_said_and_ends_with_3(desk: Desk) -> None:
    ran = desk.run("evaluate", "claims@1", *TABLES, "--time-limit", "0.1", by="ada")

    assert ran.code == 3
    assert "it took longer than its time limit of 0.1 seconds" in ran.err


@pytest.mark.slow
def test_what_is_declared_is_measured_and_excluded_columns_are_said(desk: Desk) -> None:
    for seed, name in enumerate(("a", "b", "c"), start=31):
        desk.write(f"{name}.csv", with_notes(seed).to_csv(index=False))
    tables = ("--real", "a.csv", "--holdout", "b.csv")
    add = ("sources", "add", "clinic", *tables, "--classification", "personal")
    assert desk.run(*add, "--key", "person", by="ada").code == 0
    card = CARD % {"epsilon": "2.0"} + COLUMNS
    desk.write("card.yaml", card.replace("claims", "notes").replace("hospital", "clinic"))
    assert desk.run("register", "c.csv", "--card", "card.yaml", by="ada").code == 0

    ran = desk.run("evaluate", "notes@1", *tables, "--format", "json", by="ada")

    found = {(one["metric"], *one["scope"]): one for one in json.loads(ran.out)}
    assert found["fidelity.subgroup", "plan"]["status"] == "measured"
    assert found["validity.constraints", "age <= cost"]["value"] is not None
    assert found["privacy.k_map",]["status"] == "measured"
    assert found["validity.keys", "person"]["value"] == 1.0
    assert found["privacy.verbatim", "note"]["status"] == "measured"
    assert ("fidelity.shape", "note") not in found
    assert "excluded: column 'person' (identifier)" in ran.err
    assert "excluded: column 'note' (text)" in ran.err


def test_a_holdout_that_shares_a_key_with_training_is_refused(desk: Desk) -> None:
    training, holdout = with_notes(41), with_notes(42)
    holdout.loc[:19, "person"] = training.loc[:19, "person"]
    desk.write("a.csv", training.to_csv(index=False))
    desk.write("b.csv", holdout.to_csv(index=False))
    tables = ("--real", "a.csv", "--holdout", "b.csv", "--classification", "personal")

    ran = desk.run("sources", "add", "clinic", *tables, "--key", "person", by="ada")

    assert ran.code == 2
    assert "20 key values of the holdout stand in the training table" in ran.err


def test_an_unknown_profile_ends_with_2_and_names_the_nearest(desk: Desk) -> None:
    ran = desk.run("evaluate", "claims@1", *TABLES, "--profile", "standart", by="ada")

    assert ran.code == 2
    assert "'standard'" in ran.err


@pytest.mark.slow
def test_probes_are_part_of_the_evaluation(desk: Desk) -> None:
    ran = desk.run("evaluate", "claims@1", *TABLES, "--probe", "--format", "json", by="ada")

    probes = [one for one in json.loads(ran.out) if one["metric"] == "probe.response"]
    assert {one["scope"][0] for one in probes} >= {"copy", "independent", "shift", "shuffle"}
    evaluated = desk.run("datasets", "show", "claims@1", "--format", "json")
    assert evaluated.code == 0


def test_every_metric_can_be_listed_and_shown(desk: Desk) -> None:
    listed = json.loads(desk.run("metrics", "list", "--format", "json").out)

    assert {one["id"] for one in listed} >= {
        "privacy.mia.auc",
        "fidelity.marginal.k2",
        "dp.epsilon",
    }
    shown = json.loads(desk.run("metrics", "show", "privacy.dcr.share", "--format", "json").out)
    assert shown["formula"]
    assert shown["source"]
    assert shown["minimum_n"] > 0
