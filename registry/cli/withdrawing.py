"""``registry sources withdraw`` and ``datasets withdraw``: an end to all that came of something."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list
from registry.cli.surroundings import open_here

if TYPE_CHECKING:
    from registry.workflow.stopping import Withdrawn

Reason = Annotated[str, typer.Option(help="Why; kept with the record and told to recipients.")]


def withdraw_source(
    name: Annotated[str, typer.Argument(help="The source.")],
    reason: Reason,
    basis: Annotated[str, typer.Option(help="What ended: consent, legal-basis or retention.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Withdraw a source for good. Open requests are void; all its releases are recalled.

    Example: registry sources withdraw claims --basis consent --reason "withdrawn 3 May" --as carla
    """
    from registry.workflow.withdraw_source import withdraw_source as run

    context = open_here(claimed)
    _told(lambda bar: run(context, name, reason, basis, progress=bar), name, format, quiet=quiet)


def withdraw_version(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    reason: Reason,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Withdraw a version for good. Its open requests are void; its releases are recalled.

    Example: registry datasets withdraw claims@1 --reason "training rows leaked" --as carla
    """
    from registry.workflow.withdraw_version import withdraw_version as run

    context = open_here(claimed)
    _told(lambda bar: run(context, version, reason, progress=bar), version, format, quiet=quiet)


def _told(
    run: Callable[[Callable[[str, int, int], None]], "Withdrawn"],
    name: str,
    format: Format,
    *,
    quiet: bool,
) -> None:
    """Run with a progress bar, and list what was brought to a stop."""
    from registry.cli.progress import progress_bar

    with progress_bar(f"withdrawing {name}") as bar:
        found = run(bar)
    show_list(_rows(found), ["subject", "kind", "outcome"], format, quiet=quiet)
    say(
        f"withdrew {name}: {len(found.versions)} versions, {len(found.requests)} open requests "
        f"void, {len(found.recalls)} releases recalled"
    )
    if found.recalls:
        say("what is still outstanding: `registry recalls list`")


def _rows(found: "Withdrawn") -> list[dict[str, object]]:
    stopped = [("version", name, "withdrawn") for name in found.versions]
    stopped += [("request", name, "void") for name in found.requests]
    stopped += [
        ("release", one.release, f"revoked; recall of {one.recipient}: {one.delivery}")
        for one in found.recalls
    ]
    return [{"subject": name, "kind": kind, "outcome": outcome} for kind, name, outcome in stopped]
