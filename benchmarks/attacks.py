"""Times and compares the three attacks with Anonymeter's. Run with `python -m benchmarks.attacks`.

One run measures both sides on the same generated tables: 15 mixed columns in the manner of the
Adult census, and a synthetic table that is an independent draw but for a fifth of its rows, of
which each cell is a training row's with probability .7. Both sides attack equally often: 500
predicates a kind of singling out, 2,000 rows linked by 10 neighbours, 1,000 rows for each of 15
secrets, and as many controls. Both are warmed up first, for both compile code. Anonymeter may use
all cores, ours uses one.

The second part attacks smaller tables over several seeds and compares rates. There every row is
linked and guessed, so that both sides make the same attacks and differ by ties and scale alone;
predicates are drawn by either side for itself. What must be corrected for a comparison: a negative
numeric guess always succeeds in Anonymeter, so no number here is negative; its inference baseline
compares nearly all guesses with missing values, so no baseline of inference is compared.
"""

from __future__ import annotations

import argparse
import logging
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator

from evaluators.base import Declared, Found, Kind, Tables
from evaluators.intervals import newcombe, wilson
from evaluators.neighbours import view
from evaluators.privacy.inference import guesses
from evaluators.privacy.linkability import links
from evaluators.privacy.predicates import distinct_ranks
from evaluators.privacy.singling_out import strength, univariate_strength
from evaluators.tables import align

Rng = np.random.Generator
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
PREDICATES, LINKED, NEIGHBOURS, GUESSED = 500, 2000, 10, 1000
SIDES = ("attack", "control")


def people(rows: int, rng: Rng) -> pd.DataFrame:
    """Rows of 15 columns that hang together as those of a census do; no number is negative."""
    years = np.clip(rng.normal(9.5, 2.6, rows).round(), 1, 16).astype(int)
    age = np.clip(rng.gamma(9, 4.4, rows).round(), 17, 90).astype(int)
    man = rng.random(rows) < 0.67
    married = rng.random(rows) < 1 / (1 + np.exp((32 - age) / 8))
    usual = rng.random(rows) < 0.47
    hours = np.clip(np.where(usual, 40, rng.normal(40, 14, rows)).round(), 1, 99).astype(int)
    score = (years - 9.5) / 2.6 + (age - 38) / 14 + 1.2 * married + (hours - 40) / 20 + 0.5 * man
    rich = rng.random(rows) < 1 / (1 + np.exp(2.2 - score))
    gains = rng.random(rows) < 0.05 + 0.1 * rich
    losses = rng.random(rows) < 0.04
    return pd.DataFrame(
        {
            "age": age,
            "workclass": words("class", 9, 1.6, rows, rng),
            "weight": rng.lognormal(12, 0.5, rows).round().astype(int),
            "education": np.array([f"level {i}" for i in range(17)], dtype=object)[years],
            "years": years,
            "marital": words("state", 7, 1.2, rows, rng, np.where(married, 0, 2)),
            "occupation": words("job", 15, 0.6, rows, rng, years),
            "relationship": words("kin", 6, 1.4, rows, rng, np.where(married, 0, 2 + man)),
            "race": words("race", 5, 2.2, rows, rng),
            "sex": np.where(man, "male", "female").astype(object),
            "gain": np.where(gains, rng.lognormal(8.3, 1, rows).round(), 0).astype(int),
            "loss": np.where(losses, rng.normal(1870, 350, rows).clip(100).round(), 0).astype(int),
            "hours": hours,
            "country": words("country", 42, 2.4, rows, rng),
            "income": np.where(rich, "more", "less").astype(object),
        }
    )


def words(
    name: str, kinds: int, power: float, rows: int, rng: Rng, shift: npt.ArrayLike = 0
) -> npt.NDArray[np.object_]:
    """Categories with falling frequencies, moved by ``shift`` places."""
    weights = np.arange(1.0, kinds + 1) ** -power
    drawn = rng.choice(kinds, rows, p=weights / weights.sum())
    return np.array([f"{name} {i}" for i in range(kinds)], dtype=object)[(drawn + shift) % kinds]


def draw(rows: int, seed: int) -> Frames:
    """A training, a holdout and a synthetic table that leaks."""
    rng = np.random.default_rng(seed)
    real, holdout, synthetic = (people(rows, rng) for _ in range(3))
    leaky = rows // 5
    for name in real:
        kept = np.flatnonzero(rng.random(leaky) < 0.7)
        synthetic.loc[kept, name] = real.loc[kept, name]
    order = rng.permutation(rows)
    return real, holdout, synthetic.iloc[order].reset_index(drop=True)


@dataclass(frozen=True)
class Result:
    """Seconds by the clock and of processors, attacks made on a side, and successes by side, of
    several secrets in a row.
    """

    seconds: float
    processor: float
    made: int
    successes: dict[str, list[int]]


def timed(work: Callable[[], tuple[int, dict[str, list[int]]]]) -> Result:
    started, spent = time.perf_counter(), time.process_time()
    made, successes = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - spent
    return Result(seconds, processor, made, successes)


def ours(frames: Frames, linked: int, guessed: int) -> dict[str, Result]:
    """Each attack of ours; what all share is a line of its own."""
    tables: list[Tables] = []

    def encode() -> tuple[int, dict[str, list[int]]]:
        words_only = dict.fromkeys(frames[0].select_dtypes(object), Kind.CATEGORICAL)
        numbers = dict.fromkeys(frames[0].select_dtypes("number"), Kind.NUMERIC)
        tables.append(align(*frames, None, Declared(kinds=words_only | numbers)))
        view(tables[0])
        distinct_ranks(tables[0])
        return 0, {}

    shared = timed(encode)
    table = tables[0]
    return {
        "align and encode": shared,
        "singling out, 3 columns": timed(lambda: predicates(list(strength(table, 1)))),
        "singling out, 1 column": timed(lambda: predicates(list(univariate_strength(table, 1)))),
        "linkability": timed(lambda: counted([links(table, 1, NEIGHBOURS, linked)])),
        "inference": timed(lambda: counted(guesses(table, 1, guessed).values())),
    }


def predicates(findings: list[tuple[object, object]]) -> tuple[int, dict[str, list[int]]]:
    ((_, found),) = findings
    assert isinstance(found, Found)
    rates = [float(str(found.parameters[f"{side}_rate"])) for side in SIDES]
    return found.n, dict(zip(SIDES, ([round(rate * found.n)] for rate in rates), strict=True))


def counted(won: Iterable) -> tuple[int, dict[str, list[int]]]:
    every = list(won)
    return every[0].made, {side: [getattr(one, side) for one in every] for side in SIDES}


def theirs(frames: Frames, linked: int, guessed: int, secrets: int) -> dict[str, Result]:
    """Each attack of Anonymeter's, with its defaults but for the numbers of attacks."""
    real, holdout, synthetic = frames
    names = list(real)

    def single(mode: str) -> tuple[int, dict[str, list[int]]]:
        attack = SinglingOutEvaluator(real, synthetic, PREDICATES, 3, holdout, seed=1)
        return made(attack.evaluate(mode))

    def link() -> tuple[int, dict[str, list[int]]]:
        halves = names[:8], names[8:]
        attack = LinkabilityEvaluator(real, synthetic, halves, linked, NEIGHBOURS, holdout)
        return made(attack.evaluate(n_jobs=-1))

    def infer() -> tuple[int, dict[str, list[int]]]:
        every = []
        for secret in names[:secrets]:
            aux = [name for name in names if name != secret]
            number = bool(pd.api.types.is_numeric_dtype(real[secret]))
            attack = InferenceEvaluator(real, synthetic, aux, secret, number, guessed, holdout)
            every.append(made(attack.evaluate(n_jobs=-1)))
        return every[0][0], {side: [one[1][side][0] for one in every] for side in SIDES}

    return {
        "singling out, 3 columns": timed(lambda: single("multivariate")),
        "singling out, 1 column": timed(lambda: single("univariate")),
        "linkability": timed(link),
        "inference": timed(infer),
    }


def made(evaluator) -> tuple[int, dict[str, list[int]]]:
    found = evaluator.results()
    return found.n_attacks_ori, {"attack": [found.n_success], "control": [found.n_control]}


def speed(rows: int, secrets: int) -> None:
    """One line an attack, and one for all of them."""
    print(f"{rows:,} x 15 real, holdout and synthetic; seconds by the clock, and of all processors")
    frames = draw(rows, 0)
    mine = ours(frames, LINKED, GUESSED)
    other = theirs(frames, LINKED, GUESSED, secrets)
    if secrets < len(frames[0].columns):
        other["inference"] = scaled(other["inference"], len(frames[0].columns) / secrets)
        print(f"Anonymeter's inference: measured for {secrets} secrets and scaled to 15")
    print(f"{'attack':<26}{'ours':>16}{'Anonymeter':>18}{'ratios':>16}", flush=True)
    for name, result in mine.items():
        line(name, [result], [other[name]] if name in other else [])
    line("all", list(mine.values()), list(other.values()))


def scaled(result: Result, times: float) -> Result:
    return replace(result, seconds=result.seconds * times, processor=result.processor * times)


def line(name: str, mine: list[Result], other: list[Result]) -> None:
    first, second = (
        (sum(one.seconds for one in side), sum(one.processor for one in side))
        for side in (mine, other)
    )
    text = f"{name:<26}{first[0]:>8.2f}{first[1]:>8.2f}"
    if other:
        ratios = [theirs / ours for theirs, ours in zip(second, first, strict=True)]
        text += f"{second[0]:>10.2f}{second[1]:>8.2f}{ratios[0]:>8.1f}{ratios[1]:>8.1f}"
    print(text, flush=True)


def agreement(rows: int, seeds: int) -> None:
    """Success rates of both, summed over the seeds, and whether they are the same."""
    runs = [(ours(f, rows, rows), theirs(f, rows, rows, 15)) for f in draws(rows, seeds)]
    print(
        f"\n{rows:,} rows, every one attacked, {seeds} seeds: mean rates, 95% intervals of one run"
    )
    print(f"{'attack':<34}{'ours':>24}{'Anonymeter':>24}{'inside':>8}  difference in all")
    for name in runs[0][1]:
        for side in SIDES:
            for at, secret in enumerate(scopes(name)):
                compare(f"{name} {secret}".strip(), side, at, name, runs)


def draws(rows: int, seeds: int) -> Iterable[Frames]:
    return (draw(rows, seed) for seed in range(seeds))


def scopes(name: str) -> list[str]:
    return list(people(1, np.random.default_rng(0))) if name == "inference" else [""]


def compare(
    label: str, side: str, at: int, name: str, runs: list[tuple[dict[str, Result], ...]]
) -> None:
    sums = [sum(run[i][name].successes[side][at] for run in runs) for i in (0, 1)]
    tries = [sum(run[i][name].made for run in runs) for i in (0, 1)]
    rates = [won / tried for won, tried in zip(sums, tries, strict=True)]
    single = [tried // len(runs) for tried in tries]
    bounds = [wilson(round(rate * n), n) for rate, n in zip(rates, single, strict=True)]
    inside = all(
        low <= rate <= high for rate, (low, high) in zip(rates, reversed(bounds), strict=True)
    )
    low, high = newcombe(sums[0], tries[0], sums[1], tries[1])
    figures = "".join(
        f"{rate:>9.4f} {low:.3f}..{high:.3f}"
        for rate, (low, high) in zip(rates, bounds, strict=True)
    )
    print(
        f"{label + ', ' + side:<34}{figures}{'yes' if inside else 'NO':>8}  {low:+.4f}..{high:+.4f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000, help="of each table timed")
    parser.add_argument("--secrets", type=int, default=15, help="timed with Anonymeter")
    parser.add_argument("--seeds", type=int, default=10, help="of the comparison of rates")
    parser.add_argument("--compared", type=int, default=2000, help="rows of the tables compared")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)  # Anonymeter's, of attacks that are weak on purpose
    warm = draw(300, 0)
    ours(warm, 100, 100), theirs(warm, 100, 100, 1)
    speed(given.rows, given.secrets)
    agreement(given.compared, given.seeds)


if __name__ == "__main__":
    main()
