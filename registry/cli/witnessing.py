"""``registry witness`` and ``witness-key``: of the witness, who needs no registry."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_one


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(witness)
    app.command("witness-key")(witness_key)


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
