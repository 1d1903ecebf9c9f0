"""Canonical bytes: the vectors of RFC 8785, and what has no canonical form."""

import hashlib
import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.log.canonical import canonical, digest, digest_bytes

# RFC 8785, appendix B: the bits of an IEEE 754 double, and how it is written.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(("bits", "written"), NUMBERS)
def test_numbers_are_written_as_rfc_8785_appendix_b_writes_them(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert canonical(number) == written.encode()


def test_the_example_of_rfc_8785_section_3_2_2() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }

    assert (
        canonical(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_keys_are_sorted_by_utf_16_code_units_as_in_rfc_8785_section_3_2_3() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    assert list(json.loads(canonical(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_text_is_utf_8_as_it_stands_and_is_not_normalised() -> None:
    assert canonical("Å") == '"Å"'.encode()
    assert canonical("A\u030a") == '"A\u030a"'.encode()
    assert canonical("\u2028") == '"\u2028"'.encode()


@pytest.mark.parametrize(
    "value", [math.nan, [1.0, math.nan], {"a": {"b": (math.nan,)}}], ids=["bare", "list", "deep"]
)
def test_a_nan_is_refused_however_deep(value: object) -> None:
    with pytest.raises(ValueError, match="NaN has no canonical form"):
        canonical(value)


def test_infinities_are_words_however_deep() -> None:
    assert canonical(math.inf) == b'"inf"'
    assert canonical({"low": -math.inf, "all": [math.inf]}) == b'{"all":["inf"],"low":"-inf"}'


@pytest.mark.parametrize("value", [2**53, -(2**53), {1, 2}, b"bytes", object()])
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical(value)


@given(JSON)
def test_the_bytes_say_what_the_value_says(value: object) -> None:
    # JSON has one kind of number: a double above 2**53 is written without a point.
    assert json.loads(canonical(value), parse_int=float) == value


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 9)))
def test_the_order_in_which_keys_were_written_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_a_tuple_is_the_same_as_a_list() -> None:
    assert canonical(("a", (1, 2))) == canonical(["a", [1, 2]])


def test_a_digest_is_the_sha_256_of_the_canonical_bytes() -> None:
    expected = "sha256:" + hashlib.sha256(b'{"a":1,"b":2}').hexdigest()

    assert digest({"b": 2, "a": 1}) == expected
    assert digest_bytes(b'{"a":1,"b":2}') == expected
