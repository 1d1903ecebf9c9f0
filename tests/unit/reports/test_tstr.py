"""The TSTR report says what a model keeps, how sure that is, and when not to rely on it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from registry.reports.document import Rows
from registry.reports.rendering.render import render
from registry.reports.tstr.document import tstr
from tests.unit.reports.example import evaluation, quality_facts
from tests.unit.reports.example_figures import FIGURES, SUBGROUP, calibration, roc
from tests.unit.reports.trade_example import (
    LINEAR,
    absent_in,
    blocks_of,
    callouts_of,
    excess,
    figures_of,
    measured,
    model,
    models,
    said_in,
    tables_of,
    with_figures,
)


def test_the_verdict_is_a_sentence_on_the_model_that_keeps_least() -> None:
    (verdict,) = callouts_of(tstr(measured(*models())))

    assert verdict.word == "Keeps 91% of the AUC"
    assert verdict.sentence.startswith(
        "Trained on this data, gradient boosting keeps 91% (88 to 95) of its AUC on real rows."
    )
    assert "the whole interval lies below 100%" in verdict.sentence
    assert any("the linear model keeps 99% (98 to 101)" in text for text in verdict.reasons)


def test_an_interval_that_holds_all_of_it_is_not_called_a_loss() -> None:
    wide = model("utility.tstr.ratio", 0.94, (0.86, 1.02))
    (verdict,) = callouts_of(tstr(measured(*models(wide))))

    assert "Chance alone could explain the difference" in verdict.sentence


def test_of_two_evaluations_the_worse_bound_speaks() -> None:
    facts = measured(*models())
    worse = replace(
        evaluation(digest="9"),
        measurements=(model("utility.tstr.ratio", 0.95, (0.71, 1.19)),),
        figures=(),
    )

    (verdict,) = callouts_of(tstr(replace(facts, evaluations=(*facts.evaluations, worse))))

    assert verdict.word == "Keeps 95% of the AUC"
    assert "(71 to 119)" in verdict.sentence


def test_a_ratio_that_could_not_be_measured_is_worse_than_any() -> None:
    lost = model("utility.tstr.ratio", None, cause="the real model does not beat chance")
    (verdict,) = callouts_of(tstr(measured(*models(lost))))

    assert (verdict.outcome, verdict.word) == ("undecided", "Not measurable")
    assert "the real model does not beat chance" in verdict.sentence


def test_nearly_all_is_not_all() -> None:
    nearly = model("utility.tstr.ratio", 0.9999, (0.991, 1.0))
    facts = measured(nearly, model("utility.trtr.score", 0.8, (0.79, 0.81)))

    assert callouts_of(tstr(facts))[0].word == "Keeps 99% of the AUC"


def test_without_evidence_every_section_says_so() -> None:
    document = tstr(replace(quality_facts(), evaluations=()))
    (verdict,) = callouts_of(document)

    assert (verdict.outcome, verdict.word) == ("undecided", "Not evaluated")
    for anchor in ("scores", "curves", "subgroups", "importance", "augmentation"):
        assert any("not evaluated" in text for text in absent_in(document, anchor)), anchor
    assert "copies would score well here" in said_in(document, "cautions")


def test_what_is_kept_above_chance_is_less_than_the_ratio() -> None:
    (scores,) = tables_of(tstr(measured(*models())), "scores")

    assert [row[:1] + row[3:5] for row in scores.rows] == [
        ("health, gradient boosting (AUC)", "91% (88 to 95)", "76%"),
        ("health, the linear model (AUC)", "99% (98 to 101)", "99%"),
    ]


def test_the_scores_stand_in_the_picture_at_their_share_of_the_axis() -> None:
    (figure,) = figures_of(tstr(measured(*models())), "scores")
    marks = re.findall(r'<circle class="line-(\w+) point" cx="([\d.]+)"', str(figure.picture))

    # The axis is 394 units long from 12; the key at the end has a mark of each kind.
    assert [(kind, round((float(x) - 12) / 394, 2)) for kind, x in marks[:4]] == [
        ("synthetic", 0.71),
        ("real", 0.78),
        ("synthetic", 0.75),
        ("real", 0.75),
    ]


def test_the_method_says_why_test_rows_are_real_and_unseen() -> None:
    said = said_in(tstr(measured(*models())), "method")

    assert "The test rows must be real" in said
    assert "The test rows must be unseen" in said
    assert "It is the baseline" in said
    assert "2,547 rows of the holdout of rand-hie" in said


def test_copies_of_real_rows_stand_in_the_verdict_however_well_they_score() -> None:
    perfect = model("utility.tstr.ratio", 1.0, (0.99, 1.01))
    document = tstr(measured(perfect, excess(0.43, (0.41, 0.45))))

    assert any("copies of real training rows" in text for text in callouts_of(document)[0].reasons)
    assert "copies of real training rows" in said_in(document, "cautions")


def test_copies_within_chance_are_no_caution() -> None:
    assert "copies" not in said_in(tstr(measured(*models())), "cautions")


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (model("utility.tstr.ratio", 0.9, (0.8, 1.01)), "is wide, 0.800 to 1.010"),
        (model("utility.tstr.ratio", 0.9, (0.86, 0.94), n=150), "Only 150 real rows tested"),
        (model("utility.tstr.ratio", 1.1, (1.05, 1.15)), "learns more from synthetic rows"),
        (model("utility.tstr.ratio", 0.9, (0.86, 0.94)), "Where real rows can be had, train on"),
        (model("utility.tstr.ratio", None, cause="no classes"), "is not known (no classes)"),
    ],
)
def test_the_evidence_itself_says_when_not_to_rely_on_it(ratio, said) -> None:  # type: ignore[no-untyped-def]
    assert said in said_in(tstr(measured(*models(ratio))), "cautions")


def test_a_sound_ratio_draws_no_such_caution() -> None:
    sound = model("utility.tstr.ratio", 0.99, (0.97, 1.01))
    said = said_in(tstr(measured(sound)), "cautions")

    for word in ("is wide", "Only ", "learns more", "Where real rows"):
        assert word not in said


def test_a_flexible_model_that_loses_alone_points_to_interactions() -> None:
    assert "points to interactions of columns" in said_in(tstr(measured(*models())), "cautions")
    both = (*models()[:5], model("utility.tstr.ratio", 0.9, (0.85, 0.95), name=LINEAR))
    assert "interactions" not in said_in(tstr(measured(*both)), "cautions")


def test_rows_added_that_harm_and_columns_that_differ_are_cautions() -> None:
    document = tstr(measured(*models()))
    said = said_in(document, "cautions")

    assert "Do not add it to the real rows" in said
    assert "Do not explain health by gradient boosting" in said
    (gain,) = tables_of(document, "augmentation")
    assert gain.rows[0][3] == "harms: the whole interval is below zero"


def test_a_rare_class_among_the_test_rows_is_counted_and_named() -> None:
    bins: list[tuple[float | None, float | None, float, float, int]] = [
        (0.0, 0.1, 0.02, 0.01, 1900),
        (0.1, 1.0, 0.2, 0.1, 600),
    ]
    facts = with_figures(calibration("linear", "real", bins, positive="poor"))

    assert "Rare among the test rows: health = poor, about 79 of 2,500" in said_in(
        tstr(facts), "cautions"
    )
    assert "Rare" not in said_in(tstr(with_figures(*FIGURES)), "cautions")


def test_chances_that_mislead_more_than_the_baselines_are_to_be_recalibrated() -> None:
    bins: list[tuple[float | None, float | None, float, float, int]] = [
        (0.0, 0.5, 0.2, 0.4, 1200),
        (0.5, 1.0, 0.8, 0.6, 1300),
    ]
    facts = with_figures(calibration("gradient-boosting", "synthetic", bins), FIGURES[5])

    assert "Recalibrate gradient boosting" in said_in(tstr(facts), "cautions")
    assert "Recalibrate" not in said_in(tstr(with_figures(*FIGURES)), "cautions")


def test_curves_of_both_models_share_one_figure() -> None:
    rocs, calibrations = figures_of(tstr(with_figures(*FIGURES)), "curves")

    assert rocs.caption.startswith(
        "Trained on synthetic rows: AUC 0.713. Trained on real rows: AUC 0.781."
    )
    assert 'class="line-synthetic"' in str(rocs.picture)
    assert 'class="line-real"' in str(rocs.picture)
    assert "off by 0.047 on average" in calibrations.caption
    assert rocs.table is not None and len(rocs.table.rows) == 22


def test_a_curve_whose_other_half_is_missing_says_so() -> None:
    alone = roc("linear", "synthetic", 0.7, [(0.0, 0.0), (0.4, 0.6), (1.0, 1.0)])
    (figure,) = figures_of(tstr(with_figures(alone)), "curves")

    assert "Trained on real rows: no such curve was stored: not evaluated." in figure.caption


def test_the_group_that_fares_worst_is_named_and_one_without_a_score_too() -> None:
    document = tstr(with_figures(SUBGROUP))
    (figure,) = figures_of(document, "subgroups")

    assert figure.caption.startswith("coinsurance = 95 fares worst: -0.094 (-0.137 to -0.051).")
    assert "Not measurable: other (fewer than 10 rows" in figure.caption
    assert figure.table is not None and figure.table.rows[-1][2] == "not measurable"
    assert "the whole interval below zero: 0, 95, 25" in said_in(document, "cautions")


def test_both_lists_of_importances_are_shown_in_order() -> None:
    (figure,) = figures_of(tstr(with_figures(*FIGURES)), "importance")

    assert (
        figure.caption == "Trained on real rows it relies most on age, on synthetic rows on income."
    )
    assert figure.table is not None
    assert [row[:2] + row[3:4] for row in figure.table.rows] == [
        ("age", "1", "2"),
        ("income", "2", "1"),
        ("visits", "3", "4"),
        ("coinsurance", "4", "3"),
    ]


def test_where_only_the_first_columns_were_stored_both_lists_are_still_told() -> None:
    _, tops = tables_of(tstr(measured(*models())), "importance")

    assert tops.rows == (("health, gradient boosting", "age, income", "income, coinsurance"),)


def test_the_record_ends_with_signatures_and_digests() -> None:
    document = tstr(measured(*models()))

    assert any(isinstance(one, Rows) for one in blocks_of(document, "signoffs"))
    assert any(
        "sha256:" in cell
        for one in tables_of(document, "record")
        for row in one.rows
        for cell in row
    )


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_hostile_names_are_printed_as_words(form: str) -> None:
    hostile = "<script>alert(1)</script>{{ 7 * 191 }}#(7 * 191)"
    facts = with_figures(*({**one, "target": hostile, "model": hostile} for one in FIGURES))
    page = render(tstr(facts), form)

    assert b"1337" not in page
    assert form == "json" or b"<script" not in page
    assert form != "html" or b"&lt;script&gt;alert" in page


def test_nothing_claims_more_than_was_shown() -> None:
    page = render(tstr(with_figures(*FIGURES)), "md").decode().lower()

    for boast in ("verified", "guaranteed", "safe to", "as good as real data"):
        assert boast not in page
