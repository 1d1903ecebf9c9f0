"""``registry policy fmt``: one layout for all policy files."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_list


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command("fmt")(fmt)


def fmt(
    files: Annotated[list[Path], typer.Argument(help="Policy files, or folders of them.")],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print what would change.")
    ] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Bring policy files into their one layout: keys in order, comments kept, nothing else changed.

    Lists the files that it changed. A file whose meaning or comments it could not keep is refused.

    Example: registry policy fmt policies --check
    """
    from registry.workflow.policy_fmt import policy_fmt

    laid = policy_fmt(files, write=not (check or diff))
    changed = [one for one in laid if one.changes]
    if diff:
        typer.echo("".join(one.diff for one in changed), nl=False)
    else:
        rows = [{"file": str(one.path)} for one in changed]
        show_list(rows, ["file"], format, quiet=quiet, empty="every file is in its layout")
    if changed and (check or diff):
        say(f"{len(changed)} of {len(laid)} files would change")
    if changed and check:
        raise typer.Exit(1)
