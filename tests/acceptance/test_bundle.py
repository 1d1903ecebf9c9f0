"""An auditor with only the bundle and a public key: what they can find out, and how it is said."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry, run
from clocks import START

from registry.bundle.format import WATERMARK


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Desk:
    """A registry in which claims@1 was released, and its bundle."""
    folder = build_registry(tmp_path_factory.mktemp("released"), sqlite_template)
    desk = Desk(folder)
    asked = ("--use", "model-development", "--audience", "internal")
    assert desk.run("submit", "claims@1", *asked, by="ada").code == 0
    for name in ("stefan", "paula"):
        assert desk.run("approve", "R-1", "--reason", "read", by=name).code == 0
    assert desk.run("release", "R-1", "--to", "Claims Lab", by="carla").code == 0
    made = desk.run("bundle", "create", "claims@1", "-o", desk.path("b.json"), by="amir")
    assert made.code == 0, made.err
    return desk


@pytest.fixture
def auditor(released: Desk, tmp_path: Path) -> Path:
    """A folder with the bundle and the public key, and nothing else."""
    for name in ("b.json", "log.pub"):
        shutil.copyfile(released.folder / name, tmp_path / name)
    return tmp_path


def verify(folder: Path, *more: str) -> tuple[int, str, str]:
    done = run("bundle", "verify", str(folder / "b.json"), *more)
    return done.code, done.out, done.err


def trusted(folder: Path) -> tuple[str, str]:
    return "--trust", str(folder / "log.pub")


def test_an_auditor_verifies_with_only_the_bundle_and_a_public_key(auditor: Path) -> None:
    code, out, err = verify(auditor, *trusted(auditor))

    assert (code, "fail" in out) == (0, False), out + err
    assert "not contradicted" in err
    assert "claims@1, R-1, REL-1" in err


def test_a_demonstration_says_that_nobody_proved_who_they_are(auditor: Path) -> None:
    assert WATERMARK in verify(auditor, *trusted(auditor))[2]


def test_without_a_key_from_elsewhere_the_command_says_so_and_ends_with_3(auditor: Path) -> None:
    code, _, err = verify(auditor)

    assert code == 3
    assert "UNTRUSTED KEY" in err


def test_the_released_file_fits_and_another_does_not(released: Desk, auditor: Path) -> None:
    data = str(released.folder / "synthetic-3.csv")
    other = str(released.folder / "training.csv")

    assert verify(auditor, *trusted(auditor), "--data", data)[0] == 0
    code, out, _ = verify(auditor, *trusted(auditor), "--data", other)
    assert (code, "data-differs" in out) == (6, True)


def test_a_data_file_that_is_not_there_leaves_it_open(auditor: Path) -> None:
    code, out, _ = verify(auditor, *trusted(auditor), "--data", str(auditor / "gone.csv"))

    assert (code, "could not check" in out) == (3, True)
    assert "no data file was given" not in out


def test_a_folder_of_anchors_is_asked_for_one_of_its_files(auditor: Path) -> None:
    code, out, _ = verify(auditor, *trusted(auditor), "--anchor", str(auditor))

    assert (code, "this is a folder: name a file in it" in out) == (3, True)


@pytest.mark.parametrize("size", [0, 100, 5_000])
def test_a_bundle_that_was_cut_off_is_an_integrity_failure(auditor: Path, size: int) -> None:
    cut = auditor / "b.json"
    cut.write_bytes(cut.read_bytes()[:size])

    code, out, err = verify(auditor, *trusted(auditor))

    assert (code, "unreadable" in out) == (6, True)
    assert "the whole file, as `registry bundle create` wrote it" in err


def test_a_changed_byte_is_refused_with_its_cause(auditor: Path) -> None:
    data = (auditor / "b.json").read_bytes()
    (auditor / "b.json").write_bytes(data.replace(b'"sig":"', b'"sig":"A', 1))

    code, out, _ = verify(auditor, *trusted(auditor))

    assert (code, "non-canonical" in out) == (6, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x89PNG", b"[1,2]"])
def test_what_is_no_bundle_is_refused_as_one(auditor: Path, content: bytes) -> None:
    (auditor / "b.json").write_bytes(content)

    code, _, err = verify(auditor, *trusted(auditor))

    assert (code, "is no evidence bundle" in err or "refused" in err) == (6, True)


def test_an_anchor_that_the_auditor_holds_is_continued_by_the_bundle(
    released: Desk, tmp_path: Path
) -> None:
    desk = Desk.copied(released.folder, tmp_path / "copy")
    desk.write("registry.toml", (released.folder / "registry.toml").read_text())
    vault = tmp_path / "vault"
    assert desk.run("audit", "anchor", "--to", f"file:{vault}", by="carla").code == 0
    made = desk.run("bundle", "create", "R-1", "-o", str(tmp_path / "b.json"), by="amir")
    (held,) = [path for path in vault.rglob("*") if path.is_file()]
    shutil.copyfile(desk.path("log.pub"), tmp_path / "log.pub")

    code, out, err = verify(tmp_path, *trusted(tmp_path), "--anchor", str(held))

    assert (made.code, code) == (0, 0), made.err + out + err
    assert "no anchor" not in out
    assert "the log continues the anchor given, of size " in out


def test_quietly_every_check_is_named_with_its_result(auditor: Path) -> None:
    code, out, _ = verify(auditor, *trusted(auditor), "-q")

    lines = out.splitlines()
    assert code == 0
    assert "pass: reads as a bundle" in lines
    assert "could not check: data file" in lines
    assert all(line.startswith(("pass: ", "could not check: ")) for line in lines)


def test_an_anchor_of_another_log_is_refused(auditor: Path) -> None:
    golden = Path(__file__).resolve().parents[1] / "bundles" / "golden" / "signed.bundle.json"
    note = checkpoint_of(golden)
    (auditor / "anchor").write_text(note)

    code, out, _ = verify(auditor, *trusted(auditor), "--anchor", str(auditor / "anchor"))

    assert (code, "anchor-foreign" in out) == (6, True)


def checkpoint_of(bundle: Path) -> str:
    from registry.bundle.read import opened

    return opened(bundle.read_bytes(), None).record.checkpoint


def test_the_rows_are_data_for_programs(auditor: Path) -> None:
    _, out, _ = verify(auditor, *trusted(auditor), "--format", "json")

    rows = json.loads(out)
    assert {"check", "result", "cause", "what"} == set(rows[0])
    assert {row["result"] for row in rows} == {"pass", "could not check"}


def test_the_verifier_alone_runs_from_a_copy_with_nothing_around_it(auditor: Path) -> None:
    assert run("bundle", "verifier", "-o", str(auditor / "registry_verify.py")).code == 0
    done = subprocess.run(
        [sys.executable, "-I", "registry_verify.py", "b.json", "--trust", "log.pub"],
        cwd=auditor,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "not contradicted"
    assert WATERMARK in done.stdout


def test_the_verifier_alone_imports_nothing_but_cryptography_and_the_standard_library() -> None:
    import ast

    from registry.bundle.alone import registry_verify

    tree = ast.parse(Path(registry_verify.__file__).read_text())
    found = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }

    assert found - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_request_that_nobody_approved_has_no_bundle(released: Desk, tmp_path: Path) -> None:
    desk = Desk.copied(released.folder, tmp_path / "copy")
    asked = ("--use", "research", "--audience", "internal")
    assert desk.run("submit", "claims@1", *asked, by="ada").code == 0

    done = desk.run("bundle", "create", "R-2", "-o", desk.path("c.json"), by="amir")

    assert (done.code, Path(desk.path("c.json")).exists()) == (5, False)


def test_making_a_bundle_is_an_event_that_lists_what_is_in_it(released: Desk) -> None:
    done = released.run("audit", "query", "--format", "json")

    made = [one for one in json.loads(done.out) if one["action"] == "bundle"]
    assert made and START.strftime("%Y") < made[0]["at"]


def test_the_log_stays_intact_with_bundles_in_it(released: Desk) -> None:
    assert released.run("audit", "verify").code == 0
