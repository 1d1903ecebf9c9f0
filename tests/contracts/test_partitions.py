"""Parts that share no privacy unit compose in parallel, if they were declared before use."""

import pytest
from conftest import real_table
from contracts.budgeting import SILENT, budget, ledger, released, spent
from sqlalchemy import text
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted
from registry.log.canonical import digest_bytes
from registry.records import Partition
from registry.workflow.amend import amend
from registry.workflow.attempt import attempt
from registry.workflow.budgets.divisions import partitions
from registry.workflow.budgets.partition import Asked, partition
from registry.workflow.budgets.sign_partition import sign_partition
from registry.workflow.check import check
from registry.workflow.find import row_id, source_named
from registry.workflow.register import register
from registry.workflow.verify import verify


def proposed(world: World, by: str = "stefan", **changes: object) -> str:
    facts = {
        "source": "hospital",
        "name": "region",
        "column": COLUMN,
        "unit": "person",
        "parts": ("north", "south"),
        "reason": "nobody is insured in two regions",
    }
    return partition(world.by(by), Asked(**{**facts, **changes})).partition  # type: ignore[arg-type]


def divided(world: World, **changes: object) -> str:
    """Such a partition in force; returns P-n."""
    label = proposed(world, **changes)
    sign_partition(world.by("paula"), label)
    return label


TABLE = real_table(1)
COLUMN = str(TABLE.columns[0])
NUMERIC = str(TABLE.select_dtypes("number").columns[0])


def part(world: World, seed: int, part: str, epsilon: str = "2.0") -> str:
    """A version that read one part; returns its label."""
    return _registered(world, seed, (CARD % {"epsilon": epsilon}) + f"  partition: {part}\n")


def _registered(world: World, seed: int, card: str) -> str:
    data = world.folder / f"part-{seed}.csv"
    real_table(seed).to_csv(data, index=False)
    return register(world.by("ada"), data, read_card(card.encode(), "card.yaml")).label


def test_the_largest_part_counts_and_what_read_the_whole_adds(world: World) -> None:
    budget(world, epsilon=9.0)
    divided(world)
    for seed, name, epsilon in ((4, "north", "2.0"), (5, "south", "1.0"), (6, "south", "0.5")):
        released(world, part(world, seed, f"region/{name}", epsilon))

    assert spent(world) == 2.0
    released(world, world.label)
    assert spent(world) == 4.0
    assert {one["partition"] for one in ledger(world)} == {None, "region/north", "region/south"}
    verify(world.home)


def test_a_part_declared_after_a_silent_run_does_not_hold_for_it(world: World) -> None:
    budget(world, epsilon=9.0)
    silent = [_registered(world, seed, SILENT) for seed in (4, 5)]
    divided(world)
    for label, name in zip(silent, ("north", "south"), strict=True):
        card = (CARD % {"epsilon": "2.0"}) + f"  partition: region/{name}\n"
        amend(world.by("ada"), label, read_card(card.encode(), "card.yaml"), "said now")
        released(world, label)

    assert spent(world) == 4.0
    verify(world.home)


def test_a_part_that_nobody_declared_is_refused_and_nothing_is_registered(world: World) -> None:
    with pytest.raises(InvalidInput, match="no declared part of 'hospital'"):
        part(world, 4, "region/north")
    divided(world)
    with pytest.raises(InvalidInput, match="no declared part"):
        part(world, 4, "region/east")
    card = (CARD % {"epsilon": "2.0"}) + "  partition: region/east\n"
    with pytest.raises(InvalidInput, match="no declared part"):
        amend(world.by("ada"), world.label, read_card(card.encode(), "card.yaml"), "a part")

    assert len(ledger(world)) == 1


def test_a_partition_is_declared_once_by_a_steward_or_privacy_officer(world: World) -> None:
    with pytest.raises(NotPermitted):
        proposed(world, by="ada")
    proposed(world)

    with pytest.raises(Conflict, match="has a partition 'region' already"):
        proposed(world, by="paula", parts=("north", "south", "east"))


def test_a_partition_holds_for_nothing_before_a_second_person_signed_it(world: World) -> None:
    budget(world, epsilon=9.0)
    label = proposed(world)

    with pytest.raises(InvalidInput, match="no declared part of 'hospital'"):
        part(world, 4, "region/north")
    with pytest.raises(NotPermitted, match=f"stefan declared {label}"):
        sign_partition(world.by("stefan"), label)
    with pytest.raises(NotPermitted):
        sign_partition(world.by("ada"), label)
    assert partitions(world.home)[0]["state"] == "proposed"

    sign_partition(world.by("paula"), label)
    with pytest.raises(Conflict, match=f"{label} is signed already"):
        sign_partition(world.by("paula"), label)
    (row,) = partitions(world.home, "hospital")
    assert (row["state"], row["declared_by"], row["signed_by"]) == ("in force", "stefan", "paula")
    assert f"that {COLUMN} is the same in all records of one person" in str(row["unchecked"])
    part(world, 4, "region/north")
    verify(world.home)


def test_every_value_of_a_part_is_signed_and_told(world: World) -> None:
    divided(world, parts=("north=N", "north=NE", "south=S"))

    (row,) = partitions(world.home)
    assert row["parts"] == ["north", "south"]
    assert row["values"] == '{"north": ["N", "NE"], "south": ["S"]}'
    part(world, 4, "region/north")


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE source_partition SET parts = \'{"north": ["N"], "all": ["S"]}\'',
        "UPDATE source_partition SET unit = 'record'",
        "UPDATE partition_signature SET event_seq = 1 WHERE meaning = 'sign'",
        "DELETE FROM partition_signature WHERE meaning = 'sign'",
        "DELETE FROM partition_signature WHERE meaning = 'declare'",
        "DELETE FROM partition_signature; DELETE FROM source_partition",
    ],
)
def test_the_gate_believes_no_partition_that_was_edited(world: World, statement: str) -> None:
    budget(world, epsilon=9.0)
    divided(world)
    for seed, name in ((4, "north"), (5, "south")):
        label = part(world, seed, f"region/{name}")
    with world.home.engine.begin() as connection:
        for one in statement.split("; "):
            connection.execute(text(one))

    with pytest.raises(IntegrityFailure, match="P-1"):
        check(world.home, label, INTERNAL)
    with pytest.raises(IntegrityFailure):
        verify(world.home)


def test_a_statement_that_was_written_anew_is_not_the_one_the_log_tells(world: World) -> None:
    budget(world, epsilon=9.0)
    divided(world)
    label = part(world, 4, "region/north")
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE source_partition SET unit = 'household'"))
        for key, body in connection.execute(
            text("SELECT id, statement FROM partition_signature")
        ).all():
            forged = bytes(body).replace(b'"unit":"person"', b'"unit":"household"')
            connection.execute(
                text(
                    "UPDATE partition_signature SET statement = :body, statement_digest = :digest "
                    "WHERE id = :id"
                ),
                {"body": forged, "digest": digest_bytes(forged), "id": key},
            )

    with pytest.raises(IntegrityFailure, match="P-1 of hospital is not signed as the log tells"):
        check(world.home, label, INTERNAL)


def test_what_one_person_declared_in_an_older_version_counts_in_full(world: World) -> None:
    budget(world, epsilon=9.0)
    _declared_by_one(world)
    assert partitions(world.home)[0]["state"] == "void"

    with pytest.raises(InvalidInput, match="no declared part of 'hospital'"):
        part(world, 4, "region/north")
    with pytest.raises(Conflict, match="P-1 has no declaration to be signed"):
        sign_partition(world.by("paula"), "P-1")
    verify(world.home)


def _declared_by_one(world: World) -> None:
    told = {
        "source": "hospital",
        "partition": "region",
        "column": COLUMN,
        "unit": "person",
        "parts": ["north", "south"],
    }
    with attempt(world.by("stefan"), "declare-partition") as work:
        event = work.record("declare-partition", "partition.declared", details=told)
        work.session.add(
            Partition(
                source_id=row_id(source_named(work.session, "hospital")),
                name="region",
                column=COLUMN,
                unit="person",
                parts='["north", "south"]',
                reason="as it was",
                declared_by=world.by("stefan").identity.account_id,  # type: ignore[union-attr]
                declared_at=event.at,
                event_seq=event.seq,
            )
        )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"column": "postcode"}, "no column"),
        ({"parts": ("north",)}, "two parts"),
        ({"parts": ("north", "north")}, "'north' has 'north' twice"),
        ({"parts": ("north=N", "south=S", "south=N")}, "'N' is in the part 'north' and in 'south'"),
        ({"parts": ("north=N", "south= n ")}, "is in the part 'north' and in 'south'"),
        ({"parts": ("north=1", "south=2", "east=01.0"), "column": NUMERIC}, "is in the part"),
        ({"parts": ("north=", "south=S")}, "is no name"),
        ({"name": "a/b"}, "without /"),
        ({"unit": "patient"}, "unknown privacy unit"),
        ({"reason": ""}, "needs a reason"),
    ],
)
def test_parts_that_cannot_be_told_apart_are_refused(
    world: World, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        proposed(world, **changes)
