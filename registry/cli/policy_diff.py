"""``registry policy diff``: what a changed policy tightens and loosens, and its version."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import PolicyDir, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

if TYPE_CHECKING:
    from registry.policy.answers.demanded import Revision

COLUMNS = ["where", "direction", "what"]


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command()(diff)


def diff(
    before: Annotated[
        str, typer.Argument(metavar="BEFORE", help="A policy file, or the id of one in effect.")
    ],
    after: Annotated[
        Path, typer.Argument(metavar="AFTER", exists=True, help="The changed policy file.")
    ],
    folder: PolicyDir = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Say what a changed policy tightens and loosens: exit 0 if its version says so, else 1.

    What loosens needs a major version, what tightens a minor one, other words a patch.

    Example: registry policy diff partner-sharing partner-sharing.yaml
    """
    from registry.workflow.policy_diff import policy_diff

    found = policy_diff(before, after, folder, open_here)
    _show(found, format, quiet=quiet)
    _say_version(found)
    raise typer.Exit(0 if found.suffices else 1)


def _show(found: "Revision", format: Format, *, quiet: bool) -> None:
    rows: list[dict[str, object]] = [
        {"where": one.where, "direction": one.direction, "what": one.what} for one in found.changes
    ]
    if format is not Format.JSON or quiet:
        show_list(rows, COLUMNS, format, quiet=quiet, empty="no change")
        return
    body = {
        "policy": found.after.id,
        "before": {"version": found.before.version, "digest": found.before.digest},
        "after": {"version": found.after.version, "digest": found.after.digest},
        "changes": rows,
        "demanded": found.demanded,
        "made": found.made,
        "suffices": found.suffices,
        "least": found.least,
    }
    show_one(body, format)


def _say_version(found: "Revision") -> None:
    counts = {
        direction: sum(one.direction == direction for one in found.changes)
        for direction in ("loosened", "tightened", "text")
    }
    told = ", ".join(f"{count} {direction}" for direction, count in counts.items() if count)
    say(
        f"{found.after.id} {found.before.version} -> {found.after.version}: {told or 'no change'}; "
        f"{_bumped(found.demanded)} is demanded, {_bumped(found.made)} is made"
    )
    if not found.suffices:
        say(f"  next: metadata.version {found.least} or higher")


def _bumped(bump: str) -> str:
    return "no new version" if bump == "none" else f"a {bump} version"
