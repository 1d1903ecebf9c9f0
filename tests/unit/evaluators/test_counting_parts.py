"""The pure parts of counting: edges, bins, batches, and which columns to count together."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import ibis
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.counting import Cut
from evaluators.counting.coding import binned
from evaluators.counting.cover import LIMIT, covering
from evaluators.counting.edges import quantile_edges
from evaluators.counting.values import merged


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=30),
    st.integers(1, 12),
)
def test_quantile_edges_are_those_of_numpy(values: list[float], bins: int) -> None:
    distinct, counts = np.unique(np.array(values, dtype=np.float64), return_counts=True)

    edges = quantile_edges(distinct, counts, bins)

    expected = np.unique(np.quantile(np.array(values), np.linspace(0, 1, bins + 1)))
    assert edges[1:].tolist() == expected[1:].tolist()
    assert edges[0] == np.nextafter(expected[0], -np.inf)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_an_edge_in_sql_is_the_very_double_that_numpy_has(values: list[float]) -> None:
    edges = np.unique(values)
    with np.errstate(over="ignore"):
        near = np.unique([edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf)])
    near = near[np.isfinite(near)]
    rows = ibis.memtable({"value": near})

    for cut, right in ((Cut("width"), False), (Cut("quantile"), True)):
        found = ibis.duckdb.connect().to_pyarrow(
            rows.select(rows.value, code=binned(rows.value, edges, cut))
        )
        code = dict(zip(found["value"].to_pylist(), found["code"].to_pylist(), strict=True))
        assert [code[v] for v in near] == np.digitize(near, edges, right=right).tolist()


@given(st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=6))
def test_merged_batches_hold_every_value_once(parts: list[list[int]]) -> None:
    rising = sorted(value for part in parts for value in part)
    lengths = np.cumsum([len(part) for part in parts])[:-1] if parts else []
    batches = [
        (part, np.ones((len(part), 3), dtype=np.int64))
        for part in np.split(np.array(rising, dtype=np.float64), lengths)
    ]

    found = list(merged(batches))

    values = np.concatenate([values for values, _ in found])
    counts = np.concatenate([counts for _, counts in found])
    assert dict(zip(values.tolist(), counts[:, 0].tolist(), strict=True)) == Counter(rising)
    assert values.tolist() == sorted(set(rising))


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 400), min_size=2))
def test_a_cover_answers_every_way_once_and_joins_none_beyond_the_limit(
    sizes: dict[str, int],
) -> None:
    ways = list(combinations(sizes, 2)) + [(name,) for name in sizes]

    sets = covering(ways, sizes)

    assert sorted(way for _, answered in sets for way in answered) == sorted(ways)
    for columns, answered in sets:
        assert all(set(way) <= set(columns) for way in answered)
        assert len(columns) <= 2 or np.prod([sizes[c] for c in columns]) <= LIMIT
