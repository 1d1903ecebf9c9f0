"""``registry policy impact``: what a changed policy would do to every registered version."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import Jurisdiction, PolicyDir, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

if TYPE_CHECKING:
    from registry.policy.answers.flips import Moved
    from registry.policy.facts import Context
    from registry.workflow.impact import Impact, Turned

COLUMNS = [
    "version", "use", "audience", "jurisdiction", "before", "after",
    "rule", "scope", "margin_before", "margin_after",
]  # fmt: skip
_SHOWN_DATASETS = 20


class FailOn(StrEnum):
    """What ends the command with 1."""

    NEW_DENY = "new-deny"
    ANY = "any"
    NEVER = "never"


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command()(impact)


def impact(
    files: Annotated[
        list[Path], typer.Argument(exists=True, help="Policy files, or folders of them.")
    ],
    folder: PolicyDir = None,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            help="Exit with 1 if anything is no longer allowed, if anything changes, or never."
        ),
    ] = FailOn.NEVER,
    use: Annotated[str | None, typer.Option("--use", help="What for; with --audience.")] = None,
    audience: Annotated[str | None, typer.Option("--audience", help="For whom.")] = None,
    jurisdiction: Jurisdiction = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Replay the evidence of every version: who is allowed or denied by changed policies.

    Each version is decided on in every context it was ever asked for in, or in the one given.

    Example: registry policy impact partner-sharing.yaml --fail-on new-deny
    """
    from registry.cli.progress import progress_bar
    from registry.workflow.impact import impact as run

    wanted = _wanted(use, audience, jurisdiction)
    with progress_bar("replaying") as report:
        found = run(open_here(), files, folder, wanted, report)
    _show(found, format, quiet=quiet)
    _say_summary(found)
    raise typer.Exit(int(_fails(found, fail_on)))


def _wanted(use: str | None, audience: str | None, jurisdiction: str | None) -> "Context | None":
    from registry.errors import InvalidInput
    from registry.policy.facts import Context

    if use is not None and audience is not None:
        return Context(use, audience, jurisdiction)
    if (use, audience, jurisdiction) == (None, None, None):
        return None
    raise InvalidInput(
        "half a context was given",
        expected="--use and --audience together, or neither and no --jurisdiction",
    )


def _fails(found: "Impact", fail_on: FailOn) -> bool:
    counts = {
        FailOn.NEW_DENY: found.newly_refused,
        FailOn.ANY: len(found.turned),
        FailOn.NEVER: 0,
    }
    return counts[fail_on] > 0


def _show(found: "Impact", format: Format, *, quiet: bool) -> None:
    rows = [_row(one) for one in found.turned]
    if format is not Format.JSON or quiet:
        labels = list({str(row["version"]): row for row in rows}.values()) if quiet else rows
        show_list(labels, COLUMNS, format, quiet=quiet, empty="nothing would be decided otherwise")
        return
    body = {
        "policies": list(found.given),
        "versions": found.versions,
        "unasked": found.unasked,
        "decisions": found.decisions,
        "newlyRefused": found.newly_refused,
        "outcomes": _told(found.outcomes),
        "datasets": {name: _told(counts) for name, counts in sorted(found.datasets.items())},
        "turned": rows,
    }
    show_one(body, format)


def _row(one: "Turned") -> dict[str, object]:
    rules = [_rule(moved) for moved in one.flip.rules]
    first = rules[0]
    more = len({(rule["policy"], rule["rule"]) for rule in rules}) - 1
    return {
        "version": one.label,
        "dataset": one.dataset,
        "use": one.context.use,
        "audience": one.context.audience,
        "jurisdiction": one.context.jurisdiction,
        "before": one.flip.before,
        "after": one.flip.after,
        "rule": f"{first['rule']} (and {more} more)" if more else first["rule"],
        "scope": first["scope"],
        "margin_before": first["margin_before"],
        "margin_after": first["margin_after"],
        "rules": rules,
    }


def _rule(moved: "Moved") -> dict[str, object]:
    before, after = moved.before, moved.after
    return {
        "policy": moved.policy,
        "rule": moved.rule,
        "scope": list(moved.scope),
        "before": before.outcome if before else None,
        "after": after.outcome if after else None,
        "margin_before": before.margin if before else None,
        "margin_after": after.margin if after else None,
        "observed": moved.deciding.observed,
        "evidence": moved.deciding.evidence_id,
        "message": moved.deciding.message,
    }


def _told(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {f"{before} -> {after}": count for (before, after), count in sorted(counts.items())}


def _say_summary(found: "Impact") -> None:
    say(
        f"{found.decisions} decisions on {found.versions} versions under {', '.join(found.given)}: "
        f"{len(found.turned)} come out otherwise, {found.newly_refused} are no longer allowed"
    )
    for pair, count in _told(found.outcomes).items():
        say(f"  {pair}: {count}")
    turned = Counter(one.dataset for one in found.turned)
    for name, count in turned.most_common(_SHOWN_DATASETS):
        changed = {pair: one for pair, one in found.datasets[name].items() if pair[0] != pair[1]}
        told = ", ".join(f"{pair} {one}" for pair, one in _told(changed).items())
        say(f"  {name}: {count} ({told})")
    if len(turned) > _SHOWN_DATASETS:
        say(f"  and {len(turned) - _SHOWN_DATASETS} more datasets")
    if found.unasked:
        say(f"  {found.unasked} versions were never asked for; give --use and --audience for them")
