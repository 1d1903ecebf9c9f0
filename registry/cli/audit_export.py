"""``registry audit export`` and ``verify-export``: events that an outsider can verify."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_one
from registry.cli.surroundings import open_here


def add_to(commands: typer.Typer) -> None:
    """Add the commands of this file to ``registry audit``."""
    commands.command()(export)
    commands.command("verify-export")(verify_export)


def export(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A .zip to write, or a folder to make.")
    ],
    actor: Annotated[str | None, typer.Option(help="Account name.")] = None,
    dataset: Annotated[str | None, typer.Option(help="NAME or NAME@V.")] = None,
    request: Annotated[str | None, typer.Option(help="R-17.")] = None,
    action: Annotated[str | None, typer.Option(help="submit, approve, release, ...")] = None,
    outcome: Annotated[str | None, typer.Option(help="done, denied, ...")] = None,
    fact: Annotated[str | None, typer.Option(help="request.signed, release.granted, ...")] = None,
    source: Annotated[str | None, typer.Option(help="The source and what was made of it.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Who something was released to.")] = None,
    policy: Annotated[str | None, typer.Option(help="The policy and what rests on it.")] = None,
    release: Annotated[str | None, typer.Option(help="REL-4.")] = None,
    since: Annotated[str | None, typer.Option(help="Day or time, inclusive, UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="Day or time, inclusive, UTC.")] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help="Names for the pseudonyms, in a file apart.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="A table for spreadsheets as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Write events byte for byte, with a manifest and a proof of each against a signed checkpoint.

    Example: registry audit export --dataset claims@1 -o claims.zip --with-names --as amir
    """
    from registry.workflow.auditing.exports.export import export as run
    from registry.workflow.query import Question, require_words

    question = Question(
        actor=actor,
        dataset=dataset,
        request=request,
        action=action,
        outcome=outcome,
        fact=fact,
        source=source,
        recipient=recipient,
        policy=policy,
        release=release,
        since=since,
        until=until,
    )
    require_words(question)
    done = run(open_here(claimed), output, question, names=with_names, spreadsheet=csv)
    show_one({**dataclasses.asdict(done), "path": str(done.path)}, format, quiet=quiet)
    if not done.signed:
        say("the log's key is not here: the manifest is not signed, and later events are not in it")
    say(f"verify it anywhere: registry audit verify-export {output} --trust log.pub")


def verify_export(
    file: Annotated[Path, typer.Argument(help="What `registry audit export` wrote.")],
    trust: Annotated[Path, typer.Option(help="The public key of the log: log.pub.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Check an export offline, without a registry: every byte, and every event against the log.

    Exits 6 if anything was cut, altered or is of another log.

    Example: registry audit verify-export claims.zip --trust log.pub
    """
    from registry.workflow.auditing.exports.verify_export import verify_export as run

    found = run(file, trust)
    show_one(dataclasses.asdict(found), format, quiet=quiet)
    say(f"every event is in the log of {found.size} events that {found.origin} signed")
    if not found.whole:
        say("that the filter left nothing out is " + _vouched(found.signed))


def _vouched(signed: bool) -> str:
    return "what the log's key signed, and not proven" if signed else "not vouched for by anybody"
