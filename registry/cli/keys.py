"""``registry keys`` and ``registry password``: what a person signs with, and signs in with."""

import os
from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import asking, open_here, open_unidentified, server

commands = typer.Typer(help="Personal signing keys.", no_args_is_help=True)
passwords = typer.Typer(help="Your password.", no_args_is_help=True)

Key = Annotated[str | None, typer.Option("--key", help="The id of the key.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="keys")
    app.add_typer(passwords, name="password")


@commands.command()
def enrol(
    name: Annotated[str, typer.Argument(help="Your account.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Set a password, a second factor and a signing key, with the code an admin gave you.

    Asks for REGISTRY_ENROLMENT, REGISTRY_NEW_PASSWORD and REGISTRY_NEW_PASSPHRASE.

    Example: registry keys enrol paula
    """
    from registry.workflow.people.enrolment import enrol as begin

    ask = asking()
    done = begin(
        open_unidentified(), name, ask.enrolment(), ask.new_password(), ask.new_passphrase()
    )
    show_one({"key": done.key_id, "name": name, "authenticator": done.uri}, format, quiet=quiet)
    say("next: put the address into your authenticator app now; it is not shown again")
    if not done.approved:
        say("next: another person than your admin runs")
        say(f"      `registry keys approve {name} --key {done.key_id}`;")
        say("      tell them the id of the key face to face")


@commands.command()
def approve(
    name: Annotated[str, typer.Argument(help="Whose key waits.")],
    key: Key = None,
) -> None:
    """Vouch for the new key of somebody whom you asked for its id.

    Example: registry keys approve paula --key 3q2+7wAAAAA=
    """
    from registry.errors import InvalidInput
    from registry.workflow.people.approval import approve_key

    if key is None:
        raise InvalidInput(
            f"which key of {name} is approved?",
            expected=f"--key with the id that {name} says it has",
            todo=f"compare it with {name}, face to face; `registry keys list {name}` shows the key "
            "that waits",
        )
    approved = approve_key(open_here(), name, key)
    say(f"the key {approved.key_id} signs for {name}")


@commands.command()
def rotate(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Make a new signing key; your present one signs for it.

    Asks for REGISTRY_PASSPHRASE and REGISTRY_NEW_PASSPHRASE.

    Example: registry keys rotate
    """
    from registry.workflow.people.rotation import rotate_key

    context = open_here()
    key = rotate_key(context, asking().new_passphrase())
    show_one({"key": key.key_id, "state": key.state}, format, quiet=quiet)


@commands.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Whose key.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the log.")],
    key: Key = None,
    compromised_since: Annotated[
        str | None,
        typer.Option(
            "--compromised-since",
            help="Day or time (UTC) from which what it signed counts for nothing; the day it was "
            "made counts from its making.",
        ),
    ] = None,
) -> None:
    """End a key: your own, or somebody's whose key may be in other hands.

    Example: registry keys revoke paula --reason "laptop stolen" --compromised-since 2026-11-30
    """
    from registry.workflow.people.revocation import revoke_key

    ended = revoke_key(open_here(), name, reason, key_id=key, compromised_from=compromised_since)
    say(f"the key {ended.key_id} of {name} is revoked")


@commands.command("list")
def list_keys(
    name: Annotated[str | None, typer.Argument(help="Of this account only.")] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List keys with their history.

    Example: registry keys list paula
    """
    from registry.workflow.people.listing import keys

    columns = ["key", "account", "state", "from", "until", "approved_by"]
    show_list(keys(open_here(), name), columns, format, quiet=quiet)


@passwords.command()
def change() -> None:
    """Change your password; sessions of yours elsewhere end.

    Asks for REGISTRY_PASSWORD and REGISTRY_NEW_PASSWORD.

    Example: registry password change
    """
    if url := server():
        from registry.remote.server import Server
        from registry.remote.session import change_password as change_there

        ask = asking()
        change_there(Server(url), ask.password(), ask.new_password())
        say("the password is changed")
        return

    from registry.proof import device_file, read_device
    from registry.workflow.people.passwords import change_password

    context = open_here()
    device = read_device(device_file(os.environ, context.settings.folder))
    change_password(context, asking().new_password(), device)
    say("the password is changed")
