"""Figures of the example, as an evaluation stores them: heat maps, curves, importances, groups."""

from __future__ import annotations

COLUMNS = ["age", "coinsurance", "income", "visits", "health"]

# Pairs row by row: age with the four others, then coinsurance with three, ...; the synthetic
# column "visits" is constant, so that nothing is associated with it.
ASSOCIATION: dict[str, object] = {
    "figure": "association",
    "columns": COLUMNS,
    "coefficients": [
        *("pearson", "pearson", "pearson", "cramers-v"),
        *("pearson", "pearson", "cramers-v"),
        *("pearson", "cramers-v"),
        "cramers-v",
    ],
    "real": [0.02, 0.41, 0.18, 0.22, -0.11, -0.13, 0.04, 0.07, 0.16, 0.24],
    "synthetic": [0.01, -0.02, None, 0.19, -0.08, None, 0.06, None, 0.02, None],
}


def roc(
    model: str, trained_on: str, auc: float, points: list[tuple[float, float]]
) -> dict[str, object]:
    """The curve of one model for the class "excellent"."""
    return {
        "figure": "roc",
        "target": "health",
        "model": model,
        "positive": "excellent",
        "trained_on": trained_on,
        "points": [list(point) for point in points],
        "auc": auc,
        "rows": 2547,
    }


def calibration(
    model: str,
    trained_on: str,
    bins: list[tuple[float | None, float | None, float, float, int]],
    *,
    target: str = "health",
    positive: str | None = "excellent",
) -> dict[str, object]:
    """Predicted against observed; of a number the ends are open and there is no positive class."""
    names = ("low", "high", "predicted", "observed", "rows")
    return {
        "figure": "calibration",
        "target": target,
        "model": model,
        "positive": positive,
        "trained_on": trained_on,
        "bins": [dict(zip(names, each, strict=True)) for each in bins],
        "rows": sum(each[-1] for each in bins),
    }


def group(
    name: str,
    rows: int,
    tstr: tuple[float, float, float] | None = None,
    trtr: tuple[float, float, float] | None = None,
    difference: tuple[float, float, float] | None = None,
    cause: str | None = None,
) -> dict[str, object]:
    """One group: value, low and high of each score and of TSTR less TRTR, or the cause."""
    scores = {"tstr": tstr, "trtr": trtr, "difference": difference}
    ends = ("", "_low", "_high")
    values = {
        name + end: None if score is None else score[at]
        for name, score in scores.items()
        for at, end in enumerate(ends)
    }
    return {"group": name, "rows": rows, **values, "cause": cause}


SUBGROUP: dict[str, object] = {
    "figure": "subgroup",
    "target": "health",
    "model": "gradient-boosting",
    "by": "coinsurance",
    "metric": "AUC",
    "groups": [
        group("0", 1304, (0.721, 0.689, 0.751), (0.779, 0.75, 0.805), (-0.058, -0.082, -0.034)),
        group("95", 611, (0.694, 0.645, 0.739), (0.788, 0.746, 0.825), (-0.094, -0.137, -0.051)),
        group("25", 588, (0.718, 0.671, 0.761), (0.774, 0.731, 0.812), (-0.056, -0.093, -0.019)),
        group("other", 44, cause="fewer than 10 rows of one class of the target are in this group"),
    ],
}

IMPORTANCE: dict[str, object] = {
    "figure": "importance",
    "target": "health",
    "model": "gradient-boosting",
    "features": [
        {"column": "age", "real": 0.412, "synthetic": 0.301},
        {"column": "coinsurance", "real": 0.051, "synthetic": 0.148},
        {"column": "income", "real": 0.338, "synthetic": 0.551},
        {"column": "visits", "real": 0.199, "synthetic": 0.0},
    ],
}

FIGURES: tuple[dict[str, object], ...] = (
    ASSOCIATION,
    roc(
        "gradient-boosting",
        "synthetic",
        0.713,
        [
            *((0.0, 0.0), (0.02, 0.087), (0.061, 0.201), (0.12, 0.329), (0.19, 0.446)),
            *((0.281, 0.561), (0.389, 0.676), (0.513, 0.783), (0.664, 0.884), (0.83, 0.961)),
            (1.0, 1.0),
        ],
    ),
    calibration(
        "gradient-boosting",
        "synthetic",
        [
            (0.0, 0.241, 0.181, 0.242, 311),
            (0.241, 0.372, 0.309, 0.361, 498),
            (0.372, 0.51, 0.441, 0.472, 602),
            (0.51, 0.668, 0.588, 0.561, 587),
            (0.668, 1.0, 0.742, 0.669, 549),
        ],
    ),
    SUBGROUP,
    roc(
        "gradient-boosting",
        "real",
        0.781,
        [
            *((0.0, 0.0), (0.012, 0.121), (0.048, 0.279), (0.101, 0.427), (0.172, 0.561)),
            *((0.261, 0.68), (0.37, 0.781), (0.502, 0.869), (0.655, 0.939), (0.826, 0.984)),
            (1.0, 1.0),
        ],
    ),
    calibration(
        "gradient-boosting",
        "real",
        [
            (0.0, 0.198, 0.141, 0.147, 402),
            (0.198, 0.387, 0.295, 0.301, 551),
            (0.387, 0.561, 0.472, 0.468, 580),
            (0.561, 0.744, 0.652, 0.659, 561),
            (0.744, 1.0, 0.834, 0.831, 453),
        ],
    ),
    IMPORTANCE,
)

OF_A_NUMBER = calibration(
    "linear",
    "synthetic",
    [
        (None, 4000.0, 3120.0, 2810.0, 604),
        (4000.0, 8000.0, 6030.0, 5870.0, 1102),
        (8000.0, None, 10040.0, 11260.0, 841),
    ],
    target="income",
    positive=None,
)
"""What ``positive`` and the ends are where the target is a number."""
