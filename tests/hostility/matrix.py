"""Every attack, in the order of the page."""

from hostility import beyond, on_people, on_records, on_the_log
from hostility.attack import Attack

MATRIX: dict[str, tuple[Attack, ...]] = {
    "The log itself": on_the_log.ATTACKS,
    "Records of data, policies, requests and releases": on_records.ATTACKS,
    "People, their keys and what they signed": on_people.ATTACKS,
    "What was signed": beyond.SIGNED,
    "Files and settings": beyond.FILES,
    "With the key of the log, and beyond the log": beyond.FARTHER,
}
ATTACKS = [attack for attacks in MATRIX.values() for attack in attacks]
