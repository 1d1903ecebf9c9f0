"""What people do at the desk, step by step, in any browser and in either mode."""

import re
from pathlib import Path
from typing import Any, Protocol


class Desk(Protocol):
    """A desk, and what its people type."""

    url: str

    @property
    def folder(self) -> Path: ...

    def fill_secrets(self, form: Any, name: str) -> None: ...


def register(page: Any, desk: Desk) -> None:
    """Upload a table with its card."""
    page.goto(f"{desk.url}/register")
    page.set_input_files("#table", str(desk.folder / "synthetic.csv"))
    page.fill("#card", (desk.folder / "card.yaml").read_text())
    page.click("button:has-text('Register')")
    page.wait_for_url("**/datasets/claims*")


def evaluate(page: Any, desk: Desk) -> None:
    """Ask for an evaluation against uploaded tables; the page of the job comes up."""
    page.goto(f"{desk.url}/datasets/claims@1/actions")
    form = page.locator("form[action$='/evaluate']")
    form.locator("[name=profile]").select_option("full")
    for name in ("training", "holdout"):
        form.locator(f"[name={name}_file]").set_input_files(str(desk.folder / f"{name}.csv"))
    form.locator("button").click()
    page.wait_for_url("**/jobs/J-1")


def submit(page: Any, desk: Desk) -> None:
    """Put the version forward; the page of the request comes up."""
    page.goto(f"{desk.url}/datasets/claims@1/actions")
    form = page.locator("form[action$='/submit']")
    form.locator("[name=use]").select_option("model-development")
    form.locator("[name=audience]").select_option("internal")
    form.locator("button").click()
    page.wait_for_url("**/review/R-1")


def put_forward(page: Any, desk: Desk) -> None:
    """Register and submit."""
    register(page, desk)
    submit(page, desk)


def sign(page: Any, desk: Desk, name: str, reason: str = "") -> None:
    """Fill in the form of the page of a request, and sign."""
    form = page.locator("form[action$='/sign']")
    form.locator("[name=reason]").fill(reason)
    desk.fill_secrets(form, name)
    form.locator("button").click()
    page.wait_for_load_state()


def release(page: Any, desk: Desk) -> None:
    """Release what was approved, to a team of the house."""
    page.goto(f"{desk.url}/review/R-1")
    page.click("a:has-text('Release it')")
    page.fill("#recipient", "Pricing team")
    page.click("button:has-text('Release')")
    page.wait_for_url("**/releases/REL-1")


def measured(page: Any) -> tuple[int, int]:
    """How many of how many metrics the page of a job says are measured; 0 of 0 before it began."""
    found = re.search(r"(\d+) of (\d+) metrics", page.inner_text("#progress"))
    return (int(found[1]), int(found[2])) if found else (0, 0)
