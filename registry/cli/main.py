"""The command line: builds the tree of commands, and is the one place that prints errors."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from registry.cli.lazily import Lazily
from registry.cli.output import say
from registry.cli.surroundings import choose_folder, choose_input, choose_server
from registry.errors import InvalidInput, RegistryError

EPILOG = (
    "Exit codes: 0 allowed or done, 1 denied by policy, 2 invalid input, 3 could not decide, "
    "4 not permitted, 5 conflict, 6 integrity failure. Start with `registry quickstart`."
)

app = typer.Typer(
    cls=Lazily,
    name="registry",
    help="Governance and policy-as-code for synthetic data.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version as installed

        typer.echo(installed("synthetic-data-registry"))
        raise typer.Exit


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
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask for nothing; take secrets from REGISTRY_*.")
    ] = False,
    remote: Annotated[
        str | None,
        typer.Option(
            "--remote",
            metavar="URL",
            help="Run the command against a server: https://...",
            envvar="REGISTRY_REMOTE",
            show_envvar=True,
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """Governance and policy-as-code for synthetic data."""
    choose_folder(folder)
    choose_input(silent=no_input)
    choose_server(remote)


def main() -> None:
    """Run one command; every error the registry raises ends here, with its exit code."""
    try:
        try:
            _require_text(sys.argv[1:])
            app()
        finally:
            sys.stdout.flush()  # a reader that has left is noticed here, not after the exit code
    except RegistryError as error:
        say("error: " + str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _leave_unread()
    except SystemExit as end:
        # Typer ends a broken pipe with 1, which is "denied" here.
        if isinstance(end.__context__, BrokenPipeError):
            _leave_unread()
        raise
    except OSError as error:
        say(f"error: {error.strerror or error}")
        say(f"  where: {error.filename or 'unknown'}")
        sys.exit(2)
    except Exception as error:
        if os.environ.get("REGISTRY_DEBUG"):
            import traceback

            traceback.print_exc()
        say(f"error: unexpected failure: {type(error).__name__}: {error}")
        say("  next: run it again with REGISTRY_DEBUG=1 and report the trace")
        sys.exit(3)


def _require_text(arguments: list[str]) -> None:
    """Raise `InvalidInput` for arguments whose bytes are no text; no record could hold them."""
    for argument in arguments:
        if any("\ud800" <= char <= "\udfff" for char in argument):
            raise InvalidInput("an argument is not valid text", expected="UTF-8")


def _leave_unread() -> NoReturn:
    """The reader has left (`registry ... | head`): 141, as a shell reports any cut-off filter.

    Not 0, because nobody has read the verdict that 0 would claim.
    """
    # What is still buffered goes nowhere; else the interpreter would complain while it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(141)
