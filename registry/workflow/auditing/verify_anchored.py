"""Checks this log against checkpoints that somebody outside holds."""

from collections.abc import Sequence
from pathlib import Path

from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.auditing.checkpoints import log_verifier
from registry.workflow.auditing.held import Against, compared, held_at
from registry.workflow.auditing.log_key import read_public
from registry.workflow.auditing.places.timestamp import read_certificates
from registry.workflow.context import Context


def verify_anchored(
    context: Context,
    anchors: Sequence[str],
    *,
    trust: Path | None = None,
    certificates: Path | None = None,
) -> Against:
    """Compare the log with every checkpoint at ``anchors``: files, folders, ``git:REPO[:branch]``.

    ``trust`` holds the log's public key; without it the one in the registry's folder is taken,
    which whoever owns that folder can change. A log that does not continue an anchor raises
    `IntegrityFailure`, and that is an event.
    """
    log = read_public(trust) if trust else log_verifier(context)
    trusted = read_certificates(certificates)
    held = [one for text in anchors for one in held_at(text)]
    with refusals_logged(context, "verify"), reading(context.engine) as session:
        return compared(session, log, held, trusted)
