"""A page of a list reads the rows of that page, however long the list is."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.engine.cursor import CursorFetchStrategy
from sqlmodel import select
from web.desks import Desktop, Sitter
from world import World

from registry.records import DecisionRecord, Meaning, Release, Request
from registry.store.database import writing
from registry.workflow.find import row_id
from registry.workflow.queue import mine, queue
from registry.workflow.release import Terms, release
from registry.workflow.release_listing import Wanted, releases_wanted
from registry.workflow.sign import sign

FEW, MANY, SIZE = 20, 60, 5
Fill = Callable[[World], None]


@contextmanager
def fetched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many rows each answer of the database came to."""
    sizes: list[int] = []

    def counting(read: Any) -> Any:
        def run(self: Any, *args: Any, **kwargs: Any) -> Any:
            found = read(self, *args, **kwargs)
            sizes.append(len(found) if isinstance(found, list) else int(found is not None))
            return found

        return run

    with monkeypatch.context() as patch:
        for name in ("fetchone", "fetchmany", "fetchall"):
            patch.setattr(CursorFetchStrategy, name, counting(getattr(CursorFetchStrategy, name)))
        yield sizes


def put_forward(world: World) -> None:
    world.submit()


def let_go(world: World) -> None:
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))


def copy(world: World, count: int) -> None:
    """So many copies of R-1 and its decision, and of its release if there is one."""
    with writing(world.home.engine) as session:
        request, first = session.get_one(Request, 1), session.get(Release, 1)
        decided = session.exec(
            select(DecisionRecord)
            .where(DecisionRecord.request_id == 1)
            .where(DecisionRecord.digest == request.decision_digest)
        ).first()
        assert decided is not None
        for _ in range(count):
            session.add(again := Request(**request.model_dump(exclude={"id"})))
            session.flush()
            said = decided.model_dump(exclude={"id", "request_id"})
            session.add(DecisionRecord(**said, request_id=row_id(again)))
            if first:
                kept = first.model_dump(exclude={"id", "request_id"})
                session.add(Release(**kept, request_id=row_id(again)))


@pytest.fixture
def stefan(world: World) -> Iterator[Sitter]:
    desktop = Desktop(world.home)
    yield desktop.by("stefan")
    desktop.close()


@pytest.mark.parametrize(
    ("fill", "path"),
    [
        (put_forward, "/requests?"),
        (put_forward, "/requests?all=true&"),
        (put_forward, "/requests/mine?"),
        (let_go, "/requests?all=true&"),
        (let_go, "/releases?"),
        (let_go, "/releases?expiring=91d&"),
    ],
)
@pytest.mark.parametrize("offset", [0, 10])
def test_a_page_reads_as_many_rows_of_a_long_list_as_of_a_short_one(
    world: World,
    stefan: Sitter,
    fill: Fill,
    path: str,
    offset: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(world)
    read = []
    for more in (FEW, MANY):
        copy(world, more)
        with fetched(monkeypatch) as sizes:
            answer = stefan.get(f"{path}limit={SIZE}&offset={offset}")
        assert len(answer.json()) == SIZE, answer.text
        read.append(sum(sizes))

    assert read[0] == read[1] > SIZE


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pages_are_the_whole_list_in_its_order(world: World, stefan: Sitter, size: int) -> None:
    let_go(world)
    copy(world, FEW)
    world.submit()
    everything = Wanted()

    assert walked(stefan, "/requests", size) == queue(world.home)
    assert walked(stefan, "/requests?all=true", size) == queue(world.home, every=True)
    assert walked(stefan, "/requests/mine", size) == mine(world.by("stefan"))
    assert walked(stefan, "/releases", size) == releases_wanted(world.home, everything)


def test_whoever_can_sign_some_only_has_those_on_their_pages(world: World, stefan: Sitter) -> None:
    """Every third was signed by them: what a page leaves out is made up for by what follows."""
    put_forward(world)
    copy(world, FEW)
    for number in range(1, FEW, 3):
        sign(world.by("stefan"), f"R-{number}", Meaning.APPROVE)

    found = walked(stefan, "/requests/mine", 4)

    assert found == mine(world.by("stefan"))
    assert len(found) == FEW + 1 - len(range(1, FEW, 3))


def test_who_can_sign_nothing_has_no_pages(world: World) -> None:
    put_forward(world)
    desktop = Desktop(world.home)

    assert desktop.by("ada").get("/requests/mine").json() == []
    assert desktop.by("amir").get("/requests/mine").status_code == 403
    desktop.close()


def walked(who: Sitter, path: str, size: int) -> list[dict[str, object]]:
    """The rows of every page from the first on, by the links to the next."""
    rows: list[dict[str, object]] = []
    path += f"{'&' if '?' in path else '?'}limit={size}"
    while path:
        answer = who.get(path)
        rows += answer.json()
        following = re.search(r'</api/v1([^>]+)>; rel="next"', answer.headers["link"])
        path = following[1] if following else ""
    return rows
