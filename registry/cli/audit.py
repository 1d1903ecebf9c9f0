"""``registry audit``: ask the log, and verify it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import anchoring, audit_export, audit_questions, proofs
from registry.cli.exposed import say_exposure
from registry.cli.options import Certificates, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

if TYPE_CHECKING:
    from registry.workflow.auditing.held import Against

commands = typer.Typer(help="The audit trail.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="audit")
    for room in (anchoring, audit_questions, audit_export, proofs):
        room.add_to(commands)


@commands.command()
def query(
    actor: Annotated[str | None, typer.Option(help="Account name.")] = None,
    dataset: Annotated[str | None, typer.Option(help="NAME or NAME@V.")] = None,
    request: Annotated[str | None, typer.Option(help="R-17.")] = None,
    action: Annotated[str | None, typer.Option(help="submit, approve, release, ...")] = None,
    outcome: Annotated[
        str | None,
        typer.Option(help="done, denied, undecided, forbidden, conflict, failed or tampered."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Day or time, inclusive, UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="Day or time, inclusive, UTC.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many.")] = None,
    fact: Annotated[str | None, typer.Option(help="request.signed, release.granted, ...")] = None,
    source: Annotated[
        str | None, typer.Option(help="The source, and all versions made from it.")
    ] = None,
    recipient: Annotated[
        str | None, typer.Option(help="The recipient, and the requests released to it.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(help="The policy, and what was decided under it.")
    ] = None,
    release: Annotated[str | None, typer.Option(help="REL-4, and the request behind it.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="The log as it was: a day, a time, or its number of events.")
    ] = None,
    after: Annotated[
        int | None, typer.Option(min=0, help="Go on behind this event: the last one of a page.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Who did what, to which dataset, when, and how it ended; refused attempts included.

    Example: registry audit query --dataset claims@1 --outcome denied --format json
    """
    from registry.workflow.query import Question
    from registry.workflow.query import query as ask

    question = Question(
        actor=actor,
        dataset=dataset,
        request=request,
        action=action,
        outcome=outcome,
        since=since,
        until=until,
        limit=limit,
        fact=fact,
        source=source,
        recipient=recipient,
        policy=policy,
        release=release,
        as_of=as_of,
        after=after,
    )
    columns = ["seq", "at", "actor", "action", "outcome", "dataset", "request", "fact"]
    context = open_here()
    show_list(ask(context, question), columns, format, quiet=quiet, empty="no such event")
    say_exposure(context, format, quiet=quiet)


@commands.command()
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--anchor",
            metavar="PLACE",
            help="A checkpoint held outside, a folder of them, or git:REPOSITORY[:branch]; "
            "repeatable.",
        ),
    ] = None,
    trust: Annotated[
        Path | None, typer.Option(help="The log's public key, your own copy of log.pub.")
    ] = None,
    certificates: Certificates = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Check every stored byte of the log, its chain, tree and triggers; exit 6 on tampering.

    With --anchor also whether it continues what is held outside, and was not rolled back.

    Example: registry audit verify --anchor /srv/worm/anchors --trust log.pub
    """
    import dataclasses

    from registry.workflow.auditing.log_key import read_public
    from registry.workflow.auditing.verify_anchored import verify_anchored
    from registry.workflow.verify import verify as run

    context = open_here()
    # First, for it is the one that a whole log rewritten with care does not pass.
    against = (
        verify_anchored(context, anchor, trust=trust, certificates=certificates) if anchor else None
    )
    record = dataclasses.asdict(run(context, read_public(trust) if trust else None))
    if against:
        record["anchored"] = dataclasses.asdict(against) | {"since": against.since}
    show_one(record, format, quiet=quiet)
    say("intact: every event has its stored digest, the chain and the tree are whole,")
    say("  every checkpoint was signed by the log's key, the triggers stand")
    if against:
        _say_against(against)
    else:
        say("keep a checkpoint elsewhere: a log rewritten or cut since shows only against a copy")
        say_exposure(context)


def _say_against(against: "Against") -> None:
    from registry.workflow.auditing.exposure import counted

    say(
        f"within the anchored prefix: the log continues every checkpoint given, "
        f"{counted(against.since)} since the last anchor"
    )
    for at in against.stamped:
        say(f"time stamp: held at {at}")
    if against.unchecked_stamps:
        say(f"{against.unchecked_stamps} time stamp(s) not checked: name --tsa-certificate")
