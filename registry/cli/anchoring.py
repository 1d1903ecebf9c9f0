"""``registry audit anchor`` and ``consistency``, and the witness, who needs no registry."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.audit import commands
from registry.cli.options import As, Certificates, Quiet, Shape
from registry.cli.output import Format, say, show_one
from registry.cli.surroundings import open_here


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file that stand alone."""
    app.command()(witness)
    app.command("witness-key")(witness_key)


@commands.command()
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
    from registry.workflow.auditing.exposure import counted
    from registry.workflow.auditing.places.named import named

    place = named(to, push=push, certificates=certificates, keep=keep)
    done = run(open_here(claimed), place)
    show_one(vars(done), format, quiet=quiet)
    say(f"anchored: the first {counted(done.size)} can no longer be changed unseen")


@commands.command()
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


@commands.command("correct-clock")
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


def witness(
    checkpoint: Annotated[Path, typer.Argument(help="The log's signed checkpoint.")],
    state: Annotated[Path, typer.Option(help="What this witness signed last; its own file.")],
    log_key: Annotated[Path, typer.Option(help="The log's public key, obtained on another way.")],
    key: Annotated[Path, typer.Option(help="The witness's secret key.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The checkpoint, cosigned.")],
    proof: Annotated[
        Path | None, typer.Option(help="From the size signed last to the new one.")
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help="Trust this checkpoint: nothing was signed before.")
    ] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Cosign a checkpoint that continues the one signed last; exit 6 and sign nothing otherwise.

    Needs no registry and no database: a cron job on somebody else's machine.

    Example: registry witness new.checkpoint --proof proof.txt --state seen --log-key log.pub
    --key north.key -o north.checkpoint
    """
    from registry.workflow.auditing.witnessing import Files
    from registry.workflow.auditing.witnessing import witness as run

    files = Files(checkpoint, log_key, key, state, output, proof)
    done = run(files, first=first)
    record = {"size": done.size, "root": done.root, "log": done.log, "witness": done.witness}
    show_one(record, format, quiet=quiet)
    say(f"cosigned by {done.witness}: {output}")


def witness_key(
    name: Annotated[str, typer.Argument(help="The witness's name, such as witness-north.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The secret key; a new file.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Make a witness's key, and print the public half to hand out.

    Example: registry witness-key witness-north -o north.key
    """
    from registry.workflow.auditing.witnessing import new_key

    show_one({"public_key": str(new_key(name, output))}, format, quiet=quiet)
