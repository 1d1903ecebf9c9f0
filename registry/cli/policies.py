"""``registry policy`` and ``policies``: documents that decide."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import (
    policy_diff,
    policy_doc,
    policy_explain,
    policy_fmt,
    policy_impact,
    policy_lint,
    policy_schema,
    policy_test,
)
from registry.cli.options import As, Key, PolicyDir, Quiet, Shape
from registry.cli.output import Format, say, show_list
from registry.cli.surroundings import open_here

verbs = typer.Typer(help="Work on one policy file.", no_args_is_help=True)
nouns = typer.Typer(help="The policies in effect.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(verbs, name="policy")
    policy_test.add_to(verbs)
    policy_lint.add_to(verbs)
    policy_fmt.add_to(verbs)
    app.add_typer(nouns, name="policies")
    policy_schema.add_to(verbs)
    policy_doc.add_to(verbs)
    policy_explain.add_to(verbs)
    policy_diff.add_to(verbs)
    policy_impact.add_to(verbs)


@verbs.command()
def validate(
    files: Annotated[list[Path], typer.Argument(help="Policy files, or folders of them.")],
    folder: PolicyDir = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Check policy files without a registry; errors name file, line and column.

    Example: registry policy validate policies/partner-sharing.yaml
    """
    from registry.workflow.policy_files import read_policies

    found = read_policies(files, folder)
    rows = [
        {
            "policy": policy.id,
            "version": policy.version,
            "rules": len(policy.rules),
            "digest": policy.digest,
            "file": policy.name,
        }
        for policy in found
    ]
    show_list(rows, ["policy", "version", "rules", "digest"], format, quiet=quiet)


@verbs.command()
def publish(file: Path, claimed: As = None, once: Key = None) -> None:
    """Put a policy into effect, as a compliance officer.

    Example: registry policy publish policies/partner-sharing.yaml --as carla
    """
    from registry.workflow.publish_policy import publish_policy

    policy = publish_policy(open_here(claimed, once), file)
    say(f"in effect: {policy.id} {policy.version}, {policy.digest}")


@nouns.command("list")
def list_policies(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List the policies in effect."""
    from registry.workflow.listing import policies

    columns = ["policy", "version", "published_by", "published_at", "digest"]
    show_list(policies(open_here()), columns, format, quiet=quiet)


@nouns.command()
def show(policy: str) -> None:
    """Print the policy in effect, byte for byte as published."""
    from registry.workflow.listing import policy_text

    typer.echo(policy_text(open_here(), policy), nl=False)
