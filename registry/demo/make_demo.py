"""Make the demonstration tables, or print the figures that ``README.md`` quotes.

The generators are no dependencies of the registry. Make the tables in a throw-away environment
(Python 3.11), from the root of a source checkout::

    python -m venv throwaway
    throwaway/bin/pip install -r registry/demo/demo-requirements.txt
    throwaway/bin/python -m registry.demo.make_demo --make real arf leaky

``dp`` is left out of that line on purpose: a private release is made once. Its noise is drawn
afresh by the operating system, so a second run is a second release, which spends a second budget.

The figures need the registry's own environment with statsmodels::

    python -m registry.demo.make_demo --figures
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from registry.demo import coding, tables
from registry.demo.figures import figures
from registry.demo.split import SEED, panel, person_runs, split

EPSILON: Final = 3.0
DELTA: Final = 1e-5
"""Fixed before the one run: a ceiling that policies use, and well under one over the rows."""

EXACT_SHARE: Final = 0.6
_FACTORS: Final = ("lncoins", "idp", "physlm", "health")
_FLOATS: Final = dict.fromkeys(coding.bounds(), "float64")


def arf(training: pd.DataFrame, seed: int = SEED) -> pd.DataFrame:
    """Rows from an adversarial random forest (Watson et al., AISTATS 2023), library defaults."""
    from arfpy import arf as library  # type: ignore[import-not-found]  # only in the throw-away env

    np.random.seed(seed)  # the library draws from the global state
    folded = coding.fold_health(training)
    typed = folded.astype(dict.fromkeys(_FACTORS, "category"))
    forest = library.arf(typed, random_state=seed, verbose=False)
    forest.forde()
    drawn = forest.forge(n=len(training))
    return _as_source(coding.unfold_health(drawn.astype(folded.dtypes.to_dict() | _FLOATS)))


def _as_source(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers inside the documented bounds, at the source's precision; visits are whole."""
    for name, (low, high) in coding.bounds().items():
        table[name] = table[name].clip(low, high).round(6)
    return table.assign(mdvis=table["mdvis"].round().astype("int64"))


def dp(training: pd.DataFrame) -> pd.DataFrame:
    """Rows from MST (McKenna et al., 2021) at ``EPSILON`` and ``DELTA``.

    No seed: whoever knows the seed of the selection step can undo its randomness. The noise comes
    from the operating system in any case.
    """
    from dpmm.models.mst import MSTGM  # type: ignore[import-not-found]  # only in the throw-away env

    model = MSTGM(epsilon=EPSILON, delta=DELTA, domain=coding.domain(), n_jobs=1)
    model.set_random_state(np.random.RandomState(secrets.randbits(32)))
    model.set_domain(coding.domain())
    cells = coding.encode(training)
    model.check_fit(cells)
    model.fit(cells)
    drawn = model.generate(n_records=len(training))
    table = coding.decode(drawn, np.random.default_rng(secrets.randbits(128)))
    return table[list(training.columns)]


def leaky(training: pd.DataFrame, seed: int = SEED) -> pd.DataFrame:
    """Every training row once, shuffled: ``EXACT_SHARE`` as they are, one cell of the rest changed.

    The changed cell (visits, incentive or disease index) takes another row's differing value.
    """
    rng = np.random.default_rng(seed)
    copies = training.iloc[rng.permutation(len(training))].reset_index(drop=True)
    for row in range(round(EXACT_SHARE * len(copies)), len(copies)):
        column = ("mdvis", "lpi", "disea")[rng.integers(3)]
        others = training.loc[training[column] != copies.at[row, column], column].to_numpy()
        copies.at[row, column] = rng.choice(others)
    return copies.iloc[rng.permutation(len(copies))].reset_index(drop=True)


GENERATORS: Final[dict[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "arf": arf,
    "dp": dp,
    "leaky": leaky,
}


def make(name: str) -> None:
    """Write the real tables (``real``), or the synthetic version of that name."""
    real = split(person_runs(panel()))
    if name == "real":
        for side, table in zip(tables.REAL, real, strict=True):
            tables.write(side, table)
    else:
        tables.write(name, GENERATORS[name](real[0]))


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="registry.demo.make_demo")
    parser.add_argument("--make", nargs="+", choices=("real", *GENERATORS), default=[])
    parser.add_argument("--figures", action="store_true", help="print what README.md quotes")
    chosen = parser.parse_args(arguments)
    for name in chosen.make:
        make(name)
    if chosen.figures:
        sys.stdout.writelines(f"{line}\n" for line in figures())


if __name__ == "__main__":
    main()
