"""`audit verify` notices every record that is not what its event says, or is gone."""

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
        ("UPDATE release SET recipient = 'Everybody'", "release of R-1"),
        ("UPDATE release SET expires_on = '2099-12-31'", "release of R-1"),
        ("UPDATE release SET use = 'research'", "release of R-1"),
        ("UPDATE release SET agreement = 'DUA-9'", "release of R-1"),
        ("UPDATE release SET state = 'revoked'", "release REL-1"),
        ("UPDATE release SET file_digest = 'sha256:0'", "release of R-1"),
        ("UPDATE release SET released_at = '2020-01-01T00:00:00.000000Z'", "release of R-1"),
        ("DELETE FROM release", "release of R-1: the log records it and it is gone"),
        ("DELETE FROM signoff WHERE id = 2", "sign-off of event .*: the log records it and it is"),
        ("UPDATE signoff SET reason = 'because' WHERE id = 1", "sign-off 1"),
        ("UPDATE signoff SET authentication = 'smartcard' WHERE id = 1", "sign-off 1"),
        ("UPDATE request SET state = 'approved'", "request R-1"),
        ("UPDATE request SET approved_at = '2030-01-01T00:00:00.000000Z'", "request R-1"),
        ("UPDATE source SET classification = 'public'", "source hospital"),
        ("UPDATE dataset_version SET file_digest = 'sha256:0'", "version claims@1"),
        ("UPDATE dataset_version SET card_digest = 'sha256:0'", "version claims@1"),
        ("UPDATE guarantee SET epsilon = 0.1", "version claims@1: its guarantee"),
        ("UPDATE account SET name = 'mallory' WHERE name = 'paula'", "its name is not the one"),
        (
            "UPDATE account_role SET role = 'steward' WHERE role = 'auditor'",
            "account p-.*: it is not what the log records",
        ),
        ("DELETE FROM policy_document", "policy house-rules 1.0.0: the log records it and it is"),
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
