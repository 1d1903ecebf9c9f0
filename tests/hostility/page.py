"""The matrix as a page: every attack, what is done, and how it ended on each database."""

from collections.abc import Mapping

from hostility.attack import ANCHOR, FILE, NOTHING, REFUSED, REGISTRY, VERIFY, WITNESS, Attack
from hostility.matrix import ATTACKS, MATRIX

Outcomes = Mapping[tuple[str, str], str]
"""The outcome by attack and database."""

DATABASES = ("sqlite", "postgresql")
SHORT = {
    REFUSED: "refused",
    REGISTRY: "refused",
    VERIFY: "caught",
    ANCHOR: "caught",
    WITNESS: "caught",
    FILE: "caught",
    NOTHING: "not caught",
}
_HEAD = """\
# What a hostile administrator can do

<!-- Written by `python tests/hostile_page.py` from the results of the tests; not by hand. -->

The attacker here has full write access to the database and to the folder of the registry, and
does not have the signing key of the log, but for the attacks of the last table. Every line is a
test, which does the attack on a copy of a registry in which everything has happened once, and
then asks, from the nearest to the farthest: does the database refuse it; does
`registry audit verify` find it, with nothing but the database; does
`registry audit verify --anchor` find it against a checkpoint that was anchored outside; does
hashing the files find it, as a release and `registry doctor` do; does a witness. The first that
finds it is the outcome, so an attack that is caught against an anchor is *not* found by
`audit verify` alone.

"""
_END = """\

## What follows from it

- A chain of hashes finds an edit and no rewriting. What protects the log is the checkpoint that
  somebody else holds: run `registry audit anchor` often, to a place that the administrator of the
  database does not write to. What lies after the last anchor is not protected, and
  `registry doctor` says how much that is.
- Records are compared with the log, both ways. A table that no command reads for a decision can
  still hold something else; the lines that say "not caught" name them.
- The key of the log belongs outside the folder and with another owner than the database. Whoever
  has it can write any history from the last anchor on, and show two people two histories: that
  needs two witnesses who compare.
- Nothing detects an event that was never written.
"""


def stated() -> Outcomes:
    """The outcomes as the matrix states them."""
    return {
        (one.name, database): one.outcome
        for one in ATTACKS
        for database in DATABASES
        if one.on(database)
    }


def page(outcomes: Outcomes) -> str:
    """The page for these outcomes."""
    parts = [_HEAD, _counts(outcomes)]
    for title, attacks in MATRIX.items():
        parts.append(f"\n## {title}\n\n| Attack | What is done | SQLite | PostgreSQL | Outcome |\n")
        parts.append("|---|---|---|---|---|\n")
        parts += [_line(one, outcomes) for one in attacks]
    return "".join([*parts, _END])


def _counts(outcomes: Outcomes) -> str:
    found = [_first(one, outcomes) for one in ATTACKS]
    lines = [f"| {kind} | {found.count(kind)} |\n" for kind in SHORT]
    return "".join(["| Outcome | Attacks |\n|---|---|\n", *lines, f"| all | {len(found)} |\n"])


def _line(one: Attack, outcomes: Outcomes) -> str:
    cells = [SHORT.get(outcomes.get((one.name, key), ""), "does not apply") for key in DATABASES]
    outcome = _first(one, outcomes)
    why = f": {one.why}" if one.why else ""
    cells = [one.name, one.does, *cells, outcome + why]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _first(one: Attack, outcomes: Outcomes) -> str:
    found = {outcomes[one.name, key] for key in DATABASES if (one.name, key) in outcomes}
    assert len(found) == 1, f"{one.name} ends differently: {found}"
    return found.pop()
