from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Finding, Found, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.profiles import chosen
from evaluators.quiet import quiet
from evaluators.run import run
from evaluators.scopes import scopes_of
from evaluators.tables import align


def facts(tables: Tables, seed: int = 7) -> str:
    return json.dumps([m.facts() for m in run(tables, seed=seed)], sort_keys=True, allow_nan=False)


STANDARD = chosen("standard")


def scopes(tables: Tables) -> list[tuple[str, tuple[str, ...]]]:
    return [(info.id, scope) for info in STANDARD for scope in scopes_of(tables, info)]


def broken(problem: Exception | float) -> Any:
    def evaluator(tables: Tables, seed: int) -> Iterator[Finding]:
        if isinstance(problem, Exception):
            raise problem
        yield ("age",), Found(problem, problem, problem, "exact", 1, {})

    return lambda place: (evaluator, ())


def test_every_metric_is_there_on_every_scope_in_a_fixed_order(independent: Tables) -> None:
    found = list(run(independent, seed=7))

    assert [(m.metric, m.scope) for m in found] == scopes(independent)
    open_ = {(m.metric, m.cause) for m in found if m.status != "measured"}
    needs = {info.id: info.minimum_n for info in STANDARD}
    assert all(
        f"{needs[metric]} are needed" in cause or "non-members" in cause for metric, cause in open_
    )
    assert all(m.low <= m.value <= m.high for m in found if m.value is not None)  # type: ignore[operator]
    assert all(m.versions or m.value is None for m in found)
    assert all(m.seconds > 0 for m in found)


def test_the_same_seed_gives_the_same_bytes_whatever_the_world_does(independent: Tables) -> None:
    first = facts(independent)
    np.random.seed(99)
    random.seed(99)
    np.random.random(10)
    again = align(independent.real, independent.holdout, independent.synthetic, "ill")

    assert facts(again) == first


def test_another_seed_gives_other_draws_within_the_intervals(one: Any, independent: Tables) -> None:
    first, second = (one(independent, "privacy.linkability", seed=seed) for seed in (1, 2))

    assert first.seed != second.seed
    assert max(first.low, second.low) <= min(first.high, second.high)


def test_random_states_are_left_as_they_were(independent: Tables) -> None:
    np.random.seed(5)
    random.seed(5)
    expected = np.random.RandomState(5).random(), random.Random(5).random()

    for _ in run(independent, seed=7):
        pass

    assert (np.random.random(), random.random()) == expected


def test_nothing_is_printed_or_warned_about(
    independent: Tables,
    capsys: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    list(run(independent, seed=7))

    out, err = capsys.readouterr()
    assert (out, err, caplog.text, list(recwarn)) == ("", "", "", [])


def test_silence_ends_even_after_a_crash(recwarn: pytest.WarningsRecorder) -> None:
    import warnings

    state = np.random.get_state()[1].tolist()  # type: ignore[union-attr, index]
    with pytest.raises(KeyError), quiet(3):
        warnings.warn("unheard", stacklevel=1)
        raise KeyError
    warnings.warn("heard", stacklevel=1)

    assert [str(w.message) for w in recwarn] == ["heard"]
    assert np.random.get_state()[1].tolist() == state  # type: ignore[union-attr, index]


@pytest.mark.parametrize(
    ("problem", "cause"),
    [
        (ValueError("cell 'Ann Smith' is odd"), "the evaluator failed with ValueError"),
        (MemoryError(), "the evaluator failed with MemoryError"),
        (float("nan"), "not a number"),
    ],
)
def test_whatever_goes_wrong_every_scope_has_a_cause(
    one: Any, independent: Tables, monkeypatch: pytest.MonkeyPatch, problem: Any, cause: str
) -> None:
    monkeypatch.setattr("evaluators.run._evaluator", broken(problem))

    found = one(independent, "fidelity.shape", "age")
    left_open = one(independent, "fidelity.shape", "job")

    assert found.status == left_open.status == "not-measurable"
    assert cause in found.cause
    assert "Ann Smith" not in found.cause
    assert left_open.cause


def test_too_few_rows_are_said_for_every_scope(draw: Any) -> None:
    tables = align(draw(20, 1), draw(20, 2), draw(20, 3), "ill")

    found = list(run(tables, seed=7))

    assert [(m.metric, m.scope) for m in found] == scopes(tables)
    for one in found:
        needed = CATALOGUE[one.metric].minimum_n
        if needed > 20:
            assert one.cause == f"the smallest table has 20 rows, {needed} are needed"


def test_constant_tables_are_measured_or_have_a_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluators.privacy.singling_out.ATTEMPTS", 2000)
    tables = [pd.DataFrame({"x": [1.5] * 150, "y": [2.5] * 150, "c": ["a"] * 150})] * 3

    found = list(run(align(*tables, "c"), seed=7))

    assert [(m.metric, m.scope) for m in found] == scopes(align(*tables, "c"))
    assert all((m.value is None) == bool(m.cause) for m in found)
    open_ = {m.metric for m in found if m.status == "not-measurable"}
    assert {"utility.tstr.score", "fidelity.trend", "privacy.singling_out"} <= open_


def test_progress_names_each_metric_and_ends_complete(draw: Any) -> None:
    seen: list[tuple[str, int, int]] = []
    tables = align(draw(20, 1), draw(20, 2), draw(20, 3), None)

    list(run(tables, seed=1, progress=lambda *at: seen.append(at)))

    assert [name for name, _, _ in seen[:-1]] == [info.id for info in STANDARD]
    assert [done for _, done, _ in seen] == list(range(len(seen)))
    assert seen[-1][1] == seen[-1][2]
