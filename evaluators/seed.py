"""Seeds: the one seed whose evidence counts, and the seed each metric draws from it."""

from __future__ import annotations

import hashlib
import json

from evaluators.catalogue import CATALOGUE


def admissible_seed(real_digest: str, holdout_digest: str, synthetic_digest: str) -> int:
    """The only seed whose evidence counts for these tables, in 0 .. 2**32 - 1.

    It follows from the content digests and every definition version of the catalogue, so nobody
    can try seeds until one of them flatters. The target is the caller's choice, so it has no part.
    """
    return _cut(
        {
            "definitions": {i.id: i.definition for i in CATALOGUE.values() if i.evaluator},
            "holdout": holdout_digest,
            "real": real_digest,
            "synthetic": synthetic_digest,
        }
    )


def metric_seed(seed: int, metric: str, definition: int) -> int:
    """The seed of one metric within a run, in 0 .. 2**32 - 1."""
    return _cut({"definition": definition, "metric": metric, "seed": seed})


def _cut(facts: dict[str, object]) -> int:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
