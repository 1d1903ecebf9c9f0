"""The dataset is the one that was registered."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem

TITLE = "dataset as it was registered"


def check(case: Case) -> Found:
    """Digests of file and content against the event, and the subject of the statement."""
    data, told = case.record.dataset, case.registered
    if (case.opened.subject, f"sha256:{case.opened.sha256}") != (case.label, data.file):
        yield Problem("dataset-differs", "the statement is about another file than the record")
    if told is None:
        return  # `complete` names it
    for name, digest in (("file", data.file), ("content", data.content)):
        if told.details.get(name) != digest:
            yield Problem("dataset-differs", f"the {name} is not the one of event {told.seq}")
    if told.details.get("source") != case.record.source.name:
        yield Problem("source-differs", "the dataset was registered for another source")
