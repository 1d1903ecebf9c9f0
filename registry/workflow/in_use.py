"""What was withdrawn is put to no further use."""

from registry.errors import Conflict
from registry.records import Source, SourceState, VersionState
from registry.workflow.find import Found


def require_in_use(found: Found) -> None:
    """Raise `Conflict` if the version or its source was withdrawn."""
    require_source_in_use(found.source)
    if found.version.state == VersionState.WITHDRAWN:
        raise Conflict(
            f"{found.label} was withdrawn",
            expected="a version in use",
            todo="see why with `registry audit query --action withdraw-version`",
        )


def require_source_in_use(source: Source) -> None:
    """Raise `Conflict` if the source was withdrawn."""
    if source.state == SourceState.WITHDRAWN:
        raise Conflict(
            f"the source {source.name!r} was withdrawn",
            expected="a source in use",
            todo="see why with `registry audit query --action withdraw-source`",
        )
