"""``registry audit anchor``, ``consistency`` and ``correct-clock``."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Certificates, Quiet, Shape
from registry.cli.output import Format, say, show_one
from registry.cli.surroundings import open_here, server


def add_to(commands: typer.Typer) -> None:
    """Add the commands of this file to ``registry audit``."""
    for command in (anchor, consistency):
        commands.command()(command)
    commands.command("correct-clock")(correct_clock)


def anchor(
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="PLACE", help="file:FOLDER, git:REPOSITORY[:branch] or rfc3161:URL."
        ),
    ],
    push: Annotated[bool, typer.Option("--push", help="Push the branch (git).")] = False,
    certificates: Certificates = None,
    keep: Annotated[
        Path | None, typer.Option(help="Folder for the note and its time stamp (rfc3161).")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Put a signed checkpoint of the log outside, out of an administrator's reach.

    Refuses when the log does not continue what is anchored already.

    Example: registry audit anchor --to file:/srv/worm/anchors --as amir
    """
    from registry.workflow.auditing.anchor import anchor as run
    from registry.workflow.auditing.anchor_again import anchor_again
    from registry.workflow.auditing.exposure import counted
    from registry.workflow.auditing.places.named import named

    if server():
        _require_plain(push, certificates, keep)
        done = anchor_again(open_here(claimed), to)
    else:
        place = named(to, push=push, certificates=certificates, keep=keep)
        done = run(open_here(claimed), place)
    show_one(vars(done), format, quiet=quiet)
    say(f"anchored: the first {counted(done.size)} can no longer be changed unseen")


def _require_plain(push: bool, *files: object) -> None:
    from registry.errors import InvalidInput

    if push or any(files):
        raise InvalidInput(
            "a server anchors where it did before, as it did before",
            expected="--to alone",
            todo="leave the rest out, or run the command beside the registry",
        )


def consistency(
    first: Annotated[
        int, typer.Option("--from", min=0, metavar="SIZE", help="The size of the one held.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the proof.")],
    size: Annotated[
        int | None,
        typer.Option("--to", min=0, metavar="SIZE", help="Of the new one; all events if left out."),
    ] = None,
) -> None:
    """Write the proof that the log begins with the one of an earlier checkpoint.

    Example: registry audit consistency --from 1200 --to 1344 -o proof.txt
    """
    from registry.workflow.auditing.consistency import consistency as prove
    from registry.workflow.write_text import write_text

    proof = prove(open_here(), first, size)
    write_text(output, str(proof), "proof")
    say(f"the log of {proof.size} events begins with that of {proof.first}: {output}")


def correct_clock(
    reason: Annotated[str, typer.Option(help="What was wrong with the clock of the last event.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Go on from the time it is now, where the last event was recorded by a clock that ran ahead.

    Example: registry audit correct-clock --reason "the server woke up in 2099" --as admin
    """
    from registry.workflow.auditing.correct_clock import correct_clock as run

    done = run(open_here(claimed), reason)
    show_one(vars(done), format, quiet=quiet)
