"""Audits in the bundle: what policies read of them, all three verifiers reckon again alike."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from audited import MANY, ONE, Audited, begun
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgered import PURE
from scene import POLICY, finish
from second import audits as second
from test_ledger import causes

from registry.bundle.alone import registry_verify as alone
from registry.bundle.told import read_event
from registry.ledger.audits import shown, with_scores

NOTHING = dict.fromkeys(("registry", "alone", "second"), frozenset[str]())


def many() -> Audited:
    scene = begun()
    scene.audit(250, 80, 150, 20)
    return scene


def one() -> Audited:
    scene = begun()
    scene.audit(150, design=ONE)
    return scene


def several() -> Audited:
    """One never scored, one by each design, and one that was planned after the scores of others."""
    scene = begun()
    scene.plan()
    scene.audit(250, 80, 150, 20)
    scene.audit(150, design=ONE, delta=1e-6)
    scene.plan(ONE)
    return scene


def amended() -> Audited:
    """A claim of one that an audit contradicts, and then of more that it does not."""
    scene = begun()
    scene.amend("epsilon: 2.0", "epsilon: 1.0")
    scene.audit(250, 80, 150, 20, epsilon=1.0)
    scene.amend("epsilon: 1.0", "epsilon: 2.25")
    return scene


def later() -> Audited:
    """Scores after the release contradict it; it stands as it was decided."""
    scene = many()
    finish(scene)
    scene.audit(295, 10, 290, 5)
    return scene


def unread() -> Audited:
    """No policy asks, and an audit contradicts."""
    scene = begun(POLICY)
    scene.audit(280, 20, 150, 20)
    return scene


@pytest.mark.parametrize(
    "story", [many, one, several, amended, unread], ids=lambda story: story.__name__
)
def test_nothing_contradicts_an_honest_release_after_an_audit(
    story: Callable[[], Audited],
) -> None:
    scene = story()
    finish(scene)

    assert scene.decision is not None and scene.decision.outcome == "allow"
    assert causes(scene.bundle()) == NOTHING


def test_scores_from_after_the_release_leave_its_bundle_as_it_was() -> None:
    assert causes(later().bundle()) == NOTHING


# --- lies ----------------------------------------------------------------------------------------
def agreed(data: bytes) -> frozenset[str]:
    """The causes, which all three must name alike."""
    (found,) = set(causes(data).values())
    return found


def passing(scene: Audited, **figures: float) -> Any:
    """What the policies would say if audits had shown these figures."""
    told = scene.evidence()
    names = {"dp.contradicted": 0.0, "dp.lower_bound": 1.0, **figures}
    kept = [one for one in told if one.metric not in names]
    (usual,) = [one for one in told if one.metric == "dp.epsilon"]
    made = [
        usual.__class__(
            "dp-audits:claims@1",
            metric,
            (),
            "measured",
            *(value, value, value),
            *(None, None, None),
            usual.dataset_digest,
            None,
        )
        for metric, value in names.items()
    ]
    return scene.decide(evidence=[*kept, *made])


def released_as_if(scene: Audited, **figures: float) -> bytes:
    granted_as_if(scene, **figures)
    return scene.bundle()


def granted_as_if(scene: Audited, **figures: float) -> None:
    scene.submit(decision=passing(scene, **figures))
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()


def test_a_release_that_an_audit_contradicted_is_refused_by_all_three() -> None:
    scene = begun()
    scene.audit(280, 20, 150, 20)

    assert agreed(released_as_if(scene)) >= {"not-allowed", "decision-differs"}


def test_a_release_that_wanted_an_audit_and_had_none_is_refused_by_all_three() -> None:
    assert agreed(released_as_if(begun())) >= {"not-allowed", "decision-differs"}


def test_a_bound_that_was_read_as_less_than_it_is_is_refused_by_all_three() -> None:
    assert "decision-differs" in agreed(released_as_if(many(), **{"dp.lower_bound": 0.25}))


def test_scores_that_were_kept_out_of_the_bundle_are_missed_by_all_three() -> None:
    scene = many()
    scene.omitted.add(scene.score(scene.plan(), 280, 20, 150, 20))
    granted_as_if(scene, **{"dp.lower_bound": 1.6})
    listed = [seq for seq in range(1, len(scene.events) + 1) if seq not in scene.omitted]
    logged = sorted([*listed, *scene.omitted])

    assert "event-missing" in agreed(scene.bundle(listed=logged))


def test_more_plans_do_not_let_a_contradicted_claim_out() -> None:
    scene = begun()
    scene.audit(280, 20, 150, 20)
    for _ in range(30):
        scene.plan()

    assert agreed(released_as_if(scene)) >= {"not-allowed", "decision-differs"}


def test_scores_of_no_plan_decide_nothing_by_any_of_the_three() -> None:
    scene = begun()
    scene.plan()
    scene.score(1, 250, 80, 150, 20)

    assert agreed(released_as_if(scene)) >= {"not-allowed", "decision-differs"}


# --- reckoning -----------------------------------------------------------------------------------
HITS = st.integers(0, 40)
MANY_RUNS = st.tuples(
    st.fixed_dictionaries(
        {"members": st.just(40), "nonMembers": st.just(40), "thresholds": st.just([0.1, 0.2])}
    ),
    st.tuples(HITS, HITS, HITS, HITS),
)
ONE_RUN = st.tuples(
    st.fixed_dictionaries({"records": st.just(80), "guesses": st.just(60), "threshold": st.none()}),
    st.tuples(st.integers(0, 60)),
)
CLAIMS = st.sampled_from(
    [
        None,
        PURE,
        {"variant": "approximate", "epsilon": 0.5, "delta": 1e-5},
        {"variant": "approximate", "epsilon": 3, "delta": 0.001},
        {"variant": "zcdp", "rho": 0.125},
        {"variant": "zcdp", "rho": 0.02, "epsilon": 1.5, "delta": 1e-6},
    ]
)
LOT = st.lists(
    st.tuples(MANY_RUNS | ONE_RUN, st.sampled_from([0.05, 0.01]), st.sampled_from([0.0, 1e-5])),
    max_size=4,
)


@given(LOT, CLAIMS)
@settings(max_examples=60, deadline=None)
def test_all_three_reckon_any_audits_alike(lot: list[Any], claim: dict[str, Any] | None) -> None:
    scene = Audited()
    for (design, counts), alpha, delta in lot:
        scene.audit(*counts, design=design, alpha=alpha, delta=delta, epsilon=1.0)
    plain = [json.loads(body) for body in scene.events]
    found = shown(with_scores(read_event(body.decode(), ()) for body in scene.events), claim)
    expected = {"dp.contradicted": float(found.contradicting)}
    if found.lower_bound is not None:
        expected["dp.lower_bound"] = found.lower_bound

    assert alone.audits_show(plain, claim) == expected
    assert second.figures(plain, claim) == expected


@pytest.mark.parametrize("n", [1, 7, 1_000, 1_000_000])
@pytest.mark.parametrize("side", [0.0125, 1e-7])
def test_the_file_alone_finds_the_limits_of_a_rate(n: int, side: float) -> None:
    from registry.ledger.contradiction import lower_limit

    for hits in {0, 1, n // 3, n // 2, n - 1, n}:
        expected = lower_limit(hits, n, side)
        assert alone.lower_limit(hits, n, side) == pytest.approx(expected, rel=1e-9, abs=0)


def test_a_design_of_many_runs_is_told_from_one_of_one_run() -> None:
    assert set(MANY) & set(ONE) == set()
