"""Exchange files in the index of a folder, each beside the report of what it could not carry."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from registry.reports.index import Entry, File, file_name
from registry.reports.purposes import Purpose
from registry.workflow.exchange.export import Exported

READERS: Final = {
    "croissant": "Programs that load datasets",
    "hf-card": "Users of a dataset repository",
    "opendp": "The differential privacy deployments registry",
    "prov": "Programs that follow provenance",
    "prov-n": "People who follow provenance",
    "openlineage": "Lineage services",
}


def entries(exports: Iterable[Exported]) -> Mapping[str, list[Entry]]:
    """The entries by the version that they are about."""
    found: dict[str, list[Entry]] = {}
    for one in exports:
        found.setdefault(one.about, []).append(_entry(one))
    return found


def _entry(one: Exported) -> Entry:
    files = (
        File(one.format.ending.upper(), quote(one.name)),
        File("lossiness report", quote(file_name(one.losses, "html"))),
    )
    sentence = "What leaves the house of this version, as other people's programs read it."
    return Entry(one.format.name, Purpose(READERS[one.format.id], sentence), files)
