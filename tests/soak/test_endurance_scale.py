"""A million events: what an auditor waits for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.log import EVENTS, build, measured


def test_a_made_up_log_is_a_sound_one(tmp_path: Path) -> None:
    context = build(tmp_path, 3_000)

    assert {one.name for one in measured(context, 3_000)} >= {"verify the whole log"}
    context.engine.dispose()


@pytest.mark.soak
def test_a_million_events_are_verified_and_asked_in_time(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    context = build(tmp_path, EVENTS)

    figures = measured(context, EVENTS)

    lines = [f"{one.name:34}{one.seconds:10.3f} s   at most {one.target} s" for one in figures]
    record_property("endurance", f"{EVENTS} events\n" + "\n".join(lines))
    assert not [one for one in figures if one.seconds > one.target]
    context.engine.dispose()
