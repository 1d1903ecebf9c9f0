"""The shipped folders are found in a checkout and in an installed wheel."""

from pathlib import Path

import pytest

from registry import resources
from registry.errors import Unavailable


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package folder to look from."""
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", folder)
    return folder


@pytest.mark.parametrize(
    ("name", "holds"), [("policies", "*.yaml"), ("templates", "*"), ("migrations", "env.py")]
)
def test_every_shipped_folder_is_there_and_holds_something(name: str, holds: str) -> None:
    assert list(resources.folder(name).glob(holds))


def test_in_a_checkout_it_lies_beside_the_project_file(package: Path) -> None:
    (package.parent / "pyproject.toml").touch()
    (package.parent / "policies").mkdir()

    assert resources.folder("policies") == package.parent / "policies"


def test_in_a_wheel_it_lies_inside_the_package_and_comes_first(package: Path) -> None:
    (package.parent / "pyproject.toml").touch()
    (package.parent / "policies").mkdir()
    (package / "_data" / "policies").mkdir(parents=True)

    assert resources.folder("policies") == package / "_data" / "policies"


def test_a_folder_of_that_name_beside_an_installed_package_is_not_taken(package: Path) -> None:
    (package.parent / "policies").mkdir()

    with pytest.raises(Unavailable):
        resources.folder("policies")


def test_a_missing_folder_names_both_places(package: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        resources.folder("policies")

    assert "'policies'" in caught.value.what
    assert caught.value.where == str(package / "_data" / "policies")
    assert str(package.parent / "policies") in str(caught.value.expected)
    assert caught.value.todo == "install the package again"
