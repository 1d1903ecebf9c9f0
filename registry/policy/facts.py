"""What a policy is asked about: the version, the context of its use, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Subject:
    """One version of a synthetic dataset, with the fields of its source that policies match on.

    ``columns`` is the committed schema, in its order; ``kinds`` are the column types of the last
    evaluation, ``subgroups`` and ``constraints`` what the card declares. ``classification`` and
    ``modality`` belong to the source and are settled only once a steward has confirmed it;
    ``raised`` is the higher classification that a card may state.
    """

    dataset: str
    version: int
    content_digest: str
    rows: int
    columns: tuple[str, ...]
    source: str
    source_confirmed: bool
    classification: str
    modality: str
    raised: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    subgroups: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What the data is wanted for, who will have it, and where (ISO 3166-1 alpha-2, or a group).

    ``chosen_from`` are the versions whose results informed the choice of this one, by their labels:
    no policy reads them, but the budget of the source is charged for them as well.
    """

    use: str
    audience: str
    jurisdiction: str | None
    chosen_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One measurement, or one claim of the dataset's card.

    ``id`` is the digest of the evaluation or card it comes from. ``scope`` is empty, one column,
    one secret, or a pair of columns in the order of the schema. ``low`` and ``high`` bound the
    confidence interval. A claim has no age (``measured_at`` is None), and ``holdout`` is None
    where a holdout has no part in the metric.
    """

    id: str
    metric: str
    scope: tuple[str, ...]
    status: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    measured_at: datetime | None
    holdout: bool | None
    dataset_digest: str
    cause: str | None


@dataclass(frozen=True)
class Waiver:
    """A signed exception to one rule of one policy for one version of the data.

    ``policy_version`` is the version of the policy that was in effect when it was signed.
    ``role`` is the one in which the ``approver`` signed, a pseudonym; ``until`` the last day that
    it counts, ``YYYY-MM-DD``; ``signed`` is whether a signature by the approver's own key stands
    under it. An engine believes none of it unseen: the policy must allow the rule
    to be waived, by that role, for that long.
    """

    id: str
    policy_id: str
    policy_version: str
    rule: str
    dataset_digest: str
    role: str
    approver: str
    granted_at: datetime
    until: str
    signed: bool = True
