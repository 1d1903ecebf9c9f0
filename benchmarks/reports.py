"""Times the reports: the full set of a 15-column dataset, and the page of a 300-column one.

Run with `python -m benchmarks.reports`. The small dataset is made up, registered and evaluated;
only printing its set is timed, as a command of its own. The wide one is a stored evaluation of 300
columns with every pair, for evaluating so many takes far longer than printing them.
"""

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from registry.card import read_card
from registry.records import Role
from registry.reports.quality import quality
from registry.reports.rendering.render import render
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context, open_context
from registry.workflow.evaluate import evaluate
from registry.workflow.init import init
from registry.workflow.register import register
from tests.unit.reports.example import evaluation, quality_facts, shape, trend

REGISTRY = str(Path(sys.executable).with_name("registry"))
CARD = b"""\
apiVersion: registry/v1
kind: DatasetCard
name: visits
source: ward
target: c00
generator: {name: made-up, version: "1.0", family: other, seed: 7}
"""


def table(seed: int, columns: int = 15, rows: int = 1000) -> pd.DataFrame:
    """Numbers that hang together in the first columns, and categories in the last third."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=rows)
    made = {}
    for place in range(columns):
        number = np.round(shared * (place % 4) + rng.normal(size=rows), 2)
        word = rng.choice(["a", "b", "c", "d"], rows)
        made[f"c{place:02}"] = word if place % 3 == 0 else number
    return pd.DataFrame(made)


def _as(home: Context, name: str) -> Context:
    return open_context(replace(home.settings, claimed=name), home.clock)


def evaluated(folder: Path) -> Path:
    """A registry with one evaluated version of 15 columns; returns its folder."""
    home = open_context(init(folder / "home", "admin").settings)
    for name, role in (("ada", Role.ENGINEER), ("stefan", Role.STEWARD)):
        add_account(_as(home, "admin"), name, [role])
    files = {name: folder / f"{name}.csv" for name in ("real", "holdout", "made")}
    for seed, file in enumerate(files.values()):
        table(seed).to_csv(file, index=False)
    real, holdout = files["real"], files["holdout"]
    add_source(_as(home, "ada"), "ward", real, holdout, classification="personal")
    confirm_source(_as(home, "stefan"), "ward")
    label = register(_as(home, "ada"), files["made"], read_card(CARD, "card.yaml")).label
    evaluate(_as(home, "ada"), label, real, holdout)
    return folder / "home"


def set_seconds() -> tuple[float, float]:
    """Wall and CPU time of `registry report visits@1 --all`, every kind in every format."""
    with tempfile.TemporaryDirectory() as folder:
        home = evaluated(Path(folder))
        command = [REGISTRY, "-C", str(home), "report", "visits@1", "--all"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        wall = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wide(columns: int = 300) -> tuple[float, float]:
    """Seconds to print the page of a dataset so wide, and its size in megabytes."""
    names = tuple(f"column_{place:03}" for place in range(columns))
    rng = np.random.default_rng(0)
    bins = [{"label": f"{low} to {low + 10}", "real": 50, "synthetic": 45} for low in range(10)]
    pairs = list(combinations(names, 2))
    real, made = rng.uniform(-1, 1, (2, len(pairs))).round(3).tolist()
    stored = {
        "figure": "association",
        "columns": list(names),
        "coefficients": ["pearson"] * len(pairs),
        "real": real,
        "synthetic": made,
    }
    run = replace(
        evaluation(),
        measurements=(
            *(
                shape(name, value)
                for name, value in zip(names, rng.uniform(0.5, 1, columns), strict=True)
            ),
            *(
                trend(pair, value)
                for pair, value in zip(pairs, rng.uniform(0.5, 1, len(pairs)), strict=True)
            ),
        ),
        histograms=tuple({"column": one, "kind": "numeric", "bins": bins} for one in names),
        figures=(stored,),
    )
    facts = replace(quality_facts(), columns=names, evaluations=(run,))
    started = time.perf_counter()
    page = render(quality(facts), "html")
    return time.perf_counter() - started, len(page) / 1e6


def main() -> None:
    """Print one line a measurement with its target."""
    seconds, size = wide()
    print(f"{'300 columns, HTML: seconds':<34}{seconds:>8.2f}{30:>8}")
    print(f"{'300 columns, HTML: megabytes':<34}{size:>8.2f}{5:>8}")
    wall, cpu = set_seconds()
    print(f"{'15 columns, full set: seconds':<34}{wall:>8.2f}{10:>8}")
    print(f"{'15 columns, full set: CPU seconds':<34}{cpu:>8.2f}")


if __name__ == "__main__":
    main()
