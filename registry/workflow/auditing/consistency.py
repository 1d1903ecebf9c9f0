"""The proof for whoever holds an earlier checkpoint, such as a witness."""

from registry.errors import InvalidInput
from registry.log.proof import ConsistencyProof
from registry.store import tree
from registry.store.database import reading
from registry.workflow.context import Context


def consistency(context: Context, first: int, size: int | None = None) -> ConsistencyProof:
    """That the log of ``size`` events (all there are) begins with that of ``first``."""
    with reading(context.engine) as session:
        head = tree.size(session)
        size = head if size is None else size
        if not 0 <= first <= size <= head:
            raise InvalidInput(
                f"there is no proof from {first} to {size} events: the log has {head}",
                expected=f"sizes in order, up to {head}",
                todo="if a larger checkpoint is held, run `registry audit verify --anchor` on it",
            )
        return ConsistencyProof(first, size, tuple(tree.consistency(session, first, size)))
