"""What the server does beside answering: it delivers messages to webhooks that are due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from registry.errors import RegistryError
from registry.workflow.context import Context
from registry.workflow.webhooks.deliver import deliver_due

EVERY: Final = 10.0
"""Seconds between two looks."""
_log = logging.getLogger("registry.web")


@contextmanager
def delivering(home: Context) -> Iterator[None]:
    """As long as the body runs, deliver in a thread of its own; it ends with its last message."""
    over = threading.Event()
    thread = threading.Thread(target=_deliver, args=(home, over), name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(EVERY)


def _deliver(home: Context, over: threading.Event) -> None:
    while not over.wait(EVERY):
        try:
            deliver_due(home)
        except RegistryError as error:
            _log.warning("webhooks were not delivered: %s", error.what)
        except Exception:
            # A thread that ended would leave every later message undelivered, and say so nowhere.
            _log.exception("webhooks were not delivered")
