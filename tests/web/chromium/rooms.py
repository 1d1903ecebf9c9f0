"""Every page of the desk, by its route, and addresses in `furnished_desk` at which to open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

from clocks import SettableClock
from fastapi.routing import APIRoute
from registries import with_log_key
from served import Local, at_an_address
from web.furnished import furnish
from world import World

from registry.records import Role
from registry.settings import Settings
from registry.store.database import open_engine
from registry.web import pages
from registry.web.application import application, served
from registry.web.pages.dataset import SIDES
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.add_account import add_account
from registry.workflow.context import Context
from registry.workflow.evaluate import evaluate
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.jobs.ask import ask
from registry.workflow.jobs.claim import claim, renew
from registry.workflow.jobs.real_tables import RealTables

ROOMS: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/access": ("/access",),
    "/access/{label}": ("/access/Q-1",),
    "/accounts": ("/accounts",),
    "/accounts/{name}": ("/accounts/stefan", "/accounts/ci"),
    "/agreements": ("/agreements",),
    "/agreements/{label}": ("/agreements/A-1",),
    "/audit": ("/audit", "/audit?actor=carla", "/audit?actor=amir"),
    "/audit/events/{seq}": ("/audit/events/5",),
    "/audit/log": ("/audit/log",),
    "/compare": ("/compare", "/compare?first=claims@1&second=claims@2"),
    "/datasets": ("/datasets", "/datasets?state=withdrawn"),
    "/datasets/{label}": ("/datasets/claims@1", "/datasets/claims@2"),
    "/datasets/{label}/actions": ("/datasets/claims@1/actions",),
    "/datasets/{label}/history": ("/datasets/claims@1/history",),
    "/datasets/{label}/lineage": ("/datasets/claims@1/lineage",),
    "/datasets/{label}/signatures": ("/datasets/claims@1/signatures",),
    "/datasets/{label}/{side}": tuple(
        f"/datasets/claims@2/{side}"
        for side in SIDES
        if side not in ("", "actions", "history", "lineage", "signatures")
    ),
    "/deputies": ("/deputies",),
    "/enrol": ("/enrol",),
    "/enrol/{name}/{code}": ("/enrol/newcomer/ABCD-EFGH",),
    "/jobs": ("/jobs",),
    "/jobs/{label}": ("/jobs/J-1",),
    "/keys": ("/keys",),
    "/login": ("/login",),
    "/me": ("/me",),
    "/policies": ("/policies",),
    "/policies/{name}": ("/policies/house-rules",),
    "/policies/{name}/changes": ("/policies/house-rules/changes?old=1.0.0&new=2.0.0",),
    "/policies/{name}/document": ("/policies/house-rules/document",),
    "/policy-drafts": ("/policy-drafts",),
    "/recalls": ("/recalls",),
    "/recipients": ("/recipients",),
    "/register": ("/register",),
    "/releases": ("/releases",),
    "/releases/new": ("/releases/new?request=R-1",),
    "/releases/{label}": ("/releases/REL-1",),
    "/review": ("/review", "/review?whose=mine", "/review?state=rejected"),
    "/review/{label}": ("/review/R-1", "/review/R-2"),
    "/sources": ("/sources",),
    "/sources/{name}": ("/sources/hospital",),
    "/tokens": ("/tokens",),
    "/waivers": ("/waivers",),
    "/waivers/{label}": ("/waivers/W-1",),
}
NO_PAGES = {"/audit/export", "/enter/{code}", "/oidc/back"}
"""What is downloaded, or leads on to a page at once."""
SIGNED_IN = ("/login", "/enrol", "/", "/me", "/keys", "/tokens", "/accounts/ada", "/review/R-1")
"""Pages that look otherwise where people sign in."""

ADMINS = ("/", "/accounts", "/accounts/stefan", "/accounts/ci", "/tokens", "/keys")
"""Pages on which an admin can do more than others."""
PEOPLE = [one for one in Role if one not in (Role.ADMIN, Role.SERVICE)]
"""Roles that one account may hold together."""


class Recorder:
    """Stands for an application that is given its pages."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def include_router(self, router: object, **_: object) -> None:
        """Note what can be opened."""
        for route in getattr(router, "routes", ()):
            if isinstance(route, APIRoute) and "GET" in route.methods:
                self.paths.add(route.path)


def paths() -> set[str]:
    """The paths of all pages, as the application is given them."""
    recorder = Recorder()
    pages.add_to(recorder)  # type: ignore[arg-type]
    return recorder.paths


@contextmanager
def furnished_desk(folder: Path, template: Path) -> Iterator[Local]:
    """One of everything: an evaluated version, a job that runs; wanda has all of `PEOPLE`."""
    copyfile(template, folder / "registry.db")
    url, clock = f"sqlite:///{folder / 'registry.db'}", SettableClock()
    settings = with_log_key(Settings(folder, url, "local", None))
    home = Context(settings, open_engine(url), clock, None)
    furnish(home)
    world = World(home, folder)
    add_account(world.by("admin"), "wanda", PEOPLE)
    real = RealTables(folder / "training.csv", folder / "holdout.csv", uploaded=False)
    evaluate(world.by("ada"), world.register(4), real.training, real.holdout, Asked("quick"))
    request_access(
        world.by("eve"),
        Wanted("claims", "Pricing team", "research", "internal", "prices", "2026-12-01"),
    )
    ask(world.by("ada"), world.register(5), real, Asked("quick"))
    held = claim(home)
    assert held and renew(home, held, "fidelity.shape", 3, 17)
    app = application(served(settings), clock)
    with at_an_address(app) as address:
        yield Local(address, app, folder)
    home.engine.dispose()
