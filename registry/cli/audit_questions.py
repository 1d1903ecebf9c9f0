"""``registry audit approvals|denials|releases|...``: the questions an auditor asks."""

from typing import Annotated

import typer

from registry.cli.exposed import say_exposure
from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

Dataset = Annotated[str | None, typer.Option(help="NAME or NAME@V.")]
Since = Annotated[str | None, typer.Option(help="Day or time, inclusive, UTC.")]
Until = Annotated[str | None, typer.Option(help="Day or time, inclusive, UTC.")]
AsOf = Annotated[
    str | None, typer.Option(help="As it stood: a day, a time, or a number of events.")
]
ThenToo = Annotated[
    str | None,
    typer.Option(help="A day or time; --as-of says the same, and takes a number of events too."),
]
_PAGE = 50


def add_to(commands: typer.Typer) -> None:
    """Add the commands of this file to ``registry audit``."""
    for question in (approvals, denials, releases, source, waivers, actor, state):
        commands.command()(question)


def approvals(
    dataset: Dataset = None,
    actor: Annotated[str | None, typer.Option(help="Account name.")] = None,
    policy: Annotated[str | None, typer.Option(help="Only under this policy.")] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Who approved, rejected or returned what, when, under which policies and evidence.

    Example: registry audit approvals --dataset claims@1 --since 2026-01-01 --format json
    """
    from registry.workflow.auditing.approvals import COLUMNS
    from registry.workflow.auditing.approvals import approvals as run
    from registry.workflow.auditing.asking import Question

    question = Question(
        dataset=dataset, actor=actor, policy=policy, since=since, until=until, as_of=as_of
    )
    context = open_here()
    found = run(context, question)
    show_list(found, COLUMNS, format, quiet=quiet, empty="nobody has signed that")
    say_exposure(context, format, quiet=quiet)


def denials(
    dataset: Dataset = None,
    actor: Annotated[str | None, typer.Option(help="Account name.")] = None,
    action: Annotated[str | None, typer.Option(help="submit, approve, release, ...")] = None,
    since: Since = None,
    until: Annotated[
        str | None,
        typer.Option(help="Refused by this day or time, UTC; what then became of it is shown."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="As it stood at a day, a time or a number of events: nothing later."),
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """What was refused, whether it was tried again, and which attempt then succeeded.

    Example: registry audit denials --action submit
    """
    from registry.workflow.auditing.asking import Question
    from registry.workflow.auditing.denials import COLUMNS
    from registry.workflow.auditing.denials import denials as run

    question = Question(
        dataset=dataset, actor=actor, action=action, since=since, until=until, as_of=as_of
    )
    context = open_here()
    found = run(context, question)
    show_list(found, COLUMNS, format, quiet=quiet, empty="nothing was refused")
    say_exposure(context, format, quiet=quiet)


def releases(
    to: Annotated[str | None, typer.Option(help="The recipient; default: everybody.")] = None,
    until: ThenToo = None,
    as_of: AsOf = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """All releases to a recipient: on which terms, by whom, and how each one ended.

    Example: registry audit releases --to research-lab
    """
    from registry.workflow.auditing.releases_to import COLUMNS, releases_to

    context = open_here()
    found = releases_to(context, to, _one_of(as_of, until))
    show_list(found, COLUMNS, format, quiet=quiet, empty="nothing was released to them")
    say_exposure(context, format, quiet=quiet)


def source(
    name: Annotated[str, typer.Argument(help="The source.")],
    until: ThenToo = None,
    as_of: AsOf = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """All that used a source: versions, evaluations, requests, releases and withdrawals.

    Example: registry audit source hospital --format csv
    """
    from registry.workflow.auditing.used_source import COLUMNS, used_source

    context = open_here()
    found = used_source(context, name, _one_of(as_of, until))
    show_list(found, COLUMNS, format, quiet=quiet)
    say_exposure(context, format, quiet=quiet)


def waivers(
    dataset: Dataset = None,
    until: ThenToo = None,
    as_of: AsOf = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """All waivers there ever were: of which rule, by whom, why, and how each one ended.

    Example: registry audit waivers --dataset claims
    """
    from registry.workflow.auditing.waived import COLUMNS, waived

    context = open_here()
    found = waived(context, dataset, _one_of(as_of, until))
    show_list(found, COLUMNS, format, quiet=quiet, empty="nothing was waived")
    say_exposure(context, format, quiet=quiet)


def actor(
    name: Annotated[str, typer.Argument(help="Account name, or a pseudonym of the log.")],
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many events.")] = _PAGE,
    after: Annotated[
        int | None, typer.Option(min=0, help="Go on behind this event: the last one of a page.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """What somebody did between two dates: counted, and event by event.

    Json holds both, csv and ndjson the events alone.

    Example: registry audit actor ada --since 2026-03-01 --until 2026-03-31
    """
    from registry.workflow.auditing.asking import Question
    from registry.workflow.auditing.doings import COLUMNS, SUMMARY, doings

    question = Question(actor=name, since=since, until=until, as_of=as_of, limit=limit, after=after)
    context = open_here()
    summary, rows = doings(context, question)
    if format is Format.JSON and not quiet:
        show_one({"actor": name, "summary": summary, "events": rows}, format)
        return
    if format is Format.TABLE and not quiet and summary:
        show_list(summary, SUMMARY, format)
        typer.echo()
    show_list(rows, COLUMNS, format, quiet=quiet, empty=f"{name} did nothing then")
    if len(rows) == limit:
        say(f"next: --after {rows[-1]['seq']} goes on")
    say_exposure(context, format, quiet=quiet)


def state(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    as_of: AsOf = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """How a version stood at a time, from the log alone: requests, signatures, releases, waivers.

    Example: registry audit state claims@1 --as-of 2026-03-31
    """
    from registry.workflow.auditing.state import state as run

    context = open_here()
    found = run(context, version, as_of)
    if format is Format.TABLE and not quiet:
        found = {key: _lines(value) for key, value in found.items()}
    show_one(found, format, quiet=quiet)
    say_exposure(context, format, quiet=quiet)


def _one_of(as_of: str | None, until: str | None) -> str | None:
    """The moment asked for in either way; ``until`` is a day or a time, and no number of events."""
    if until is None:
        return as_of
    from registry.errors import InvalidInput
    from registry.workflow.auditing.times import end

    if as_of is not None:
        raise InvalidInput("--as-of and --until both say when", expected="one of the two")
    end(until)
    return until


def _lines(value: object) -> object:
    """Records within a record, each as its values."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "; ".join(" ".join(map(_word, one.values())) for one in value)
    return value


def _word(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return "-" if value is None else str(value)
