"""Signed notes (C2SP signed-note, version 1): text, and Ed25519 signatures by named keys.

A note is its text, an empty line, and a line for each signature. A key is known by its name and by
four bytes of a hash over its name and material, so that a line says which key to try and proves
nothing by itself. Everything is read strictly: whatever could be written in two ways is refused.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = b"\x01"  # the algorithm's byte in keys of signed notes
_MARK: Final = "\N{EM DASH} "
_PRIVATE: Final = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note, a key or a signature that is not what it must be; the text says how."""


@dataclass(frozen=True)
class Verifier:
    """A public key with its name: ``name+hash+key``, as it is handed to whoever verifies."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return _key_id(self.name, self.key)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encoded(ED25519 + self.key)}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key with its name; its text is a secret."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public key."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, key.public_bytes_raw())

    def secret(self) -> str:
        """``PRIVATE+KEY+name+hash+seed``: what the key's file holds."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{_encoded(ED25519 + self.seed)}"

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"


@dataclass(frozen=True)
class Signature:
    """One line below a note: who says to have signed, by which key, and the 64 bytes."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A text, which ends with a line feed, and its signatures, verified or not."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        lines = (
            f"{_MARK}{one.name} {_encoded(one.key_id + one.value)}\n" for one in self.signatures
        )
        return f"{self.text}\n{''.join(lines)}"


def new_signer(name: str, seed: bytes) -> Signer:
    """A key by the name ``name`` from 32 secret bytes. Raises ``NoteError``."""
    _require_name(name)
    if len(seed) != 32:
        raise NoteError("a seed has 32 bytes")
    return Signer(name, seed)


def read_signer(secret: str) -> Signer:
    """A private key from its text. Raises ``NoteError``, which does not quote it."""
    text = secret.strip()
    if not text.startswith(_PRIVATE):
        raise NoteError(f"a private key begins with {_PRIVATE}")
    name, key_id, seed = _parts(text.removeprefix(_PRIVATE), "private key")
    signer = new_signer(name, seed)
    if signer.verifier.id != key_id:
        raise NoteError("the private key does not have the hash that stands in it")
    return signer


def read_verifier(text: str) -> Verifier:
    """A public key from its text. Raises ``NoteError``."""
    name, key_id, key = _parts(text.strip(), "public key")
    verifier = Verifier(name, key)
    if len(key) != 32 or verifier.id != key_id:
        raise NoteError("the public key does not have the hash that stands in it")
    return verifier


def signed(text: str, signers: Iterable[Signer], earlier: Sequence[Signature] = ()) -> Note:
    """A note signed by each signer, below the signatures that it has already."""
    _require_text(text)
    added = (Signature(one.name, one.verifier.id, _sign(one, text)) for one in signers)
    return Note(text, (*earlier, *added))


def read_note(data: bytes) -> Note:
    """A note from its bytes, its signatures not yet verified. Raises ``NoteError``."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("a note is UTF-8") from error
    text, gap, below = whole.rpartition("\n\n")
    text += "\n"
    if not gap or not below:
        raise NoteError("a note has an empty line and a signature below its text")
    _require_text(text)
    if not below.endswith("\n"):
        raise NoteError("a note ends with a line feed")
    note = Note(text, tuple(_signature(line) for line in below[:-1].split("\n")))
    if str(note).encode() != data:
        raise NoteError("a note is written in another way than it would be")
    return note


def verified(note: Note, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """The keys among ``verifiers`` that signed the note.

    A line by a known key whose signature does not hold raises ``NoteError``: it is a forgery, or
    the text was changed. Lines by unknown keys are passed over.
    """
    known = {(one.name, one.id): one for one in verifiers}
    found: dict[tuple[str, bytes], Verifier] = {}
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        if not key.accepts(note.text, one.value):
            raise NoteError(f"the signature by {one.name} does not hold")
        found[one.name, one.key_id] = key
    return list(found.values())


def _sign(signer: Signer, text: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(signer.seed).sign(text.encode())


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key).digest()[:4]


def _parts(text: str, what: str) -> tuple[str, bytes, bytes]:
    """Name, hash and material of a key's text."""
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    _require_name(name)
    decoded = _decoded(material, what)
    if len(key_id) != 8 or key_id != key_id.lower() or decoded[:1] != ED25519:
        raise NoteError(f"a {what} is name+hash+key, of the algorithm Ed25519")
    try:
        return name, bytes.fromhex(key_id), decoded[1:]
    except ValueError as error:
        raise NoteError(f"the hash in a {what} is eight hexadecimal digits") from error


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK):
        raise NoteError("a signature line begins with an em dash and a space")
    _require_name(name)
    value = _decoded(encoded, "signature")
    if len(value) != 68:
        raise NoteError("an Ed25519 signature has four bytes of key and 64 of its own")
    return Signature(name, value[:4], value[4:])


def _require_name(name: str) -> None:
    if not name or "+" in name or any(char.isspace() or not char.isprintable() for char in name):
        raise NoteError("a key's name is text without spaces and without +")


def _require_text(text: str) -> None:
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise NoteError("a note's text is printable and ends with a line feed")


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NoteError(f"the {what} is not base64") from error
    if _encoded(data) != text:
        raise NoteError(f"the {what} is base64 that could be written otherwise")
    return data
