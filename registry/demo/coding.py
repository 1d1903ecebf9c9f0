"""The documented domain of the table, and its coding into the cells a private generator counts.

Every level, bound and width below comes from a public definition or is a round number, and none is
computed from the rows: a bound read off the data is a release of its own, and here no budget is
spent on one. Where a definition is silent the choice says so.

========== ==================================== ===============================================
column     documented as                        coded as
========== ==================================== ===============================================
mdvis      visits to a physician in a year      0 to 10 singly, then 11, 16, 21, 31, 51 to 100
lncoins    ln(coinsurance + 1), 0 to 100        the plans' rates 0, 25, 50, 95 and the bound 100
idp        1 for an individual deductible       0 or 1
lpi        ln(max(1, yearly incentive))         none, then steps of $100 up to $2,000
fmde       0 if idp = 1, else                   none, then steps of $250 up to $4,000: the
           ln(max(1, MDE/(0.01 coinsurance)))   experiment's limit of $1,000 over its lowest rate
physlm     1 if the person has a limitation     0 or 1; imputed fractions go to the nearer
disea      number of chronic diseases           none, then steps of 5 up to 100: the values are
                                                not whole, so it is read as a percentage
hlthg/f/p  good, fair, poor; else excellent     one factor of four levels
========== ==================================== ===============================================
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

HEALTH: Final = ("hlthg", "hlthf", "hlthp")
COINSURANCE: Final = (0, 25, 50, 95, 100)
VISITS: Final = (*range(11), 11, 16, 21, 31, 51, 101)
"""The first visit count of each cell, and one past the last."""

INCENTIVE: Final = (100.0, 20)
EXPENDITURE: Final = (250.0, 16)
DISEASE: Final = (5.0, 20)
"""(width, steps): zero is a cell of its own, then ``steps`` cells of ``width`` each."""


def coinsurance_levels() -> Values:
    """ln(rate + 1) as the source writes it: single precision, seven significant digits."""
    logs = np.log1p(np.array(COINSURANCE, dtype=np.float64)).astype(np.float32)
    return np.array([float(f"{log:.7g}") for log in logs])


def domain() -> dict[str, int]:
    """The number of cells of each coded attribute."""
    return {
        "mdvis": len(VISITS) - 1,
        "lncoins": len(COINSURANCE),
        "idp": 2,
        "lpi": INCENTIVE[1] + 1,
        "fmde": EXPENDITURE[1] + 1,
        "physlm": 2,
        "disea": DISEASE[1] + 1,
        "health": len(HEALTH) + 1,
    }


def bounds() -> dict[str, tuple[float, float]]:
    """The lowest and the highest value of each numeric column."""
    return {
        "mdvis": (0.0, VISITS[-1] - 1.0),
        "lpi": (0.0, round(float(np.log(INCENTIVE[0] * INCENTIVE[1])), 6)),
        "fmde": (0.0, round(float(np.log(EXPENDITURE[0] * EXPENDITURE[1])), 6)),
        "disea": (0.0, DISEASE[0] * DISEASE[1]),
    }


def encode(table: pd.DataFrame) -> pd.DataFrame:
    """One integer cell per attribute of ``domain``; values beyond a bound go to the last cell."""
    levels = coinsurance_levels()
    distance = np.abs(table["lncoins"].to_numpy()[:, None] - levels)
    visits = table["mdvis"].clip(0, VISITS[-1] - 1)
    cells = {
        "mdvis": np.searchsorted(VISITS, visits, side="right") - 1,
        "lncoins": distance.argmin(axis=1),
        "idp": table["idp"].clip(0, 1).to_numpy(),
        "lpi": _steps(_dollars(table["lpi"].to_numpy()), *INCENTIVE),
        "fmde": _steps(_dollars(table["fmde"].to_numpy()), *EXPENDITURE),
        "physlm": (table["physlm"] >= 0.5).to_numpy(),
        "disea": _steps(table["disea"].to_numpy(), *DISEASE),
        "health": fold_health(table)["health"].to_numpy(),
    }
    return pd.DataFrame({name: cell.astype(np.int64) for name, cell in cells.items()})


def decode(cells: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Values for coded rows, drawn evenly within each cell; the columns and types of the source."""
    code = {name: cells[name].to_numpy().astype(np.int64) for name in domain()}
    first, beyond = np.array(VISITS)[:-1], np.array(VISITS)[1:]
    table = pd.DataFrame(
        {
            "mdvis": rng.integers(first[code["mdvis"]], beyond[code["mdvis"]]),
            "lncoins": coinsurance_levels()[code["lncoins"]],
            "idp": code["idp"],
            "lpi": _logs(_within(code["lpi"], INCENTIVE[0], rng)),
            "fmde": _logs(_within(code["fmde"], EXPENDITURE[0], rng)),
            "physlm": code["physlm"].astype(np.float64),
            "disea": _within(code["disea"], DISEASE[0], rng).round(1),
            "health": code["health"],
        }
    )
    return unfold_health(table)


def fold_health(table: pd.DataFrame) -> pd.DataFrame:
    """The three indicators as one factor: 0 excellent, 1 good, 2 fair, 3 poor."""
    indicators = table[list(HEALTH)].to_numpy()
    health = np.where(indicators.any(axis=1), indicators.argmax(axis=1) + 1, 0)
    return table.drop(columns=list(HEALTH)).assign(health=health.astype(np.int64))


def unfold_health(table: pd.DataFrame) -> pd.DataFrame:
    """The inverse of ``fold_health``."""
    health = table["health"].to_numpy().astype(np.int64)
    indicators = {
        name: (health == level).astype(np.int64) for level, name in enumerate(HEALTH, start=1)
    }
    return table.drop(columns="health").assign(**indicators)


def _dollars(logs: Values) -> Values:
    """Undo ln(max(1, x)), which writes every amount up to one dollar as zero."""
    return np.where(logs > 0, np.exp(logs), 0.0)


def _logs(dollars: Values) -> Values:
    return np.asarray(np.log(np.maximum(1.0, dollars)).round(6), dtype=np.float64)


def _steps(values: Values, width: float, steps: int) -> Codes:
    return np.asarray(np.ceil(values / width).clip(0, steps), dtype=np.int64)


def _within(codes: Codes, width: float, rng: np.random.Generator) -> Values:
    return np.where(codes > 0, (codes - rng.random(len(codes))) * width, 0.0)
