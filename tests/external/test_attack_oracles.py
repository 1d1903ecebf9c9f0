"""Our attacks on real tables against Anonymeter's own evaluators, and on a ladder of leakage."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator
from anonymeter.stats.confidence import EvaluationResults

from evaluators.base import Found, Kind, Tables
from evaluators.intervals import newcombe
from evaluators.privacy.inference import guesses, inference
from evaluators.privacy.linkability import links
from evaluators.privacy.singling_out import strength, univariate_strength
from evaluators.tables import align, read

SECRETS = ("age", "education_num", "capital_gain", "occupation", "income")
EVERY = 500  # all rows of either real table: both sides then make the same attacks


@pytest.fixture(scope="module", params=["syn_mostly", "syn_flip30"])
def census(request: pytest.FixtureRequest, shared: Path) -> Tables:
    names = ("trn", "hol", request.param)
    frames = (read(shared / "census2k" / f"census2k-{name}.csv.gz") for name in names)
    return align(*frames, "income")


@pytest.fixture(scope="module")
def few(census: Tables) -> Tables:
    """As few real rows as Anonymeter can attack quickly, each of them once."""
    return align(census.real.head(EVERY), census.holdout.head(EVERY), census.synthetic, "income")


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Anonymeter warns of weak attacks, which some of these are, by warning and by log."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def agree(ours: int, n: int, theirs: int, m: int) -> bool:
    """Whether the interval of the difference of both rates holds 0."""
    low, high = newcombe(ours, n, theirs, m)
    return low <= 0 <= high


@pytest.mark.parametrize("k", [1, 10])
def test_linkability_of_real_rows_is_what_anonymeter_counts(few: Tables, k: int) -> None:
    """The mean over several orders of the synthetic rows, by which either side breaks ties."""
    halves = few.columns[:8], few.columns[8:]
    counts = []
    for order in range(4):
        made = few.synthetic.sample(frac=1, random_state=order).reset_index(drop=True)
        search = LinkabilityEvaluator(few.real, made, halves, EVERY, k, few.holdout)
        theirs: EvaluationResults = search.evaluate(n_jobs=1).results()
        ours = links(replace(few, synthetic=made), 7, k)
        assert ours.made == EVERY
        counts.append((ours.attack, theirs.n_success, ours.control, theirs.n_control))

    attack, other, control, known = (round(mean(column)) for column in zip(*counts, strict=True))

    assert agree(attack, EVERY, other, EVERY)
    assert agree(control, EVERY, known, EVERY)


@pytest.mark.parametrize("secret", SECRETS)
def test_inference_of_real_secrets_is_what_anonymeter_counts(few: Tables, secret: str) -> None:
    real, holdout, synthetic = few.each
    aux = [name for name in few.columns if name != secret]
    number = few.kinds[secret] is Kind.NUMERIC
    found = InferenceEvaluator(real, synthetic, aux, secret, number, EVERY, holdout)

    ours = guesses(few, 7)[secret]

    theirs: EvaluationResults = found.evaluate(n_jobs=1).results()
    assert ours.made == EVERY
    assert agree(ours.attack, EVERY, theirs.n_success, EVERY)
    assert agree(ours.control, EVERY, theirs.n_control, EVERY)


@pytest.mark.parametrize("mode", ["multivariate", "univariate"])
def test_singling_out_of_real_rows_succeeds_as_often_as_anonymeters(
    census: Tables, mode: str
) -> None:
    """Either side draws its own predicates; sizes are equal, for Anonymeter's correction is off."""
    size = min(len(table.drop_duplicates()) for table in census.each[:2])
    real, holdout = (
        table.drop_duplicates().sample(size, random_state=7) for table in census.each[:2]
    )
    theirs = SinglingOutEvaluator(real, census.synthetic, 500, 3, holdout, seed=7).evaluate(mode)
    attack = strength if mode == "multivariate" else univariate_strength

    ((_, ours),) = attack(align(real, holdout, census.synthetic, None), 7)

    assert isinstance(ours, Found)
    other = theirs.results()
    for side, successes in (("attack", other.n_success), ("control", other.n_control)):
        won = round(float(str(ours.parameters[f"{side}_rate"])) * ours.n)
        assert agree(won, ours.n, successes, 500)


def test_the_more_cells_are_flipped_the_less_is_inferred(shared: Path) -> None:
    folder = shared / "adult-2021"
    real, holdout = (read(folder / f"adult_{part}.csv.gz") for part in ("trn", "val"))

    means = []
    for flipped in (10, 50, 90):
        tables = align(real, holdout, read(folder / f"adult_flip{flipped}.csv.gz"), None)
        risks = [found for _, found in inference(tables, 7) if isinstance(found, Found)]
        assert len(risks) == len(tables.columns)
        means.append(mean(found.value for found in risks))

    assert means == sorted(means, reverse=True)
    assert means[0] > 0.5
