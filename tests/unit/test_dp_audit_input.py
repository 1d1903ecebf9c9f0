"""What is handed over to an audit is read whole, or refused with the place of what is wrong."""

from pathlib import Path

import pytest

from registry.errors import InvalidInput
from registry.ledger.contradiction import ManyRuns, OneRun, Scored
from registry.log.canonical import digest_bytes
from registry.workflow.dp_audits.design import Asked, plan_of
from registry.workflow.dp_audits.scores import read_scores

GOOD = "# dataset: sha256:0f\nmember,score\n1,0.5\n0,-1e-3\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scores.csv"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD + "\n\n",
        "# dataset: sha256:0f \nscore,member\n0.5,1\n-1e-3,0",
    ],
)
def test_scores_are_read_with_their_dataset_and_the_digest_of_their_bytes(
    path: Path, text: str
) -> None:
    path.write_bytes(text.encode())

    found = read_scores(path)

    assert found.dataset == "sha256:0f"
    assert found.rows == (Scored(True, 0.5), Scored(False, -0.001))
    assert found.digest == digest_bytes(text.encode())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,nan", "score is 'nan'"),
        ("1,inf", "score is 'inf'"),
        ("1,", "score is ''"),
        ("1", "score is ''"),
        ("1,high", "score is 'high'"),
        ("1,0.5,0.7", "3 cells"),
        ("2,0.5", "member is '2'"),
        ("true,0.5", "member is 'true'"),
        (",0.5", "member is ''"),
    ],
)
def test_a_row_that_is_no_score_is_refused_by_its_line(path: Path, row: str, said: str) -> None:
    path.write_text(GOOD + row + "\n1,0.5\n")

    with pytest.raises(InvalidInput, match=said) as caught:
        read_scores(path)

    assert caught.value.where == "scores.csv:5"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"member,score\n1,0.5\n", "do not say of which dataset"),
        (b"", "do not say of which dataset"),
        (b"\xff\xfe", "not readable as text"),
        (b"# dataset: sha256:0\n", "the columns are missing"),
        (b"# dataset: sha256:0\nmember,score,name\n", "the columns are member, score, name"),
        (b"# dataset: sha256:0\nmember,score\n1," + b"9" * 200_000, "not readable as CSV"),
    ],
)
def test_a_file_that_holds_no_scores_is_refused(path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)

    with pytest.raises(InvalidInput, match=said):
        read_scores(path)


def test_a_file_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_scores(path)


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too large"):
        read_scores(Path("/dev/zero"))


def test_a_plan_of_many_runs_and_one_of_one_run() -> None:
    many = Asked("many-run", 0.05, "n", 9, 8, thresholds=(0.5, 0.7, 0.5))
    one = Asked("one-run", 0.01, "n", records=10)

    assert plan_of(many) == ManyRuns(9, 8, (0.5, 0.7), 0.05)
    assert plan_of(one) == OneRun(10, 10, None, 0.01)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("guessing", 0.05, "n"), "unknown method 'guessing'"),
        (Asked("many-run", 0.05, " ", 9, 9, thresholds=(0.5,)), "a plan needs a note"),
        (Asked("many-run", 0.0, "n", 9, 9, thresholds=(0.5,)), "alpha is 0"),
        (Asked("many-run", 0.5, "n", 9, 9, thresholds=(0.5,)), "alpha is 0.5"),
        (Asked("many-run", float("nan"), "n", 9, 9, thresholds=(0.5,)), "alpha is nan"),
        (Asked("many-run", 0.05, "n", 9, 9), "many runs need the thresholds"),
        (Asked("many-run", 0.05, "n", 9, 9, thresholds=range(101)), "many runs need the"),
        (Asked("many-run", 0.05, "n", 9, 9, thresholds=(float("nan"),)), "not a finite number"),
        (Asked("many-run", 0.05, "n", 0, 9, thresholds=(0.5,)), "--members is 0"),
        (Asked("many-run", 0.05, "n", 9, thresholds=(0.5,)), "--non-members is missing"),
        (Asked("many-run", 0.05, "n", 9, 9, 9, thresholds=(0.5,)), "--records"),
        (Asked("one-run", 0.05, "n"), "--records is missing"),
        (Asked("one-run", 0.05, "n", records=10, guesses=11), "--guesses is 11"),
        (Asked("one-run", 0.05, "n", records=10, guesses=0), "--guesses is 0"),
        (Asked("one-run", 0.05, "n", records=10**6), "--records is 1000000"),
        (Asked("one-run", 0.05, "n", 5, 5, 10), "a coin decides"),
        (Asked("one-run", 0.05, "n", records=10, thresholds=(0.0, 1.0)), "one threshold or none"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(asked: Asked, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        plan_of(asked)
