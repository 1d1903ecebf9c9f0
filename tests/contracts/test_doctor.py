"""Doctor is content with a sound registry, and names what is wrong after each planted fault."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from clocks import SettableClock
from hostile import behind, cut_back
from sqlalchemy import text
from world import World

from registry.log.note import new_signer
from registry.settings import Settings
from registry.store import triggers
from registry.store.objects import file_digest
from registry.workflow.auditing import log_key
from registry.workflow.auditing.anchor import anchor
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.auditing.places.named import named
from registry.workflow.doctor import examine as examining
from registry.workflow.doctor.examine import examine
from registry.workflow.doctor.finding import Finding, Level, exit_code
from registry.workflow.verify import verify

Look = Callable[..., list[Finding]]


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outside")


@pytest.fixture
def sound(world: World, outside: Path) -> World:
    """A registry whose key lies outside, and whose log was anchored yesterday."""
    old = world.home.settings.log_key
    assert old
    key = outside / "keys" / "log.key"
    key.parent.mkdir()
    old.rename(key)
    settings = replace(world.home.settings, log_key=key)
    known = replace(world, home=replace(world.home, settings=settings))
    anchor(known.by("amir"), named(f"file:{outside / 'anchors'}"))
    return known


@pytest.fixture
def look(sound: World, clock: SettableClock) -> Look:
    def run(settings: Settings | None = None, **more: object) -> list[Finding]:
        chosen = settings or sound.home.settings
        return examine(chosen, clock=clock, **more)  # type: ignore[arg-type]

    return run


def wrong(found: list[Finding], level: Level = Level.FAULT) -> list[tuple[str, str]]:
    return [(one.name, one.what) for one in found if one.level is level]


def only(found: list[Finding], name: str, said: str, level: Level = Level.FAULT) -> Finding:
    """The one finding of that level: it has the name, says that, and tells what to do."""
    (one,) = [each for each in found if each.level is level]
    assert one.name == name
    assert said in one.what
    assert one.todo
    return one


@pytest.mark.parametrize("full", [False, True])
def test_a_sound_registry_has_no_fault_and_nothing_unchecked(look: Look, full: bool) -> None:
    found = look(full=full)

    assert wrong(found) == wrong(found, Level.UNCHECKED) == []
    assert wrong(found, Level.WARNING) == [
        ("log key", "the key and the log have the same owner: who writes the one can sign for it"),
        ("mode", "local mode: names are claimed with --as, and every sign-off says so"),
    ]
    assert exit_code(found) == 0
    sound = {one.name for one in found if one.level is Level.OK}
    assert sound >= {"database", "triggers", "audit trail", "anchors", "clock", "files", "policies"}


def test_a_dropped_trigger_is_named(sound: World, look: Look) -> None:
    with sound.home.engine.begin() as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON event"
        connection.execute(text(f"DROP TRIGGER event_no_update{on}"))

    only(look(), "triggers", "event_no_update is missing or altered")
    assert exit_code(look()) == 6


@pytest.mark.parametrize("table", ["anchor", "log_node", "log_checkpoint"])
def test_a_dropped_trigger_of_the_other_tables_is_named_too(
    sound: World, look: Look, table: str
) -> None:
    with sound.home.engine.begin() as connection:
        on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.execute(text(f"DROP TRIGGER {table}_no_delete{on}"))

    only(look(), "triggers", f"{table}_no_delete is missing or altered")


def test_an_edited_event_is_named(sound: World, look: Look) -> None:
    behind(
        sound,
        "UPDATE event SET body = digest WHERE seq = 4".replace(
            "digest",
            "CAST(digest AS BLOB)"
            if sound.home.engine.dialect.name == "sqlite"
            else "CAST(digest AS BYTEA)",
        ),
    )

    only(look(), "audit trail", "event 4: the stored bytes")


def test_an_edited_column_of_an_event_is_named(sound: World, look: Look) -> None:
    behind(sound, "UPDATE event SET outcome = 'denied' WHERE seq = 4")

    only(look(full=True), "audit trail", "event 4")
    only(look(), "audit trail", "event 4")


def test_a_removed_event_is_named(sound: World, look: Look) -> None:
    behind(
        sound,
        "DELETE FROM log_checkpoint",
        "UPDATE anchor SET event_seq = NULL",
        "DELETE FROM event WHERE seq = (SELECT MAX(seq) - 1 FROM event)",
    )

    assert ("audit trail" in dict(wrong(look()))) is True


def test_a_node_of_the_tree_that_was_changed_is_named(sound: World, look: Look) -> None:
    behind(
        sound,
        "UPDATE log_node SET hash = (SELECT hash FROM log_node WHERE level = 1 "
        'AND "index" = 0) WHERE level = 2 AND "index" = 1',
    )

    found = dict(wrong(look()))

    assert "audit trail" in found


def object_of(sound: World) -> Path:
    (path,) = (one for one in sound.home.objects.rglob("*") if one.is_file())
    return path


def test_a_removed_file_is_named(sound: World, look: Look) -> None:
    path = object_of(sound)
    path.unlink()

    found = only(look(), "files", "the file of claims@1 is gone")
    assert found.where == str(path)


def test_an_emptied_or_edited_file_is_named(sound: World, look: Look) -> None:
    path = object_of(sound)
    path.chmod(0o644)
    whole = path.read_bytes()
    path.write_bytes(whole[:-3] + b"0,0")
    only(look(full=True), "files", f"it has {file_digest(path)}")
    assert exit_code(look()) == 0  # a quick look reads no file

    path.write_bytes(b"")
    only(look(), "files", "the file of claims@1 is empty")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_named(sound: World, look: Look, mode: int) -> None:
    key = sound.home.settings.log_key
    assert key
    key.chmod(mode)

    only(look(), "log key", f"others may read the key of the log (mode {mode:o})")


def moved_key(sound: World, place: Path) -> Settings:
    key = sound.home.settings.log_key
    assert key
    place.parent.mkdir(exist_ok=True)
    key.rename(place)
    return replace(sound.home.settings, log_key=place)


def test_a_key_in_the_registry_s_folder_is_named(sound: World, look: Look) -> None:
    settings = moved_key(sound, sound.home.settings.folder / "deep" / "log.key")

    only(look(settings), "log key", "the key lies in the registry's folder")


def test_a_key_behind_a_link_into_the_folder_is_named(
    sound: World, look: Look, outside: Path
) -> None:
    settings = moved_key(sound, sound.home.settings.folder / "log.key")
    (outside / "link.key").symlink_to(sound.home.settings.folder / "log.key")

    found = look(replace(settings, log_key=outside / "link.key"))
    only(found, "log key", "the key lies in the registry's folder")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_key_beside_the_database_is_named(sound: World, look: Look, outside: Path) -> None:
    settings = moved_key(sound, outside / "db" / "log.key")
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    sound.home.engine.dispose()
    shutil.move(path, outside / "db" / "registry.db")
    elsewhere = replace(settings, database_url=f"sqlite:///{outside / 'db' / 'registry.db'}")

    only(look(elsewhere), "log key", "the key lies in the database's folder")


def test_a_key_that_is_gone_is_a_warning(sound: World, look: Look) -> None:
    key = sound.home.settings.log_key
    assert key
    key.unlink()

    found = look()
    assert exit_code(found) == 0
    assert any("no checkpoint can be signed" in what for _, what in wrong(found, Level.WARNING))


def test_a_clock_set_back_is_named(sound: World, look: Look, clock: SettableClock) -> None:
    clock.advance(days=-2)

    only(look(), "clock", "the clock is behind the last event by 2 days")


def test_a_log_pub_of_another_key_is_named(sound: World, look: Look) -> None:
    checkpoint(sound.by("amir"))
    origin = sound.home.settings.origin
    assert origin
    log_key.write_public(sound.home.settings.folder, new_signer(origin, bytes(32)).verifier)

    found = wrong(look())

    assert {name for name, _ in found} == {"log key", "anchors"}
    assert any("log.pub is not the public half of this key" in what for _, what in found)
    assert any("this is no anchor of the log" in what for _, what in found)
    assert any("log.pub is not the key that signed this log" in what for _, what in found)


def test_a_log_pub_of_another_log_is_named(sound: World, look: Look) -> None:
    log_key.write_public(sound.home.settings.folder, new_signer("other", bytes(32)).verifier)

    assert ("log key", "the public key is that of the log other") in wrong(look())


def test_a_database_that_was_rolled_back_is_named_against_the_place_it_was_anchored_in(
    sound: World, look: Look, outside: Path
) -> None:
    size = verify(sound.home).events
    sound.submit()
    anchor(sound.by("amir"), named(f"file:{outside / 'anchors'}"))
    cut_back(sound, size)

    found = only(look(), "anchors", "the anchor is newer than the log")
    assert "restored from a backup" in (found.todo or "")


def test_a_database_that_was_rolled_back_is_named_against_an_anchor_given(
    sound: World, look: Look, outside: Path
) -> None:
    size = verify(sound.home).events
    sound.submit()
    anchor(sound.by("amir"), named(f"file:{outside / 'elsewhere'}"))
    cut_back(sound, size)

    assert wrong(look()) == []
    only(look(anchors=[str(outside / "elsewhere")]), "anchors", "newer than the log")


def test_a_place_that_was_emptied_is_a_warning(sound: World, look: Look, outside: Path) -> None:
    for path in (outside / "anchors").iterdir():
        path.unlink()

    assert ("anchors", "there is no anchor") in wrong(look(), Level.WARNING)


def test_a_log_that_was_never_or_long_ago_anchored_is_a_warning(
    sound: World, look: Look, clock: SettableClock
) -> None:
    sound.submit()
    clock.advance(days=8)
    assert any(what.endswith(": 8 days") for _, what in wrong(look(), Level.WARNING))

    behind(sound, "DELETE FROM anchor")
    assert any("never anchored" in what for _, what in wrong(look(), Level.WARNING))


def test_a_policy_that_was_changed_is_named(sound: World, look: Look) -> None:
    with sound.home.engine.begin() as connection:
        connection.execute(text("UPDATE policy_document SET digest = 'sha256:0'"))

    only(look(), "policies", "house-rules 1.0.0 cannot be loaded")


def test_a_request_on_something_withdrawn_is_a_warning(sound: World, look: Look) -> None:
    sound.submit()
    with sound.home.engine.begin() as connection:
        connection.execute(text("UPDATE source SET state = 'withdrawn'"))

    assert ("requests", "R-1 is open, and what it is about was withdrawn") in wrong(
        look(), Level.WARNING
    )


def test_a_database_at_another_revision_could_not_be_checked(sound: World, look: Look) -> None:
    with sound.home.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    only(look(), "database", "revision 0001", Level.UNCHECKED)
    assert exit_code(look()) == 3


def test_a_database_that_does_not_answer_could_not_be_checked(sound: World, look: Look) -> None:
    gone = replace(sound.home.settings, database_url="sqlite:////nowhere/registry.db")

    assert exit_code(look(gone)) == 3


def test_a_check_that_fails_hides_no_other(
    sound: World, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("no such thing")

    checks = (("triggers", broken), *examining._CHECKS[1:])
    monkeypatch.setattr(examining, "_CHECKS", checks)
    object_of(sound).unlink()

    found = look()

    assert ("triggers", "the check failed: ZeroDivisionError: no such thing") in wrong(
        found, Level.UNCHECKED
    )
    assert ("files", "the file of claims@1 is gone") in wrong(found)
    assert exit_code(found) == 6


def test_every_guarded_table_is_looked_at() -> None:
    assert {guard.table for guard in triggers.GUARDS} >= {"event", "log_node", "anchor"}
