"""The composed distribution that is kept."""

import json
from collections.abc import Callable

import pytest
from ledgers import bare, descent, gaussian, laplace

from registry.errors import IntegrityFailure
from registry.ledger import losses
from registry.ledger.composed import brought_up, read
from registry.ledger.guarantee import Guarantee
from registry.ledger.guarantee import read as read_claim

CLAIMS = [laplace(5.0), descent(1.0, 0.01, 100, (2.0, 1e-8)), gaussian(4.0, 1e-8), bare(0.2, 1e-8)]
DELTA = 1e-6


def guarantees(*claims: dict[str, object]) -> list[Guarantee]:
    found = [read_claim(one).guarantee for one in claims]
    assert None not in found
    return [one for one in found if one is not None]


@pytest.fixture(scope="module")
def stored() -> bytes:
    return brought_up(None, guarantees(*CLAIMS)).to_bytes()


def test_what_is_kept_comes_back_the_same(stored: bytes) -> None:
    anew, kept = brought_up(None, guarantees(*CLAIMS)), brought_up(stored, guarantees(*CLAIMS))

    assert (anew.how, kept.how) == ("computed anew", "as stored")
    assert kept.epsilon_at(DELTA) == anew.epsilon_at(DELTA)
    assert kept.to_bytes() == stored


def test_one_more_is_added_to_what_is_kept(stored: bytes) -> None:
    more = guarantees(*CLAIMS, laplace(3.0))

    found = brought_up(stored, more)

    assert found.how == "1 added to the 4 that are stored"
    assert found.count == 5
    assert found.epsilon_at(DELTA) == pytest.approx(
        brought_up(None, more).epsilon_at(DELTA), rel=1e-6
    )
    assert brought_up(found.to_bytes(), more).how == "as stored"


@pytest.mark.parametrize(
    "others",
    [CLAIMS[:3], [*CLAIMS[:3], bare(0.3, 1e-8)], CLAIMS[::-1], []],
    ids=["fewer", "another", "another order", "none"],
)
def test_what_covers_other_guarantees_is_computed_anew(
    stored: bytes, others: list[dict[str, object]]
) -> None:
    found = brought_up(stored, guarantees(*others))

    assert found.how == "computed anew: what is stored covers other guarantees"
    assert found.epsilon_at(DELTA) == brought_up(None, guarantees(*others)).epsilon_at(DELTA)


def test_what_another_version_computed_is_computed_anew_and_said(
    stored: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by = losses.library_version()
    monkeypatch.setattr(losses, "library_version", lambda: "0.7.0")

    found = brought_up(stored, guarantees(*CLAIMS))

    assert found.how == f"computed anew: what is stored was made by dp-accounting {made_by}"
    assert found.library == "0.7.0"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-8],
        lambda data: data + b"\0" * 8,
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data.replace(b'"count": 4', b'"count": 3'),
        lambda data: b"",
        lambda data: b"\x80\x04.",
    ],
    ids=["cut", "longer", "a bit", "its head", "nothing", "a pickle"],
)
def test_bytes_that_were_altered_are_refused(
    stored: bytes, change: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(IntegrityFailure, match="does not have its digest"):
        brought_up(change(stored), guarantees(*CLAIMS))


def test_the_head_says_in_plain_json_what_is_kept(stored: bytes) -> None:
    head = json.loads(stored.split(b"\n")[1])

    assert (head["format"], head["count"], head["grid"]) == ("privacy-loss/1", 4, 1e-4)
    assert head["library"] == losses.library_version()
    assert len(head["sides"]) == 2
    assert read(stored).count == 4
