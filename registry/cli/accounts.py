"""``registry accounts`` and ``registry roles``: people and services, and what they may do."""

from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, Record, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="People, services and their roles.", no_args_is_help=True)
roles = typer.Typer(help="What an account may do.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the log.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="accounts")
    app.add_typer(roles, name="roles")


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="Lower-case, such as ada.")],
    role: Annotated[list[str], typer.Option(help="A role; repeat it for several.")],
    enrol: Annotated[
        bool, typer.Option("--enrol", help="Print a one-time code to enrol with as well.")
    ] = False,
    claimed: As = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Add an account.

    Example: registry accounts add ada --role engineer --as admin
    """
    from registry.workflow.add_account import add_account, add_with_code
    from registry.workflow.words import role_named

    context, wanted = open_here(claimed), [role_named(one) for one in role]
    if enrol:
        _, code = add_with_code(context, name, wanted)
    else:
        add_account(context, name, wanted)
    say(f"added {name}: {', '.join(sorted(role))}")
    if enrol:
        _show_code(name, code, format, quiet=quiet)


@commands.command()
def enrol(
    name: Name, claimed: As = None, format: Shape = Format.TABLE, quiet: Quiet = False
) -> None:
    """Print a one-time code with which somebody who cannot sign in yet enrols.

    Example: registry accounts enrol paula
    """
    from registry.workflow.people.issuing import issue_enrolment

    _show_code(name, issue_enrolment(open_here(claimed), name), format, quiet=quiet)


@commands.command("reset-password")
def reset_password(
    name: Name, claimed: As = None, format: Shape = Format.TABLE, quiet: Quiet = False
) -> None:
    """End somebody's password, sessions and signing key, and print a code to enrol anew.

    Example: registry accounts reset-password paula
    """
    from registry.workflow.people.passwords import reset_password as reset

    code = reset(open_here(claimed), name)
    say(f"the password, the sessions and the signing key of {name} are gone")
    _show_code(name, code, format, quiet=quiet)


@commands.command()
def deactivate(name: Name, reason: Why, claimed: As = None) -> None:
    """End an account for good. What it did stays readable.

    Example: registry accounts deactivate paula --reason "left the company"
    """
    from registry.workflow.people.deactivation import deactivate as end

    end(open_here(claimed), name, reason)
    say(f"{name} is deactivated")


@commands.command()
def link(
    name: Name,
    identity: Annotated[
        str, typer.Option("--identity", help="Its `sub`, or its verified e-mail address.")
    ],
    claimed: As = None,
) -> None:
    """Let somebody sign in by the provider that [oidc] in registry.toml names.

    Example: registry accounts link paula --identity 248289761001
    """
    from registry.workflow.people.links import link_account

    link_account(open_here(claimed), name, identity)
    say(f"{name} is linked; it opens nothing before {name} has signed in by it and confirmed it")


@commands.command()
def unlink(name: Name, claimed: As = None) -> None:
    """End a link to the provider, and the sessions of the account.

    Example: registry accounts unlink paula
    """
    from registry.workflow.people.links import unlink_account

    unlink_account(open_here(claimed), name)
    say(f"{name} signs in by password alone")


@commands.command("list")
def list_accounts(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List accounts with their roles and their pseudonym in the log.

    Example: registry accounts list --format csv
    """
    from registry.workflow.account_listing import accounts

    columns = ["name", "roles", "pseudonym", "state"]
    show_list(accounts(open_here()), columns, format, quiet=quiet)


@roles.command()
def grant(
    name: Name, role: Annotated[str, typer.Argument(help="The role.")], claimed: As = None
) -> None:
    """Give somebody a role.

    Example: registry roles grant paula privacy-officer
    """
    from registry.workflow.people.roles import grant_role
    from registry.workflow.words import role_named

    grant_role(open_here(claimed), name, role_named(role))
    say(f"{name} holds the role {role}")


@roles.command()
def revoke(
    name: Name, role: Annotated[str, typer.Argument(help="The role.")], claimed: As = None
) -> None:
    """Take a role from somebody.

    Example: registry roles revoke paula privacy-officer
    """
    from registry.workflow.people.roles import revoke_role
    from registry.workflow.words import role_named

    revoke_role(open_here(claimed), name, role_named(role))
    say(f"{name} holds the role {role} no more")


def _show_code(name: str, code: str, format: Format, *, quiet: bool) -> None:
    """The code on stdout, this once; with ``quiet`` alone."""
    record: Record = {"code": code, "name": name}
    show_one(record, format, quiet=quiet)
    say(f"next: hand it to {name} in person, who runs `registry keys enrol {name}` in three days")
