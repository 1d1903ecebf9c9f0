"""``registry --remote URL evaluate``: has a server measure, and follows how far it came."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from registry.cli.output import Format, say, show_one
from registry.cli.progress import progress_bar
from registry.errors import InvalidInput

if TYPE_CHECKING:
    from registry.workflow.evaluation_inputs import Asked


def evaluate_afar(
    url: str,
    version: str,
    tables: Mapping[str, Path],
    asked: "Asked",
    format: Format,
    *,
    quiet: bool,
) -> None:
    """Ask, follow, and print the job; exits 3 where it did not end as done."""
    from registry.remote.evaluating import begin, follow
    from registry.remote.server import Server

    _require_plain(asked)
    server = Server(url)
    how = {"profile": asked.profile, "probe": asked.probe, "fresh": asked.fresh}
    begun = begin(server, version, tables, how)
    say(f"{begun['job']} is asked for; the server goes on with it if this command ends")
    with progress_bar(f"evaluating {version}") as report:
        found = follow(server, begun, report)
    row = {name: found[name] for name in ("job", "version", "state", "done", "total")}
    show_one(row, format, quiet=quiet)
    say(found["said"])
    if found["state"] != "done":
        raise typer.Exit(3)


def _require_plain(asked: "Asked") -> None:
    """Raise `InvalidInput` for what a job does not take: left out it would be a silent no."""
    given = (asked.seed, asked.target, asked.time_limit)
    if given != (None, None, None) or asked.jobs != 1:
        raise InvalidInput(
            "a server measures the committed target with the admissible seed, at its own pace",
            expected="neither --seed nor --target, --jobs or --time-limit",
            todo="leave them out, or run the command beside the registry",
        )
