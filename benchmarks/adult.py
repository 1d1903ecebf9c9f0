"""How long the standard profile takes on Adult, metric by metric: ``python -m benchmarks.adult``.

The training table, the holdout and a synthetic version of the shared tables, 15 columns each; the
synthetic one is cut to the training table's number of rows.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from pathlib import Path

JOBS = 2
LIMIT = 60.0


def main() -> int:
    """Print seconds a metric and in all; 1 if the whole took longer than the limit."""
    folder = Path(os.environ.get("REGISTRY_SHARED_DATA", "../shared/data")) / "adult"
    if not folder.is_dir():
        print(f"Adult: skipped, there is no folder {folder} (set REGISTRY_SHARED_DATA)")
        return 0
    from evaluators import evaluate
    from evaluators.tables import read

    tables = {
        role: read(folder / f"adult_{name}.csv.gz")
        for role, name in (("real", "trn"), ("holdout", "hol"), ("synthetic", "mostly"))
    }
    rows = len(tables["real"])
    tables["synthetic"] = tables["synthetic"].head(rows)
    started = time.perf_counter()
    result = evaluate(**tables, target="income", jobs=JOBS)
    whole = time.perf_counter() - started
    seconds: dict[str, float] = defaultdict(float)
    for one in result.measurements:
        seconds[one.metric] += one.seconds
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1])[:12]:
        print(f"  {spent:6.1f} s  {name}")
    found = sum(one.status == "measured" for one in result.measurements)
    print(f"Adult, {rows:,} x 15, standard profile, {JOBS} workers: {whole:.1f} s, ", end="")
    print(f"{found} of {len(result.measurements)} figures measured")
    return int(whole > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
