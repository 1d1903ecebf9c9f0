"""``registry submit``, ``approve`` and the other signatures, ``withdraw`` and ``review``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import (
    As,
    Audience,
    ChosenFrom,
    Jurisdiction,
    Key,
    Quiet,
    Reason,
    Shape,
    Use,
)
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import asking, open_here

if TYPE_CHECKING:
    from registry.workflow.batch import Tried
    from registry.workflow.sign import Signed

commands = typer.Typer(help="What waits for sign-off, and what one would sign.")
Request = Annotated[
    str, typer.Argument(metavar="R-17", help="The request, or NAME@V with one open request.")
]
AsRole = Annotated[str | None, typer.Option("--role", help="Sign in this of your roles.")]

For = Annotated[
    str | None, typer.Option("--for", metavar="NAME", help="Sign as the deputy of this person.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(submit)
    app.command()(approve)
    app.command()(reject)
    app.command("return")(return_)
    app.command()(sign)
    app.command()(retract)
    app.command()(withdraw)
    app.add_typer(commands, name="review")


def submit(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    use: Use,
    audience: Audience,
    jurisdiction: Jurisdiction = None,
    chosen_from: ChosenFrom = None,
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

    wanted = Context(use, audience, jurisdiction, tuple(chosen_from or ()))
    request, decision = run(open_here(claimed, once), version, wanted)
    row = {
        "request": request_label(request),
        "version": version,
        "state": request.state,
        "needs": dict(sorted(decision.quorum.items())),
        **({"chosen from": sorted(chosen_from)} if chosen_from else {}),
        "decision": decision.digest,
    }
    show_one(row, format, quiet=quiet)


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


def withdraw(
    request: Request,
    reason: Reason = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Withdraw a request that one submitted oneself.

    Example: registry withdraw R-1 --reason "a better version is on its way" --as ada
    """
    from registry.workflow.find import request_label
    from registry.workflow.withdraw import withdraw as run

    found = run(open_here(claimed, once), request, reason)
    row = {
        "request": request_label(found),
        "state": found.state,
        "reason": found.closed_reason,
    }
    show_one(row, format, quiet=quiet)


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
