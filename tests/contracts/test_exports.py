"""What is exported says what the store says, and nothing that has to stay in the house."""

from dataclasses import replace
from pathlib import Path

import pytest
from registries import After
from world import World

from registry.errors import InvalidInput, NotFound, NotPermitted
from registry.exchange.formats import FORMATS
from registry.workflow.disclose import disclose
from registry.workflow.exchange.export import every_export, exported, losses, write_export
from registry.workflow.query import Question, query
from registry.workflow.reports.everything import write_all
from tests.contracts.test_outside_documents import measured_history


@pytest.fixture
def released(home: object, after: After) -> World:
    after(measured_history)
    return World(home, home.settings.folder)  # type: ignore[arg-type, attr-defined]


def every(world: World) -> str:
    return "".join(one.text for one in every_export(world.home, "claims@1"))


def test_every_format_tells_of_the_version_its_release_and_its_source(released: World) -> None:
    for one in every_export(released.home, "claims@1"):
        assert "claims" in one.text and one.name == f"claims@1-{one.format.id}.{one.format.ending}"
    text = every(released)

    for words in ("REL-1", "house-rules", "model-development", "internal", "hospital"):
        assert words in text


def test_no_figure_of_the_real_data_leaves_until_a_privacy_officer_discloses_it(
    released: World,
) -> None:
    assert "0.0731" not in every(released)
    assert "meets with room" in every(released).lower()

    disclose(released.by("paula"), "claims@1", "the ethics board asks")

    assert all(
        "0.07319" in one.text.replace("\\", "") for one in every_export(released.home, "claims@1")
    )


def test_no_file_names_a_signer_a_recipient_or_a_path(released: World) -> None:
    text = every(released)

    for kept in (
        "Pricing team",
        "paula",
        "stefan",
        "carla",
        "ada",
        str(released.home.settings.folder),
    ):
        assert f'"{kept}"' not in text and f" {kept} " not in text
    assert str(released.home.settings.folder) not in text and "objects" not in text


def test_a_file_that_is_written_is_logged(released: World, tmp_path: Path) -> None:
    path = write_export(
        released.home, exported(released.home, "claims@1", "croissant"), tmp_path / "claims.json"
    )

    assert path.read_text().startswith("{")
    last = list(query(released.home, Question()))[-1]
    assert (last["fact"], last["dataset"]) == ("report.written", "claims@1")
    assert last["details"] == {"kind": "exchange", "format": "croissant", "about": "claims@1"}


def test_an_export_needs_the_scope_of_reports_and_a_version_that_is_there(
    released: World,
) -> None:
    identity = released.by("ada").identity
    assert identity is not None
    robot = replace(released.home, identity=replace(identity, scopes=frozenset({"check"})))

    with pytest.raises(NotPermitted, match="not good for `report`"):
        exported(robot, "claims@1", "prov")
    with pytest.raises(NotPermitted, match="not good for `report`"):
        losses(robot, "claims@1", "prov")
    with pytest.raises(NotFound):
        exported(released.home, "claims@9", "prov")
    with pytest.raises(InvalidInput):
        exported(released.home, "claims", "prov")


def test_a_folder_of_reports_has_every_format_with_its_report_and_an_entry_in_the_index(
    released: World, tmp_path: Path
) -> None:
    index = write_all(released.home, ["claims@1"], tmp_path / "all").read_text()

    for one in FORMATS.values():
        name = f"claims@1-{one.id}.{one.ending}"
        assert (tmp_path / "all" / name).stat().st_size > 100
        assert (tmp_path / "all" / f"claims@1-{one.id}-lossiness.html").exists()
        assert name.replace("@", "%40") in index
