"""After the quickstart doctor is green, and names what is wrong after each of five faults."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from quickstarts import Quickstart


def behind(folder: Path, statement: str) -> None:
    """Run a statement with the triggers of the log away, and put them back."""
    connection = sqlite3.connect(folder / "registry.db")
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = rows.fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(statement).rowcount
    for _, sql in triggers:
        connection.execute(sql)
    connection.commit()
    connection.close()


def drop_trigger(folder: Path) -> None:
    with sqlite3.connect(folder / "registry.db") as connection:
        connection.execute("DROP TRIGGER event_no_update")


def edit_event(folder: Path) -> None:
    behind(folder, "UPDATE event SET body = X'7B7D' WHERE seq = 5")


def edit_node(folder: Path) -> None:
    behind(folder, "UPDATE log_node SET hash = X'00' WHERE level = 1")


def edit_policy(folder: Path) -> None:
    behind(folder, "UPDATE policy_document SET digest = 'sha256:0'")


def remove_file(folder: Path) -> None:
    connection = sqlite3.connect(folder / "registry.db")
    path = connection.execute("SELECT path FROM dataset_version ORDER BY id LIMIT 1").fetchone()[0]
    connection.close()
    (folder / "objects" / path).unlink()


FAULTS = {
    drop_trigger: "the trigger event_no_update is missing or altered",
    edit_event: "event 5",
    edit_node: "of the tree",
    edit_policy: "cannot be loaded",
    remove_file: "is gone",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_planted_after_the_quickstart_is_named(
    quickstart: Quickstart, fault: Callable[[Path], None]
) -> None:
    well = quickstart.run("doctor", "--full")
    fault(quickstart.folder)
    ill = quickstart.run("doctor", "--full")

    assert well.returncode == 0, well.stdout + well.stderr
    assert ill.returncode == 6
    assert FAULTS[fault] in ill.stdout + ill.stderr
