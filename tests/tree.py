"""The whole tree of commands, with every file of the command line opened."""

from functools import cache
from typing import Any

from typer.main import get_command

from registry.cli.lazily import opened
from registry.cli.main import app


@cache
def whole_tree() -> Any:
    """The root's group, holding each command with its parameters."""
    root: Any = get_command(app)
    root.commands = {name: opened(name) for name in root.commands}
    return root
