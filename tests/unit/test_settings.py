"""Settings: which registry, which database, which mode, and who is claimed."""

from pathlib import Path

import pytest

from registry.errors import InvalidInput, NotFound
from registry.settings import FILE_NAME, load


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with an empty settings file."""
    (tmp_path / FILE_NAME).write_text("")
    return tmp_path


def made(folder: Path, text: str = "") -> Path:
    folder.mkdir()
    (folder / FILE_NAME).write_text(text)
    return folder


def test_without_anything_said_the_database_lies_beside_and_identities_must_be_proven(
    here: Path,
) -> None:
    found = load({}, folder=here)

    assert found.folder == here
    assert found.database_url == f"sqlite:///{here / 'registry.db'}"
    assert found.mode == "signed-in"
    assert found.claimed is None


def test_the_file_overrides_the_defaults(here: Path) -> None:
    (here / FILE_NAME).write_text('mode = "local"\ndatabase_url = "sqlite:///file.db"\n')

    found = load({}, folder=here)

    assert (found.mode, found.database_url) == ("local", "sqlite:///file.db")


def test_the_environment_overrides_the_file_but_for_how_names_are_proven(here: Path) -> None:
    (here / FILE_NAME).write_text('mode = "signed-in"\ndatabase_url = "sqlite:///file.db"\n')
    environment = {"REGISTRY_MODE": "local", "REGISTRY_DATABASE_URL": "sqlite:///env.db"}

    found = load(environment, folder=here)

    assert (found.mode, found.database_url) == ("signed-in", "sqlite:///env.db")


def test_a_flag_overrides_the_environment(tmp_path: Path) -> None:
    flagged, exported = made(tmp_path / "flagged"), made(tmp_path / "exported")
    environment = {"REGISTRY_FOLDER": str(exported), "REGISTRY_AS": "eve"}

    found = load(environment, folder=flagged, claimed="ada")

    assert (found.folder, found.claimed) == (flagged, "ada")


def test_without_flags_the_environment_says_where_and_who(tmp_path: Path) -> None:
    exported = made(tmp_path / "exported")

    found = load({"REGISTRY_FOLDER": str(exported), "REGISTRY_AS": "eve"})

    assert (found.folder, found.claimed) == (exported, "eve")


def test_an_empty_variable_is_as_good_as_none(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here)
    empty = dict.fromkeys(
        ("REGISTRY_FOLDER", "REGISTRY_DATABASE_URL", "REGISTRY_MODE", "REGISTRY_AS"), ""
    )

    assert load(empty) == load({})


def test_the_nearest_folder_upwards_is_the_registry(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = made(here / "inner")
    deep = inner / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)

    assert load({}).folder == inner


def test_a_folder_that_was_named_is_not_searched_upwards(here: Path) -> None:
    below = here / "below"
    below.mkdir()

    with pytest.raises(NotFound) as caught:
        load({}, folder=below)

    assert caught.value.where == str(below)
    assert caught.value.expected == f"a folder with {FILE_NAME}"


def test_no_registry_anywhere_names_the_folder_and_the_way_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NotFound) as caught:
        load({})

    assert caught.value.where == str(tmp_path)
    assert "here or above" in str(caught.value.expected)
    assert "registry init" in str(caught.value.todo)


def test_an_unknown_key_is_refused_and_not_ignored(here: Path) -> None:
    (here / FILE_NAME).write_text('database = "sqlite:///x.db"\n')

    with pytest.raises(InvalidInput, match="unknown setting 'database'") as caught:
        load({}, folder=here)

    assert caught.value.where == str(here / FILE_NAME)
    assert caught.value.expected == (
        "database_url or desk or log_key or mode or oidc or origin or private_webhooks or "
        "real_tables or templates or upload_limit"
    )


@pytest.mark.parametrize("content", [b"mode = local", b"mode", b'mode = "\xff"', b"[mode"])
def test_what_is_no_toml_is_refused_with_the_file(here: Path, content: bytes) -> None:
    (here / FILE_NAME).write_bytes(content)

    with pytest.raises(InvalidInput, match="is not valid TOML") as caught:
        load({}, folder=here)

    assert caught.value.where == str(here / FILE_NAME)


@pytest.mark.parametrize("mode", ['"Local"', '"open"', "3", "true", '""'])
def test_an_unknown_mode_is_refused_and_never_taken_for_local(here: Path, mode: str) -> None:
    (here / FILE_NAME).write_text(f"mode = {mode}\n")

    with pytest.raises(InvalidInput, match="unknown mode") as caught:
        load({}, folder=here)

    assert caught.value.expected == "local or signed-in"


def test_a_relative_folder_is_made_absolute(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(here / "inner")
    monkeypatch.chdir(here)

    assert load({}, folder=Path("inner")).folder == here / "inner"
