"""The method, explained to somebody who has not met it, and how each model was trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.reports.document import Block, Items, Rows, Words, rows
from registry.reports.facts import MeasurementFacts, SourceFacts
from registry.reports.numbers import NOT_EVALUATED, count, words
from registry.reports.table import Row, table
from registry.reports.tstr.scores import Trial

STEPS: Final = (
    "TSTR, train on synthetic, test on real: a model is trained on the synthetic rows alone and "
    "then scored on real rows.",
    "TRTR, train on real, test on real: the same model with the same settings is trained on the "
    "real training rows and scored on the same test rows. It is the baseline: what one would have "
    "without synthetic data, and a TSTR score means something beside it alone.",
    "The test rows must be real, because synthetic rows share the generator's mistakes: a model "
    "that learnt a mistake would be rewarded for it.",
    "The test rows must be unseen, by the generator as by both models. A generator that saw them "
    "can copy them into the synthetic table, and a model trained there would be tested on what it "
    "was taught.",
    "The interval says how far the score may move with other test rows from the same source. It "
    "does not cover other synthetic tables from the same generator, nor other settings.",
)
SOURCE: Final = (
    "Source: Esteban, Hyland and Raetsch (2017), “Real-valued (medical) time series generation "
    "with recurrent conditional GANs”, arXiv 1706.02633, section 4.2."
)


def method(source: SourceFacts) -> tuple[Block, ...]:
    """What is done and why, and the tables it is done with."""
    tables = (
        f"Here the test rows are the {count(source.holdout_rows)} rows of the holdout of "
        f"{source.name}, and the real rows trained on are its {count(source.training_rows)} "
        "training rows. The digests of both were recorded when the source was added; that the "
        "generator was given the training rows alone is what its makers say."
    )
    return Items(STEPS), Words(tables), Words(SOURCE, "note")


def settings(found: tuple[Trial, ...]) -> tuple[Block, ...]:
    """How each model was trained, so that somebody can do it again."""
    heads = "Target and model | Estimator | Synthetic rows trained on # | Real rows trained on #"
    heads += " | Resampled for the interval"
    made = tuple((one.name, *_settings(one)) for one in found)
    caption = "How each model was trained"
    stated = rows(table(caption, heads, made, len(made)), f"Settings: {NOT_EVALUATED}.")
    return stated, *_parameters(found)


def _settings(one: Trial) -> Row:
    known = one.tstr or one.trtr or one.ratio
    return (
        _stated(known, "estimator"),
        _trained(one.tstr),
        _trained(one.trtr),
        _stated(known, "resampled"),
    )


def _stated(found: MeasurementFacts | None, name: str) -> str:
    stated = found.parameters.get(name) if found else None
    return str(stated) if isinstance(stated, str) and stated else "not stated"


def _trained(found: MeasurementFacts | None) -> str:
    rows = found.parameters.get("train_rows") if found else None
    return count(rows) if type(rows) is int else "not stated"


def _parameters(found: tuple[Trial, ...]) -> tuple[Rows, ...]:
    """The settings of each estimator, once; what was not stated is left out with its table."""
    made: dict[str, Mapping[str, object]] = {}
    for one in found:
        known = one.tstr or one.trtr
        settings = known.parameters.get("settings") if known else None
        if isinstance(settings, Mapping):
            made.setdefault(_stated(known, "estimator"), settings)
    listed = tuple(
        (f"{name}: {words(setting)}", _said(value))
        for name, settings in made.items()
        for setting, value in settings.items()
    )
    return (Rows(table("Settings of the models", "Setting | Value", listed)),) if listed else ()


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{words(str(name))} {_said(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not stated" if value is None else str(value)
