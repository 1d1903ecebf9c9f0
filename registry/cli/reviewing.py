"""``registry review``: what waits for sign-off, and what one would sign."""

from collections.abc import Mapping
from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.request import Request
from registry.cli.surroundings import open_here

commands = typer.Typer(help="What waits for sign-off, and what one would sign.")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="review")


@commands.command()
def queue(
    mine: Annotated[
        bool, typer.Option("--mine", help="What I can approve now, and in which role.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Closed requests too.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """List what waits for sign-off or release, its age in days, and what keeps it waiting.

    Example: registry review queue --mine --as stefan
    """
    from registry.errors import InvalidInput
    from registry.workflow.queue import mine as for_me
    from registry.workflow.queue import queue as run

    if mine and every:
        raise InvalidInput("--mine and --all are two questions", expected="one of them")
    context = open_here(claimed)
    rows = for_me(context) if mine else run(context, every=every)
    columns = ["request", "version", "use", "audience", "state", "submitted_by", "age"]
    columns += ["sign as"] if mine else ["needs", "expires", "blocked"]
    show_list(rows, columns, format, quiet=quiet, empty="nothing waits")


def _lines(found: Mapping[str, object]) -> dict[str, object]:
    """Groups of fields as a line a field, so that no digest is lost in a row of them."""
    lines: dict[str, object] = {}
    for name, value in found.items():
        if isinstance(value, Mapping) and name != "still needed":
            lines |= {f"{name} {key}": item for key, item in value.items()}
        elif name == "policies" and isinstance(value, list):
            lines |= {f"policy {one['id']} {one['version']}": one["digest"] for one in value}
        else:
            lines[name] = value
    return lines


@commands.command()
def show(request: Request, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Show exactly what a signature on the request would cover, and who signed.

    Example: registry review show R-1
    """
    from registry.workflow.review import review

    found = review(open_here(), request)
    if format is Format.TABLE and not quiet:
        signatures, findings = found.pop("signoffs"), found.pop("findings")
        show_one(_lines(found), format)
        say("")
        columns = ["rule", "outcome", "observed", "expected", "margin", "message"]
        show_list(findings, columns, format, empty="no rule spoke")  # type: ignore[arg-type]
        say("")
        columns = ["name", "for", "role", "meaning", "at", "age in days", "expires"]
        columns += ["retracted at", "authentication", "key", "reason", "statement"]
        show_list(signatures, columns, format, empty="no signature yet")  # type: ignore[arg-type]
    else:
        show_one(found, format, quiet=quiet)
