"""How policies in files compare with those in effect: the same bytes, others, or none."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, RootModel

from registry.errors import RegistryError
from registry.policy.loader import Policy
from registry.settings import Settings
from registry.workflow.json_file import read_json

Published = Mapping[str, tuple[str, str]]
"""Version and digest of every policy in effect, by its id."""


class _Listed(BaseModel):
    """One policy as ``registry policies list --format json`` prints it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    policy: str = Field(validation_alias=AliasChoices("policy", "id"))
    version: str
    digest: str
    file: str | None = None
    published_by: str | None = None
    published_at: str | None = None


class _List(RootModel[tuple[_Listed, ...]]):
    pass


def read_published(path: Path) -> Published:
    """The policies in effect from a file; raises `InvalidInput`."""
    listed = read_json(path, "list of published policies", _List).root
    return {one.policy: (one.version, one.digest) for one in listed}


def published_in(settings: Settings) -> Published | str:
    """The policies in effect in a registry, which is only read; or why they cannot be known."""
    from registry.store import database, migrations
    from registry.workflow.gate import effective_documents

    try:
        engine = database.open_engine(settings.database_url)
        try:
            migrations.require_head(engine)
            with database.reading(engine) as session:
                documents = effective_documents(session)
                return {one.policy_id: (one.version, one.digest) for one in documents}
        finally:
            engine.dispose()
    except RegistryError as error:
        return error.what


def compared(policies: Sequence[Policy], published: Published | str) -> list[str]:
    """What differs from the policies in effect, a sentence each; one as well if nothing does."""
    if isinstance(published, str):
        return [f"the policies could not be compared with those published: {published}"]
    found = [*_others(policies, published), *_absent(policies, published)]
    return found or ["every policy is the published one"]


def _others(policies: Iterable[Policy], published: Published) -> Iterable[str]:
    for one in policies:
        version, digest = published.get(one.id, ("", ""))
        if not version:
            yield f"{one.id} {one.version} is not published"
        elif digest != one.digest:
            yield (
                f"{one.id} {one.version} differs from the published {version}: "
                f"{one.digest} here, {digest} there"
            )


def _absent(policies: Iterable[Policy], published: Published) -> Iterable[str]:
    here = {one.id for one in policies}
    for id, (version, _) in published.items():
        if id not in here:
            yield f"{id} {version} is published, and not among the policies here"
