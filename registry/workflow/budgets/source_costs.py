"""What each audience received of a source, as the pages and documents draw it."""

from registry.reports.cost_facts import AudienceFacts
from registry.store.database import reading
from registry.workflow.budgets.account import account_of
from registry.workflow.budgets.costs import audience_facts
from registry.workflow.budgets.in_force import by_audience
from registry.workflow.budgets.show import audiences_of
from registry.workflow.context import Context
from registry.workflow.find import row_id, source_named


def source_costs(context: Context, name: str) -> list[AudienceFacts]:
    """An entry for every audience that received something, or has a budget."""
    with reading(context.engine) as session:
        source = source_named(session, name)
        account, budgets = account_of(session, source), by_audience(session, row_id(source))
        return [
            audience_facts(context, session, account, one, budgets.get(one))
            for one in audiences_of(account, budgets)
        ]
