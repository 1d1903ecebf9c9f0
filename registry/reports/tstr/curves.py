"""ROC and calibration curves: the same model trained on synthetic rows and on real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from registry.reports.document import Block, Figure, Gallery, Heading, Words
from registry.reports.numbers import NOT_EVALUATED, count, figure
from registry.reports.plots.axis import SHARES, Axis, linear
from registry.reports.plots.frame import Frame
from registry.reports.plots.lines import Series, line_plot
from registry.reports.table import Row, Table, table
from registry.reports.tstr.scores import named
from registry.reports.tstr.stored import TRAINED_ON, Bin, Calibration, Drawn, Roc

ROC_LEAD: Final = (
    "A ROC curve shows how many of the rows of a class a model finds, for each share of the other "
    "rows that it wrongly names. The dotted line is guessing; the area under the curve is the AUC."
)
CALIBRATION_LEAD: Final = (
    "Calibration compares what a model predicts with what was then observed, among rows with like "
    "predictions. On the dotted line the two are equal; below it the model predicts too much."
)
MISSING: Final = f"no such curve was stored: {NOT_EVALUATED}"
Pair = Mapping[str, Roc | Calibration]


def curves(drawn: Iterable[Drawn]) -> tuple[Block, ...]:
    """Both kinds of curve, or the words that there are none."""
    found = tuple(drawn)
    rocs = [_roc(pair, f"roc-{at}") for at, pair in enumerate(_pairs(found, Roc))]
    others = [_calibration(pair, f"fit-{at}") for at, pair in enumerate(_pairs(found, Calibration))]
    return (
        Heading("ROC curves"),
        *_shown("ROC curves", ROC_LEAD, rocs),
        Heading("Calibration"),
        *_shown("Calibration", CALIBRATION_LEAD, others),
    )


def _shown(what: str, lead: str, figures: list[Figure]) -> tuple[Block, ...]:
    if not figures:
        return (Words(f"{what}: {NOT_EVALUATED}.", "absent"),)
    return Words(lead, "note"), Gallery(tuple(figures))


def _pairs(found: Iterable[Drawn], kind: type) -> Iterable[Pair]:
    """What was trained on synthetic and on real rows, side by side."""
    pairs: dict[tuple[object, ...], dict[str, Roc | Calibration]] = {}
    for one in found:
        if isinstance(one, kind) and isinstance(one, Roc | Calibration):
            name = (one.target, one.model, one.positive)
            pairs.setdefault(name, {})[one.trained_on] = one
    return pairs.values()


def _first(pair: Pair) -> Roc | Calibration:
    return next(iter(pair.values()))


def _named(pair: Pair) -> str:
    """The model, the target, and the class where there is one."""
    one = _first(pair)
    of = f"{one.target} = {one.positive}" if one.positive is not None else one.target
    return f"{named(one.model)}, {of}"


def _each(pair: Pair, said: Callable[[Roc | Calibration], str]) -> str:
    """One sentence for what each was trained on, also where one is missing."""
    return " ".join(
        f"Trained on {kind} rows: {said(pair[kind]) if kind in pair else MISSING}."
        for kind in TRAINED_ON
    )


def _roc(pair: Pair, key: str) -> Figure:
    title = f"ROC: {_named(pair)}"
    caption = _each(pair, lambda one: f"AUC {figure(one.auc)}" if isinstance(one, Roc) else MISSING)
    caption = f"{caption} {count(_tested(pair))} real test rows."
    frame = Frame(
        Axis("other rows wrongly named (false positive rate)", SHARES),
        Axis("rows of the class found (true positive rate)", SHARES),
        wide=230.0,
        tall=230.0,
    )
    series = [
        Series(f"line-{kind}", f"trained on {kind} rows", pair[kind].points)  # type: ignore[union-attr]
        for kind in TRAINED_ON
        if kind in pair
    ]
    guess = Series("chance", "guessing", ((0.0, 0.0), (1.0, 1.0)))
    picture = line_plot(key, title, caption, frame, [*series, guess])
    return Figure(title, picture, caption, _roc_table(pair, title))


def _tested(pair: Pair) -> int:
    one = _first(pair)
    return one.rows if isinstance(one, Roc) else sum(each.rows for each in one.bins)


def _roc_table(pair: Pair, title: str) -> Table:
    rows = tuple(
        (kind, figure(x), figure(y))
        for kind in TRAINED_ON
        if isinstance(one := pair.get(kind), Roc)
        for x, y in one.points
    )
    heads = "Trained on | False positive rate # | True positive rate #"
    return table(title, heads, rows, len(rows))


def _calibration(pair: Pair, key: str) -> Figure:
    title = f"Calibration: {_named(pair)}"
    caption = _each(pair, lambda one: _off(one.bins) if isinstance(one, Calibration) else MISSING)
    caption = f"{caption} {count(_tested(pair))} real test rows."
    axis = _axis(pair)
    frame = Frame(axis("predicted, mean of the cell"), axis("observed, mean of the cell"))
    ends = (frame.x.ticks[0], frame.x.ticks[-1])
    series = [
        Series(f"line-{kind}", f"trained on {kind} rows", _means(one), dots=True)
        for kind in TRAINED_ON
        if isinstance(one := pair.get(kind), Calibration)
    ]
    ideal = Series("chance", "predicted as observed", tuple((end, end) for end in ends))
    picture = line_plot(key, title, caption, frame, [*series, ideal])
    return Figure(title, picture, caption, _bins_table(pair, title))


def _means(one: Calibration) -> tuple[tuple[float, float], ...]:
    return tuple((each.predicted, each.observed) for each in one.bins)


def _axis(pair: Pair) -> Callable[[str], Axis]:
    """Shares for a class; for a number what holds every mean, the same for both directions."""
    if _first(pair).positive is not None:
        return lambda title: Axis(title, SHARES)
    ends = [end for one in pair.values() if isinstance(one, Calibration) for end in _both(one)]
    return lambda title: linear(title, ends)


def _both(one: Calibration) -> list[float]:
    return [end for means in _means(one) for end in means]


def gap(bins: tuple[Bin, ...]) -> float:
    """How far predictions are off on average: the expected calibration error of Naeini, Cooper and
    Hauskrecht (2015), AAAI 29, 2901-2907, over the stored cells.
    """
    rows = sum(each.rows for each in bins)
    return sum(abs(each.predicted - each.observed) * each.rows for each in bins) / max(rows, 1)


def _off(bins: tuple[Bin, ...]) -> str:
    worst = max(bins, key=lambda each: abs(each.predicted - each.observed))
    return (
        f"off by {figure(gap(bins))} on average, most where it predicts {figure(worst.predicted)} "
        f"and {figure(worst.observed)} was observed"
    )


def _bins_table(pair: Pair, title: str) -> Table:
    rows = tuple(
        _bin_row(kind, each)
        for kind in TRAINED_ON
        if isinstance(one := pair.get(kind), Calibration)
        for each in one.bins
    )
    heads = "Trained on | Predictions from # | to # | Mean predicted # | Observed # | Rows #"
    return table(title, heads, rows, len(rows))


def _bin_row(kind: str, one: Bin) -> Row:
    return (
        kind,
        "open" if one.low is None else figure(one.low),
        "open" if one.high is None else figure(one.high),
        figure(one.predicted),
        figure(one.observed),
        count(one.rows),
    )
