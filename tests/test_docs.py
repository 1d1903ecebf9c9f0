"""The documents tell the truth: README shows what comes out, and every licence is listed."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
import typer
from acceptance.cli import REGISTRY
from packaging.requirements import Requirement
from quickstarts import Quickstart
from tree import whole_tree

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PAGES = sorted(page.name for page in (ROOT / "docs").glob("*.md"))


def console_steps(text: str) -> list[tuple[str, str]]:
    """Every command of the ``console`` blocks with the output shown under it, in order."""
    steps: list[tuple[str, str]] = []
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            steps.append((command, output))
    return steps


def pattern(shown: str) -> re.Pattern[str]:
    """Shown output as a pattern: a line ``...`` stands for any lines, ``...`` in one for any text.

    Runs of spaces match any, for columns widen with what stands in them; a day matches any day.
    """
    lines = []
    for line in shown.splitlines():
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*?")
            continue
        text = re.escape(line).replace(r"\.\.\.", ".*?")
        text = re.sub(r"(?:\\ )+", " +", text)
        text = re.sub(r"20\d\d\\-\d\d\\-\d\d", r"20\\d\\d-\\d\\d-\\d\\d", text)
        lines.append(re.sub(r"(?:\\-){4,}", "-+", text) + r" *\n")
    return re.compile("".join(lines))


def test_a_shown_output_matches_itself_and_no_other_figure() -> None:
    shown = "a    b\n----  -----\n...\n0.91  sha256:...\n"

    assert pattern(shown).fullmatch("a b\n-----  ----\nx\ny\n0.91  sha256:ab\n")
    assert not pattern(shown).fullmatch("a b\n-----  ----\n0.92  sha256:ab\n")


@pytest.mark.slow
def test_the_tour_in_the_readme_shows_what_comes_out(quickstart: Quickstart) -> None:
    (first, ended), (change, _), *steps = console_steps(README)
    assert (first, change) == ("registry quickstart quickstart", "cd quickstart")
    assert pattern(ended).fullmatch(quickstart.stdout)
    assert len(steps) >= 6
    require_shown(steps, quickstart)


@pytest.mark.slow
def test_the_examples_on_the_page_of_the_ledger_show_what_comes_out(
    quickstart: Quickstart,
) -> None:
    steps = console_steps((ROOT / "docs" / "ledger.md").read_text())
    assert len(steps) >= 6
    require_shown(steps, quickstart)


def require_shown(steps: list[tuple[str, str]], quickstart: Quickstart) -> None:
    """Every command, in order, prints what is shown under it."""
    for command, shown in steps:
        words = shlex.split(command)
        done = subprocess.run(
            [REGISTRY, *words[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=quickstart.folder,
            check=False,
        )
        assert pattern(shown).fullmatch(done.stdout), f"$ {command}\n{done.stdout}"


def test_every_command_the_readme_names_exists() -> None:
    known = set(whole_tree().commands)
    named = set(re.findall(r"(?:`|\n|& )registry ([a-z]+)", README))

    assert named
    assert named <= known


def first_yaml(page: str) -> str:
    text = (ROOT / "docs" / page).read_text()
    return re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)[0]


def test_the_policy_on_its_page_loads_and_passes_the_cases_on_the_page_of_tools(
    tmp_path: Path,
) -> None:
    (tmp_path / "claims-external.yaml").write_text(first_yaml("policy.md"))
    (tmp_path / "claims-external_test.yaml").write_text(first_yaml("policy-tools.md"))
    bases = str(ROOT / "policies")

    for command in ("validate", "test"):
        done = subprocess.run(
            [REGISTRY, "policy", command, tmp_path / "claims-external.yaml", "--policy-dir", bases],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout.count("fail ")) == (0, 0), done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_flag_on_a_page_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    tree = whole_tree()
    for line in re.findall(r"(?:^|`)registry ([^`\n]*)", text, flags=re.MULTILINE):
        words = line.replace("\\", "").split()
        command, at = tree, 0
        while at < len(words) and words[at] in getattr(command, "commands", {}):
            command, at = command.commands[words[at]], at + 1
        assert at, line
        known = {name for option in command.params for name in option.opts}
        flags = {word.rstrip(",.)") for word in words[at:] if re.match(r"-{1,2}[a-z]", word)}
        assert flags <= known, f"{line}: {sorted(flags - known)}"


def commands_shown(text: str) -> Iterator[list[str]]:
    """The words of every command of the registry that stands in a block of its own line."""
    blocks = "".join(re.findall(r"^```\w*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE))
    for line in blocks.replace("\\\n", " ").splitlines():
        for one in line.removeprefix("$ ").split(" ; "):
            if one.startswith("registry ") and not re.search(r"  \d", one):  # a row of times
                yield shlex.split(one.split(" && ")[0], comments=True)[1:]


@pytest.mark.parametrize("page", ["../README.md", *PAGES])
def test_every_command_shown_is_whole(page: str) -> None:
    """Nothing that a command needs is left out, and nothing is there that it does not know."""
    for words in commands_shown((ROOT / "docs" / page).read_text()):
        command: Any = whole_tree()
        context = command.make_context("registry", [*words])
        while hasattr(command, "commands"):
            name, command, rest = command.resolve_command(
                context, [*context._protected_args, *context.args]
            )
            try:
                context = command.make_context(name, rest, parent=context)
            except typer.BadParameter as error:  # a file of the example is not here
                assert "does not exist" in error.message, f"{words}: {error.format_message()}"
                break


def test_the_check_of_a_recall_on_its_page_is_the_one_the_registry_signs_for() -> None:
    from registry.log.webhook import signed

    (shown,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "releases.md").read_text(), flags=re.DOTALL
    )
    names: dict[str, Any] = {}
    exec(shown, names)  # it is our own page

    assert names["is_signed"](b"secret", b"{}", signed(b"secret", b"{}"))
    assert not names["is_signed"](b"secret", b"{ }", signed(b"secret", b"{}"))
    assert not names["is_signed"](b"secret", b"{}", None)


def test_every_package_a_full_installation_brings_is_on_the_licence_page() -> None:
    page = (ROOT / "docs" / "licences.md").read_text()
    listed = dict(re.findall(r"^\| ([a-z0-9-]+) \| (.+?) \|$", page, flags=re.MULTILINE))
    listed.pop("package", None)
    listed = {name: words for name, words in listed.items() if set(name) != {"-"}}

    installed = closure("synthetic-data-registry", ("postgres",))

    assert {name: listed.get(name) for name in installed} == {
        name: licence(name) for name in installed
    }
    assert "US-20230401336-A1" in page
    assert licence("copulas") == "BUSL-1.1"


def closure(name: str, extras: tuple[str, ...]) -> set[str]:
    """Every distribution that ``name`` with ``extras`` needs here, but for itself."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    todo = [(name, extras)]
    while todo:
        one = todo.pop()
        if one in found:
            continue
        try:
            required = distribution(one[0]).requires or []
        except PackageNotFoundError:
            continue
        found.add(one)
        for text in required:
            need = Requirement(text)
            given = [{"extra": extra} for extra in (*one[1], "")]
            if need.marker is None or any(need.marker.evaluate(extra) for extra in given):
                todo.append((canonical(need.name), tuple(sorted(need.extras))))
    return {canonical(one) for one, _ in found} - {name}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(name: str) -> str:
    """What the metadata declares: the expression, else the short field, else the classifier."""
    metadata = distribution(name).metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    first = (metadata.get("License") or "").strip().splitlines()[:1]
    if first and len(first[0]) < 40 and "Copyright" not in first[0]:
        return first[0]
    classifiers = metadata.get_all("Classifier") or []
    licences = [one for one in classifiers if one.startswith("License ::")]
    return licences[0].split("::")[-1].strip() if licences else "not declared"
