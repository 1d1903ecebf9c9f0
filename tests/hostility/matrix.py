"""Every attack, in the order of the page."""

from hostility import on_the_log
from hostility.attack import Attack

MATRIX: dict[str, tuple[Attack, ...]] = {
    "The log itself": on_the_log.ATTACKS,
}
ATTACKS = [attack for attacks in MATRIX.values() for attack in attacks]
