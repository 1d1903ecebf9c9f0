"""``registry approve``, ``reject``, ``return``, ``sign`` and ``retract``: the signatures."""

from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import As, Key, Quiet, Reason, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.request import Request
from registry.cli.surroundings import asking, open_here

if TYPE_CHECKING:
    from registry.workflow.batch import Tried
    from registry.workflow.sign import Signed

AsRole = Annotated[str | None, typer.Option("--role", help="Sign in this of your roles.")]
For = Annotated[
    str | None, typer.Option("--for", metavar="NAME", help="Sign as the deputy of this person.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(approve)
    app.command()(reject)
    app.command("return")(return_)
    app.command()(sign)
    app.command()(retract)


def approve(
    requests: Annotated[
        list[str],
        typer.Argument(metavar="R-17...", help="Requests, or NAME@V with one open request."),
    ],
    reason: Reason = None,
    role: AsRole = None,
    principal: For = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Sign requests as approved, each by itself; the quorum's last signature approves it.

    Example: registry approve R-1 --reason "evidence reviewed" --as stefan
    """
    if len(requests) == 1:
        _sign(requests[0], "approve", reason, role, principal, format, quiet, claimed, once)
        return
    _approve_each(requests, reason, role, principal, format, quiet, claimed, once)


def reject(
    request: Request,
    reason: Annotated[str | None, typer.Option(help="Why; kept with the signature.")] = None,
    role: AsRole = None,
    principal: For = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Sign a request as rejected, for good.

    Example: registry reject R-1 --reason "the audience is too wide" --as paula
    """
    _sign(request, "reject", reason, role, principal, format, quiet, claimed, once)


def return_(
    request: Request,
    reason: Annotated[str | None, typer.Option(help="What the author should change.")] = None,
    role: AsRole = None,
    principal: For = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Return a request to its author with a reason; a changed version is submitted anew.

    Example: registry return R-1 --reason "name the recipient's purpose" --as stefan
    """
    _sign(request, "return", reason, role, principal, format, quiet, claimed, once)


def sign(
    request: Request,
    meaning: Annotated[
        str, typer.Option(help="author, review or take-responsibility; none counts to a quorum.")
    ],
    reason: Reason = None,
    role: AsRole = None,
    principal: For = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Sign a request as its author, as reviewed, or to take responsibility for it.

    Example: registry sign R-1 --meaning author --reason "as I made it" --as ada
    """
    from registry.card import require_word

    require_word("meaning", meaning, ("author", "review", "take-responsibility"))
    _sign(request, meaning, reason, role, principal, format, quiet, claimed, once)


def retract(
    request: Request,
    reason: Annotated[str | None, typer.Option(help="Why; kept with the signature.")] = None,
    meaning: Annotated[
        str | None, typer.Option(help="Which signature, where one gave several.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Take back one's own signature before release; it stays readable, and counts no more.

    Example: registry retract R-1 --reason "the holdout was worn out" --as stefan
    """
    from registry.card import require_word
    from registry.records import Meaning
    from registry.workflow.retract import retract as run

    if meaning:
        require_word("meaning", meaning, [one for one in Meaning if one is not Meaning.RETRACT])
    why = _why(reason)
    found = run(open_here(claimed, once), request, why, Meaning(meaning) if meaning else None)
    show_one(_signed_row(found), format, quiet=quiet)


def _sign(
    request: str,
    meaning: str,
    reason: str | None,
    role: str | None,
    principal: str | None,
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
        reason=_why(reason),
        role=role_named(role) if role else None,
        principal=principal,
    )
    show_one(_signed_row(signed), format, quiet=quiet)


def _why(reason: str | None) -> str:
    """The reason that the signature covers: the one given, or what is typed when asked for it."""
    from registry.errors import InvalidInput

    found = asking().reason() if reason is None else reason
    if not found.strip():
        raise InvalidInput("a signature needs a reason", todo="say why with --reason TEXT")
    return found


def _signed_row(signed: "Signed") -> dict[str, object]:
    return {
        "request": signed.request,
        "version": signed.dataset,
        "state": signed.state,
        "signed by": f"{signed.name} as {signed.role}, meaning {signed.meaning}",
        "authentication": signed.authentication,
        "key": signed.key_id,
        "statement": signed.statement_digest,
        "still needed": signed.still_needed,
    }


def _approve_each(
    labels: list[str],
    reason: str | None,
    role: str | None,
    principal: str | None,
    format: Format,
    quiet: bool,
    claimed: str | None,
    once: str | None,
) -> None:
    """A row a request, refused or signed; the exit code is the worst of them."""
    from registry.workflow.batch import approve_each
    from registry.workflow.words import role_named

    done = list(
        approve_each(
            open_here(claimed, once),
            labels,
            reason=_why(reason),
            role=role_named(role) if role else None,
            principal=principal,
        )
    )
    columns = ["request", "version", "state", "signed by", "statement", "refused"]
    show_list([_tried_row(one) for one in done], columns, format, quiet=quiet)
    for one in done:
        if one.refused:
            say(f"{one.request}: {one.refused}")
    worst = max((one.refused.exit_code for one in done if one.refused), default=0)
    if worst:
        raise typer.Exit(worst)


def _tried_row(one: "Tried") -> dict[str, object]:
    row: dict[str, object] = {"request": one.request}
    if one.signed:
        return {**row, **_signed_row(one.signed), "exit": 0, "refused": None}
    what, code = (one.refused.what, one.refused.exit_code) if one.refused else ("", 0)
    blank = dict.fromkeys(("version", "state", "signed by", "statement"))
    return {**row, **blank, "exit": code, "refused": what.splitlines()[0]}
