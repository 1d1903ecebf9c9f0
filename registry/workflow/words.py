"""Words people type for things the registry has a fixed list of."""

from registry.card import require_word
from registry.records import Role


def role_named(text: str) -> Role:
    """The role ``text``; raises `InvalidInput` with the nearest one."""
    require_word("role", text, [role.value for role in Role])
    return Role(text)
