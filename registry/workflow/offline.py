"""Decides from files alone, with no registry: for a pull request, before anything is registered.

Such a decision is advice. Nobody confirmed the source, nobody signed for the evidence, and nothing
is recorded: no event, no decision, nothing that a release could rest on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from registry.card import DatasetCard, card_digest, raised, read_card, require_word
from registry.errors import InvalidInput
from registry.log.canonical import digest_bytes
from registry.policy.engine import decide
from registry.policy.facts import Context, Subject
from registry.policy.vocabulary import CLASSIFICATIONS, MODALITIES
from registry.workflow.checked import Checked
from registry.workflow.claims import claim_digest, claims
from registry.workflow.evidence_file import (
    EvidenceFile,
    Measured,
    addressed,
    evidence_in,
    read_evidence,
    readable,
)
from registry.workflow.files import read_document
from registry.workflow.policy_files import read_policies
from registry.workflow.policy_places import places, seen_from
from registry.workflow.published import Published, compared
from registry.workflow.requested import require_known_words

UNSIGNED = "UNSIGNED: decided from files alone; nothing is recorded, and no release rests on this"


@dataclass(frozen=True)
class Files:
    """What is decided from; the two words are for what neither card nor evidence says."""

    card: Path
    evidence: Path
    policies: Path
    classification: str | None = None
    modality: str | None = None


def check_offline(
    files: Files, wanted: Context, now: datetime, published: Published | str
) -> Checked:
    """The decision on the version that a card and an evidence file describe.

    ``published`` are the policies in effect, or why they are not known. Raises `InvalidInput` for
    files that cannot be read or do not belong together.
    """
    card = read_card(read_document(files.card, "card"), files.card.name)
    file = addressed(read_evidence(files.evidence), wanted.audience)
    _require_one_subject(card, file, files)
    policies = read_policies([files.policies])
    require_known_words(policies, wanted)
    subject = _subject(card, file, files)
    counted = _counted(file)
    evidence = [
        *evidence_in(
            file, counted, digest_bytes(file.model_dump_json().encode()), claim_digest(card)
        ),
        *claims(card, card_digest(card), file.content_digest),
    ]
    return Checked(
        label=file.label,
        wanted=wanted,
        decision=decide(policies, subject, wanted, evidence, now),
        policies=tuple(policies),
        files=places(files.policies),
        unsigned=True,
        notes=(UNSIGNED, *compared(policies, published), *_doubts(file, counted)),
        file=seen_from(Path.cwd(), files.card),
    )


def _counted(file: EvidenceFile) -> list[Measured]:
    from evaluators.catalogue import CATALOGUE

    return readable(file, {info.id: info.definition for info in CATALOGUE.values()})


def _doubts(file: EvidenceFile, counted: Sequence[Measured]) -> list[str]:
    """What a registry would have known, and here is only said."""
    found = []
    if file.source is None:
        found.append("the classification and modality of the source are as stated, unconfirmed")
    if left := len(file.measurements) - len(counted):
        found.append(f"{left} measurements are by another definition of their metric, and not read")
    return [*found, *_reckoned(counted)]


def _reckoned(counted: Sequence[Measured]) -> list[str]:
    """As of when figures were reckoned: nothing here knows what was released or audited since."""
    figures: dict[datetime, list[str]] = {}
    for one in counted:
        if one.reckoned_at is not None:
            said = "not measurable" if one.value is None else f"{float(one.value):.6g}"
            figures.setdefault(one.reckoned_at, []).append(f"{one.metric} {said}")
    since = "without what was released or audited since"
    return [
        f"{', '.join(said)}: reckoned at {at.isoformat()}, {since}"
        for at, said in sorted(figures.items())
    ]


def _require_one_subject(card: DatasetCard, file: EvidenceFile, files: Files) -> None:
    pairs = [("dataset", card.name, file.dataset)]
    if file.source:
        pairs.append(("source", card.source, file.source.name))
    for noun, by_card, by_evidence in pairs:
        if by_card != by_evidence:
            raise InvalidInput(
                f"the evidence is of the {noun} {by_evidence!r}, the card of {by_card!r}",
                where=f"{files.card.name}, {files.evidence.name}",
                expected="a card and evidence of one version",
            )


def _subject(card: DatasetCard, file: EvidenceFile, files: Files) -> Subject:
    known = file.source
    classification = _stated(
        "classification",
        {
            "--classification": files.classification,
            "the evidence": known.classification if known else None,
        },
        CLASSIFICATIONS,
        card.classification,
    )
    modality = _stated(
        "modality",
        {"--modality": files.modality, "the evidence": known.modality if known else None},
        MODALITIES,
    )
    said = dict(card.columns.kinds) | dict.fromkeys(card.columns.levels, "ordinal")
    return Subject(
        dataset=card.name,
        version=file.version or 0,
        content_digest=file.content_digest,
        rows=file.rows,
        columns=tuple(one.name for one in file.columns),
        source=card.source,
        source_confirmed=known.confirmed if known else True,
        classification=classification,
        raised=raised(classification, card),
        modality=modality,
        kinds=said | {one.name: one.kind for one in file.columns if one.kind},
        subgroups=card.columns.subgroups,
        constraints=card.columns.constraints,
    )


def _stated(
    noun: str, said: Mapping[str, str | None], known: Sequence[str], otherwise: str | None = None
) -> str:
    """The word for what policies match on; those who say it must say the same."""
    words = {place: word for place, word in said.items() if word is not None}
    for word in words.values():
        require_word(noun, word, known)
    if len(set(words.values())) > 1:
        raise InvalidInput(
            f"the {noun} is said to be " + ", ".join(f"{w!r} by {p}" for p, w in words.items()),
            expected=f"one {noun}",
        )
    found = next(iter(words.values()), otherwise)
    if found is None:
        raise InvalidInput(
            f"the {noun} of the source is not known",
            expected=f"--{noun} with one of: {', '.join(known)}",
            todo=f"name it; policies match on the {noun}",
        )
    return found
