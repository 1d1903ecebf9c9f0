"""The whole story: a requester and the people who sign and release, each in their own browser."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clocks import SettableClock
from conftest import real_table
from registries import with_log_key
from running import Running, running
from served import Local, Prepared, at_an_address
from web.chromium import steps
from web.chromium.conftest import Browsers
from world import CARD, build

from registry.settings import Settings
from registry.store.database import open_engine
from registry.web.application import application, served
from registry.workflow.context import Context
from registry.workflow.review import review

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(prepared: Prepared, tmp_path: Path) -> Iterator[Running]:
    with running(prepared, tmp_path / "desk") as found:
        yield found


@pytest.fixture
def local(tmp_path: Path, sqlite_template: Path) -> Iterator[Local]:
    """The desk of a registry in local mode."""
    shutil.copyfile(sqlite_template, tmp_path / "registry.db")
    url, clock = f"sqlite:///{tmp_path / 'registry.db'}", SettableClock()
    settings = with_log_key(Settings(tmp_path, url, "local", None))
    home = Context(settings, open_engine(url), clock, None)
    build(home, tmp_path)
    real_table(4).to_csv(tmp_path / "synthetic.csv", index=False)
    (tmp_path / "card.yaml").write_text(CARD % {"epsilon": "2.0"})
    app = application(served(settings), clock)
    with at_an_address(app) as address:
        yield Local(address, app, tmp_path)
    home.engine.dispose()


def come_to(page: Any, *, more_than: int, script: bool) -> None:
    """Wait until the page of the job shows more metrics; by itself, or refreshed by hand."""
    until = time.monotonic() + 120
    while page.locator("#progress progress").count() == 0 or steps.measured(page)[0] <= more_than:
        assert time.monotonic() < until, page.inner_text("#progress")
        if not script:
            page.click("a:has-text('Refresh')")
        page.wait_for_timeout(200)


def evaluated(page: Any, desk: Running, *, script: bool) -> None:
    """Evaluate behind the desk, which is restarted meanwhile, and watch it to its end."""
    steps.evaluate(page, desk)
    come_to(page, more_than=0, script=script)
    before = steps.measured(page)

    desk.stop()
    desk.start()
    page.goto(f"{desk.url}/jobs/J-1")
    # Where the page took its time, the rest was measured meanwhile, and there is no bar any more.
    done = page.inner_text("#progress [role=status]") == "Done"
    assert done or steps.measured(page) >= before
    assert before[0] > 0

    until = time.monotonic() + 240
    while not page.locator("a:has-text('See the evidence')").count():
        assert time.monotonic() < until, page.inner_text("#progress")
        if not script and (again := page.locator("a:has-text('Refresh')")).count():
            again.click()
        page.wait_for_timeout(200)
    assert page.inner_text("#progress [role=status]") == "Done"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_upload_by_evaluation_and_signatures_to_release_by_people_who_signed_in(
    browsers: Browsers, desk: Running, script: bool
) -> None:
    ada = browsers.open(desk, "ada", script=script)
    steps.register(ada, desk)
    evaluated(ada, desk, script=script)
    steps.submit(ada, desk)

    for name in ("stefan", "paula"):
        page = browsers.open(desk, name, script=script)
        page.click("a:has-text('R-1')")
        steps.sign(page, desk, name, f"read by {name}")
        assert f"read by {name}" in page.inner_text("main")
    carla = browsers.open(desk, "carla", script=script)
    steps.release(carla, desk)

    assert "in-force" in carla.inner_text("main")
    signed: Any = review(desk.office.home, "R-1")["signoffs"]
    assert [(one["name"], one["authentication"] != "") for one in signed] == [
        ("stefan", True),
        ("paula", True),
    ]
    ada.goto(f"{desk.url}/datasets/claims@1")
    assert "REL-1" in ada.inner_text("main")


def test_from_upload_by_signatures_to_release_in_local_mode(
    browsers: Browsers, local: Local
) -> None:
    ada = browsers.open(local, "ada")
    steps.register(ada, local)
    ada.goto(f"{local.url}/datasets/claims@2/actions")
    form = ada.locator("form[action$='/submit']")
    form.locator("[name=use]").select_option("model-development")
    form.locator("button").click()
    ada.wait_for_url("**/review/R-1")

    for name in ("stefan", "paula"):
        page = browsers.open(local, name)
        page.click("a:has-text('R-1')")
        assert "claimed and not proven" in page.inner_text("form[action$='/sign']")
        steps.sign(page, local, name, f"read by {name}")
        assert f"read by {name}" in page.inner_text("main")
    carla = browsers.open(local, "carla")
    steps.release(carla, local)

    assert "in-force" in carla.inner_text("main")
    assert "Nobody is authenticated here" in carla.inner_text(".banner")
