"""Gives a folder the log's name and key: new ones for a new log, the log's own when it joins."""

import json
import os
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session

from registry.errors import Conflict, IntegrityFailure, InvalidInput
from registry.log.checkpoint import read_checkpoint
from registry.log.note import NoteError, Verifier, read_note
from registry.records import LogCheckpoint
from registry.settings import FILE_NAME, Settings, key_place
from registry.store import checkpoints
from registry.store.database import reading
from registry.workflow.auditing import log_key
from registry.workflow.auditing.checkpoints import opened
from registry.workflow.context import Context


def begin_log(context: Context, key: Path | None) -> Settings:
    """The settings of a new log, whose key is made, at ``key`` if that is given.

    A key that is there already is refused: by it another log is known.
    """
    origin = log_key.new_origin(context.settings.folder)
    place = key.absolute() if key else key_place(os.environ, origin)
    return _settled(context.settings, log_key.make_key(place, origin).verifier, place)


def join_log(context: Context, key: Path | None) -> Settings:
    """The settings of a folder whose database has a log already: it takes over the log's name.

    From the key in the file ``key``, from a ``log.pub`` laid into the folder before, or from the
    last checkpoint in the database. Raises `InvalidInput` where none of them is there.
    """
    settings = context.settings
    with reading(context.engine) as session:
        public = _public(settings, key)
        if public is not None:
            _require_signed_by(session, public)
            place = key or key_place(os.environ, public.name)
            return _settled(settings, public, place)
        origin = _origin(checkpoints.last(session))
    place = key_place(os.environ, origin)
    if place.is_file():
        return _settled(settings, log_key.read_key(place).verifier, place)
    return replace(settings, origin=origin, log_key=place)


def make_log_key(context: Context, key: Path | None) -> Settings:
    """Give a registry made before logs had keys its key; raises `Conflict` where it has one."""
    settings = context.settings
    with reading(context.engine) as session:
        known = checkpoints.last(session) is not None
    if known or settings.origin or settings.log_key or (settings.folder / log_key.PUBLIC).exists():
        raise Conflict(
            "the log has a key already",
            where=str(settings.log_key or settings.folder / log_key.PUBLIC),
            expected="a log for which no key was ever made",
            todo="name the key with REGISTRY_LOG_KEY, and copy log.pub into the folder",
        )
    made = begin_log(context, key)
    with (settings.folder / FILE_NAME).open("a", encoding="utf-8") as file:
        file.write("\n" + log_lines(made))
    return made


def log_lines(settings: Settings) -> str:
    """The lines of ``registry.toml`` on the log; JSON's strings are TOML's."""
    return (
        "# The log's name, and the key that signs its checkpoints.\n"
        f"origin = {json.dumps(settings.origin)}\nlog_key = {json.dumps(str(settings.log_key))}\n"
    )


def _settled(settings: Settings, public: Verifier, key: Path) -> Settings:
    log_key.write_public(settings.folder, public)
    return replace(settings, origin=public.name, log_key=key.absolute())


def _public(settings: Settings, key: Path | None) -> Verifier | None:
    """The log's public key as far as it was given to a folder that joins."""
    laid = settings.folder / log_key.PUBLIC
    public = log_key.read_public(laid) if laid.exists() else None
    if key is None:
        return public
    found = log_key.read_key(key.absolute()).verifier
    if public not in (None, found):
        raise InvalidInput(
            "the key and log.pub are of two logs",
            where=f"{key} and {laid}",
            expected="the two halves of one key",
        )
    return found


def _require_signed_by(session: Session, public: Verifier) -> None:
    last = checkpoints.last(session)
    if last is None:
        return
    try:
        opened(last, public)
    except IntegrityFailure as error:
        raise InvalidInput(
            f"{public.name} is not the key of the log in this database",
            expected=f"the key of {_origin(last)}, which signed its last checkpoint",
            todo="name that key with --log-key, or lay its log.pub into the folder",
        ) from error


def _origin(last: LogCheckpoint | None) -> str:
    if last is None:
        raise InvalidInput(
            "the database has a log already, and does not tell by which key it is signed",
            expected="the key it was made with; a second one would make two logs of it",
            todo="name it with --log-key, or lay the log.pub of the first folder into this one; "
            "then run `registry init` again",
        )
    try:
        return read_checkpoint(read_note(bytes(last.note))).origin
    except NoteError as error:
        raise IntegrityFailure(f"checkpoint {last.size}: {error}") from error
