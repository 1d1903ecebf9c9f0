"""Asks whether somebody may do a thing, before what they bring for it is taken from them."""

from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.permissions import require


def require_ahead(context: Context, action: str, dataset: str | None = None) -> None:
    """Raise `NotPermitted` for whoever may not do ``action``, and log that they tried."""
    with refusals_logged(context, action, dataset=dataset):
        require(context, action)
