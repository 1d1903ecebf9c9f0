"""``registry release``, ``revoke`` and ``releases``."""

from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.recalls import say_delivery
from registry.cli.surroundings import open_here

Release = Annotated[str, typer.Argument(metavar="REL-4", help="The release.")]
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
    agreement: Annotated[
        str | None, typer.Option(help="The recorded agreement it stands under.")
    ] = None,
    supersedes: Annotated[
        str | None,
        typer.Option(metavar="REL-3", help="An older version's release that this one replaces."),
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Release an approved request. The file is re-hashed and the policies decide once more.

    Example: registry release R-1 --to "Claims Lab" --expires 2027-06-30 --as carla
    """
    from registry.workflow.release import Terms
    from registry.workflow.release import release as run

    found = run(open_here(claimed), request, Terms(to, use, expires, agreement, supersedes))
    row = {
        "release": found.label,
        "request": found.request,
        "version": found.dataset,
        "recipient": found.recipient,
        "use": found.use,
        "expires": found.expires_on,
        "file": found.path,
        "digest": found.file_digest,
        "agreement": found.agreement,
        "supersedes": found.supersedes,
    }
    show_one(row, format, quiet=quiet)
    if not found.reachable:
        say(f"no contact of {found.recipient} is recorded: a recall could not reach them")
        say(f'next: `registry recipients add "{found.recipient}" --contact ADDRESS`')


def revoke(
    release: Annotated[str, typer.Argument(metavar="REL-4")],
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    claimed: As = None,
) -> None:
    """End a release before its day, and recall it: a notice is written, and sent to a webhook.

    Example: registry revoke REL-1 --reason "consent withdrawn" --as carla
    """
    from registry.workflow.revoke import revoke as run

    found = run(open_here(claimed), release, reason)
    say(f"revoked {found.release} to {found.recipient}")
    say_delivery(found)


@commands.command("list")
def list_releases(
    expiring: Annotated[
        str | None, typer.Option(help="Only those in force that end within so long: 30d.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Only this recipient's.")] = None,
    source: Annotated[str | None, typer.Option(help="Only those made from this source.")] = None,
    state: Annotated[
        str | None, typer.Option(help="in-force, expired, revoked or superseded.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List the releases with their state today.

    Example: registry releases list --expiring 30d --to "Partner Lab"
    """
    from registry.workflow.release_listing import Wanted, releases_wanted

    columns = ["release", "version", "recipient", "use", "state", "expires_on", "released_by"]
    rows = releases_wanted(open_here(), Wanted(expiring, to, source, state))
    show_list(rows, columns, format, quiet=quiet)


@commands.command()
def show(release: Release, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Show one release with its terms, and how its recall stands if there is one.

    Example: registry releases show REL-1
    """
    from registry.workflow.release_listing import release_shown

    show_one(release_shown(open_here(), release), format, quiet=quiet)


@commands.command()
def recall(release: Release, claimed: As = None) -> None:
    """Send the recall of a revoked release again. Exits 3 if it does not arrive.

    Example: registry releases recall REL-1 --as carla
    """
    from registry.workflow.recalls.resend import resend

    found = resend(open_here(claimed), release)
    say_delivery(found)
    if found.delivery == "failed":
        raise typer.Exit(3)


@commands.command()
def recheck(
    every: Annotated[bool, typer.Option("--all", help="Those that still hold as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Decide on every release in force once more; exits 1 if any no longer holds.

    Nothing is changed: what to revoke is for a compliance officer to say.

    Example: registry releases recheck --format json
    """
    from registry.cli.progress import progress_bar
    from registry.workflow.recheck import recheck as run

    with progress_bar("rechecking releases") as report:
        found = run(open_here(claimed), report)
    rows = [
        {
            "release": one.release,
            "version": one.version,
            "recipient": one.recipient,
            "expires_on": one.expires_on,
            "flags": [
                {"kind": flag.kind, "about": flag.about, "text": flag.text} for flag in one.flags
            ],
            "why": [flag.text for flag in one.flags],
        }
        for one in found
        if one.flags or every
    ]
    columns = ["release", "version", "recipient", "expires_on", "why"]
    show_list(rows, columns, format, quiet=quiet, empty="every release in force still holds")
    flagged = sum(bool(one.flags) for one in found)
    say(f"{flagged} of {len(found)} releases in force no longer hold")
    if flagged:
        raise typer.Exit(1)
