"""The wheel is what people install: it holds what it should, and does the main job from `/`."""

import zipfile

import pytest
from quickstarts import Quickstart
from wheels import ROOT, done, found

pytestmark = pytest.mark.slow


def test_the_wheel_holds_the_packages_and_the_shipped_folders_and_nothing_else(
    finished_quickstart: Quickstart,
) -> None:
    wheel = found(finished_quickstart.shared).wheel
    names = set(zipfile.ZipFile(wheel).namelist())

    tops = {name.split("/")[0] for name in names}
    assert tops == {"registry", "evaluators", "synthetic_data_registry-0.1.0.dist-info"}
    for folder in ("policies", "templates", "migrations"):
        shipped = {
            f"registry/_data/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert shipped and shipped <= names
    demo = {f"registry/demo/rand-hie-{name}.csv.gz" for name in ("training", "holdout", "dp")}
    assert demo <= names
    assert "registry/bundle/alone/registry_verify.py" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_the_installed_wheel_did_the_main_job_from_the_root_folder(quickstart: Quickstart) -> None:
    installed = found(quickstart.shared)

    done(str(installed.registry), "-C", str(quickstart.folder), "audit", "verify")

    where = done(str(installed.python), "-c", "import registry; print(registry.__file__)")
    assert where.startswith(str(quickstart.shared))
    assert f"{installed.registry} -C" in quickstart.stderr
