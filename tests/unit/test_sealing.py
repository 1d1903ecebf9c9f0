"""Sealing: the words open it, and nothing else does."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from registry.workflow.people.sealing import (
    AT_ONCE,
    LOW_MEMORY,
    Cost,
    decoy,
    seal,
    seal_by_key,
    unseal,
    unseal_by_key,
)

CHEAP = Cost(1, 8, 1)
SECRET, WORDS, OWNER = b"s" * 32, "four words in order", "key one"


def test_the_words_open_what_they_sealed() -> None:
    assert unseal(seal(SECRET, WORDS, OWNER, CHEAP), WORDS, OWNER) == SECRET


def test_two_seals_of_one_secret_have_nothing_in_common() -> None:
    one, other = (json.loads(seal(SECRET, WORDS, OWNER, CHEAP)) for _ in range(2))

    assert all(one[name] != other[name] for name in ("salt", "nonce", "sealed"))


@pytest.mark.parametrize("words", ["", "four words in orde", "Four words in order"])
def test_other_words_open_nothing(words: str) -> None:
    assert unseal(seal(SECRET, WORDS, OWNER, CHEAP), words, OWNER) is None


def test_what_is_moved_to_another_owner_does_not_open() -> None:
    assert unseal(seal(SECRET, WORDS, OWNER, CHEAP), WORDS, "key two") is None


def test_an_accent_may_be_typed_either_way() -> None:
    assert unseal(seal(SECRET, "caf\u00e9 au lait", OWNER, CHEAP), "cafe\u0301 au lait", OWNER)


@pytest.mark.parametrize("name", ["passes", "memory", "lanes", "salt", "nonce", "sealed"])
def test_an_edited_part_does_not_open(name: str) -> None:
    made = json.loads(seal(SECRET, WORDS, OWNER, CHEAP))
    made[name] = made[name] + 8 if isinstance(made[name], int) else "AAAA" + made[name][4:]

    assert unseal(json.dumps(made).encode(), WORDS, OWNER) is None


@pytest.mark.parametrize(
    "change",
    [{"memory": 1 << 40}, {"passes": 10**9}, {"lanes": 0}, {"memory": True}, {"salt": "!"}],
)
def test_a_cost_that_nobody_asks_for_is_refused_at_once(change: dict[str, object]) -> None:
    made = {**json.loads(seal(SECRET, WORDS, OWNER, CHEAP)), **change}

    assert unseal(json.dumps(made).encode(), WORDS, OWNER) is None


@pytest.mark.parametrize("junk", [b"", b"{}", b"[]", b"\xff", b"null"])
def test_junk_does_not_open(junk: bytes) -> None:
    assert unseal(junk, WORDS, OWNER) is None


def test_a_decoy_looks_like_a_sealed_second_factor() -> None:
    real, false = json.loads(seal(b"t" * 20, WORDS, OWNER, CHEAP)), json.loads(decoy(CHEAP))

    assert {name: len(str(text)) for name, text in real.items()} == {
        name: len(str(text)) for name, text in false.items()
    }
    assert unseal(decoy(CHEAP), WORDS, OWNER) is None


def test_the_usual_cost_is_that_of_rfc_9106_for_little_memory() -> None:
    from argon2.profiles import RFC_9106_LOW_MEMORY as PROFILE

    assert Cost(PROFILE.time_cost, PROFILE.memory_cost, PROFILE.parallelism) == LOW_MEMORY


def test_a_random_key_opens_what_it_sealed_and_no_other_does() -> None:
    sealed = seal_by_key(SECRET, b"k" * 32)

    assert unseal_by_key(sealed, b"k" * 32) == SECRET
    assert unseal_by_key(sealed, b"j" * 32) is None
    assert unseal_by_key(sealed[:-1], b"k" * 32) is None
    assert unseal_by_key(b"", b"k" * 32) is None


def test_few_keys_are_made_at_a_time_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most = 0, 0
    turn = Lock()

    def slow(*_: object, **__: object) -> bytes:
        nonlocal now, most
        with turn:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with turn:
            now -= 1
        return bytes(32)

    monkeypatch.setattr("argon2.low_level.hash_secret_raw", slow)
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda _: seal(b"secret", "words", "owner", LOW_MEMORY), range(20)))

    assert most == AT_ONCE
