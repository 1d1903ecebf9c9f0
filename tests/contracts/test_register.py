"""A version is its content: the same table is the same version, whatever file it came in."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import real_table
from world import CARD, World

from registry.card import read_card
from registry.errors import Conflict, InvalidInput
from registry.workflow.listing import versions
from registry.workflow.query import Question, query
from registry.workflow.register import Registered, register


def put(world: World, path: Path, *, epsilon: str = "2.0", name: str = "claims") -> Registered:
    text = (CARD % {"epsilon": epsilon}).replace("name: claims", f"name: {name}")
    return register(world.by("ada"), path, read_card(text.encode(), "card.yaml"))


def labels(world: World) -> list[object]:
    return [row["version"] for row in versions(world.home)]


def test_the_same_bytes_again_are_the_version_that_is_there(world: World) -> None:
    copy = world.folder / "renamed.csv"
    copy.write_bytes((world.folder / "synthetic-3.csv").read_bytes())

    again = put(world, copy)

    assert (again.label, again.new) == ("claims@1", False)
    assert labels(world) == ["claims@1"]
    assert len(list(query(world.home, Question(action="register")))) == 1


@pytest.mark.parametrize("different", [{"epsilon": "1.0"}, {"name": "visits"}])
def test_the_same_bytes_with_another_card_or_name_are_a_conflict(
    world: World, different: dict[str, str]
) -> None:
    with pytest.raises(Conflict, match="registered already as claims@1") as caught:
        put(world, world.folder / "synthetic-3.csv", **different)

    assert caught.value.exit_code == 5
    assert labels(world) == ["claims@1"]
    assert [event["outcome"] for event in query(world.home, Question(action="register"))] == [
        "done",
        "conflict",
    ]


def _gzipped(frame: pd.DataFrame, folder: Path) -> Path:
    path = folder / "same.csv.gz"
    path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
    return path


def _parquet(frame: pd.DataFrame, folder: Path) -> Path:
    path = folder / "same.parquet"
    frame.to_parquet(path, index=False)
    return path


def _windows(frame: pd.DataFrame, folder: Path) -> Path:
    path = folder / "same.csv"
    path.write_bytes(frame.to_csv(index=False, lineterminator="\r\n").encode())
    return path


@pytest.mark.parametrize("write", [_gzipped, _parquet, _windows])
def test_the_same_table_in_another_file_is_the_same_version(
    world: World, write: Callable[[pd.DataFrame, Path], Path]
) -> None:
    again = put(world, write(real_table(3), world.folder))

    assert (again.label, again.new) == ("claims@1", False)


def test_a_table_with_one_other_cell_is_a_new_version(world: World) -> None:
    frame = real_table(3)
    frame.loc[0, "age"] += 1
    path = world.folder / "other.csv"
    frame.to_csv(path, index=False)

    assert put(world, path).label == "claims@2"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop(columns="plan"), "missing plan"),
        (lambda frame: frame.assign(name="x"), "unexpected 'name'"),
        (lambda frame: frame.rename(columns={"visited": "visitd"}), "did you mean 'visited'?"),
    ],
)
def test_a_table_with_other_columns_than_its_source_is_refused(
    world: World, change: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    path = world.folder / "other.csv"
    change(real_table(4)).to_csv(path, index=False)

    with pytest.raises(InvalidInput) as caught:
        put(world, path)

    assert caught.value.exit_code == 2
    assert said in (caught.value.where or "")
    assert labels(world) == ["claims@1"]


def test_a_file_and_its_name_in_the_store_agree_for_every_version(world: World) -> None:
    for seed in (5, 6):
        world.register(seed)

    stored = sorted(path.name for path in world.home.objects.rglob("*") if path.is_file())
    assert len(stored) == 3
    assert all(name.endswith(".csv") and len(name) == 64 + 4 for name in stored)
