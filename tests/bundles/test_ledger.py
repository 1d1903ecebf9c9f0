"""The ledger in the bundle: honest stories pass, lies do not, and all three add up alike."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from batch_lies import BATCHES
from both import by_the_file_alone, by_the_registry
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_lies import GAUSSIAN, LEDGER
from ledgered import BUDGETED, NOISY, PURE, Ledgered, batched, budgeted, opened, placed, sourced
from lies import Lie
from scene import LOG, POLICY, finish, sha
from second import ledger as second
from second.verifier import verify
from test_golden import evaluated

from registry.bundle.alone import registry_verify as alone
from registry.bundle.causes import CAUSES
from registry.bundle.verify import verified
from registry.errors import RegistryError
from registry.ledger.account import Account, share
from registry.ledger.batches import batch_told
from registry.ledger.claimed import number
from registry.ledger.entry import Entry
from registry.ledger.methods import rdp
from registry.ledger.methods import zcdp as filtered
from registry.ledger.parts import Partition


def causes(data: bytes) -> dict[str, frozenset[str]]:
    return {
        "registry": by_the_registry(data),
        "alone": by_the_file_alone(data),
        "second": frozenset(verify(data, str(LOG.verifier)).causes),
    }


@pytest.mark.parametrize("lie", [*LEDGER, *BATCHES], ids=lambda lie: lie.name)
def test_all_three_refuse_a_signed_lie_about_the_ledger_with_its_cause(lie: Lie) -> None:
    found = causes(lie.make())

    assert lie.cause in found["registry"]
    assert len(set(found.values())) == 1, found


def test_every_cause_of_ledger_and_budget_is_the_cause_of_a_lie() -> None:
    own = {one for one in CAUSES if one.startswith(("ledger-", "budget-"))}

    every = [*LEDGER, *BATCHES]
    assert own <= {one.cause for one in every}
    assert len({one.name for one in every}) == len(every)


# --- honest stories ------------------------------------------------------------------------------
def zcdp() -> Ledgered:
    """A filter, over Gaussians and over claims that state epsilon and delta alone."""
    scene = opened(BUDGETED.replace("lte: 8", "lte: 18"))
    scene.sibling("tables@1", GAUSSIAN, "internal")
    binned = {"name": "binning", "epsilon": 0.3, "delta": 0.0}
    main = {"name": "noise", "described": True, "epsilon": 1.7, "delta": 1e-8}
    scene.sibling("tables@2", {**GAUSSIAN, "components": [main, binned]}, "internal")
    scene.budget(20.0, 1e-6, method="zcdp")
    return scene


RENYI = {
    "variant": "renyi",
    "renyi": [{"order": 4, "epsilon": 0.2}, {"order": 12, "epsilon": 0.5}],
    "mechanism": "other",
    "privacyUnit": "person",
    "neighbouringRelation": "add-remove",
}
DESCENT = {
    **GAUSSIAN,
    "mechanism": "dp-sgd",
    "noise": 1.0,
    "sampling": 0.01,
    "steps": 100,
    "epsilon": 1.3,
}


def renyi() -> Ledgered:
    """A filter at an order, over mechanisms, DP-SGD and losses that are stated."""
    scene = opened()
    scene.sibling("tables@1", GAUSSIAN, "internal")
    scene.sibling("tables@2", RENYI, "internal")
    scene.sibling("tables@3", DESCENT, "internal")
    scene.budget(7.0, 1e-6, method="rdp", order=7.5)
    return scene


def divided() -> Ledgered:
    """Two halves of the source, of which the larger counts."""
    scene = opened()
    scene.divide("region", "north", "south")
    for part, epsilon in (("north", 1.0), ("south", 3.0)):
        claim = {**PURE, "epsilon": epsilon, "partition": f"region/{part}"}
        scene.sibling(f"regions-{part}@1", claim, "internal")
    scene.budget(6.5)
    return scene


def public() -> Ledgered:
    """Released to the public, which reaches every audience's budget."""
    text = BUDGETED.replace("audience: internal,", "audience: public,").replace("lte: 8", "lte: 9")
    scene = opened(text)
    for audience in ("internal", "partner", "public"):
        scene.budget(5.0, audience=audience)
    scene.asking("public")
    return scene


def chosen() -> Ledgered:
    scene = budgeted()
    scene.sibling("claims@8", {**PURE, "epsilon": 0.25})
    scene.asked = replace(scene.asked, chosen_from=("claims@8",))
    return scene


def amended() -> Ledgered:
    """A smaller claim on an amended card, beside which the larger still counts."""
    scene = budgeted()
    scene.amend("epsilon: 2.0", "epsilon: 1.0")
    scene.amend('name: mst, version: "1.0"', 'name: mst, version: "1.1"')
    return scene


def superseded() -> Ledgered:
    scene = budgeted(3.0)
    scene.budget(4.0)
    return scene


def planned() -> Ledgered:
    """A batch that counts once, beside a release that is no run of it."""
    scene = batched(1.5)
    scene.sibling("visits@1", {**PURE, "epsilon": 0.5}, "public")
    return scene


def left() -> Ledgered:
    """A run of a batch whose card leaves it: what it claims then counts beside the batch."""
    scene = batched(2.0)
    scene.amend(', "batch": "wave/1"', "")
    return scene


def under_a_filter() -> Ledgered:
    """A zCDP filter, which counts the runs of a batch one by one."""
    scene = sourced(BUDGETED.replace("lte: 8", "lte: 18"))
    scene.plan(NOISY, NOISY)
    scene.member("waves@1", "2", "internal")
    placed(scene)
    scene.budget(20.0, 1e-6, method="zcdp")
    return scene


def beside_a_word() -> Ledgered:
    """A sibling that names a batch which nobody declared counts by itself."""
    scene = opened()
    scene.member("waves@1", "2", "internal")
    scene.budget(5.0, 1e-5)
    return scene


def endless() -> Ledgered:
    """Something without a guarantee went to the audience, which has no budget."""
    scene = opened(POLICY)
    scene.sibling("raw@1", None, "internal")
    return scene


def unlimited() -> Ledgered:
    return opened(POLICY)


STORIES: list[Callable[[], Ledgered]] = [
    *(budgeted, zcdp, renyi, divided, public, chosen, amended, superseded, endless, unlimited),
    *(batched, planned, left, under_a_filter, beside_a_word),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_nothing_contradicts_an_honest_ledger(story: Callable[[], Ledgered]) -> None:
    scene = story()
    finish(scene)

    assert causes(scene.bundle()) == dict.fromkeys(("registry", "alone", "second"), frozenset())


def test_an_infinite_total_that_only_warns_is_told_of_as_it_is() -> None:
    scene = opened(BUDGETED.replace("lte: 1}}", "lte: 1}, enforcement: warn}"))
    scene.budget(4.0)
    finish(scene)
    observed = {one.rule: one.observed for one in scene.decision.findings} if scene.decision else {}

    assert observed["BUD-003"] == math.inf
    assert set(causes(scene.bundle()).values()) == {frozenset()}


def test_a_bundle_from_before_there_was_a_ledger_says_so() -> None:
    data = finish(evaluated()).bundle()

    assert [row for row in verified(data, LOG.verifier).rows if "no ledger" in str(row.what)]
    told = alone.verify(data, str(LOG.verifier))
    assert told["failed"] == [] and any("no ledger" in what for what in told["unchecked"])


def test_what_pld_would_come_to_is_named_as_not_checked() -> None:
    data = finish(budgeted()).bundle()

    assert [row for row in verified(data, LOG.verifier).rows if "PLD" in str(row.what)]
    assert [what for what in alone.NOT_CHECKED if "PLD" in what]


def test_a_batch_that_comes_to_more_than_it_says_is_refused_by_whoever_can_compose_it() -> None:
    scene = sourced()
    scene.plan(NOISY, NOISY, epsilon=0.5)
    scene.budget(1.0, 1e-5)
    found = causes(finish(placed(scene)).bundle())

    assert found["registry"] == {"ledger-batch"}
    assert found["alone"] == found["second"] == frozenset()
    assert [what for what in alone.NOT_CHECKED if "PLD of a batch" in what]


def test_a_release_under_no_budget_says_so() -> None:
    data = finish(unlimited()).bundle()

    assert [row for row in verified(data, LOG.verifier).rows if "no budget" in str(row.what)]
    told = alone.verify(data, str(LOG.verifier))["unchecked"]
    assert any("no budget" in what for what in told)


def test_who_received_a_sibling_is_not_in_the_bundle() -> None:
    scene = finish(budgeted())

    assert "recipient" not in "".join(scene.record().model_dump()["ledger"]["entries"])


# --- adding up -----------------------------------------------------------------------------------
AMOUNT = st.sampled_from([0, 0.1, 0.2, 0.3, 1, 1.5, 2.0, 7.25, 1e-3])
CLAIM = st.fixed_dictionaries(
    {"privacyUnit": st.just("person"), "neighbouringRelation": st.just("add-remove")},
    optional={
        "variant": st.sampled_from(["pure", "approximate", "zcdp", "renyi"]),
        "renyi": st.lists(
            st.fixed_dictionaries(
                {"order": st.sampled_from([0.5, 1.5, 4, 8, 32]), "epsilon": AMOUNT}
            ),
            max_size=2,
        ),
        "epsilon": AMOUNT,
        "delta": st.sampled_from([0, 1e-9, 1e-7, 2e-6]),
        "rho": AMOUNT,
        "mechanism": st.sampled_from(
            ["gaussian", "laplace", "exponential", "randomised-response", "dp-sgd", "other"]
        ),
        "noise": st.sampled_from([0.5, 1.0, 8.0]),
        "sensitivity": st.sampled_from([1.0, 3]),
        "steps": st.sampled_from([1, 5]),
        "sampling": st.sampled_from([1.0, 0.1, 1e-9, 1e-12]),
        "contributions": st.just(1),
        "tuningAccounted": st.booleans(),
        "partition": st.sampled_from(["p/a", "p/b", "p/c", "q/a", "q/b"]),
        "components": st.lists(
            st.fixed_dictionaries(
                {"name": st.just("x")},
                optional={
                    "epsilon": AMOUNT,
                    "delta": st.sampled_from([0, 1e-9]),
                    "described": st.booleans(),
                },
            ),
            max_size=3,
        ),
    },
)
LOT = st.lists(st.tuples(CLAIM | st.none(), st.sampled_from("abcde")), max_size=6)
TERMS = {"unit": "person", "audience": "internal", "epsilon": 3.0, "id": 1}


def as_entries(lot: list[tuple[dict[str, Any] | None, str]]) -> list[Entry]:
    return [
        Entry(
            number=place,
            kind="run",
            label=f"{name}@{place}",
            content_digest=sha(name),
            audience=None,
            recipient=None,
            guarantee=claim,
            partition=claim.get("partition") if claim else None,
            batch=claim.get("batch") if claim else None,
            event=place,
        )
        for place, (claim, name) in enumerate(lot, 1)
    ]


METHODS = st.sampled_from([("basic", None), ("zcdp", None)]) | st.tuples(
    st.just("rdp"), st.sampled_from([1.01, 1.5, 2.0, 4.0, 7.3, 8.0, 31.5, 200.0])
)


@given(LOT, METHODS, st.sampled_from(["add-remove", "replace-one"]))
@settings(max_examples=600, deadline=None)
def test_all_three_add_up_any_ledger_alike(
    lot: list[tuple[dict[str, Any] | None, str]], how: tuple[str, float | None], relation: str
) -> None:
    lot = [({**claim, "neighbouringRelation": relation} if claim else None, n) for claim, n in lot]
    entries = as_entries(lot)
    method, order = how
    terms = {**TERMS, "method": method, "delta": 1e-6, "relation": relation, "order": order}
    parts = (("p", ("a", "b"), 0), ("q", ("a", "b"), 3))
    told = [
        {"seq": seq, "details": {"partition": name, "unit": "person", "parts": list(some)}}
        for name, some, seq in parts
    ]
    whole = Account(tuple(entries), tuple(Partition(n, "person", p, seq) for n, p, seq in parts))
    plain = [one.canonical() for one in entries]

    expected = whole.total(entries, _Terms(**terms))

    pair = (expected.epsilon, expected.delta)
    assert alone.added_up(plain, terms, told) == pytest.approx(pair, rel=1e-12, abs=0)
    assert second.total(plain, terms, told) == pytest.approx(pair, rel=1e-12, abs=0)


@given(CLAIM, st.sampled_from([1.01, 1.5, 2.0, 4.0, 7.3, 8.0, 31.5, 200.0]))
@settings(max_examples=300, deadline=None)
def test_all_three_say_what_one_claim_costs_at_a_renyi_order(
    claim: dict[str, Any], order: float
) -> None:
    (entry,) = as_entries([(claim, "a")])
    read = entry.read.guarantee
    cost = rdp.cost_at((order,))(read) if read else "none"

    # Floats are given that much for rounding; the second verifier has digits.
    lost = 2e-15 * (order + 1 / (order - 1))
    own = None if isinstance(cost, str) else pytest.approx(cost[0], rel=1e-9, abs=lost)
    exact = second.Claim(claim).cost("rdp", order)
    for found in (alone.cost(claim, "rdp", order), exact):
        assert (found and float(found[0])) == own
    if exact and not isinstance(cost, str) and float(exact[0]) < 1e-3:
        assert cost[0] >= float(exact[0])


@pytest.mark.parametrize("order", [None, 1, 0.5, 10_001, "8", True])
def test_a_renyi_filter_without_a_usable_order_has_no_sum_by_any_of_the_three(
    order: object,
) -> None:
    entries = as_entries([(PURE, "a")])
    terms = {**TERMS, "method": "rdp", "delta": 1e-6, "relation": "add-remove", "order": order}
    read = {**terms, "order": number(terms, "order")}
    plain = [one.canonical() for one in entries]

    with pytest.raises(RegistryError, match="a Renyi order of"):
        Account(tuple(entries), ()).total(entries, _Terms(**read))
    assert alone.added_up(plain, terms, []) is None
    with pytest.raises(second.NoSum):
        second.total(plain, terms, [])


PLACED = st.builds(
    lambda changes, place: {**NOISY, **changes, "batch": place},
    st.sampled_from([{}, {}, {}, {"noise": 4}, {"partition": "p/a"}, {"accountant": "ours"}]),
    st.sampled_from(["w/1", "w/2", "w/3", "v/1", "w", "x/1", ""]),
)
BARE = st.none() | st.sampled_from(
    [
        {**PURE, "epsilon": 0.25},
        {**PURE, "epsilon": 0.5, "partition": "p/a"},
        {**PURE, "epsilon": 0.75, "partition": "p/b"},
        {**PURE, "variant": "renyi", "epsilon": None, "renyi": [{"order": 9, "epsilon": 0.1}]},
    ]
)


@given(
    st.lists(st.tuples(PLACED | BARE, st.sampled_from("abcd")), max_size=7),
    st.sampled_from(["basic", "zcdp", "rdp"]),
    st.sampled_from([0, 2]),
)
@settings(max_examples=300, deadline=None)
def test_all_three_count_batches_alike_beside_parts_and_under_filters(
    lot: list[tuple[dict[str, Any] | None, str]], method: str, since: int
) -> None:
    entries = as_entries(lot)
    order = 8.0 if method == "rdp" else None
    terms = {**TERMS, "method": method, "delta": 1e-5, "relation": "add-remove", "order": order}
    parts = (Partition("p", "person", ("a", "b"), 0),)
    told = [{"seq": 0, "details": {"partition": "p", "unit": "person", "parts": ["a", "b"]}}]
    plans = [
        {"seq": seq, "details": {"batch": name, "epsilon": epsilon, "delta": 1e-6, **runs}}
        for seq, name, epsilon in ((since, "w", 0.95), (1, "v", 0.7), (5, "w", 0.1))
        for runs in [{"library": "0", "runs": [{"places": ["1", "2"], "guarantee": NOISY}]}]
    ]
    batches = tuple(batch_told(one["details"], one["seq"]) for one in plans)
    plain = [one.canonical() for one in entries]

    found = Account(tuple(entries), parts, batches).total(entries, _Terms(**terms))

    pair = pytest.approx((found.epsilon, found.delta), rel=1e-12, abs=0)
    assert alone.added_up(plain, terms, told, plans) == pair
    assert second.total(plain, terms, told, [second.Plan(one) for one in plans]) == pair


@pytest.mark.parametrize(
    ("changes", "parts", "rho"),
    [
        ({}, [{"epsilon": 1.7}, {"epsilon": 0.3}], 1 / 128 + 0.045),
        ({}, [{"epsilon": 1.6}, {"epsilon": 0.3}], 2.0),
        ({}, [{"epsilon": 1.7, "delta": 1e-8}, {"epsilon": 0.3}], 1 / 128 + 0.045),
        ({}, [{"epsilon": 1.7, "delta": 5e-9}, {"epsilon": 0.3}], 2.0),
        ({"mechanism": "exponential"}, [{"epsilon": 2.0}], 2.0),
        ({"mechanism": "exponential", "variant": "pure"}, [{"epsilon": 2.0}], 0.5),
    ],
)
def test_a_claim_whose_components_leave_something_out_counts_bare_by_all_three(
    changes: dict[str, Any], parts: list[dict[str, Any]], rho: float
) -> None:
    first, *others = parts
    named = [{"name": "a", "described": True, **first}, *({"name": "b", **o} for o in others)]
    (entry,) = as_entries([({**GAUSSIAN, **changes, "components": named}, "a")])
    claim, read = dict(entry.guarantee or {}), entry.read.guarantee
    assert read is not None

    costs = (filtered.cost(read), alone.cost(claim, "zcdp"), second.Claim(claim).cost("zcdp"))

    assert [one[0] for one in costs] == pytest.approx([rho] * 3)


class _Terms:
    """The terms of a budget by their names."""

    def __init__(self, **terms: Any) -> None:
        self.__dict__.update(terms)


def test_unlike_units_have_no_sum_by_any_of_the_three() -> None:
    claims = [PURE, {**PURE, "privacyUnit": "record"}]
    entries = as_entries([(claims[0], "a"), (claims[1], "b")])
    terms = {**TERMS, "method": "basic", "delta": 0.0, "relation": "add-remove"}
    plain = [one.canonical() for one in entries]

    with pytest.raises(RegistryError):
        Account(tuple(entries), ()).total(entries, _Terms(**terms))
    assert alone.added_up(plain, terms, []) is None
    with pytest.raises(second.NoSum):
        second.total(plain, terms, [])


@given(st.floats(0, 10), st.floats(0, 10))
def test_the_file_alone_takes_the_same_share_of_a_budget(spent: float, declared: float) -> None:
    terms = {**TERMS, "epsilon": declared, "delta": 0.0, "method": "zcdp"}
    total = Account((), ()).total([], _Terms(**{**terms, "delta": 1e-6, "relation": "add-remove"}))

    found = share(replace(total, epsilon=spent), _Terms(**terms))

    assert alone.share(spent, declared) == found
    assert (found > 1) == (spent > declared)
