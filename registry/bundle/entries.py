"""Reads one entry of a ledger from its text."""

from __future__ import annotations

from typing import Any, Final, get_args

from registry.bundle.strict import Refused, canonical_json
from registry.ledger.entry import Entry, Kind

_OPTIONAL: Final = (str, type(None))
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "number": (int,),
    "kind": (str,),
    "label": (str,),
    "content_digest": (str,),
    "audience": _OPTIONAL,
    "guarantee": (dict, type(None)),
    "partition": _OPTIONAL,
    "batch": _OPTIONAL,
    "event": (int,),
}


def read_entry(text: str) -> Entry:
    """An entry with exactly its keys; who received it stays out of bundles. Raises ``Refused``."""
    found: Any = canonical_json(text.encode(), "an entry of the ledger")
    if not isinstance(found, dict) or found.keys() != _KINDS.keys():
        raise Refused("malformed", "an entry of the ledger does not have exactly its keys")
    for key, kinds in _KINDS.items():
        if type(found[key]) not in kinds:
            raise Refused("malformed", f"{key} of an entry of the ledger is of another kind")
    if found["kind"] not in get_args(Kind) or (found["kind"] == "run") != (
        found["audience"] is None
    ):
        raise Refused("malformed", "an entry of the ledger is a run, or reached an audience")
    return Entry(**found, recipient=None)
