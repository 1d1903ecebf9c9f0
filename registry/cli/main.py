"""The command line: builds the tree of commands, and is the one place that prints errors."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from registry.cli import (
    accounts,
    audit,
    checking,
    databases,
    datasets,
    metrics,
    policies,
    quickstart,
    releases,
    reports,
    requests,
    setup,
    sources,
)
from registry.cli.output import say
from registry.cli.surroundings import choose_folder
from registry.errors import RegistryError

EPILOG = (
    "Exit codes: 0 allowed or done, 1 denied by policy, 2 invalid input, 3 could not decide, "
    "4 not permitted, 5 conflict, 6 integrity failure. Start with `registry quickstart`."
)

app = typer.Typer(
    name="registry",
    help="Governance and policy-as-code for synthetic data.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (
    quickstart,
    setup,
    sources,
    datasets,
    metrics,
    checking,
    requests,
    releases,
    policies,
    audit,
    reports,
    accounts,
    databases,
):
    room.add_to(app)


@app.callback()
def root(
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            "-C",
            help="The registry's folder; default: REGISTRY_FOLDER, else the nearest one upwards.",
        ),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Governance and policy-as-code for synthetic data."""
    choose_folder(folder)
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("synthetic-data-registry"))
        raise typer.Exit


def main() -> None:
    """Run one command; every error the registry raises ends here, with its exit code."""
    try:
        app()
    except RegistryError as error:
        say("error: " + str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader has left (`registry ... | head`); keep the interpreter from complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("REGISTRY_DEBUG"):
            raise
        say(f"error: unexpected failure: {type(error).__name__}: {error}")
        say("  next: run it again with REGISTRY_DEBUG=1 and report the trace")
        sys.exit(3)
