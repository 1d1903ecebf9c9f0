"""What a changed policy would have made of every version: allowed and no longer, and the reverse.

Stored evidence is decided on twice, by the policies in effect and by the same with the changed ones
in their place. Nothing is recorded.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from registry.policy.answers.flips import Flip, flip
from registry.policy.engine import decide
from registry.policy.facts import Context as Wanted
from registry.policy.loader import Policy
from registry.store.database import reading
from registry.workflow.budgets.evidence import Budgets
from registry.workflow.bulk import Recorded, count, recorded
from registry.workflow.context import Context
from registry.workflow.proposed import Proposal, proposal
from registry.workflow.requested import require_known_words

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Turned:
    """One version that would be decided otherwise in one context."""

    label: str
    dataset: str
    context: Wanted
    flip: Flip


@dataclass
class Impact:
    """All that turned, and how every decision came out before and after.

    ``unasked`` counts the versions that nobody ever asked for in any context.
    """

    given: tuple[str, ...]
    versions: int = 0
    unasked: int = 0
    turned: list[Turned] = field(default_factory=list)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    datasets: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    @property
    def decisions(self) -> int:
        """How many decisions were compared."""
        return sum(self.outcomes.values())

    @property
    def newly_refused(self) -> int:
        """How many were allowed and are no longer."""
        return sum(one.flip.newly_refused for one in self.turned)


def impact(
    context: Context,
    places: Sequence[Path],
    folder: Path | None = None,
    wanted: Wanted | None = None,
    report: Report = lambda now, done, total: None,
) -> Impact:
    """Decide on every registered version before and after; in the context ``wanted``, or else in
    every one in which the version was ever checked, put forward or released.
    """
    with reading(context.engine) as session:
        proposed = proposal(session, places, folder)
        if wanted is not None:
            require_known_words([*proposed.before, *proposed.after], wanted)
        found, total = Impact(proposed.given), count(session)
        budgets = Budgets(session, context.clock())
        for chunk in recorded(session, _metrics([*proposed.before, *proposed.after])):
            for version in chunk:
                _add(found, version, proposed, (wanted,) if wanted else version.contexts, budgets)
            report("versions", found.versions, total)
    return found


def _add(
    found: Impact,
    version: Recorded,
    proposed: Proposal,
    contexts: Sequence[Wanted],
    budgets: Budgets,
) -> None:
    found.versions += 1
    found.unasked += not contexts
    for wanted in contexts:
        evidence = (*version.evidence, *budgets.evidence(version.subject, wanted))
        before, after = (
            decide(policies, version.subject, wanted, evidence, budgets.now, version.waivers)
            for policies in (proposed.before, proposed.after)
        )
        pair = (before.outcome, after.outcome)
        dataset = version.subject.dataset
        found.outcomes[pair] += 1
        found.datasets.setdefault(dataset, Counter())[pair] += 1
        turned = flip(before, after)
        if turned:
            found.turned.append(Turned(version.label, dataset, wanted, turned))


def _metrics(policies: Sequence[Policy]) -> set[str]:
    """Every metric that a rule names, those of bases included."""
    return {
        metric for policy in policies for author, _ in policy.rules for metric in author.metrics
    }
