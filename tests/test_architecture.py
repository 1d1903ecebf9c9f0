"""The shape of the code: which part may know which, and what a command may load."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clocks import START
from world import build

from registry.settings import FILE_NAME, Settings
from registry.store import database, migrations
from registry.workflow.context import open_context

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
ONE_FILE = "registry/bundle/alone/registry_verify.py"  # one file, so that it can be copied
NUMERICAL = ("pandas", "sklearn", "numba", "sdmetrics", "anonymeter")


def sources(*folders: str) -> list[Path]:
    """Every Python file in these folders of the checkout; there is at least one."""
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert found
    return found


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(node: ast.AST) -> list[str]:
    """The modules an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "."]
    return []


def at_import_time(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported: no functions, no TYPE_CHECKING blocks."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            yield from at_import_time(getattr(node, field, []))


def calls(path: Path) -> set[str]:
    """Names that are called in a file, without what they belong to."""
    functions = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    names = {one.id for one in functions if isinstance(one, ast.Name)}
    return names | {one.attr for one in functions if isinstance(one, ast.Attribute)}


def test_the_contracts_on_the_direction_of_imports_hold() -> None:
    lint = (
        "from importlinter.cli import lint_imports as lint; raise SystemExit(lint(no_cache=True))"
    )

    done = subprocess.run(
        [sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_no_file_of_the_registry_imports_an_evaluator_while_it_is_imported() -> None:
    found = [
        f"{name(path)}:{node.lineno} {module}"
        for path in sources("registry")
        for node in at_import_time(tree(path).body)
        for module in imported(node)
        if module.split(".")[0] == "evaluators"
    ]

    assert found == []


CATALOGUE = sorted((ROOT / "evaluators/catalogue").glob("*.py"))


@pytest.mark.parametrize(
    "file", [ROOT / "evaluators/__init__.py", *CATALOGUE], ids=lambda file: file.name
)
def test_the_catalogue_of_metrics_needs_the_standard_library_alone(file: Path) -> None:
    modules = {
        module
        for node in at_import_time(tree(file).body)
        for module in imported(node)
        if not module.startswith("evaluators.catalogue")
    }

    assert {module.split(".")[0] for module in modules} - sys.stdlib_module_names == set()


@pytest.mark.parametrize("folder", ["registry/policy", "registry/log", "registry/bundle/checks"])
def test_policy_and_log_neither_read_nor_write_anything(folder: str) -> None:
    outside = {"io", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "urllib"}
    for path in sources(folder):
        modules = {m.split(".")[0] for node in ast.walk(tree(path)) for m in imported(node)}

        assert modules & outside == set(), name(path)
        assert calls(path) & {"open", "print", "input", "now", "today"} == set(), name(path)


def test_only_the_records_declare_tables() -> None:
    found = {
        path.parent.name
        for path in sources("registry", "evaluators")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and any(one.arg == "table" for one in node.keywords)
    }

    assert found == {"records"}


@pytest.mark.parametrize("constructor", ["create_engine", "Session"])
def test_only_the_store_opens_engines_and_sessions(constructor: str) -> None:
    found = {path.parent.name for path in sources("registry") if constructor in calls(path)}

    assert found == {"store"}


def test_only_the_root_of_the_command_line_ends_the_process() -> None:
    found = {name(path) for path in sources("registry", "evaluators") if "exit" in calls(path)}

    assert found == {"registry/cli/main.py"}
    assert not any("_exit" in calls(path) for path in sources("registry", "evaluators"))


def test_only_the_clock_reads_the_time() -> None:
    found = {name(path) for path in sources("registry") if calls(path) & {"now", "utcnow", "today"}}

    assert "registry/clock.py" in found
    # `Context.now` and a report's environment are handed the clock; they do not read one.
    assert not [
        file
        for file in found - {"registry/clock.py"}
        if re.search(r"\b(datetime|date)\.(now|utcnow|today)\(", (ROOT / file).read_text())
        and not file.startswith("registry/demo/")
    ]


def test_no_file_is_longer_than_one_can_read() -> None:
    long = {
        name(path): lines
        for path in sources("registry", "evaluators", "migrations")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= MOST_LINES
        and name(path) != ONE_FILE
    }

    assert long == {}


def loaded_by(*arguments: str) -> tuple[int, set[str]]:
    """Run a command in a fresh interpreter: its exit code and the top packages it loaded."""
    code = (
        "import sys\n"
        "from registry.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n"
        "    print('\\n' + ' '.join(sorted({n.split('.')[0] for n in sys.modules})))\n"
        "    raise\n"
    )
    environment = {key: text for key, text in os.environ.items() if "REGISTRY" not in key}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("--version",)])
def test_help_loads_no_database_and_no_numerical_package(arguments: tuple[str, ...]) -> None:
    code, loaded = loaded_by(*arguments)

    assert code == 0
    assert "typer" in loaded
    assert loaded & {"sqlmodel", "sqlalchemy", "alembic", "numpy", *NUMERICAL} == set()


def test_a_check_loads_no_migrations_and_no_numerical_package(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('mode = "local"\n')
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    migrations.upgrade(database.open_engine(url, create=True))
    home = open_context(Settings(tmp_path, url, "local", None), lambda: START)
    build(home, tmp_path)
    home.engine.dispose()

    code, loaded = loaded_by(
        *("-C", str(tmp_path), "check", "claims@1"),
        *("--use", "model-development", "--audience", "internal"),
    )

    assert code == 0
    assert "sqlmodel" in loaded
    assert loaded & {"alembic", "numpy", "pyarrow", "scipy", *NUMERICAL} == set()


def committed_texts() -> Iterator[tuple[str, str]]:
    """Every file of the project that is text, by its name."""
    kinds = (
        ".py",
        ".toml",
        ".yaml",
        ".yml",
        ".md",
        ".txt",
        ".ini",
        ".mako",
        ".html",
        ".css",
        ".sh",
    )
    folders = (
        *("registry", "evaluators", "policies", "templates", "migrations", "tests", "docs"),
        *("benchmarks", ".ci"),
    )
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    for path in (*ROOT.iterdir(), *inside):
        plain = path.suffix in kinds or path.suffix == "" or path.name.startswith(".")
        if path.is_file() and plain and "__pycache__" not in path.parts:
            yield name(path), path.read_text(encoding="utf-8")


def test_no_text_names_a_machine_or_a_download_host() -> None:
    # Put together here, so that this file does not name them.
    homes = "|".join(("root", "home", "work", "tmp", "Users", "mnt"))
    hosts = "|".join(["pythonhosted", "pypi"]) + r")\.org"
    forbidden = re.compile(rf"(?<![\w.~}}*)\]>-])/({homes})/\w|({hosts}")

    texts = dict(committed_texts())
    found = {file: match[0] for file, text in texts.items() if (match := forbidden.search(text))}

    assert {"README.md", "Makefile", "constraints.txt", "tests/world.py"} <= set(texts)
    assert found == {}
