"""Checks a proof of one event offline: it needs the file and the log's public key alone."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from registry.errors import IntegrityFailure, InvalidInput
from registry.log.checkpoint import Checkpoint, open_checkpoint
from registry.log.merkle import included
from registry.log.note import NoteError
from registry.workflow.auditing.log_key import read_public
from registry.workflow.json_file import read_json


class EventProof(BaseModel):
    """What `registry audit prove` writes; bytes are base64."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    apiVersion: Literal["registry/v1"]  # noqa: N815
    kind: Literal["EventProof"]
    body: str
    index: int
    size: int
    inclusion: tuple[str, ...]
    checkpoint: str


def check_proof(file: Path, trust: Path) -> Mapping[str, object]:
    """The event as the log of the key in ``trust`` holds it.

    Raises `IntegrityFailure` where the proof does not hold, `InvalidInput` where it is none.
    """
    log = read_public(trust)
    proof = read_json(file, "proof", EventProof)
    body = _decoded(proof.body, file)
    path = [_decoded(step, file) for step in proof.inclusion]
    try:
        signed, _ = open_checkpoint(proof.checkpoint.encode(), log)
    except NoteError as error:
        raise _refused(str(error), file) from error
    if proof.size != signed.size:
        raise _refused(f"it is for {proof.size} events, the checkpoint for {signed.size}", file)
    if not included(body, proof.index, signed.size, path, signed.root):
        raise _refused("the event is not in the log that was signed", file)
    return _told(body, proof.index, signed, file)


def _told(body: bytes, index: int, signed: Checkpoint, file: Path) -> Mapping[str, object]:
    try:
        said = json.loads(body)
        seq, fields = said["seq"], ("at", "actor", "action", "fact", "outcome")
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _refused("the event cannot be read", file) from None
    if seq != index + 1:
        raise _refused(f"the event calls itself {seq} and is number {index + 1}", file)
    told = {name: said.get(name) for name in (*fields, "dataset", "request", "details")}
    return {"seq": seq, **told, "log": signed.origin, "size": signed.size}


def _decoded(text: str, file: Path) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:
        raise InvalidInput("not base64, written in one way", where=file.name, expected="base64")
    return data


def _refused(what: str, file: Path) -> IntegrityFailure:
    return IntegrityFailure(
        f"the proof does not hold: {what}",
        where=str(file),
        expected="a proof against a checkpoint that the trusted key signed",
    )
