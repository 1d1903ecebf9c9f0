"""Evaluating without a registry: three tables in, measurements out."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import evaluators
from evaluators import evaluate
from evaluators.base import TableError, Tables, Whole
from evaluators.catalogue import CATALOGUE
from evaluators.profiles import PROFILES, chosen
from evaluators.run import measure
from tests.unit.evaluators.conftest import people

COLUMNS = ["metric", "scope", "value", "low", "high", "n", "status"]


def tables() -> dict[str, pd.DataFrame]:
    return {"real": people(200, 1), "holdout": people(200, 2), "synthetic": people(200, 3)}


def test_three_frames_give_typed_measurements_and_a_tidy_frame() -> None:
    result = evaluate(**tables(), target="ill", profile="quick")

    frame = result.to_frame()

    assert list(frame.columns) == COLUMNS
    assert len(frame) == len(result.measurements)
    assert set(frame["status"]) <= {"measured", "not-measurable"}
    shape = frame[(frame.metric == "fidelity.shape") & (frame.scope == "age")]
    assert 0 < shape["value"].item() <= 1


def test_frames_and_files_give_the_same_measurements(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.csv" for name in tables()}
    for name, frame in tables().items():
        frame.to_csv(paths[name], index=False)

    from_files = evaluate(**{name: str(path) for name, path in paths.items()}, profile="quick")

    assert [m.facts() for m in from_files.measurements] == [
        m.facts() for m in evaluate(**tables(), profile="quick").measurements
    ]


def test_a_larger_profile_measures_more_and_nothing_differently() -> None:
    quick, standard, full = ({info.id for info in chosen(name)} for name in PROFILES)

    assert quick < standard <= full <= set(CATALOGUE)


def test_every_metric_but_claims_and_probes_is_in_the_full_profile() -> None:
    full = {info.id for info in chosen("full")}
    rest = {info for info in CATALOGUE.values() if info.id not in full}

    assert all(not info.evaluator or info.profile == "probe" for info in rest)
    assert {info.id for info in chosen("full", probe=True)} - full == {
        info.id for info in rest if info.profile == "probe"
    }


def test_the_training_table_is_no_holdout() -> None:
    same = tables() | {"holdout": tables()["real"]}

    with pytest.raises(TableError, match="holdout"):
        evaluate(**same, profile="quick")


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown profile 'slow'"):
        evaluate(**tables(), profile="slow")  # type: ignore[arg-type]


def test_an_own_metric_may_not_take_a_known_id() -> None:
    with pytest.raises(ValueError, match="is taken"):
        evaluate(**tables(), metrics=(CATALOGUE["fidelity.shape"],))


def test_a_script_needs_no_guard_around_its_main(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import pandas as pd\n"
        "from evaluators import evaluate\n"
        "a, b, c = (pd.DataFrame({'x': [i / s for i in range(99)], 'y': list('abc') * 33})"
        " for s in (3, 5, 7))\n"
        "print(len(evaluate(real=a, holdout=b, synthetic=c, profile='quick').measurements) > 0)\n"
    )

    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)

    assert ran.stdout == "True\n", ran.stderr


def test_a_name_the_library_has_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'measure_everything'"):
        evaluators.measure_everything  # noqa: B018


def test_large_files_are_counted_whole_and_privacy_is_not_measured_on_a_draw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {name: str(tmp_path / f"{name}.parquet") for name in tables()}
    for name, frame in tables().items():
        frame.to_parquet(paths[name])
    in_memory = evaluate(**paths, profile="quick", seed=1)
    monkeypatch.setattr("evaluators.large.MANY_ROWS", 100)
    monkeypatch.setattr("evaluators.large.DRAWN_ROWS", 150)

    from_files = evaluate(**paths, profile="quick", seed=1)

    values = {(m.metric, m.scope): m.value for m in in_memory.measurements}
    counted = [m for m in from_files.measurements if m.metric.startswith("fidelity.")]
    assert counted
    assert all(m.value == pytest.approx(values[m.metric, m.scope], abs=1e-9) for m in counted)
    private = [m for m in from_files.measurements if m.metric.startswith("privacy.")]
    assert private
    assert all("a draw of their rows understates" in str(m.cause) for m in private)


def test_every_privacy_metric_refuses_a_draw(independent: Tables) -> None:
    rows = tuple(len(table) + 1 for table in independent.each)
    whole = Whole(Path("a.csv"), Path("b.csv"), Path("c.csv"), (rows[0], rows[1], rows[2]))
    drawn = replace(independent, whole=whole)

    for info in chosen("full"):
        if info.family == "privacy":
            assert {m.status for m in measure(drawn, info, seed=1)} <= {"not-measurable"}
