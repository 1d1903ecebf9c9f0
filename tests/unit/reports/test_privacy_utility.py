"""The trade-off says what a version costs for what it is worth, and never more than was shown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from registry.reports.document import Document
from registry.reports.facts import MeasurementFacts, VersionFacts
from registry.reports.privacy_utility.document import privacy_utility
from registry.reports.rendering.render import render
from registry.reports.sibling_facts import SiblingFacts
from tests.unit.reports.example import quality_facts
from tests.unit.reports.trade_example import (
    ATTACKS,
    LABEL,
    SIBLINGS,
    absent_in,
    auc,
    callouts_of,
    claim,
    compared,
    dcr,
    figures_of,
    measured,
    model,
    said_in,
    sibling,
    tables_of,
)

NO_CLAIM = replace(quality_facts().costs, claim=None, unclaimed="the card claims no guarantee")


def made(
    facts: VersionFacts | None = None, siblings: tuple[SiblingFacts, ...] = SIBLINGS
) -> Document:
    return privacy_utility(facts or measured(*ATTACKS), siblings)


def undecided(*measurements: MeasurementFacts, **changes: object) -> VersionFacts:
    return measured(*measurements, decisions=(), **changes)


def test_the_policys_decision_is_the_recommendation_and_names_its_rule() -> None:
    denied, allowed = callouts_of(made())

    assert (denied.outcome, denied.word) == ("deny", "Do not release")
    assert any("PRV-003 failed" in text for text in denied.reasons)
    assert denied.reasons[-1] == "The rule: one failed check denies, whatever else passed."
    assert (allowed.outcome, allowed.word) == ("allow", "Release can be recommended")
    assert "health-tabular-external 2.1.0: 1 of 1 check passed" in allowed.sentence


def test_an_allowance_still_says_what_a_person_has_to_weigh() -> None:
    _, allowed = callouts_of(made())

    assert any("1 of 6 measurements of attacks lie beyond guessing" in t for t in allowed.reasons)
    assert "Its epsilon is as claimed by its maker, not audited." in allowed.reasons


def test_where_no_policy_decided_nothing_is_recommended_and_the_rule_is_stated() -> None:
    (verdict,) = callouts_of(made(undecided(*ATTACKS)))

    assert (verdict.outcome, verdict.word) == ("undecided", "Hold back")
    assert verdict.reasons[-1].startswith("The rule, where no policy has decided: nothing is")


def test_a_contradicted_claim_outweighs_an_allowance() -> None:
    costs = replace(quality_facts().costs, audited="CONTRADICTED")
    words = {one.word for one in callouts_of(made(measured(*ATTACKS, costs=costs)))}

    assert words == {"Do not release"}


def test_a_withdrawn_version_is_not_recommended_whatever_was_allowed() -> None:
    gone = (*SIBLINGS[:2], replace(SIBLINGS[2], state="withdrawn"))

    assert {one.outcome for one in callouts_of(made(siblings=gone))} == {"deny"}


def test_every_rule_is_a_row_with_its_worst_finding() -> None:
    rules = tables_of(made(), "rules")[0]

    assert [row[1] for row in rules.rows] == ["Failed", "Not evaluated", "Passed"]
    assert "privacy.inference[income] is 0.2225, below 0.2" in rules.rows[0][2]


def test_epsilon_is_explained_in_odds_and_a_version_without_one_in_honest_words() -> None:
    assert "a test finds at most" in said_in(made(), "meaning")

    said = said_in(made(measured(*ATTACKS, costs=NO_CLAIM, guarantee=None)), "meaning")
    assert "has no epsilon that could be explained: the card claims no guarantee" in said
    assert "Nothing is guaranteed" in said


def test_the_noise_budget_is_told_by_its_makers_accountant_and_signatories() -> None:
    stated = {
        "epsilon": 3.0,
        "mechanism": "gaussian",
        "accountant": "zCDP",
        "justification": "Fixed before the run.",
        "tuning_accounted": False,
        "preprocessing_accounted": None,
        "components": [{"name": "model", "epsilon": 3.0, "delta": None}],
    }
    document = made(measured(*ATTACKS, guarantee=stated))
    said = said_in(document, "noise")

    assert "Its makers say: “Fixed before the run.”" in said
    assert "because: “two tables a year”" in said
    assert "Declared by Ada Lovelace, signed by Katherine Johnson" in said
    assert absent_in(document, "noise") == [
        "The card says that tuning on the real rows is not in the epsilon: more was spent than "
        "that.",
        "Whether preprocessing of the real rows (bins, bounds, levels) is counted in the epsilon: "
        "not stated.",
    ]
    made_of, parts = tables_of(document, "noise")
    assert ("Accountant", "zCDP") in made_of.rows
    assert parts.rows == (("model", "3", "not stated"),)


def test_without_a_reason_or_a_guarantee_the_noise_section_says_so() -> None:
    silent = made(measured(*ATTACKS, guarantee={"epsilon": 3.0}))
    assert "Its makers give no reason" in absent_in(silent, "noise")[0]

    none = made(measured(*ATTACKS, guarantee=None, costs=replace(NO_CLAIM, audiences=())))
    assert "There is no noise budget to explain" in said_in(none, "noise")
    assert "nobody has signed how much may be spent" in said_in(none, "noise")


def test_each_attack_stands_beside_its_control_and_its_baseline() -> None:
    attacks, tests = tables_of(made(), "attacks")

    assert attacks.rows[0] == (
        *("Singling out", "0.112", "0.074", "0.031", "0.041", "0.000 to 0.094"),
        "not contradicted",
    )
    assert [row[-1] for row in attacks.rows] == ["not contradicted", "weak attack", "works"]
    assert [(row[0], row[3]) for row in tests.rows] == [
        ("Membership inference: density-ratio", "0.500"),
        ("Closer to training than to holdout", "0.500"),
        ("Identical rows beyond chance", "0.000"),
    ]


def test_a_test_of_which_half_is_chance_works_only_beyond_half() -> None:
    _, within = tables_of(made(), "attacks")
    beyond = tables_of(made(measured(auc(0.6, (0.55, 0.65)), dcr(0.6, (0.57, 0.63)))), "attacks")

    assert {row[-1] for row in within.rows} == {"not contradicted"}
    assert {row[-1] for row in beyond[0].rows} == {"works"}


def test_gains_are_drawn_from_zero_with_the_highest_upper_end_first() -> None:
    figure = figures_of(made(), "attacks")[0]

    assert figure.table is not None
    assert [row[:2] for row in figure.table.rows[:2]] == [
        ("Inference: income", "0.157"),
        ("Singling out", "0.041"),
    ]
    assert "Inference: income: 0.157 (0.092 to 0.223)" in figure.caption


@pytest.mark.parametrize("kind", ["Linkability", "Membership inference", "Exact matches"])
def test_a_kind_of_attack_that_nobody_tried_is_not_evaluated(kind: str) -> None:
    document = made(measured(ATTACKS[0]))

    assert f"{kind}: not evaluated." in absent_in(document, "attacks")
    assert f"{kind}: not evaluated." in said_in(document, "residual")


def test_an_attack_that_could_not_be_made_keeps_its_cause_and_counts_as_untried() -> None:
    document = made(measured(auc(None)))
    (tests,) = tables_of(document, "attacks")

    assert tests.rows[0][1:] == (*["not measurable"] * 3, "not measurable: too few rows")
    assert "Membership inference: not evaluated." in absent_in(document, "attacks")
    assert "not measurable, too few rows" in said_in(document, "residual")


def test_every_version_is_compared_and_marked_for_what_it_is() -> None:
    (every,) = tables_of(made(), "curve")

    assert [(row[0], row[-1]) for row in every.rows] == [
        (LABEL, "this version; released, internal"),
        ("rand-hie-synthetic@1", "other version of the source; released, partner"),
        ("rand-hie-synthetic@2", "candidate not chosen; not released"),
    ]
    assert every.rows[1][2] == "none: the card claims no guarantee"
    assert "rand-hie-synthetic@2 (aim; epsilon 1," in said_in(made(), "curve")


def test_a_version_without_epsilon_is_drawn_against_risk_alone_and_named() -> None:
    document = made()
    names = {
        one.heading: [row[0] for row in one.table.rows]
        for one in figures_of(document, "curve")
        if one.table
    }

    assert names["Utility against epsilon"] == ["@2", "@3"]
    assert names["Utility against measured risk"] == ["@1", "@2", "@3"]
    assert any("rand-hie-synthetic@1" in text for text in absent_in(document, "curve"))


def test_intervals_are_drawn_in_both_directions_and_kinds_differ() -> None:
    risk = next(
        one for one in figures_of(made(), "curve") if one.heading == "Utility against measured risk"
    )
    lines = re.findall(
        r'class="interval thin" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"',
        str(risk.picture),
    )

    assert len([one for one in lines if one[0] == one[2]]) == 3
    assert len([one for one in lines if one[1] == one[3]]) == 3
    for kind in ("this", "candidate", "other"):
        assert f'class="version-{kind}"' in str(risk.picture)


def test_an_epsilon_of_another_unit_is_on_no_common_axis() -> None:
    other = sibling("rand-hie-synthetic@4", claim=claim(2.0, unit="record"))
    figure = figures_of(made(siblings=(*SIBLINGS, other)), "curve")[0]

    assert figure.table is not None
    assert "@4" not in [row[0] for row in figure.table.rows]


def test_a_contradicted_epsilon_is_not_drawn() -> None:
    other = sibling("rand-hie-synthetic@4", audited="CONTRADICTED")
    figure = figures_of(made(siblings=(*SIBLINGS, other)), "curve")[0]

    assert figure.table is not None
    assert "@4" not in [row[0] for row in figure.table.rows]


def test_another_target_or_definition_is_not_held_against_this_one() -> None:
    ratio = model("utility.tstr.ratio", 0.99, (0.98, 1.0), target="income")
    other = sibling("rand-hie-synthetic@4", measurements=(ratio,))
    every = tables_of(made(siblings=(*SIBLINGS, other)), "curve")[0]

    assert every.rows[-1][3:6] == (
        "not evaluated",
        "measured for another target or definition",
        "not evaluated",
    )


def test_the_worst_of_a_versions_evaluations_counts_and_an_unmeasured_one_is_worse() -> None:
    good = compared(0.93, (0.88, 0.91, 0.94), (0.48, 0.5, 0.52))
    worse = sibling("a@1", measurements=(*good, auc(0.7, (0.6, 0.8))))
    lost = sibling("a@2", measurements=(*good, auc(None)))
    every = tables_of(made(siblings=(SIBLINGS[2], worse, lost)), "curve")[0]

    assert [row[5] for row in every.rows[1:]] == ["0.700 (0.600 to 0.800)", "not measurable"]


def test_a_version_that_is_better_in_everything_is_recommended_instead() -> None:
    better = compared(0.95, (0.90, 0.93, 0.96), (0.47, 0.49, 0.51))
    names = {
        "rand-hie-synthetic@4": sibling("rand-hie-synthetic@4", measurements=better),
        "rand-hie-synthetic@5": sibling("rand-hie-synthetic@5", measurements=better[:2]),
        "rand-hie-synthetic@6": sibling("rand-hie-synthetic@6", measurements=better, claim=None),
        "rand-hie-synthetic@7": sibling(
            "rand-hie-synthetic@7", measurements=better, state="withdrawn"
        ),
    }
    reasons = " ".join(callouts_of(made(siblings=(*SIBLINGS, *names.values())))[0].reasons)

    assert "Consider instead: rand-hie-synthetic@4 is at least as good" in reasons
    assert "Consider instead" not in " ".join(callouts_of(made())[0].reasons)


def test_one_version_alone_is_no_curve() -> None:
    figure = figures_of(made(siblings=(SIBLINGS[2],)), "curve")[0]

    assert "one point is no curve" in figure.caption


def test_without_a_measurement_nothing_is_drawn_and_each_lack_is_named() -> None:
    bare = sibling(LABEL, measurements=(), claim=None, unclaimed="the card claims no guarantee")
    document = made(measured(), (bare,))

    assert figures_of(document, "curve") == []
    said = absent_in(document, "curve")
    assert said[0].startswith("No version of this source has an epsilon")
    assert [text.split(":")[0] for text in said[1:]] == ["Measured risk", "Utility", "Fidelity"]


def test_intervals_that_overlap_are_called_so() -> None:
    near = (
        sibling(LABEL, measurements=compared(0.9, (0.85, 0.90, 0.95), (0.48, 0.5, 0.52))),
        sibling("b@1", measurements=compared(0.9, (0.88, 0.93, 0.98), (0.48, 0.5, 0.52))),
    )
    captions = [one.caption for one in figures_of(made(siblings=near), "curve")]

    assert "their intervals overlap: the order may be chance" in captions[0]
    apart = [one.caption for one in figures_of(made(), "curve")]
    assert "their intervals lie apart" in apart[1]


def test_the_risk_that_is_left_is_told_kind_by_kind_with_what_was_not_tried() -> None:
    said = said_in(made(), "residual")

    assert "Do not treat it as anonymous (income): an attribute inference attack" in said
    assert "A weak attack shows no safety: Linkability" in said
    assert "A low risk is not contradicted by 4 measurements" in said
    assert "shadow models" in said
    assert "Guessing age, coinsurance, visits, health from the other columns: not evaluated" in said
    assert "together with 1 other version that was released" in said


def test_an_epsilon_of_a_record_is_not_one_of_a_person() -> None:
    costs = replace(quality_facts().costs, claim=claim(3.0, unit="record"))

    assert "group privacy" in said_in(made(measured(*ATTACKS, costs=costs)), "residual")
    assert "group privacy" not in said_in(made(), "residual")


def test_no_recipient_is_named_anywhere() -> None:
    page = render(made(quality_facts()), "md").decode()

    assert "Actuarial team" not in page


def test_nothing_claims_that_privacy_was_verified() -> None:
    page = render(made(), "md").decode().lower()

    for boast in ("verified private", "is private", "is anonymous", "is safe", "compliant"):
        assert boast not in page


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_hostile_names_are_printed_as_words(form: str) -> None:
    hostile = "<script>alert(1)</script>{{ 7 * 191 }}#(7 * 191)@1"
    others = (*SIBLINGS, sibling(hostile, generator=hostile, informed=(hostile,)))
    facts = measured(*ATTACKS, guarantee={"justification": hostile, "mechanism": hostile})
    page = render(made(facts, others), form)

    assert b"1337" not in page
    assert form == "json" or b"<script" not in page
    assert form != "html" or b"&lt;script&gt;alert" in page
