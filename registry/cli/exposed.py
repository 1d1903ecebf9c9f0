"""What everybody who looks at the log is told: how much of it nothing outside protects."""

from typing import TYPE_CHECKING

from registry.cli.output import Format, say

if TYPE_CHECKING:
    from registry.workflow.context import Context


def say_exposure(context: "Context", format: Format = Format.TABLE, *, quiet: bool = False) -> None:
    """The last anchor and the events since, beside a table; machines read the list alone."""
    if format is not Format.TABLE or quiet:
        return
    from registry.workflow.auditing.exposure import exposed

    say(exposed(context))
