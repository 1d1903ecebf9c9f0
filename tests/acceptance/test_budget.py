"""A budget at the command line: two people, a plan, a release that fits and one that does not."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from acceptance.cli import Desk, build_registry

SVG = "{http://www.w3.org/2000/svg}"
AUDIENCE = ("--audience", "internal")
DECLARE = (
    *("budget", "declare", "hospital", "--epsilon", "3", "--delta", "1e-5", "--unit", "person"),
    *("--relation", "add-remove", *AUDIENCE, "--reason", "what the board allows"),
)
SUBMIT = ("submit", "claims@1", "--use", "model-development", *AUDIENCE)


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    (tmp_path / "built").mkdir()
    return Desk(build_registry(tmp_path / "built", sqlite_template))


def test_a_source_is_budgeted_spent_and_refused(desk: Desk) -> None:
    assert desk.run("budget", "plan", "hospital", "--epsilon", "1").code == 3
    declared = desk.run(*DECLARE, by="stefan")
    assert declared.code == 0
    assert "a second person runs `registry budget sign B-1`" in declared.err
    assert desk.run("budget", "sign", "B-1", by="stefan").code == 4
    assert desk.run("budget", "sign", "B-1", by="paula").code == 0

    for words, by in (
        (SUBMIT, "ada"),
        (("approve", "R-1", "--reason", "read"), "stefan"),
        (("approve", "R-1", "--reason", "read"), "paula"),
        (("release", "R-1", "--to", "Pricing team"), "carla"),
    ):
        assert desk.run(*words, by=by).code == 0

    fits = desk.run("budget", "plan", "hospital", "--epsilon", "0.5", *AUDIENCE, "--format", "json")
    over = desk.run("budget", "plan", "hospital", "--epsilon", "1.5", *AUDIENCE)
    shown = desk.run("budget", "show", "hospital")
    whole = json.loads(desk.run("budget", "show", "hospital", "--format", "json").out)
    listed = desk.run("budget", "list", "--format", "csv").out

    assert (fits.code, over.code) == (0, 1)
    assert json.loads(fits.out)[0]["remaining"] == 0.5
    assert "more than the epsilon 3" in over.out
    assert "exposure  claims@1" in shown.out
    assert [one["kind"] for one in whole["ledger"]] == ["run", "exposure"]
    assert whole["budgets"][0]["spent epsilon"] == 2.0
    assert {"basic", "zcdp"} <= {one["method"] for one in whole["methods"]}
    assert "B-1" in listed


def test_a_renyi_filter_is_declared_with_its_order_and_listed_with_it(desk: Desk) -> None:
    filtered = (*DECLARE, "--method", "rdp")
    lacking = desk.run(*filtered, by="stefan")
    cramped = desk.run(*filtered, "--order", "2", by="stefan")
    declared = desk.run(*filtered, "--order", "8", by="stefan")
    assert desk.run("budget", "sign", "B-1", by="paula").code == 0

    (row,) = json.loads(desk.run("budget", "list", "--format", "json").out)
    plan = desk.run("budget", "plan", "hospital", "--epsilon", "0.5", *AUDIENCE)
    shown = desk.run("budget", "show", "hospital")

    assert (lacking.code, cramped.code, declared.code, plan.code) == (2, 2, 0, 0)
    assert lacking.err.startswith("error: a Renyi filter without its order")
    assert "holds the most Gaussian noise within this epsilon and delta" in lacking.err
    assert "a budget of 3 would hold nothing" in cramped.err
    assert (row["method"], row["order"]) == ("rdp", 8.0)
    assert "at the Renyi order 8 adds up" in shown.out


@pytest.mark.parametrize("step", ["submit", "check"])
def test_a_choice_that_was_informed_is_charged(desk: Desk, step: str) -> None:
    refused = desk.run(step, *SUBMIT[1:], "--chosen-from", "claims@7", by="ada")

    assert refused.code == 2
    assert "there is no version claims@7" in refused.err


def test_files_alone_know_of_no_choice_that_was_informed(desk: Desk) -> None:
    refused = desk.run(
        *("check", "--card", "card.yaml", "--evidence", "evidence.json", "--policy-dir", "."),
        *(*SUBMIT[2:], "--chosen-from", "claims@1"),
    )

    assert refused.code == 2
    assert "--chosen-from is for a check in a registry" in refused.err


@pytest.mark.parametrize("value", ["-1", "0", "nan", "inf"])
def test_an_epsilon_that_is_none_is_one_clear_error(desk: Desk, value: str) -> None:
    words = [value if word == "3" else word for word in DECLARE]

    refused = desk.run(*words, by="stefan")

    assert refused.code == 2
    assert refused.err.startswith(f"error: epsilon is {value}")


def released(desk: Desk) -> None:
    """A budget of three, of which two are spent."""
    for words, by in (
        (DECLARE, "stefan"),
        (("budget", "sign", "B-1"), "paula"),
        (SUBMIT, "ada"),
        (("approve", "R-1", "--reason", "read"), "stefan"),
        (("approve", "R-1", "--reason", "read"), "paula"),
        (("release", "R-1", "--to", "Pricing team"), "carla"),
    ):
        assert desk.run(*words, by=by).code == 0


def test_the_table_shows_how_much_of_the_budget_is_used(desk: Desk) -> None:
    released(desk)

    assert "#######... 67%" in desk.run("budget", "show", "hospital").out


def test_what_was_exposed_is_drawn_into_a_file_that_stands_alone(desk: Desk) -> None:
    released(desk)
    path = desk.folder / "drawn" / "hospital.svg"

    drawn = desk.run("budget", "show", "hospital", "--plot", str(path))

    assert (drawn.code, f"drawn: {path}" in drawn.err) == (0, True)
    root = ElementTree.parse(path).getroot()
    words = " ".join("".join(one.itertext()) for one in root.iter())
    assert root.tag == f"{SVG}svg" and root.get("width")
    assert [one.text for one in root.findall(f"{SVG}title")] == [
        "Epsilon exposed of hospital, by audience"
    ]
    assert "the budget is epsilon 3" in str(root.findtext(f"{SVG}desc"))
    assert "entry of the ledger" in words and "epsilon" in words
    assert root.find(f"{SVG}style") is not None
    assert "href" not in path.read_text() and "url(" not in path.read_text()


def test_where_nothing_was_released_there_is_nothing_to_draw(desk: Desk) -> None:
    path = desk.folder / "hospital.svg"

    drawn = desk.run("budget", "show", "hospital", "--plot", str(path))

    assert drawn.code == 2
    assert "nothing to draw" in drawn.err
    assert not path.exists()
