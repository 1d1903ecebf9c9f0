"""A backup is the whole registry at one moment; restored, it is the same on either database."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag
from uuid import uuid4

import pytest
from databases import renamed, run_on
from registries import After
from sqlmodel import select
from world import World, build

from registry.errors import (
    Conflict,
    IntegrityFailure,
    InvalidInput,
    NotPermitted,
    RegistryError,
    Undecided,
)
from registry.log import merkle
from registry.records import Account, Event, Meaning
from registry.store import migrations
from registry.store.database import reading
from registry.store.package import packing
from registry.store.rows import tables
from registry.workflow.add_account import add_account
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.backups.backup import backup
from registry.workflow.backups.manifest import KIND
from registry.workflow.backups.restore import restore
from registry.workflow.context import Context, open_context
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.sign import sign
from registry.workflow.verify import verify

Content = dict[str, list[tuple[object, ...]]]


def a_life(home: Context) -> None:
    """A registry with a release, an open request and a refusal."""
    world = build(home, home.settings.folder)
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("research-lab"))
    world.register(4)
    world.submit("claims@2")
    with pytest.raises(RegistryError):
        sign(world.by("ada"), "claims@2", Meaning.APPROVE)


@pytest.fixture
def lived(home: Context, after: After) -> World:
    after(a_life)
    return World(home, home.settings.folder)


def content(context: Context) -> Content:
    """Every row of every table but the log's, which grows with what restoring adds."""
    found: Content = {}
    with reading(context.engine) as session:
        for table in tables():
            if table.name in ("event", "log_node"):
                continue
            rows = session.connection().execute(table.select()).all()
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def log(context: Context) -> list[bytes]:
    with reading(context.engine) as session:
        return [bytes(one) for one in session.exec(select(Event.body).order_by(Event.seq))]


def saved(world: World, name: str = "registry.backup", *, objects: bool = False) -> Path:
    path = world.folder / name
    backup(world.by("admin"), path, objects=objects)
    return path


@contextmanager
def restored(world: World, path: Path, url: str) -> Iterator[Context]:
    settings = replace(world.home.settings, claimed="admin")
    restore(settings, path, into=url, clock=world.home.clock)
    context = open_context(replace(settings, database_url=url), world.home.clock)
    yield context
    context.engine.dispose()


@pytest.fixture
def elsewhere(home: Context, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the other kind than the registry's."""
    if home.engine.dialect.name == "postgresql":
        yield f"sqlite:///{home.settings.folder / 'elsewhere.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"t_{uuid4().hex}"
    run_on(server, f"CREATE DATABASE {name} TEMPLATE empty STRATEGY FILE_COPY")
    yield renamed(server, name)
    run_on(server, f"DROP DATABASE {name} WITH (FORCE)")


def new(world: World, name: str = "restored.db") -> str:
    return f"sqlite:///{world.folder / name}"


def test_a_backup_restores_into_the_other_kind_of_database_and_back(
    lived: World, elsewhere: str
) -> None:
    before, events = content(lived.home), log(lived.home)
    with restored(lived, saved(lived), elsewhere) as there:
        assert content(there) == before
        assert log(there)[:-1] == events
        again = lived.folder / "again.backup"
        backup(replace(there, identity=lived.by("admin").identity), again)
    with restored(lived, again, new(lived)) as back:
        assert content(back) == before
        assert log(back)[: len(events)] == events
        assert verify(back).events == len(events) + 2


def test_what_is_restored_goes_on_where_it_stopped(lived: World, elsewhere: str) -> None:
    with restored(lived, saved(lived), elsewhere) as there:
        world = World(there, lived.folder, "claims@2")
        world.approve("R-2")
        assert world.register(9) == "claims@3"
        assert world.submit("claims@3") == "R-3"
        verify(there)


def test_the_restored_registry_records_which_log_it_was_made_from(lived: World) -> None:
    head = verify(lived.home)
    with restored(lived, saved(lived), new(lived)) as there:
        (event,) = query(there, Question(action="restore"))
    assert (event["fact"], event["actor"]) == ("database.restored", "admin")
    assert isinstance(event["details"], dict)
    assert (event["details"]["head"], event["details"]["events"]) == (head.head, head.events)


def test_taking_a_backup_is_itself_recorded(lived: World) -> None:
    saved(lived)
    assert [one["fact"] for one in query(lived.home, Question(action="backup"))] == [
        "database.backed-up"
    ]


def test_only_an_admin_takes_a_backup_and_a_refusal_is_recorded(lived: World) -> None:
    with pytest.raises(NotPermitted):
        backup(lived.by("carla"), lived.folder / "mine.backup")
    assert not (lived.folder / "mine.backup").exists()
    (event,) = query(lived.home, Question(action="backup"))
    assert (event["outcome"], event["actor"]) == ("forbidden", "carla")


def test_only_an_admin_of_the_restored_registry_restores_it(lived: World) -> None:
    path = saved(lived)
    for claimed in ("carla", "nobody", None):
        with pytest.raises(NotPermitted):
            restore(replace(lived.home.settings, claimed=claimed), path, into=new(lived))
        assert not list(lived.folder.glob("*restored.db*"))


def test_stored_files_come_along_when_asked_and_are_named_when_not(lived: World) -> None:
    plain, whole = saved(lived), saved(lived, "whole.backup", objects=True)
    folder = lived.folder / "new"
    folder.mkdir()
    settings = replace(lived.home.settings, folder=folder, claimed="admin")

    without = restore(settings, plain, into=f"sqlite:///{folder / 'a.db'}")
    assert len(without.missing) == 2
    within = restore(settings, whole, into=f"sqlite:///{folder / 'b.db'}")
    assert within.missing == []
    stored = [path for path in (folder / "objects").rglob("*") if path.is_file()]
    assert sorted(path.name for path in stored) == sorted(
        path.name for path in (lived.folder / "objects").rglob("*") if path.is_file()
    )


def test_a_stored_file_that_was_changed_is_not_backed_up(lived: World) -> None:
    stored = next(path for path in (lived.folder / "objects").rglob("*") if path.is_file())
    stored.chmod(0o644)
    stored.write_bytes(b"other")
    with pytest.raises(IntegrityFailure):
        saved(lived, objects=True)
    assert not list(lived.folder.glob("*.backup*"))


def test_a_database_in_which_anything_is_recorded_is_never_written_over(lived: World) -> None:
    path = saved(lived)
    before = content(lived.home)
    with pytest.raises(Conflict) as found:
        restore(replace(lived.home.settings, claimed="admin"), path)
    assert found.value.exit_code == 5
    assert content(lived.home) == before


def test_an_empty_database_at_no_revision_is_brought_to_the_newest(lived: World) -> None:
    path = lived.folder / "blank.db"
    sqlite3.connect(path).close()
    with restored(lived, saved(lived), f"sqlite:///{path}") as there:
        assert migrations.current(there.engine) == migrations.HEAD


def test_a_backup_that_was_cut_anywhere_is_refused(lived: World) -> None:
    path = saved(lived)
    whole = path.read_bytes()
    for length in (len(whole) - 1, len(whole) // 2, 300):
        path.write_bytes(whole[:length])
        with pytest.raises(IntegrityFailure):
            restore(replace(lived.home.settings, claimed="admin"), path, into=new(lived))
    assert not list(lived.folder.glob("*restored.db*"))


def test_a_backup_with_any_byte_altered_is_refused(lived: World) -> None:
    path = saved(lived)
    whole = bytearray(path.read_bytes())
    for at in range(0, len(whole), max(1, len(whole) // 300)):
        whole[at] ^= 0x40
        path.write_bytes(whole)
        with pytest.raises((IntegrityFailure, InvalidInput)) as found:
            restore(replace(lived.home.settings, claimed="admin"), path, into=new(lived))
        assert found.value.exit_code == (6 if at >= 64 else found.value.exit_code)
        whole[at] ^= 0x40
    assert not list(lived.folder.glob("*restored.db*"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello", b"PK\x05\x06" + b"\0" * 18])
def test_a_file_that_is_no_backup_is_named_so(lived: World, content: bytes) -> None:
    path = lived.folder / "other"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as found:
        restore(replace(lived.home.settings, claimed="admin"), path, into=new(lived))
    assert found.value.exit_code == 2


def rewritten(path: Path, name: str, change: "object" = None, **manifest: object) -> Path:
    """The backup with one entry replaced and the manifest to match, sealed again."""
    found = path.with_name("rewritten.backup")
    with zipfile.ZipFile(path) as old, packing(found, KIND) as packer:
        facts = {**json.loads(old.read("manifest.json")), **manifest}
        for entry in facts.pop("files"):
            data = old.read(entry)
            packer.add(entry, [change(data) if entry == name and callable(change) else data])
        packer.finish(facts)
    return found


def refused(world: World, path: Path) -> RegistryError:
    with pytest.raises(RegistryError) as found:
        restore(replace(world.home.settings, claimed="admin"), path, into=new(world))
    assert not list(world.folder.glob("*restored.db*"))
    return found.value


def test_a_backup_of_another_revision_names_the_way_on(lived: World) -> None:
    error = refused(lived, rewritten(saved(lived), "", revision="0002"))
    assert isinstance(error, Undecided)
    assert "registry db upgrade" in str(error)


def test_whoever_seals_altered_rows_again_is_found_by_the_log(lived: World) -> None:
    path = saved(lived)
    lies = {
        "tables/release.ndjson": lambda data: data.replace(b"research-lab", b"my-own-shed"),
        "tables/event.ndjson": lambda data: b"".join(data.splitlines(keepends=True)[:-1]),
        "tables/account_role.ndjson": lambda data: data.replace(b"engineer", b"steward!"),
    }
    for name, lie in lies.items():
        assert refused(lived, rewritten(path, name, lie)).exit_code == 6


def test_rows_of_another_shape_are_refused(lived: World) -> None:
    path = saved(lived)
    for lie in (b"[1]\n", b"{}\n", b"[" * 100_000 + b"\n", b"no\n", b'[true,"engineer","x"]\n'):
        for_all = rewritten(path, "tables/account_role.ndjson", lambda _, lie=lie: lie)
        assert refused(lived, for_all).exit_code == 6


def test_names_that_lead_out_of_the_folder_are_refused(lived: World) -> None:
    path = saved(lived, objects=True)
    for name in ("../../evil", "/etc/evil", "objects/../../evil", "objects\\evil"):
        with zipfile.ZipFile(path) as old, packing(lived.folder / "evil.backup", KIND) as packer:
            facts = json.loads(old.read("manifest.json"))
            for entry in facts.pop("files"):
                packer.add(entry, [old.read(entry)])
            packer.add(name, [b"evil"])
            packer.finish(facts)
        assert refused(lived, lived.folder / "evil.backup").exit_code == 6
    assert not list(lived.folder.parent.rglob("evil"))


def test_a_file_that_would_unpack_out_of_all_proportion_is_refused_unread(lived: World) -> None:
    path = lived.folder / "bomb.backup"
    with packing(path, KIND) as packer:
        packer.add("tables/event.ndjson", [b"0" * (1 << 20)] * 64)
        packer.finish({})
    assert path.stat().st_size < 200_000
    error = refused(lived, path)
    assert error.exit_code == 6
    assert "proportion" in str(error)


def test_a_failure_while_writing_leaves_nothing_and_the_earlier_backup_stays(
    lived: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(lived)
    before = path.read_bytes()

    def fail(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("registry.store.package._seal", fail)
    with pytest.raises(InvalidInput, match="No space left"):
        saved(lived)
    assert path.read_bytes() == before
    assert [one.name for one in lived.folder.glob(".*")] == []


def test_a_backup_is_readable_by_its_owner_alone(lived: World) -> None:
    assert saved(lived).stat().st_mode & 0o777 == 0o600


def test_a_log_restored_from_an_older_backup_does_not_reach_a_later_checkpoint(
    lived: World,
) -> None:
    path = saved(lived)
    lived.publish("1.1.0", "2.5")
    later = merkle.in_memory(log(lived.home))
    size = len(log(lived.home))
    kept = merkle.root(size, later)
    with restored(lived, path, new(lived)) as there:
        lived_on = log(there)
        assert len(lived_on) <= size
        while len(lived_on) < size:  # somebody goes on until the sizes agree
            lived_on.append(b"{}")
        grown = merkle.in_memory(lived_on)
        proof = merkle.consistency(size, len(lived_on), grown)
        now = merkle.root(len(lived_on), grown)
        assert not merkle.consistent(size, len(lived_on), proof, kept, now)


def test_a_backup_older_than_a_checkpoint_in_the_folder_is_restored_with_a_warning(
    lived: World,
) -> None:
    path = saved(lived)
    (lived.folder / "now.checkpoint").write_text(str(checkpoint(lived.home)))
    settings = replace(lived.home.settings, claimed="admin")

    found = restore(settings, path, into=new(lived))

    assert [one for one in found.warnings if "now.checkpoint" in one] == found.warnings != []
    assert restore(settings, saved(lived), into=new(lived, "newer.db")).warnings == []


def test_a_backup_of_another_history_than_a_checkpoint_in_the_folder_is_refused(
    lived: World,
) -> None:
    path = saved(lived)
    lived.publish("1.1.0", "2.5")
    settings = replace(lived.home.settings, claimed="admin", database_url=new(lived, "fork.db"))
    restore(settings, path, clock=lived.home.clock)
    fork = open_context(settings, lived.home.clock)
    add_account(fork, "somebody", [])
    (lived.folder / "fork.checkpoint").write_text(str(checkpoint(fork)))
    fork.engine.dispose()

    assert refused(lived, saved(lived, "later.backup")).exit_code == 6


def test_checkpoints_are_restored_and_verified_like_the_rest(lived: World) -> None:
    checkpoint(lived.home)
    with restored(lived, saved(lived), new(lived)) as there:
        assert verify(there).checkpoint == len(log(there)) - 1


@pytest.mark.slow
def test_a_backup_taken_while_eight_threads_write_is_one_moment(lived: World) -> None:
    done = Flag()

    def write(number: int) -> int:
        count = 0
        context = open_context(replace(lived.home.settings, claimed="admin"), lived.home.clock)
        while not done.is_set() and count < 500:
            add_account(context, f"person-{number}-{count}", [])
            count += 1
        context.engine.dispose()
        return count

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, number) for number in range(8)]
        try:
            paths = [saved(lived, f"{at}.backup") for at in range(4)]
        finally:
            done.set()
        assert sum(one.result() for one in writers) > 0
    sizes = []
    for at, path in enumerate(paths):
        with restored(lived, path, new(lived, f"restored-{at}.db")) as there:
            verify(there)
            sizes.append(len(log(there)))
            with reading(there.engine) as session:
                people = len(session.exec(select(Account)).all())
            added = list(query(there, Question(action="add-account")))
            assert people == len(added)
    assert sizes == sorted(set(sizes))
    verify(lived.home)
