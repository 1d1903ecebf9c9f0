"""When something is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from registry.policy.expiry import day, days, expired, stale

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("until", ["2026-05-04", date(2026, 5, 4), "2026-05-05"])
def test_a_day_counts_to_its_end(until: str | date) -> None:
    assert not expired(until, NOON)
    assert not expired(until, datetime(2026, 5, 4, 23, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize("until", ["2026-05-03", date(2026, 5, 3)])
def test_the_day_after_it_is_over(until: str | date) -> None:
    assert expired(until, NOON)


def test_days_end_in_utc_wherever_the_clock_stands() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert not expired("2026-05-04", datetime(2026, 5, 5, 8, 59, tzinfo=tokyo))
    assert expired("2026-05-04", datetime(2026, 5, 5, 9, 0, tzinfo=tokyo))


def test_an_instant_counts_itself() -> None:
    assert not expired(NOON, NOON)
    assert expired(NOON, NOON + timedelta(microseconds=1))
    assert not expired("2026-05-04T12:00:00Z", NOON)
    assert expired("2026-05-04T13:59:59+02:00", NOON)


@pytest.mark.parametrize(
    "until",
    [
        "",
        "never",
        "2999-13-01",
        "2999-02-30",
        "29990101",
        "2999-W01-1",
        "2999-01-01T00:00:00",
        None,
        0,
    ],
)
def test_what_cannot_be_read_is_over(until: object) -> None:
    assert expired(until, NOON)  # type: ignore[arg-type]


def test_a_naive_time_expires_everything() -> None:
    assert expired(datetime(2999, 1, 1), NOON)
    assert expired("2999-01-01", NOON.replace(tzinfo=None))


def test_the_greatest_age_is_still_fresh() -> None:
    assert not stale(NOON - timedelta(days=30), 30, NOON)
    assert stale(NOON - timedelta(days=30, microseconds=1), 30, NOON)


@pytest.mark.parametrize(
    "measured_at", [None, datetime(2026, 5, 4, 11), NOON + timedelta(seconds=1)]
)
def test_an_age_that_cannot_be_known_is_too_old(measured_at: datetime | None) -> None:
    assert stale(measured_at, 30, NOON)


def test_an_age_beyond_the_calendar_is_too_old() -> None:
    assert stale(NOON, 10_000_000, NOON)


@pytest.mark.parametrize(
    "text", ["30", "P30", "P1M", "P0D", "P-1D", "p30d", "P30D ", "P36501D", "P٣D"]
)
def test_a_duration_says_its_unit_in_whole_days(text: str) -> None:
    assert days("P30D") == 30
    with pytest.raises(ValueError, match="P30D"):
        days(text)


@pytest.mark.parametrize(
    "text", ["2026-02-29", "20260101", "2026-1-1", "2026-01-01T00:00:00Z", "x"]
)
def test_a_day_is_one_of_the_calendar(text: str) -> None:
    assert day("2028-02-29") == date(2028, 2, 29)
    with pytest.raises(ValueError, match="2027-03-31"):
        day(text)
