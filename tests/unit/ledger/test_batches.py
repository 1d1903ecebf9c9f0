"""A batch counts once, with all of its runs, whatever of them an audience received."""

import math
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import bare, claim, descent, entry, gaussian, laplace, response

from registry.ledger.account import Account
from registry.ledger.batches import Batch, batch_told, counted, joined, misplaced, planned, standing
from registry.ledger.entry import Entry
from registry.ledger.guarantee import Unlike
from registry.ledger.methods.gaussian import epsilon_at
from registry.ledger.parts import Partition, upper_sum
from registry.ledger.planning import comes_to, faults, short, unplannable
from registry.ledger.shown import shown
from registry.ledger.totals import Basic, Rdp, Zcdp, gated

DELTA = 1e-6
GRID = 1e-4
NOISY = gaussian(8.0, DELTA / 20, adaptive=False)


def plan(*claims: dict[str, object], name: str = "wave", event: int = 1) -> Batch:
    """A batch of these runs at the places 1, 2, and so on."""
    runs = {str(place): planned(one) for place, one in enumerate(claims, 1)}
    return Batch(name, comes_to(runs.values(), DELTA), DELTA, "0", runs, event)


def member(number: int, batch: Batch, place: str, **changes: object) -> Entry:
    """An exposure of the run at a place, but for what is changed in its claim."""
    named = f"{batch.name}/{place}"
    told = {**batch.runs.get(place, NOISY), "batch": named, **changes}
    return entry(number, told, batch=named)


TWENTY = plan(*[NOISY] * 20)


# --- what it comes to ----------------------------------------------------------------------------
def test_twenty_gaussians_planned_together_come_to_the_closed_form() -> None:
    assert TWENTY.epsilon == pytest.approx(2.54870, abs=5e-6)
    assert TWENTY.epsilon >= epsilon_at(math.sqrt(20) / 8, DELTA)


def test_a_doubtful_batch_lowers_nothing_and_its_runs_count_beside_it() -> None:
    received = [member(2, TWENTY, "1"), member(3, TWENTY, "2")]

    sure = gated(received, Basic(), (), [TWENTY])
    doubtful = gated(received, Basic(), (), [replace(TWENTY, doubted=True)])

    alone = upper_sum([float(str(NOISY["epsilon"]))] * 2)
    assert sure.epsilon == TWENTY.epsilon
    assert doubtful.epsilon == pytest.approx(TWENTY.epsilon + alone)
    assert doubtful.delta == pytest.approx(DELTA + 2 * float(str(NOISY["delta"])))


@lru_cache(maxsize=1)
def fixed() -> tuple[dict[str, object], ...]:
    return tuple(
        {**one, "adaptive": False}
        for one in (
            *(gaussian(noise, 5e-8) for noise in (2.0, 5.0, 8.0)),
            *(laplace(scale) for scale in (2.0, 5.0)),
            *(response(epsilon) for epsilon in (0.1, 0.4)),
            bare(0.3, mechanism="exponential"),
            descent(1.0, 0.01, 100, (1.9, 1e-8)),
        )
    )


@settings(deadline=None, max_examples=12)
@given(st.lists(st.sampled_from(range(9)), min_size=1, max_size=6), st.data())
def test_the_charge_is_between_the_loss_of_what_was_received_and_the_sum_of_the_plan(
    chosen: list[int], data: st.DataObject
) -> None:
    claims = [fixed()[one] for one in chosen]
    batch = plan(*claims)
    places = data.draw(st.lists(st.sampled_from(list(batch.runs)), min_size=1, unique=True))
    received = [member(number, batch, place) for number, place in enumerate(places, 1)]

    charged = gated(received, Basic(), (), [batch])

    alone = comes_to([batch.runs[place] for place in places], DELTA)
    whole = upper_sum([float(str(one["epsilon"])) for one in claims])
    assert (charged.epsilon, charged.delta) == (batch.epsilon, DELTA)
    # Each loss is rounded up by a step of the grid at most: a part may seem above the whole.
    assert charged.epsilon >= alone - GRID * len(claims)
    assert charged.epsilon <= whole + GRID * len(claims)


@settings(deadline=None, max_examples=12)
@given(st.lists(st.floats(1.0, 30.0), min_size=1, max_size=20), st.integers(1, 20))
def test_the_charge_is_never_below_the_exact_loss_of_the_gaussians_received(
    noises: list[float], some: int
) -> None:
    batch = plan(*(gaussian(one, DELTA / 20, adaptive=False) for one in noises))
    received = [member(n, batch, str(n)) for n in range(1, min(some, len(noises)) + 1)]

    charged = gated(received, Basic(), (), [batch])

    exact = epsilon_at(math.sqrt(math.fsum(one**-2 for one in noises[:some])), DELTA)
    assert charged.epsilon >= exact
    assert charged.epsilon <= upper_sum([float(str(one["epsilon"])) for one in batch.runs.values()])


# --- once ----------------------------------------------------------------------------------------
def test_the_first_run_costs_the_batch_and_every_further_one_nothing() -> None:
    received = [member(number, TWENTY, str(number)) for number in range(1, 21)]

    totals = [gated(received[: n + 1], Basic(), (), [TWENTY]) for n in range(20)]

    assert {(one.epsilon, one.delta) for one in totals} == {(TWENTY.epsilon, DELTA)}


def test_it_adds_up_with_other_releases_and_other_batches() -> None:
    other = plan(NOISY, NOISY, name="other")
    received = [
        member(1, TWENTY, "3"),
        member(2, other, "1"),
        entry(3, bare(0.5)),
        member(4, TWENTY, "5"),
    ]

    found = gated(received, Basic(), (), [TWENTY, other])

    assert found.epsilon == pytest.approx(TWENTY.epsilon + other.epsilon + 0.5, rel=1e-12)
    assert found.delta == 2e-6
    assert [one.name for one in counted(received, [TWENTY, other])] == ["wave", "other"]


@pytest.mark.parametrize("rule", [Zcdp(1e-5), Rdp(8, 1e-5)])
def test_a_filter_counts_the_runs_of_a_batch_one_by_one(rule: Zcdp | Rdp) -> None:
    received = [member(1, TWENTY, "1"), member(2, TWENTY, "2")]

    assert gated(received, rule, (), [TWENTY]) == gated(received, rule)


def test_only_the_sum_that_gates_counts_a_batch_once_and_the_others_are_for_comparison() -> None:
    received = [member(number, TWENTY, str(number)) for number in range(1, 4)]

    basic, *others = shown(received, DELTA, batches=[TWENTY])

    assert basic.epsilon == TWENTY.epsilon
    assert others == list(shown(received, DELTA)[1:])
    assert not any(one.valid for one in others)


# --- what does not stand in it -------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"noise": 4.0},
        {"epsilon": 0.7},
        {"adaptive": None},
        {"adaptive": True},
        {"privacyUnit": "person"},
        {"steps": 2},
        {"tuningAccounted": None},
        {"components": [{"name": "binning", "epsilon": 0.1}]},
    ],
)
def test_a_run_that_is_not_as_planned_counts_by_itself(changes: dict[str, object]) -> None:
    told = {**claim(**{**TWENTY.runs["1"], **changes}), "batch": "wave/1"}
    unlike = entry(2, told, batch="wave/1")

    assert standing(unlike, [TWENTY]) is None
    assert joined([unlike], [TWENTY]) == [unlike]


@pytest.mark.parametrize("text", ["justification", "mechanismDetail", "accountant"])
def test_what_bears_no_figure_is_no_part_of_a_plan(text: str) -> None:
    assert standing(member(2, TWENTY, "1", **{text: "said later"}), [TWENTY]) is TWENTY


@pytest.mark.parametrize("named", ["wave", "wave/", "wave/21", "wave/1/2", "waves/1", "/1"])
def test_a_place_that_is_none_counts_by_itself(named: str) -> None:
    told = {**NOISY, "batch": named}

    assert standing(entry(2, told, batch=named), [TWENTY]) is None


def test_a_batch_that_was_declared_after_a_run_does_not_hold_for_it() -> None:
    late = replace(TWENTY, event=102)
    received = [member(1, late, "1"), member(2, late, "2")]

    assert gated(received, Basic(), (), [late]).epsilon == gated(received, Basic()).epsilon


def test_a_second_content_at_a_place_counts_beside_the_batch() -> None:
    received = [member(1, TWENTY, "1"), member(2, TWENTY, "1")]

    found = gated(received, Basic(), (), [TWENTY])

    assert found.epsilon == upper_sum([TWENTY.epsilon, float(str(NOISY["epsilon"]))])
    runs = [replace(one, kind="run", audience=None) for one in received]
    assert [*misplaced(runs, [TWENTY])] == ["claims@2 is at wave/1, which is the place of another"]


def test_an_amendment_that_leaves_the_batch_lowers_nothing() -> None:
    first = replace(member(1, TWENTY, "1"), content_digest="same")
    left = replace(entry(2, NOISY), content_digest="same")

    before = gated([first], Basic(), (), [TWENTY])
    after = gated([first, left], Basic(), (), [TWENTY])

    assert after.epsilon == upper_sum([before.epsilon, float(str(NOISY["epsilon"]))])


def test_a_batch_reads_the_whole_of_the_source_even_where_others_read_parts() -> None:
    halves = Partition("half", "record", ("a", "b"), event=1)
    received = [
        member(1, TWENTY, "1"),
        entry(2, bare(1.0), partition="half/a"),
        entry(3, bare(3.0), partition="half/b"),
    ]

    assert gated(received, Basic(), [halves], [TWENTY]).epsilon == TWENTY.epsilon + 3.0


def test_a_batch_for_another_unit_has_no_sum() -> None:
    other = plan({**NOISY, "privacyUnit": "event"}, name="events")

    with pytest.raises(Unlike, match="cannot be added: their privacy unit"):
        gated([member(1, TWENTY, "1"), member(2, other, "1")], Basic(), (), [TWENTY, other])


def test_a_batch_of_a_false_epsilon_bounds_nothing() -> None:
    for epsilon in (-1.0, math.nan):
        found = gated([member(1, TWENTY, "1")], Basic(), (), [replace(TWENTY, epsilon=epsilon)])
        assert found.epsilon == math.inf


def test_the_standing_of_a_budget_says_that_a_batch_counts_once() -> None:
    class Limit:
        id, audience, epsilon, delta = 1, "partner", 3.0, 1e-5
        unit, relation, method = "record", "add-remove", "basic"

    runs = [replace(member(n, TWENTY, str(n)), kind="run", audience=None) for n in (1, 2)]
    account = Account(tuple(runs), (), (TWENTY,))

    found = account.standing(Limit(), None, [member(3, TWENTY, "1")])

    assert "the batch wave counts once, with epsilon 2.5487 and delta 1e-06" in found.why
    assert found.used == pytest.approx(TWENTY.epsilon / 3, rel=1e-9)


# --- plans ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"noise": None}, "gaussian without noise"),
        ({"mechanism": "other"}, "none of those that are composed"),
        ({"adaptive": None}, "adaptive: false"),
        ({"adaptive": True}, "adaptive: false"),
        ({"partition": "region/north"}, "names no partition"),
        ({"tuningAccounted": False}, "its tuning read the data"),
        ({"privacyUnit": "person"}, "contributions"),
        ({"sensitivity": 1e4}, "too large to compute with"),
    ],
)
def test_a_run_that_loss_distributions_cannot_compose_is_not_planned(
    changes: dict[str, object], said: str
) -> None:
    assert unplannable(claim(**NOISY)) is None
    assert said in str(unplannable(claim(**{**NOISY, **changes})))


TOLD = {
    "batch": "wave",
    "epsilon": TWENTY.epsilon,
    "delta": DELTA,
    "library": "0",
    "runs": [{"places": list(TWENTY.runs), "guarantee": planned(NOISY)}],
}


def test_a_plan_that_was_told_is_read_as_it_was_made() -> None:
    assert batch_told(TOLD, 1) == TWENTY
    assert [*faults(TOLD)] == []
    assert short(TWENTY) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"runs": []},
        {"runs": [*TOLD["runs"], *TOLD["runs"]]},  # type: ignore[misc]
        {"runs": [*TOLD["runs"], {"places": ["x"], "guarantee": {**NOISY, "adaptive": True}}]},  # type: ignore[misc]
        {
            "runs": [
                *TOLD["runs"],
                {"places": ["x"], "guarantee": {**NOISY, "privacyUnit": "event"}},
            ]
        },  # type: ignore[misc]
        *({"delta": delta} for delta in (0.0, 1.0, -1e-6, math.nan, None, True)),
        *({"epsilon": epsilon} for epsilon in (-1.0, math.inf, None, "1")),
    ],
)
def test_a_plan_that_is_none_is_named(changes: dict[str, object]) -> None:
    assert len([*faults({**TOLD, **changes})]) == 1


def test_an_epsilon_below_what_the_runs_come_to_is_found_by_composing_them() -> None:
    assert "its runs come to epsilon 2.5487 at delta 1e-06 by dp-accounting" in str(
        short(replace(TWENTY, epsilon=2.5))
    )
    assert short(replace(TWENTY, epsilon=2.6)) is None


# --- together with everything else ---------------------------------------------------------------
CLAIMS = (
    *({**NOISY, "batch": f"{name}/{place}"} for name in ("wave", "late") for place in ("1", "2")),
    {**NOISY, "batch": "wave/1", "partition": "half/a"},
    *({**NOISY, "partition": f"half/{part}"} for part in "ab"),
    gaussian(4.0, DELTA),
    bare(0.5, 0.0),
)
BOUNDLESS = (claim(variant="renyi", epsilon=None, renyi=[{"order": 9, "epsilon": 0.1}]), None)
STEP = st.tuples(
    st.sampled_from((*CLAIMS, *CLAIMS, *BOUNDLESS)), st.sampled_from("abc"), st.booleans()
)


@given(st.lists(STEP, min_size=1, max_size=8), st.sampled_from([Basic(), Zcdp(1e-4), Rdp(8, 1e-4)]))
@settings(max_examples=600, deadline=None)
def test_no_run_claim_or_release_ever_lowers_a_total(
    steps: list[tuple[dict[str, object] | None, str, bool]], rule: Basic | Zcdp | Rdp
) -> None:
    halves = Partition("half", "record", ("a", "b"), 2)
    batches = (plan_of_two("wave", 1), plan_of_two("late", 6))
    told = [story(at, *step) for at, step in enumerate(steps, 3)]
    entries = tuple(one for each in told for one in each)
    totals = []
    for end in range(len(entries) + 1):
        so_far = Account(entries[:end], (halves,), batches)
        found = gated(so_far.exposed("partner"), rule, (halves,), batches)
        totals.append((found.epsilon, found.delta))

    for before, after in pairwise(totals):
        assert after[0] >= before[0] and after[1] >= before[1]


@lru_cache(maxsize=2)
def plan_of_two(name: str, event: int) -> Batch:
    return plan(NOISY, NOISY, name=name, event=event)


def story(at: int, said: dict[str, object] | None, content: str, given_too: bool) -> list[Entry]:
    """A run of a content, and a release of it then where it is ``given_too``."""
    told = {
        "label": f"{content}@1",
        "content_digest": content,
        "guarantee": said,
        "partition": said and said.get("partition"),
        "batch": said and said.get("batch"),
        "event": at,
    }
    run = replace(entry(2 * at, said), kind="run", audience=None, recipient=None, **told)
    return [run, *([replace(entry(2 * at + 1, said), **told)] if given_too else [])]
