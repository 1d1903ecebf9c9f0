"""What a check costs where the log tells of budgets of many sources: `-m benchmarks.sources`.

A registry with one version of one source is made as people make it, and then its log and its tables
are filled with sources that each have a budget, declared and signed. The check is of the first one.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from registry.card import read_card
from registry.policy.facts import Context as Wanted
from registry.records import Budget, BudgetSignature, Role, Source
from registry.store import events
from registry.store.database import reading, writing
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.budgets.declare import Asked, declare
from registry.workflow.budgets.in_force import by_audience
from registry.workflow.budgets.sign import sign
from registry.workflow.check import check
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context, open_context
from registry.workflow.init import init
from registry.workflow.publish_policy import publish_policy
from registry.workflow.register import register

SOURCES, TIMES, GROWTH = 2_000, 15, 0.002
"""Sources; times of which the median counts; seconds by which the budgets told may take longer."""
WANTED = Wanted("research", "internal", None)
CAST = {"ada": Role.ENGINEER, "stefan": Role.STEWARD, "paula": Role.PRIVACY_OFFICER}
CAST["carla"] = Role.COMPLIANCE_OFFICER
POLICY = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: house-rules, version: 1.0.0, owners: [privacy-office]}
spec:
  match: {}
  uses: {allow: [research]}
  sharing: [{audience: internal}]
  rules: [{id: DP-001, check: {budget: source.budget_used, lte: 1}}]
  approvals: {quorum: [{role: steward, min: 2}], validFor: P90D}
"""
CARD = b"""\
apiVersion: registry/v1
kind: DatasetCard
name: claims
source: hospital
generator: {name: mst, version: "1.0", family: marginal-based-dp}
guarantee:
  {variant: pure, epsilon: 1.0, mechanism: laplace, privacyUnit: person,
   neighbouringRelation: add-remove}
"""


def main() -> int:
    """Print what a check costs with one source and with many; 1 if its budgets took longer."""
    with tempfile.TemporaryDirectory() as folder:
        context = made(Path(folder))
        few = seconds(context), budgets_told(context)
        fill(context)
        many = seconds(context), budgets_told(context)
        context.engine.dispose()
    for sources, (whole, told) in ((1, few), (SOURCES, many)):
        print(f"check, {sources:,} sources with a budget: {whole * 1000:.1f} ms")
        print(f"  of it, what the log tells of the budgets of its source: {told * 1000:.2f} ms")
    return int(many[1] - few[1] > GROWTH)


def made(folder: Path) -> Context:
    """A registry with a version, a policy that asks for a budget, and the budget."""
    settings = init(folder / "registry", "admin").settings
    home = open_context(replace(settings, claimed="admin"))
    for name, role in CAST.items():
        add_account(home, name, [role])
    by = {name: open_context(replace(settings, claimed=name)) for name in CAST}
    tables = [table(folder, start) for start in (0, 1_000, 2_000)]
    add_source(by["ada"], "hospital", tables[0], tables[1], classification="personal")
    confirm_source(by["stefan"], "hospital")
    (folder / "policy.yaml").write_text(POLICY)
    publish_policy(by["carla"], folder / "policy.yaml")
    register(by["ada"], tables[2], read_card(CARD, "card.yaml"))
    terms = ("person", "add-remove", "internal", "what the board allows")
    label = declare(by["stefan"], Asked("hospital", 3.0, 0.0, *terms)).budget
    sign(by["paula"], label)
    return home


def table(folder: Path, start: int) -> Path:
    """A table of a hundred rows that no other has."""
    path = folder / f"{start}.csv"
    rows = range(start, start + 100)
    pd.DataFrame({"age": rows, "visited": [one % 2 for one in rows]}).to_csv(path, index=False)
    return path


def fill(context: Context) -> None:
    """Sources as the first one is, each with a budget that the log tells of."""
    with writing(context.engine) as session:
        first = session.get_one(Source, 1)
        budget = session.get_one(Budget, 1)
        halves = [session.get_one(BudgetSignature, key) for key in (1, 2)]
        for number in range(2, SOURCES + 1):
            name = f"hospital-{number}"
            session.add(Source(**{**first.model_dump(), "id": number, "name": name}))
            session.flush()
            session.add(Budget(**{**budget.model_dump(), "id": number, "source_id": number}))
            session.flush()
            for half, action in zip(halves, ("declare-budget", "sign-budget"), strict=True):
                told = {"budget": f"B-{number}", "source": name, "audience": "internal"}
                seq = events.append(session, event(context, action, told)).seq
                own = {"id": None, "budget_id": number, "event_seq": seq}
                session.add(BudgetSignature(**{**half.model_dump(), **own}))


def event(context: Context, action: str, details: dict[str, object]) -> dict[str, object]:
    """An event as commands append it."""
    return {
        "at": context.now(),
        "actor": context.actor,
        "authentication": "none",
        "action": action,
        "fact": "budget.declared" if action == "sign-budget" else "budget.proposed",
        "outcome": "done",
        "dataset": None,
        "request": None,
        "details": details,
    }


def seconds(context: Context) -> float:
    """The median time of a check in this process."""
    return median(lambda: check(context, "claims@1", WANTED))


def budgets_told(context: Context) -> float:
    """The median time of finding the budgets of one source."""
    with reading(context.engine) as session:
        return median(lambda: by_audience(session, 1))


def median(work: Callable[[], object]) -> float:
    """The median seconds of the clock, after one time that is not counted."""
    times = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


if __name__ == "__main__":
    sys.exit(main())
