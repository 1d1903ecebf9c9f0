"""``registry submit``, ``approve``, ``reject``, ``return`` and ``review``."""

from collections.abc import Mapping
from typing import Annotated

import typer

from registry.cli.options import As, Audience, Jurisdiction, Key, Quiet, Reason, Shape, Use
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="What waits for sign-off, and what one would sign.")
Request = Annotated[
    str, typer.Argument(metavar="R-17", help="The request, or NAME@V with one open request.")
]
AsRole = Annotated[str | None, typer.Option("--role", help="Sign in this of your roles.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(submit)
    app.command()(approve)
    app.command()(reject)
    app.command("return")(return_)
    app.add_typer(commands, name="review")


def submit(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    use: Use,
    audience: Audience,
    jurisdiction: Jurisdiction = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Put a version forward for release in one context; refused if the policies do not allow it.

    Example: registry submit claims@1 --use model-development --audience internal --as ada
    """
    from registry.policy.facts import Context
    from registry.workflow.find import request_label
    from registry.workflow.submit import submit as run

    request, decision = run(open_here(claimed, once), version, Context(use, audience, jurisdiction))
    row = {
        "request": request_label(request),
        "version": version,
        "state": request.state,
        "needs": dict(sorted(decision.quorum.items())),
        "decision": decision.digest,
    }
    show_one(row, format, quiet=quiet)


def approve(
    request: Request,
    reason: Reason = None,
    role: AsRole = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Sign a request as approved; the quorum's last signature approves it.

    Example: registry approve R-1 --reason "evidence reviewed" --as stefan
    """
    _sign(request, "approve", reason, role, format, quiet, claimed, once)


def reject(
    request: Request,
    reason: Annotated[str, typer.Option(help="Why; kept with the signature.")],
    role: AsRole = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Sign a request as rejected, for good.

    Example: registry reject R-1 --reason "the audience is too wide" --as paula
    """
    _sign(request, "reject", reason, role, format, quiet, claimed, once)


def return_(
    request: Request,
    reason: Annotated[str, typer.Option(help="What the author should change.")],
    role: AsRole = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Return a request to its author with a reason; a changed version is submitted anew.

    Example: registry return R-1 --reason "name the recipient's purpose" --as stefan
    """
    _sign(request, "return", reason, role, format, quiet, claimed, once)


def _sign(
    request: str,
    meaning: str,
    reason: str | None,
    role: str | None,
    format: Format,
    quiet: bool,
    claimed: str | None,
    once: str | None,
) -> None:
    from registry.records import Meaning
    from registry.workflow.sign import sign
    from registry.workflow.words import role_named

    signed = sign(
        open_here(claimed, once),
        request,
        Meaning(meaning),
        reason=reason,
        role=role_named(role) if role else None,
    )
    row = {
        "request": signed.request,
        "version": signed.dataset,
        "state": signed.state,
        "signed by": f"{signed.name} as {signed.role}, meaning {signed.meaning}",
        "authentication": signed.authentication,
        "statement": signed.statement_digest,
        "still needed": signed.still_needed,
    }
    show_one(row, format, quiet=quiet)


@commands.command()
def queue(
    every: Annotated[bool, typer.Option("--all", help="Closed requests too.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List what waits for sign-off or release."""
    from registry.workflow.listing import requests

    columns = ["request", "version", "use", "audience", "state", "submitted_by", "needs"]
    rows = requests(open_here(), every=every)
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
        signatures = found.pop("signoffs")
        show_one(_lines(found), format)
        say("")
        columns = ["name", "role", "meaning", "at", "authentication", "reason"]
        show_list(signatures, columns, format, empty="no signature yet")  # type: ignore[arg-type]
    else:
        show_one(found, format, quiet=quiet)
