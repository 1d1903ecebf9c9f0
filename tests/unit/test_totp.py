"""One-time codes: those of RFC 6238, each accepted once."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlparse

import pytest

from registry.workflow.people.totp import accepted, code_at, new_secret, step_of, uri

SECRET = b"12345678901234567890"


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at(SECRET, step_of(at(seconds))) == code
    assert accepted(SECRET, code, at(seconds), -1) == seconds // 30


@pytest.mark.parametrize(("drift", "known"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(drift: int, known: bool) -> None:
    code = code_at(SECRET, 100 + drift)

    assert (accepted(SECRET, code, at(3000), 0) is not None) == known


def test_a_code_is_accepted_once_and_none_before_it_after_that() -> None:
    now = at(3000)

    assert accepted(SECRET, code_at(SECRET, 100), now, 99) == 100
    assert accepted(SECRET, code_at(SECRET, 100), now, 100) is None
    assert accepted(SECRET, code_at(SECRET, 99), now, 100) is None


def test_a_clock_that_was_set_back_finds_its_codes_used() -> None:
    assert accepted(SECRET, code_at(SECRET, 50), at(1500), 100) is None


@pytest.mark.parametrize(
    "text", ["", "000000", "28708", "2870820", "２８７０８２", "abcdef", "\x00"]
)
def test_what_is_no_code_of_now_is_refused(text: str) -> None:
    assert accepted(SECRET, text, at(59), -1) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    assert accepted(SECRET, "287 082", at(59), -1) == 1


def test_the_address_says_what_an_authenticator_needs() -> None:
    found = urlparse(uri(SECRET, "paula", "registry of claims"))

    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    assert found.path == "/registry%20of%20claims:paula"
    assert parse_qs(found.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["registry of claims"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_secrets_are_long_and_differ() -> None:
    assert len({new_secret() for _ in range(8)}) == 8
    assert len(new_secret()) == 20
