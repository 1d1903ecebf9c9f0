"""Personal signatures: RFC 8032's own, and none that was touched."""

import pytest

from registry.log.signature import key_id, verify

# RFC 8032, 7.1, test 2.
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
VALUE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
BODY = b"\x72"


def test_a_signature_of_the_rfc_holds() -> None:
    assert verify(PUBLIC, VALUE, BODY)


@pytest.mark.parametrize(
    ("public", "value", "body"),
    [
        (PUBLIC, VALUE, b"\x73"),
        (PUBLIC, VALUE, b""),
        (PUBLIC, VALUE[:-1], BODY),
        (PUBLIC, bytes(64), BODY),
        (PUBLIC[:-1] + b"\x0d", VALUE, BODY),
        (PUBLIC[:-1], VALUE, BODY),
        (b"", b"", b""),
    ],
)
def test_anything_else_does_not(public: bytes, value: bytes, body: bytes) -> None:
    assert not verify(public, value, body)


def test_a_key_is_called_by_eight_bytes_of_its_digest() -> None:
    assert key_id(PUBLIC) == "OfcT0KZEJT8="


def test_two_keys_have_two_ids() -> None:
    assert key_id(PUBLIC) != key_id(bytes(32))
