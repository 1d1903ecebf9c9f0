"""A batch at the command line: planned, run, charged once, and a plan that is refused."""

import json
from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry
from conftest import real_table
from contracts.batching import NOISY, PLAN, card

AUDIENCE = ("--audience", "internal")
BUDGET = (
    *("budget", "declare", "hospital", "--epsilon", "3", "--delta", "1e-5", "--unit", "person"),
    *("--relation", "add-remove", *AUDIENCE, "--reason", "what the board allows"),
)
PLACES = ", ".join(f'"{place}"' for place in range(1, 21))


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    (tmp_path / "built").mkdir()
    return Desk(build_registry(tmp_path / "built", sqlite_template))


def declare(desk: Desk, text: str) -> tuple[str, ...]:
    plan = desk.write("wave.yaml", text)
    return ("budget", "batch", "hospital", "wave", "--plan", plan, "--reason", "the protocol")


def run(desk: Desk, place: int) -> str:
    """A run registered at a place, as a clock that is always later tells; returns its label."""
    data = desk.path(f"run-{place}.csv")
    real_table(70 + place).to_csv(data, index=False)
    said = desk.write("card.yaml", card(f"wave/{place}", "2999-01-01T00:00:00Z"))
    registered = desk.run("register", data, "--card", said, "-q", by="ada")
    assert registered.code == 0, registered.err
    return registered.out.strip()


def test_twenty_gaussians_are_planned_charged_once_and_verified(desk: Desk) -> None:
    text = PLAN % {"delta": "1e-6", "places": PLACES, "guarantee": NOISY}
    declared = desk.run(*declare(desk, text), "--format", "json", by="stefan")
    assert declared.code == 0, declared.err
    told = json.loads(declared.out)
    assert (told["epsilon"], told["delta"]) == (pytest.approx(2.54870, abs=5e-6), 1e-6)
    assert "a second person runs `registry budget sign BATCH-1`" in declared.err
    assert desk.run("budget", "sign", "BATCH-1", by="stefan").code == 4
    assert desk.run("budget", "sign", "BATCH-1", by="paula").code == 0
    (listed,) = json.loads(desk.run("budget", "batches", "--format", "json").out)
    assert (listed["id"], listed["batch"], listed["state"]) == ("BATCH-1", "wave", "in force")
    assert desk.run(*BUDGET, by="stefan").code == desk.run("budget", "sign", "B-1", by="paula").code

    for request, label in enumerate([run(desk, 1), run(desk, 2)], 1):
        for words, by in (
            (("submit", label, "--use", "model-development", *AUDIENCE), "ada"),
            (("approve", f"R-{request}", "--reason", "read"), "stefan"),
            (("approve", f"R-{request}", "--reason", "read"), "paula"),
            (("release", f"R-{request}", "--to", "Pricing team"), "carla"),
        ):
            done = desk.run(*words, by=by)
            assert done.code == 0, done.err

    planned = desk.run("budget", "plan", "hospital", "--batch", "wave", "--format", "json")
    shown = json.loads(desk.run("budget", "show", "hospital", "--format", "json").out)
    assert planned.code == 0
    assert json.loads(planned.out)[0]["epsilon"] == told["epsilon"]
    assert shown["budgets"][0]["spent epsilon"] == told["epsilon"]
    assert (shown["batches"][0]["made"], shown["batches"][0]["charged to"]) == (2, ["internal"])
    assert "the batch wave counts once" in shown["budgets"][0]["why"]
    assert desk.run("budget", "plan", "hospital", "--epsilon", "0.5").code == 1
    assert desk.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: BatchPlan\n", "lacks the key 'delta'"),
        (PLAN % {"delta": "0", "places": '"1"', "guarantee": NOISY}, "greater than 0"),
        (
            PLAN
            % {"delta": "1e-6", "places": '"1"', "guarantee": NOISY.replace("noise: 8.0, ", "")},
            "gaussian without noise",
        ),
        (PLAN % {"delta": "1e-6", "places": '"a/b"', "guarantee": NOISY}, "without /"),
    ],
)
def test_a_plan_of_which_nothing_follows_is_one_clear_error(
    desk: Desk, text: str, said: str
) -> None:
    refused = desk.run(*declare(desk, text), by="stefan")

    assert refused.code == 2
    assert "wave.yaml" in refused.err and said in refused.err


@pytest.mark.parametrize("words", [(), ("--epsilon", "1", "--batch", "wave")])
def test_a_plan_is_of_one_release_or_of_one_batch(desk: Desk, words: tuple[str, ...]) -> None:
    refused = desk.run("budget", "plan", "hospital", *words)

    assert refused.code == 2
    assert "expected: --epsilon or --batch" in refused.err
