"""Every command that has a call of the API runs against a server, and tells the same."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from conftest import real_table
from registries import After, key_of
from web.calls import PLAN
from web.furnished import furnish
from web.test_commands import CODE, commands, rows, without_options
from web.test_remote import DECIDED, READ, SQLITE, Served, ran, serving, sign_in, there
from world import CARD

from registry.remote.beside import BESIDE, HERE, WAITING
from registry.workflow.context import Context, open_context

WAIVED = "--rule DP-001 --reason late --owner petra --control enclave --until 2026-05-01"
DAYS = "--from 2026-06-01 --until 2026-06-30"
STEPS = [
    ("carla", "whoami --format json"),
    ("carla", "policies list --format json"),
    ("carla", "policy publish policy-3.yaml"),
    ("carla", "disclose claims@1 --reason asked"),
    ("carla", "withhold claims@1 --reason enough"),
    ("stefan", "approve R-2 --reason reviewed --format json"),
    ("stefan", "retract R-2 --reason hasty"),
    ("stefan", "reject R-9 --reason no"),
    ("stefan", "return R-9 --reason no"),
    ("stefan", "sign R-9 --as-role steward"),
    ("stefan", "budget declare hospital --epsilon 9 --delta 1e-5 --unit person"
     " --relation add-remove --audience partner --reason more --format json"),
    ("ada", "register a.csv --card card.yaml --format json"),
    ("ada", "amend claims@1 --card card.yaml"),
    ("ada", "submit claims@1 --use research --audience internal --format json"),
    ("ada", "withdraw R-3 --reason later"),
    ("ada", "datasets evidence claims@1"),
    ("ada", "policy explain claims@1 --use research --audience internal"),
    ("ada", "report claims@1 --kind quality --format md -o OUT/quality.md"),
    ("ada", "reports list --format json"),
    ("amir", "audit denials --format json"),
    ("amir", "audit verify --format json"),
    ("carla", "release R-9 --to Lab"),
    ("carla", "recipients add Lab --contact lab@example.org"),
    ("carla", "agreements add DUA-9 --file dua.pdf --party Lab --from 2026-01-01"
     " --until 2027-01-01"),
    ("carla", "agreements end DUA-9 --reason over"),
    ("carla", "agreements show A-1"),
    ("petra", f"waive claims@1 {WAIVED} --format json"),
    ("petra", "waivers end W-1 --reason met"),
    ("carla", "releases recheck --all --format json"),
    ("carla", "revoke REL-1 --reason wrong"),
    ("carla", "releases recall REL-1"),
    ("carla", "recalls list --format json"),
    ("carla", "recalls acknowledge REL-1 --by Kim --evidence letter --code CODE"),
    ("carla", "releases show REL-1 --format json"),
    ("paula", f"deputies name --deputy petra {DAYS} --reason leave --format json"),
    ("paula", "deputies end D-2 --reason back"),
    ("stefan", "budget partition hospital visits --by visited --part a=0 --part b=1 --unit person"
     " --reason apart --format json"),
    ("stefan", "budget partitions --format json"),
    ("stella", "budget sign P-1 --format json"),
    ("stefan", "budget batch hospital spring --plan plan.yaml --reason fixed --format json"),
    ("stefan", "budget batches --format json"),
    ("ada", "dp-audit plan claims@1 --method one-run --records 100 --note scores"),
    ("ada", "dp-audit submit AUD-2 a.csv"),
    ("ada", "dp-audit show AUD-2 --format json"),
    ("ada", "dp-audit show claims@1 --format csv"),
    ("ada", "sources add clinic --real a.csv --holdout b.csv --classification personal"),
    ("stefan", "sources confirm clinic"),
    ("carla", "policy diff house-rules changed.yaml --format json"),
    ("ada", "export claims@1 --as croissant -o -"),
    ("ada", "export claims@1 --as croissant -o OUT/croissant.json"),
    ("ada", "export claims@1 --as croissant --lossiness -o -"),
    ("ada", "report claims@1 --all -o OUT/reports"),
    ("amir", "audit show 5 --format json"),
    ("amir", "audit prove 5 -o OUT/proof.json"),
    ("amir", "audit checkpoint -o OUT/checkpoint.txt"),
    ("amir", "audit consistency --from 3 --to 9 -o OUT/proof.txt"),
    ("amir", "audit releases --format json"),
    ("amir", "audit source hospital --format csv"),
    ("amir", "audit waivers --dataset claims"),
    ("amir", "audit actor ada --limit 3 --format json"),
    ("amir", "audit state claims@1 --format json"),
    ("amir", "audit export -o OUT/events.zip --with-names --csv --format json"),
    ("amir", "audit export -o OUT/events --dataset claims@1 --format json"),
    ("amir", "bundle create REL-1 -o OUT/bundle.json --quiet"),
    ("amir", "bundle verify OUT/bundle.json --trust HOME/log.pub"),
    ("amir", "audit verify-export OUT/events.zip --trust HOME/log.pub"),
    ("amir", "audit verify-export OUT/events --trust HOME/log.pub"),
    ("carla", "datasets withdraw claims@1 --reason leak --format json"),
    ("carla", "sources withdraw hospital --reason gone --basis consent --format json"),
    ("admin", "accounts add nora --role engineer"),
    ("admin", "roles grant nora auditor"),
    ("admin", "roles revoke nora auditor"),
    ("admin", "accounts deactivate nora --reason left"),
    ("admin", "keys list --format json"),
    ("admin", "tokens list --format json"),
    ("admin", "tokens revoke 12345678"),
    ("admin", "accounts enrol eve --format json"),
    ("admin", "accounts reset-password eve --format json"),
    ("admin", "accounts link eve --identity 248289761001"),
    ("admin", "accounts unlink eve"),
    ("admin", "keys enrol eve"),
    ("admin", "keys rotate"),
    ("admin", "password change"),
    ("admin", "tokens create --account ci --scope check --days 3"),
    ("admin", "keys approve eve --key none"),
    ("admin", "keys revoke eve --reason lost"),
    ("admin", "webhooks add https://9.9.9.9/hook --kind released --format json"),
    ("admin", "webhooks list --format json"),
    ("admin", "webhooks redeliver 7"),
    ("admin", "webhooks remove WH-1"),
    ("admin", "audit correct-clock --reason none"),
    ("admin", "webhooks deliveries --format json"),
]  # fmt: skip


UNLIKE = ("token", "code", "secret", "pseudonym", "notice", "path", "authenticator")
"""Fields that are drawn by lot, or name a place."""


@pytest.fixture
def twins(
    home: Context, after: After, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Served, dict[str, str]]]:
    """A server, and what points commands at a copy of its registry; both by one clock."""
    after(furnish)
    twin = tmp_path.parent / f"{tmp_path.name}-twin"
    shutil.copytree(home.settings.folder, twin)
    with (twin / "registry.toml").open("a") as file:
        file.write(f'origin = "{home.settings.origin}"\n')
    copied = twin / "twin.db"
    kept = sqlite3.connect(home.settings.database_url.removeprefix("sqlite:///"))
    with closing(kept) as one, closing(sqlite3.connect(copied)) as other:
        one.backup(other)
    monkeypatch.setattr(
        "registry.workflow.context.open_context", partial(open_context, clock=home.clock)
    )
    beside = {
        "REGISTRY_FOLDER": str(twin),
        "REGISTRY_DATABASE_URL": f"sqlite:///{copied}",
        "REGISTRY_LOG_KEY": str(key_of(home.settings.folder)),
    }
    with serving(home, monkeypatch) as served:
        yield served, beside


def told(line: str, folder: Path, out: Path, run: Callable[[str], tuple[int, str]]) -> object:
    """What a line ends with and says, but for what is drawn by lot or is a place."""
    notices = sorted((folder / "recalls").glob("*.json"))
    code = json.loads(notices[0].read_text())["code"] if notices else ""
    places = {"CODE": code, "OUT": str(out), "HOME": str(folder)}
    for name, place in places.items():
        line = line.replace(name, place)
    ended, text = run(line)
    hidden = re.sub(rf'("(?:{"|".join(UNLIKE)})": )"[^"]*"', r"\1...", text)
    return ended, hidden.replace(str(out), "OUT").replace(str(folder), "HOME")


def ran_beside(environment: dict[str, str], line: str) -> tuple[int, str]:
    return ran(line.split(), environment)


def files(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*"))


def write_files(folder: Path) -> None:
    (folder / "dua.pdf").write_bytes(b"an agreement")
    (folder / "plan.yaml").write_text(PLAN)
    (folder / "card.yaml").write_text(CARD % {"epsilon": 1.5})
    for name, seed in (("a", 901), ("b", 902)):
        real_table(seed).to_csv(folder / f"{name}.csv", index=False)


@SQLITE
@pytest.mark.usefixtures("database_url")
def test_every_command_does_and_tells_the_same(
    twins: tuple[Served, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, beside = twins
    home = served.desktop.home.settings.folder
    work = tmp_path / "work"
    (work / "far").mkdir(parents=True)
    (work / "near").mkdir()
    write_files(work)
    text = (home / "policy-2.0.0.yaml").read_text()
    (work / "changed.yaml").write_text(text.replace("lte: 1.0", "lte: 0.5"))
    (work / "policy-3.yaml").write_text(text.replace("2.0.0", "3.0.0"))
    monkeypatch.chdir(work)
    for word in ("ENROLMENT", "NEW_PASSWORD", "NEW_PASSPHRASE"):
        monkeypatch.setenv(f"REGISTRY_{word}", "a long way home")
    unlike = []
    signed_in = "carla"

    for name, line in STEPS:
        if name != signed_in:
            sign_in(served, name, monkeypatch)
            signed_in = name
        far = told(line, home, work / "far", lambda one: there(served, one))
        near = told(
            line,
            Path(beside["REGISTRY_FOLDER"]),
            work / "near",
            partial(ran_beside, {**beside, "REGISTRY_AS": name}),
        )
        if far != near:
            unlike.append(f"{line}\n  there {far}\n  here  {near}")

    assert "\n".join(unlike) == ""
    assert files(work / "far") == files(work / "near")


ELSEWHERE = {"login", "logout", "evaluate", "access ask", "access answer", "access withdraw"}
"""What test_remote.py is about."""
OTHERWISE = {"audit anchor"}
"""It is not the same there: a server anchors only where it did before."""


def command_of(line: str, known: set[str]) -> str:
    words = line.split()
    return next(one for one in (" ".join(words[:2]), words[0]) if one in known)


def test_a_command_with_a_call_runs_there_or_has_a_reason_to_run_here() -> None:
    known = commands()
    ran_there = {command_of(line, known) for line in (*READ, *DECIDED)}
    ran_there |= {command_of(line, known) for _, line in STEPS} | ELSEWHERE | OTHERWISE
    called = {without_options(one) for row in rows("Calls") for one in CODE.findall(row[2])}

    assert sorted(called - ran_there - set(HERE) - set(WAITING)) == []
    assert sorted({*HERE, *WAITING} - called) == []


def reasons(heading: str) -> dict[str, str]:
    return {one: row[1] for row in rows(heading) for one in CODE.findall(row[0])}


def test_the_page_gives_the_reasons_that_are_given_on_the_way() -> None:
    assert reasons("Commands that stay beside the registry") == dict(BESIDE)
    assert reasons("Commands that work on this machine") == dict(HERE)
    assert reasons("Commands whose call tells less") == dict(WAITING)


def test_a_command_that_stays_beside_the_registry_says_why_and_does_nothing() -> None:
    stay = {**BESIDE, **WAITING}
    said = {one: ran(["--remote", "https://nowhere.example", *one.split()], {}) for one in stay}

    assert {code for code, _ in said.values()} == {2}
    assert [one for one, (_, text) in said.items() if f"`{one}` runs beside" not in text] == []
