"""Facts about the demonstration tables in ``registry/demo``."""

import gzip

import numpy as np
import pandas as pd
import pytest
import yaml

from registry.demo import coding, tables
from registry.demo.figures import TARGET, figures
from registry.demo.make_demo import DELTA, EPSILON, EXACT_SHARE, leaky
from registry.demo.split import SEED, households, match_rate, panel, person_runs, split

ALL = (*tables.REAL, *tables.SYNTHETIC)


@pytest.fixture(scope="module")
def training() -> pd.DataFrame:
    return tables.read("training")


@pytest.fixture(scope="module")
def holdout() -> pd.DataFrame:
    return tables.read("holdout")


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    pytest.importorskip("statsmodels", reason="statsmodels carries the source table")
    return person_runs(panel())


def committed_digests() -> dict[str, str]:
    lines = (tables.FOLDER / "SHA256SUMS").read_text().splitlines()
    return {file: digest for digest, file in (line.split() for line in lines)}


def card(name: str) -> dict:
    return yaml.safe_load((tables.FOLDER / f"rand-hie-{name}.card.yaml").read_text())


@pytest.mark.parametrize("name", ALL)
def test_every_table_has_the_committed_digest(name):
    assert tables.digest(name) == committed_digests()[tables.path(name).name]


def test_every_committed_digest_is_of_a_known_table():
    assert set(committed_digests()) == {tables.path(name).name for name in ALL}


def test_the_tables_together_stay_under_600_kilobytes():
    assert sum(tables.path(name).stat().st_size for name in ALL) < 600_000


@pytest.mark.parametrize("name", tables.SYNTHETIC)
def test_every_synthetic_version_has_the_rows_columns_and_types_of_training(name, training):
    version = tables.read(name)

    assert len(version) == len(training)
    pd.testing.assert_series_equal(version.dtypes, training.dtypes)
    assert not version.isna().any(axis=None)


@pytest.mark.parametrize("name", ALL)
def test_writing_what_was_read_gives_the_same_text(name, tmp_path, monkeypatch):
    text, table = gzip.decompress(tables.path(name).read_bytes()), tables.read(name)
    monkeypatch.setattr(tables, "FOLDER", tmp_path)

    tables.write(name, table)

    assert gzip.decompress(tables.path(name).read_bytes()) == text


def test_the_same_rows_are_written_as_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    rows = pd.DataFrame({"a": [1, 2], "b": [0.1, 3.258096]})

    tables.write("dp", rows)
    first = tables.digest("dp")
    tables.path("dp").unlink()
    tables.write("dp", rows)

    assert tables.digest("dp") == first


def test_a_person_is_a_run_and_not_a_set_of_equal_rows():
    row = {"lncoins": 0.0, "idp": 0, "lpi": 0.0, "fmde": 0.0, "physlm": 0.0, "disea": 1.0}
    rows = pd.DataFrame([{**row, "mdvis": visits} for visits in (1, 2, 3, 4)])
    rows.loc[2, "disea"] = 9.0

    assert person_runs(rows)["mdvis"].tolist() == [1, 3, 4]


def test_splitting_the_source_again_gives_the_committed_tables(people, training, holdout):
    again = split(people, SEED)

    pd.testing.assert_frame_equal(again[0], training, check_exact=True)
    pd.testing.assert_frame_equal(again[1], holdout, check_exact=True)


def test_another_seed_splits_differently(people, training):
    assert not split(people, SEED + 1)[0].equals(training)


def test_every_person_is_on_exactly_one_side(people, training, holdout):
    both = pd.concat([training, holdout])

    pd.testing.assert_frame_equal(
        both.sort_values(list(both), ignore_index=True),
        people.sort_values(list(people), ignore_index=True),
        check_exact=True,
    )


def test_no_household_is_on_both_sides(people):
    numbered = people.assign(household=households(people))

    sides = [set(side["household"]) for side in split(numbered)]

    assert not sides[0] & sides[1]
    assert sum(map(len, sides)) == numbered["household"].nunique()


def test_the_sides_differ_by_less_than_one_part_in_a_hundred(training, holdout):
    assert abs(len(training) - len(holdout)) < 0.01 * (len(training) + len(holdout))


def test_the_leaky_version_is_made_again_from_the_training_table(training):
    pd.testing.assert_frame_equal(leaky(training), tables.read("leaky"), check_exact=True)


def test_the_leaky_version_matches_the_training_table_at_least_as_often_as_stated(training):
    assert card("leaky")["generator"]["parameters"]["exactShare"] == EXACT_SHARE
    assert match_rate(tables.read("leaky"), training) >= EXACT_SHARE


def test_the_other_versions_rarely_match_the_training_table(training):
    assert max(match_rate(tables.read(name), training) for name in ("arf", "dp")) < 0.05


def test_a_row_matches_only_if_every_cell_does(training):
    changed = training.assign(mdvis=training["mdvis"] + 1000)

    assert match_rate(training, training) == 1.0
    assert match_rate(changed, training) == 0.0


@pytest.mark.parametrize("name", ["arf", "dp"])
def test_the_generated_versions_stay_inside_the_documented_bounds(name):
    version = tables.read(name)

    for column, (low, high) in coding.bounds().items():
        assert version[column].between(low, high).all(), column


def test_the_private_version_has_documented_levels_only():
    version = tables.read("dp")

    assert version["lncoins"].isin(coding.coinsurance_levels()).all()
    assert version[["idp", "physlm", *coding.HEALTH]].isin([0, 1]).all(axis=None)
    assert (version[list(coding.HEALTH)].sum(axis=1) <= 1).all()


def test_the_documented_coinsurance_levels_are_those_of_the_source(training):
    assert set(training["lncoins"]) <= set(coding.coinsurance_levels())


def test_coding_keeps_the_cell_of_every_row():
    rng = np.random.default_rng(SEED)
    cells = pd.DataFrame({name: rng.integers(0, n, 2000) for name, n in coding.domain().items()})
    rounded = ["lpi", "fmde", "disea"]  # values are written rounded: an edge may go one cell over

    again = coding.encode(coding.decode(cells, rng))

    pd.testing.assert_frame_equal(again.drop(columns=rounded), cells.drop(columns=rounded))
    assert (again[rounded] - cells[rounded]).abs().max(axis=None) <= 1


def test_values_beyond_a_bound_are_coded_into_the_last_cell(training):
    far = training.head(1).assign(mdvis=10_000, lpi=99.0, fmde=99.0, disea=999.0)

    cells = coding.encode(far).iloc[0]

    for column in ("mdvis", "lpi", "fmde", "disea"):
        assert cells[column] == coding.domain()[column] - 1


@pytest.mark.parametrize("name", tables.SYNTHETIC)
def test_every_card_names_the_target_that_the_figures_are_about(name):
    assert card(name)["target"] == TARGET


def test_only_the_private_version_claims_a_guarantee_and_its_parts_add_up():
    assert [name for name in tables.SYNTHETIC if "guarantee" in card(name)] == ["dp"]
    guarantee = card("dp")["guarantee"]
    assert (guarantee["epsilon"], guarantee["delta"]) == (EPSILON, DELTA)
    assert sum(part["epsilon"] for part in guarantee["components"]) == EPSILON


def test_the_readme_quotes_every_figure_as_it_is_computed(people):
    readme = (tables.FOLDER / "README.md").read_text().splitlines()

    assert [line for line in figures() if line not in readme] == []
