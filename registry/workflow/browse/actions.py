"""What the acting person may do with a version now; the steps themselves decide again."""

from dataclasses import dataclass
from typing import Any

from registry.card import DatasetCard, card_bytes
from registry.policy.jurisdictions import known as known_jurisdictions
from registry.records import OPEN_STATES, Request, VersionState
from registry.store.database import reading
from registry.workflow.browse.version import VersionRecord
from registry.workflow.context import Context
from registry.workflow.gate import effective_policies
from registry.workflow.permissions import ALLOWED
from registry.workflow.requested import AUDIENCES


@dataclass(frozen=True)
class Actions:
    """The steps that are open to the roles of who acts, and the words to fill their forms with.

    ``card`` is the card as it is, as YAML, to be amended; ``own`` are open requests of theirs.
    """

    check: bool
    evaluate: bool
    submit: bool
    amend: bool
    withdraw: bool
    own: tuple[Request, ...]
    uses: tuple[str, ...]
    audiences: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    card: str


def actions(context: Context, record: VersionRecord) -> Actions:
    """The steps that are open; none but looking at a version that was withdrawn."""
    identity = context.identity
    live = record.state != VersionState.WITHDRAWN

    def may(step: str) -> bool:
        return live and bool(identity and identity.roles & ALLOWED[step])

    mine = identity.account_id if identity else 0
    return Actions(
        check=live,
        evaluate=may("evaluate"),
        submit=may("submit"),
        amend=may("amend"),
        withdraw=may("withdraw-version"),
        own=tuple(
            one
            for one in record.requests
            if one.state in OPEN_STATES and one.submitted_by == mine and may("withdraw")
        ),
        uses=known_uses(context),
        audiences=AUDIENCES,
        jurisdictions=tuple(sorted(known_jurisdictions())),
        card=as_yaml(record.card),
    )


def known_uses(context: Context) -> tuple[str, ...]:
    """The uses that the policies in effect speak of."""
    with reading(context.engine) as session:
        policies = effective_policies(session)
    named = [one.document.spec.uses for one in policies]
    return tuple(sorted({use for one in named for use in (*one.allow, *one.deny)}))


def as_yaml(card: DatasetCard) -> str:
    """A card as people write it, in the order of its fields."""
    import json

    import yaml

    fields = _stated(json.loads(card_bytes(card)))
    order = [field.alias or name for name, field in DatasetCard.model_fields.items()]
    ordered = {name: fields[name] for name in order if name in fields}
    return yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=88)


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    """Without the groups and lists that say nothing: left out they mean the same."""
    inner = {k: _stated(v) if isinstance(v, dict) else v for k, v in fields.items()}
    return {k: v for k, v in inner.items() if v not in ({}, [])}
