"""``registry release``, ``revoke`` and ``releases``."""

from typing import Annotated

import typer

from registry.cli.options import As, Key, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="What has left the room, and until when.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(release)
    app.command()(revoke)
    app.add_typer(commands, name="releases")


def release(
    request: Annotated[
        str, typer.Argument(metavar="R-17", help="The request, or NAME@V with one open request.")
    ],
    to: Annotated[str, typer.Option("--to", help="The recipient.")],
    use: Annotated[str | None, typer.Option("--use", help="Must be the use approved.")] = None,
    expires: Annotated[
        str | None, typer.Option(help="Last day, YYYY-MM-DD; default: the policies' limit.")
    ] = None,
    agreement: Annotated[str | None, typer.Option(help="The agreement it stands under.")] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Release an approved request. The file is re-hashed and the policies decide once more.

    Example: registry release R-1 --to "Claims Lab" --expires 2027-06-30 --as carla
    """
    from registry.workflow.release import Terms
    from registry.workflow.release import release as run

    found = run(open_here(claimed, once), request, Terms(to, use, expires, agreement))
    row = {
        "release": found.label,
        "request": found.request,
        "version": found.dataset,
        "recipient": found.recipient,
        "use": found.use,
        "expires": found.expires_on,
        "file": found.path,
        "digest": found.file_digest,
    }
    show_one(row, format, quiet=quiet)


def revoke(
    release: Annotated[str, typer.Argument(metavar="REL-4")],
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    claimed: As = None,
    once: Key = None,
) -> None:
    """End a release before its day.

    Example: registry revoke REL-1 --reason "consent withdrawn" --as carla
    """
    from registry.workflow.revoke import revoke as run

    found = run(open_here(claimed, once), release, reason)
    say(f"revoked {release.upper()} to {found.recipient}")


@commands.command("list")
def list_releases(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List the releases with their state today."""
    from registry.workflow.listing import releases

    columns = ["release", "version", "recipient", "use", "state", "expires_on", "released_by"]
    show_list(releases(open_here()), columns, format, quiet=quiet)
