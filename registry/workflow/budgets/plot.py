"""What a source has exposed, drawn into a file; nothing is recorded."""

from pathlib import Path

from registry.card import require_word
from registry.errors import NotFound
from registry.store.database import reading
from registry.workflow.budgets.account import account_of
from registry.workflow.budgets.costs import audience_facts
from registry.workflow.budgets.in_force import by_audience
from registry.workflow.budgets.show import audiences_of
from registry.workflow.budgets.terms import require_unaltered
from registry.workflow.context import Context
from registry.workflow.find import row_id, source_named
from registry.workflow.requested import AUDIENCES
from registry.workflow.write_text import write_text


def plot(context: Context, name: str, path: Path, audience: str | None = None) -> Path:
    """Write an SVG of what each audience received of a source, or one of them, step by step.

    Raises `NotFound` where nothing that can be added up was released: an empty picture would say
    that nothing was exposed.
    """
    from registry.reports import plot as drawing

    if audience is not None:
        require_word("audience", audience, AUDIENCES)
    with reading(context.engine) as session:
        source = source_named(session, name)
        account = account_of(session, source)
        budgets = by_audience(session, row_id(source))
        for budget in budgets.values():
            require_unaltered(session, budget)
        facts = [
            audience_facts(context, session, account, one, budgets.get(one))
            for one in ([audience] if audience else audiences_of(account, budgets))
        ]
    drawn = drawing.plot(name, facts)
    if drawn is None:
        raise NotFound(
            f"there is nothing to draw of {name}: no audience received what can be added up",
            expected="a release of a version of it",
            todo="run `registry budget show` without --plot",
        )
    return write_text(path, drawn, "plot")
