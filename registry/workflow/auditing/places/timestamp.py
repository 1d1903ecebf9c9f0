"""A time-stamp server (RFC 3161): proof by a third party that a checkpoint existed at a time.

What is stamped are the bytes of the note with the log's own line alone, so that the token holds
after witnesses have added theirs. The token is kept beside the note.
"""

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import InvalidInput, Unavailable
from registry.log.note import Note, NoteError, read_note
from registry.records.anchor import AnchorKind
from registry.workflow.auditing.places.files import Folder, keep
from registry.workflow.auditing.places.place import MOST_BYTES, TOKEN_SUFFIX, Held

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest

_SECONDS = 30


class StampRefused(ValueError):
    """A token that is not over these bytes, or not by a server that is trusted."""


@dataclass(frozen=True)
class TimeStampServer:
    """A server at an address, and the folder where notes and tokens are kept."""

    url: str
    folder: Path
    certificates: tuple["Certificate", ...]
    kind: AnchorKind = AnchorKind.RFC3161

    @property
    def name(self) -> str:
        """The address."""
        return self.url

    def held(self) -> list[Held]:
        """What is kept in the folder."""
        return Folder(self.folder).held()

    def put(self, name: str, note: bytes, at: str) -> bytes:
        """Have the note stamped, verify the token, and keep both."""
        token = self._stamped(note)
        try:
            verify_token(token, note, self.certificates)
        except StampRefused as error:
            raise Unavailable(
                f"the answer of the time-stamp server is not to be trusted: {error}",
                where=self.url,
                expected="a token over the checkpoint, by the server of --tsa-certificate",
            ) from error
        keep(self.folder / name, note)
        keep(self.folder / (name + TOKEN_SUFFIX), token)
        return token

    def _stamped(self, note: bytes) -> bytes:
        from rfc3161_client import TimestampRequestBuilder
        from rfc3161_client.base import HashAlgorithm

        request = (
            TimestampRequestBuilder()
            .data(stamped_bytes(note))
            .hash_algorithm(HashAlgorithm.SHA256)
            .cert_request(cert_request=True)
            .build()
        )
        token = self._asked(request.as_bytes())
        _require_answer(token, request, self.url)
        return token

    def _asked(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            request = urllib.request.Request(self.url, body, headers)
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                found: bytes = answer.read(MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            raise Unavailable(
                f"the time-stamp server does not answer: {error}",
                where=self.url,
                todo="nothing was recorded; run the command again",
            ) from error
        return found


def stamped_bytes(note: bytes) -> bytes:
    """The note with its first line of signature alone, which is the log's. Raises ``NoteError``."""
    read = read_note(note)
    return str(Note(read.text, read.signatures[:1])).encode()


def verify_token(token: bytes, note: bytes, certificates: tuple["Certificate", ...]) -> datetime:
    """When the note was stamped, as a trusted server says. Raises `StampRefused`."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        answer = decode_timestamp_response(token)
        verifier = VerifierBuilder()
        for one in certificates:
            verifier = verifier.add_root_certificate(one)
        verifier.build().verify_message(answer, stamped_bytes(note))
        return answer.tst_info.gen_time
    except (VerificationError, NoteError, ValueError) as error:
        raise StampRefused(str(error) or "it is no time-stamp token") from error


def read_certificates(path: Path | None) -> tuple["Certificate", ...]:
    """The certificates in a PEM file; none without a file. Raises `InvalidInput`."""
    from cryptography.x509 import load_pem_x509_certificates

    if path is None:
        return ()
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"the certificates cannot be read: {getattr(error, 'strerror', None) or error}",
            where=str(path),
            expected="a PEM file with the certificates that the time-stamp server's rests on",
        ) from error


def _require_answer(token: bytes, request: "TimeStampRequest", url: str) -> None:
    """The answer belongs to this request: it repeats the nonce, so that no old token passes."""
    from rfc3161_client import decode_timestamp_response

    try:
        answer = decode_timestamp_response(token)
        same = answer.tst_info.nonce == request.nonce
    except ValueError as error:
        raise Unavailable(f"the time-stamp server stamped nothing: {error}", where=url) from error
    if not same:
        raise Unavailable("the time-stamp server answered another question", where=url)
