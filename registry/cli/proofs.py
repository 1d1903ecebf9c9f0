"""``registry audit``: checkpoints of the log, and proofs that an event is in it."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_one
from registry.cli.surroundings import open_here

Seq = Annotated[int, typer.Argument(min=1, help="The number of the event.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="A file; without it, or as -, print it.")
]


def add_to(commands: typer.Typer) -> None:
    """Add the commands of this file to ``registry audit``."""
    for command in (checkpoint, show, prove):
        commands.command()(command)
    commands.command("check-proof")(check_proof)
    commands.command("key")(make_key)


def checkpoint(output: Output = None) -> None:
    """Sign the log as it is now with its key; keep what is printed in another place.

    Example: registry audit checkpoint -o checkpoint.txt
    """
    from registry.workflow.auditing.checkpoints import checkpoint as sign

    _put(str(sign(open_here())), output, "checkpoint")


def show(seq: Seq, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Print one event: its digest, and its body as it was hashed.

    Example: registry audit show 12 --format json
    """
    from registry.workflow.auditing.proof import event_of

    event = event_of(open_here(), seq)
    shown = {"digest": event.digest, "body": event.body.decode(errors="replace")}
    show_one({"seq": event.seq, **shown}, format, quiet=quiet)


def prove(seq: Seq, output: Output = None) -> None:
    """Write the proof that an event is in the log, for whoever has the log's public key.

    Example: registry audit prove 12 -o event-12.json
    """
    from registry.workflow.auditing.proof import prove as make

    _put(make(open_here(), seq), output, "proof")


def check_proof(
    file: Annotated[Path, typer.Argument(help="What `registry audit prove` wrote.")],
    trust: Annotated[Path, typer.Option(help="The log's public key: its log.pub.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Check such a proof, without a registry or its database; exit 6 where it does not hold.

    Example: registry audit check-proof event-12.json --trust log.pub
    """
    from registry.workflow.auditing.check_proof import check_proof as run

    found = run(file, trust)
    show_one(found, format, quiet=quiet)
    say("the event is in the log as it was signed")


def make_key(
    log_key: Annotated[Path | None, typer.Option(help="Where, outside of the folder.")] = None,
) -> None:
    """Make the key of a log that never had one: of a registry older than checkpoints.

    Example: registry audit key
    """
    from registry.workflow.auditing.begin_log import make_log_key

    made = make_log_key(open_here(), log_key)
    say(f"the log is {made.origin}; its key is {made.log_key}, its public key is in log.pub")


def _put(text: str, output: Path | None, noun: str) -> None:
    import sys

    from registry.workflow.write_text import write_text

    if output is None or str(output) == "-":
        sys.stdout.write(text)
    else:
        write_text(output, text, noun)
        say(f"wrote {output}")
