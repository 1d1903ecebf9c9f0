"""What a check is handed: the registry, and how thoroughly to look."""

from dataclasses import dataclass

from sqlmodel import Session

from registry.settings import Settings
from registry.workflow.context import Context


@dataclass(frozen=True)
class Patient:
    """An open registry in one reading transaction; nobody acts in it."""

    context: Context
    session: Session
    full: bool = False
    anchors: tuple[str, ...] = ()

    @property
    def settings(self) -> Settings:
        """The registry's settings."""
        return self.context.settings
