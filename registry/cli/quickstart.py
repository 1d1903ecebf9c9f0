"""``registry quickstart``: the whole story on bundled real data."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.output import Format, say, show_list

if TYPE_CHECKING:
    from registry.workflow.quickstart import Story, Verdict

_WORDS = {"allow": "allowed", "deny": "denied", "undecided": "not decided"}


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(quickstart)


def quickstart(
    folder: Annotated[Path, typer.Argument(help="A new folder for it.")] = Path("quickstart"),
) -> None:
    """Run the whole story once: register, evaluate, check, sign, release, report, verify.

    On real health insurance records and three synthetic versions of them, in under two minutes.

    Example: registry quickstart demo
    """
    from registry.cli.progress import progress_bar
    from registry.workflow.quickstart import quickstart as run

    with progress_bar("evaluating") as progress:
        story = run(folder, say, progress)
    say("")
    show_list(
        [_row(verdict) for verdict in story.verdicts],
        ["version", "generator", "for", "verdict", "why"],
        Format.TABLE,
    )
    say("")
    _tell_reasons(story)
    _tell_rest(story, folder)


def _row(verdict: "Verdict") -> dict[str, object]:
    failed = [one.rule for one in verdict.decision.findings if one.outcome != "pass"]
    released = verdict.released
    why = (
        f"released to {released.recipient} until {released.expires_on}"
        if released
        else ", ".join(dict.fromkeys(failed))
    )
    return {
        "version": verdict.label,
        "generator": verdict.generator,
        "for": verdict.wanted.audience,
        "verdict": _WORDS[verdict.decision.outcome],
        "why": why,
    }


def _tell_reasons(story: "Story") -> None:
    for verdict in story.verdicts:
        if verdict.refusal and verdict.wanted.audience == "internal":
            say(verdict.refusal)
            say("")


def _tell_rest(story: "Story", folder: Path) -> None:
    from registry.workflow.quickstart import SOURCE

    say("reports, with what each is for:")
    say(f"  {story.reports}")
    say("evidence bundles of what was released:")
    for path in story.bundles:
        say(f"  {path}")
    another = "would fit" if story.another.fits else "would be refused"
    say(f"one more table like the partner's {another}: {story.another.why}")
    say(f"audit trail: {story.verified.events} events, intact, head {story.verified.head[:16]}...")
    say("every name here was claimed, not proven: sign-offs are labelled unauthenticated")
    say("")
    say("try next:")
    last, registry = story.verdicts[-1].label, _program()
    say(
        f"  {registry} -C {folder} check {last} --use model-development --audience internal "
        "--jurisdiction DE"
    )
    say(f"  {registry} -C {folder} budget show {SOURCE}")
    say(f"  {registry} -C {folder} audit query --outcome denied")
    for path in story.bundles[:1]:
        say(f"  {registry} bundle verify {path} --trust {folder / 'log.pub'}")
    say(f"  {registry} -C {folder} report {story.verdicts[0].label} --format md -o -")
    say("")
    say(
        f"review {story.waiting} in a browser, as stefan or paula: this prints a link that lets you"
    )
    say("in once, without a password, and serves until Ctrl-C")
    say(f"  {registry} -C {folder} serve")


def _program() -> str:
    """How to call this command again: by its name if the shell finds it, else as it was called."""
    return "registry" if shutil.which("registry") else sys.argv[0]
