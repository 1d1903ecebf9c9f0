"""Commands that no server runs: those of the registry's own machine, and those of this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.errors import InvalidInput

DATABASE: Final = "They need the database's owner, and most of them no server at work."
WITNESS: Final = "A witness is another party, on a machine of its own."
TEMPLATES: Final = (
    "Templates are programs: they lie with whoever runs the server, and never come in from outside."
)
BESIDE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("init", "quickstart"), "There is no server before there is a registry."),
    "serve": "It starts the server that answers the calls.",
    "doctor": "It examines the machine that the registry is on: its clock, files, keys and "
    "triggers.",
    **dict.fromkeys(
        ("db upgrade", "db current", "db backup", "db restore", "db grant-app-role"), DATABASE
    ),
    "audit key": "It writes the log's private key, which must not be made on anybody's call.",
    **dict.fromkeys(("witness", "witness-key"), WITNESS),
    **dict.fromkeys(("templates export", "templates check"), TEMPLATES),
    "webhooks deliver": "The server delivers by itself.",
}
"""They do nothing against a server, and say why."""
WAITING: Final[Mapping[str, str]] = {
    "policy impact": "It prints what was observed and how every dataset fares; "
    "its call tells neither.",
}
"""They have a call that does not tell all that they print, so they stay as well."""
FILES: Final = "They read files of this machine, and need no registry."
TRUSTED: Final = "What a server says is checked without the server."
KNOWN: Final = (
    "They tell what the programs on this machine know, by which policies are checked here."
)
HERE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("policy validate", "policy lint", "policy fmt", "policy test", "policy doc"), FILES
    ),
    **dict.fromkeys(
        ("bundle verify", "bundle verifier", "audit verify-export", "audit check-proof"), TRUSTED
    ),
    **dict.fromkeys(("metrics list", "metrics show", "policy schema"), KNOWN),
}
"""They do the same with a server and without."""


def require_not_beside(words: list[str]) -> None:
    """Raise `InvalidInput` for a command that acts where the registry is."""
    for command in (" ".join(words[:1]), " ".join(words[:2])):
        if why := {**BESIDE, **WAITING}.get(command):
            raise InvalidInput(
                f"`{command}` runs beside the registry, and not against a server",
                expected=f"no server: {why[0].lower()}{why[1:-1]}",
                todo="run it on the server, without --remote and REGISTRY_REMOTE",
            )
