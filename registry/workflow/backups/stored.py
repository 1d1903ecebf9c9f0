"""The stored files of a backup: named by their digests, so that restoring cannot alter one."""

import re

from sqlmodel import select

from registry.records import DatasetVersion, Storage
from registry.store.database import reading
from registry.store.objects import put_stream
from registry.store.unpacking import Package, altered
from registry.workflow.backups.manifest import Manifest
from registry.workflow.context import Context

_NAME = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})(\.[a-z.]{1,20})?")


def restore_objects(context: Context, package: Package, manifest: Manifest) -> None:
    """Put every stored file of the backup in its place; what is there already stays."""
    for name, digest in (manifest.objects or {}).items():
        match = _NAME.fullmatch(name)
        entry = package.entries[f"objects/{name}"]
        if not match or digest != f"sha256:{match[2]}" or entry.sha256 != match[2]:
            raise altered(package.path, f"{name!r} is not the name of that stored file")
        put_stream(context.objects / name, package.blocks(f"objects/{name}"), digest)


def missing_objects(context: Context) -> list[str]:
    """Stored files that the records name and the folder does not hold."""
    with reading(context.engine) as session:
        stored = session.exec(
            select(DatasetVersion.path).where(DatasetVersion.storage == Storage.STORED)
        ).all()
    return sorted(name for name in stored if not (context.objects / name).is_file())
