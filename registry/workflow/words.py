"""Words people type for things the registry has a fixed list of."""

from registry.records import Role
from registry.records.card import require_word


def role_named(text: str) -> Role:
    """The role ``text``; raises `InvalidInput` with the nearest one."""
    require_word("role", text, [role.value for role in Role])
    return Role(text)
