"""``registry dp-audit``: whether scores contradict the epsilon that a version claims."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Key, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

HELP = (
    "Audits of a claimed epsilon, with randomised membership. An audit can contradict a claim and "
    "never confirms it. Membership inference on a single release is no such audit: it stays "
    "evidence of risk."
)
commands = typer.Typer(help=HELP, no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="dp-audit")


@commands.command()
def plan(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version that claims it.")],
    method: Annotated[str, typer.Option(help="many-run or one-run.")],
    note: Annotated[str, typer.Option(help="How runs are made and scored; kept in the log.")],
    members: Annotated[
        int | None, typer.Option(help="many-run: runs with the record in the data.")
    ] = None,
    non_members: Annotated[
        int | None, typer.Option(help="many-run: runs without it, or with another in its place.")
    ] = None,
    records: Annotated[
        int | None, typer.Option(help="one-run: records put in or left out by a fair coin each.")
    ] = None,
    guesses: Annotated[
        int | None, typer.Option(help="one-run: how many of them are guessed; default: all.")
    ] = None,
    threshold: Annotated[
        list[float] | None,
        typer.Option(help="Score from which one counts as a member. many-run: may be repeated."),
    ] = None,
    alpha: Annotated[
        float, typer.Option(help="How likely an honest claim may be contradicted.")
    ] = 0.05,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Fix in the log how a claim is audited, before any score is known.

    many-run: the generator runs again and again, each time with fresh randomness, with one record
    or without it (replace-one: or another in its place); each run has a score. one-run, for
    add-remove only: many records are put in or left out by coin, the generator runs once, and each
    record has a score. Scores must not know who is a member.

    Example: registry dp-audit plan claims@1 --method many-run --members 1000 --non-members 1000
    --threshold 0.5 --note "log-likelihood ratio of record 17" --as ada
    """
    from registry.workflow.dp_audits.design import Asked
    from registry.workflow.dp_audits.find import audit_label
    from registry.workflow.dp_audits.listing import audit
    from registry.workflow.dp_audits.plan import plan_audit

    asked = Asked(method, alpha, note, members, non_members, records, guesses, threshold or ())
    context = open_here(claimed, once)
    row = plan_audit(context, version, asked)
    shown = audit(context, audit_label(row))
    typer.echo(shown["audit"])
    say(f"planned {shown['audit']} on {shown['claim']}, at alpha {row.alpha:g}")
    say(f"it has {shown['level']:.4g} of that, so that all audits of a version together keep to it")
    say(f"the greatest epsilon that it can show is {shown['up_to']}")
    if float(str(shown["up_to"])) <= row.epsilon:
        say("so it CANNOT contradict this claim; more runs or records can")
    say(f"the scores are to come from two worlds: {shown['scores_of']}")
    say(f"the file of scores begins with: {shown['first_line']}")


@commands.command()
def submit(
    audit: Annotated[str, typer.Argument(metavar="AUD-1", help="The audit that was planned.")],
    scores: Annotated[Path, typer.Argument(metavar="SCORES.csv", help="member (0/1), score.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Submit the scores of a planned audit, once. The file stays with you; its digest is logged.

    Its first line is "# dataset: DIGEST" as the plan printed it, then member,score and the rows.

    Example: registry dp-audit submit AUD-1 scores.csv --as ada
    """
    from registry.workflow.dp_audits.find import audit_label
    from registry.workflow.dp_audits.listing import audit as one
    from registry.workflow.dp_audits.submit import submit_scores

    context = open_here(claimed, once)
    shown = one(context, audit_label(submit_scores(context, audit, scores)))
    kept = ("audit", "version", "verdict", "claim", "at_least", "up_to", "scores")
    show_one({key: shown[key] for key in kept}, format, quiet=quiet)


@commands.command()
def show(
    audit: Annotated[str, typer.Argument(metavar="AUD-1|NAME@V", help="An audit or a version.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Show an audit, or every audit of a version, those planned and never submitted too.

    Example: registry dp-audit show claims@1
    """
    from registry.workflow.dp_audits.find import is_audit_label
    from registry.workflow.dp_audits.listing import COLUMNS, audits
    from registry.workflow.dp_audits.listing import audit as one

    if is_audit_label(audit):
        show_one(one(open_here(), audit), format, quiet=quiet)
    else:
        rows = audits(open_here(), audit)
        show_list(rows, COLUMNS, format, quiet=quiet, empty=f"no audit of {audit} is planned")
