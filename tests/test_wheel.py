"""The wheel is what people install: it holds what it should, and does the main job from `/`."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution and not from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_the_packages_and_the_shipped_folders_and_nothing_else(
    wheel: Path,
) -> None:
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


def test_the_installed_wheel_does_the_main_job_from_the_root_folder(
    wheel: Path, tmp_path: Path
) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    constraints = ROOT / "constraints.txt"
    pip = [str(python), "-m", "pip", "install", "--quiet", "-c", str(constraints), str(wheel)]
    done = subprocess.run(pip, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr

    home = str(tmp_path / "quickstart")
    registry = str(python.with_name("registry"))
    story = subprocess.run(
        [registry, "quickstart", home], capture_output=True, text=True, cwd="/", check=False
    )
    assert story.returncode == 0, story.stderr
    verified = subprocess.run(
        [registry, "-C", home, "audit", "verify"], capture_output=True, cwd="/", check=False
    )
    assert verified.returncode == 0
    where = "import registry; print(registry.__file__)"
    module = subprocess.run(
        [python, "-c", where], capture_output=True, text=True, cwd="/", check=True
    )
    assert module.stdout.startswith(str(tmp_path))
