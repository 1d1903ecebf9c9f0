"""What an export holds, and what it says of itself."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from registry.log.canonical import canonical

KIND: Final = "registry-audit-export/1"
EVENTS, PROOFS, CHECKPOINT = "events.ndjson", "proofs.ndjson", "log.checkpoint"
PEOPLE, TABLE = "people.json", "events.csv"
REQUIRED: Final = {EVENTS, PROOFS, CHECKPOINT}
OPTIONAL: Final = {PEOPLE, TABLE}


class Manifest(BaseModel):
    """``filter`` is what was asked for, empty for the whole log; ``size`` and ``root`` (hex) are
    the checkpoint's. ``note`` is the log's signature over all the rest, None where the key of the
    log was not there.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str
    origin: str
    exported: str
    filter: dict[str, str]
    events: int
    size: int
    root: str
    note: str | None
    files: Mapping[str, Any]


def signed_text(origin: str, manifest: Mapping[str, object]) -> str:
    """What the log signs of a manifest. Its second line is no number: no checkpoint reads so."""
    digest = hashlib.sha256(canonical(manifest)).hexdigest()
    return f"{origin}\n{KIND}\n{digest}\n"


def whole(manifest: Manifest) -> bool:
    """Whether the whole log is exported, so that its root is that of the exported events."""
    return not manifest.filter
