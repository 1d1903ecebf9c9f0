"""`audit verify` notices a sign-off, release or policy that is not what its event says."""

import pytest
from sqlalchemy import text
from world import World

from registry.errors import IntegrityFailure
from registry.log.canonical import digest_bytes
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE signoff SET statement = :junk WHERE id = 1", "sign-off 1"),
        ("UPDATE signoff SET statement = :junk, statement_digest = :its WHERE id = 1", "sign-off"),
        ("UPDATE signoff SET role = 'compliance-officer' WHERE id = 1", "sign-off 1"),
        ("UPDATE signoff SET meaning = 'reject' WHERE id = 2", "sign-off 2"),
        ("UPDATE signoff SET account_id = account_id + 1 WHERE id = 1", "sign-off 1"),
        ("UPDATE release SET recipient = 'Everybody'", "release REL-1"),
        ("UPDATE release SET expires_on = '2099-12-31'", "release REL-1"),
        ("UPDATE release SET use = 'research'", "release REL-1"),
        ("UPDATE release SET agreement = 'DUA-9'", "release REL-1"),
        ("UPDATE release SET state = 'revoked'", "release REL-1"),
        ("UPDATE release SET file_digest = 'sha256:0'", "release REL-1"),
        ("UPDATE policy_document SET body = :junk", "policy house-rules 1.0.0"),
        ("UPDATE policy_document SET body = :junk, digest = :its", "policy house-rules 1.0.0"),
    ],
)
def test_an_edited_record_is_not_what_its_event_says(
    world: World, statement: str, said: str
) -> None:
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team"))
    junk = b'{"role": "steward"}'
    given = {"junk": junk, "its": digest_bytes(junk)}
    with world.home.engine.begin() as connection:
        used = {key: value for key, value in given.items() if f":{key}" in statement}
        assert connection.execute(text(statement), used).rowcount == 1

    with pytest.raises(IntegrityFailure, match=said) as caught:
        verify(world.home)
    assert caught.value.exit_code == 6
