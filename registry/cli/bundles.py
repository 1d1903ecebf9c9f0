"""``registry bundle``: the evidence of one release in one file, for whoever is outside."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one

if TYPE_CHECKING:
    from registry.bundle.verify import Verification

commands = typer.Typer(
    help="The evidence of one release in one file, for outsiders.", no_args_is_help=True
)
Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="bundle")


@commands.command()
def create(
    about: Annotated[str, typer.Argument(metavar="NAME@V", help="Or a request R-1, or REL-1.")],
    output: Output,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Write all that a release rests on into one file, signed by the key of the log.

    Example: registry bundle create claims@1 -o claims-1.bundle.json --as amir
    """
    from registry.cli.surroundings import open_here
    from registry.errors import IntegrityFailure
    from registry.workflow.bundle import create_bundle

    made = create_bundle(open_here(claimed), about, output)
    show_one(
        {
            "bundle": str(made.path),
            "version": made.dataset,
            "request": made.request,
            "release": made.release,
            "bytes": made.size,
            "events": made.events,
            "checkpoint": made.checkpoint,
        },
        format,
        quiet=quiet,
    )
    if made.watermark:
        say(made.watermark)
    if made.problems:
        lines = "".join(f"\n  - {one.cause}: {one.what}" for one in made.problems[:12])
        raise IntegrityFailure(
            f"the records contradict each other, and so does the bundle:{lines}",
            todo="run `registry audit verify` and find out who changed them",
        )


@commands.command()
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="The bundle.")],
    trust: Annotated[
        Path | None, typer.Option(help="The log's public key (log.pub), from elsewhere.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The data file that is said to have been released.")
    ] = None,
    anchor: Annotated[Path | None, typer.Option(help="A checkpoint that you hold.")] = None,
    format: Shape = Format.TABLE,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print each result with its check only.")
    ] = False,
) -> None:
    """Verify a bundle offline: no registry, no database, no network.

    Ends with 0 where nothing contradicts it, 6 where something does or it is no whole bundle, and 3
    where something asked for could not be checked; without --trust that is who signed it.

    Example: registry bundle verify claims-1.bundle.json --trust log.pub --data claims.csv
    """
    from registry.workflow.bundle_check import Given, check_bundle, verdict

    found = check_bundle(bundle, Given(trust, data, anchor))
    _announce(found)
    rows: list[dict[str, object]] = [
        {"check": one.check, "result": one.result, "cause": one.cause, "what": one.what}
        for one in found.rows
    ]
    if quiet:
        rows = [{"result": f"{one.result}: {one.check}"} for one in found.rows]
    columns = ["result"] if quiet else ["check", "result", "cause", "what"]
    show_list(rows, columns, format, quiet=quiet)
    if error := verdict(found, bundle):
        raise error
    say("not contradicted")


@commands.command()
def verifier(output: Output = Path("registry_verify.py")) -> None:
    """Write the verifier that needs nothing of the registry, to take to where an auditor works.

    Example: registry bundle verifier -o registry_verify.py
    """
    import shutil

    from registry.bundle.alone import registry_verify

    shutil.copyfile(registry_verify.__file__, output)
    say(f"wrote {output}: run it with Python 3.11 or later and the package cryptography")


def _announce(found: "Verification") -> None:
    """What must not be overlooked, before the table; the digest is for a certificate's reader."""
    import json

    from registry.log.short import short

    if found.opened is None:
        return
    about = found.opened.record.about
    say(f"{about.dataset}, {about.request}, {about.release or 'not released'}")
    digest = str(json.loads(found.opened.record.decision)["digest"])
    say(f"decision {digest}, short digest {short(digest)}")
    if found.opened.watermark:
        say(found.opened.watermark)
    if any(one.what and one.what.startswith("UNTRUSTED KEY") for one in found.open):
        say(
            "UNTRUSTED KEY: the bundle vouches for itself; compare its key with the log's (--trust)"
        )
