"""The root's group: opens the file of a command only when that command is called."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from registry.cli.commands import COMMANDS


def opened(name: str) -> Any:
    """The command, or group of commands, of this name, with its parameters."""
    room = typer.Typer(rich_markup_mode=None)
    import_module(f"registry.cli.{COMMANDS[name][0]}").add_to(room)
    return get_group(room).commands[name]


class Lazily(TyperGroup):
    """Holds the name and the help line of every command: enough for help, typos and completion.

    Else every call would wait for the files and the parameters of some hundred others.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (_, line) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=line))

    # `Any`: of its own copy of Click, which newer versions of Typer have, it makes no name public.
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command called, opened; its name; and the arguments left for it."""
        name, held, rest = super().resolve_command(ctx, args)
        if name and ctx.params.get("remote"):
            from registry.remote.beside import require_not_beside

            require_not_beside([name, *rest])
        return name, opened(name) if name and held else None, rest
