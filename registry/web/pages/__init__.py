"""Pages for people, one file a noun."""

from __future__ import annotations

from fastapi import FastAPI

<<<<<<< HEAD
from registry.web.pages import datasets, home, queue, review, signing_in
=======
from registry.web.pages import (
    comparing,
    dataset,
    dataset_steps,
    datasets,
    home,
    jobs,
    registering,
    review,
    signing_in,
)
>>>>>>> 3ebc3f3ec30bb62f344c1c8d83fb5360fdb1c2ea


def add_to(app: FastAPI) -> None:
    """Add every page; none of them is part of the API's description."""
<<<<<<< HEAD
    for room in (home, signing_in, datasets, queue, review):
=======
    for room in (
        *(home, signing_in, datasets, dataset, dataset_steps),
        *(registering, jobs, comparing, review),
    ):
>>>>>>> 3ebc3f3ec30bb62f344c1c8d83fb5360fdb1c2ea
        app.include_router(room.router, include_in_schema=False)
