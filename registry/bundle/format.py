"""Packs a record into a bundle: an in-toto Statement in a DSSE envelope, signed by the log's key.

File: RFC 8785 JSON of ``{payload, payloadType, signatures}``, and not a byte more. The payload is
the statement; its predicate names the log's key and holds the record, packed by zlib with a preset
dictionary.
"""

from __future__ import annotations

import base64
import zlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey

from registry.bundle.dictionary import DICTIONARY
from registry.bundle.record import Record
from registry.log.canonical import canonical
from registry.log.note import Signer, Verifier

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:synthetic-data-registry:release:v1"
WATERMARK: Final = "DEMONSTRATION: nobody proved who they are"


def packed(record: Record, signer: Signer, watermark: str | None) -> bytes:
    """The bytes of the bundle."""
    body = canonical(record.model_dump(mode="json", exclude_unset=True))
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {
                "name": record.about.dataset,
                "digest": {"sha256": record.dataset.file.removeprefix("sha256:")},
            }
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "log": str(signer.verifier),
            "record": base64.b64encode(_deflated(body)).decode(),
            "watermark": watermark,
        },
    }
    return enveloped(canonical(statement), signer)


def _deflated(body: bytes) -> bytes:
    pack = zlib.compressobj(9, zdict=DICTIONARY)
    return pack.compress(body) + pack.flush()


def enveloped(payload: bytes, signer: Signer) -> bytes:
    """A payload in its envelope, signed."""
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    private = Ed25519PrivateKey.from_private_bytes(signer.seed)
    envelope.sign(CryptoSigner(private, key_of(signer.verifier)))
    return canonical(envelope.to_dict())


def key_id(log: Verifier) -> str:
    """How an envelope names the log's key: name and hash."""
    return f"{log.name}+{log.id.hex()}"


def key_of(log: Verifier) -> SSlibKey:
    """The log's key as an envelope is verified with it."""
    return SSlibKey(key_id(log), "ed25519", "ed25519", {"public": log.key.hex()})
