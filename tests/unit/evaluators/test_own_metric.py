"""What the page on adding a metric shows works as shown."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from evaluators.base import Tables
from evaluators.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
METRIC, USE, TEST = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
TESTS = re.findall(r"^def (test_\w+)", TEST, flags=re.MULTILINE)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's file, importable by its name here and in a worker."""
    (tmp_path / "mean_difference.py").write_text(METRIC, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "mean_difference", raising=False)


def ran(code: str, **known: object) -> dict[str, Any]:
    space: dict[str, Any] = dict(known)
    exec(compile(code, "docs/metrics.md", "exec"), space)
    return space


@pytest.mark.usefixtures("shown")
def test_a_metric_of_ones_own_stands_beside_the_catalogues(independent: Tables) -> None:
    real, holdout, synthetic = independent.each

    space = ran(USE, real=real, holdout=holdout, synthetic=synthetic)

    means = space["means"].set_index("scope")
    assert list(means.columns) == ["metric", "value", "low", "high", "n", "status"]
    assert set(means.index) == {"age", "pay", "tall", "debt"}
    assert (means["status"] == "measured").all()
    gap = abs(synthetic["pay"].mean() - real["pay"].mean()) / real["pay"].std()
    assert means.loc["pay", "value"] == pytest.approx(gap)
    assert set(space["table"]["metric"]) > {"own.mean_difference", "fidelity.shape"}


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("name", TESTS)
def test_the_tests_on_the_page_pass(name: str) -> None:
    ran(TEST)[name]()


@pytest.mark.usefixtures("shown")
def test_the_tests_on_the_page_fail_where_the_interval_is_half_as_wide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ran("import mean_difference")["mean_difference"]
    monkeypatch.setattr(module, "Z", module.Z / 2)

    with pytest.raises(AssertionError):
        ran(TEST)["test_the_interval_holds_the_true_difference_in_95_of_100_samples"]()


def test_the_page_names_where_every_metric_lives() -> None:
    named = set(re.findall(r"`(evaluators/[\w/.]+)`", PAGE))
    packages = {info.module.rpartition(".")[0] for info in CATALOGUE.values() if info.evaluator}

    assert all((ROOT / path).exists() for path in named)
    assert {package.replace(".", "/") + "/" for package in packages} <= named
    assert {info.family for info in CATALOGUE.values()} <= set(
        re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.MULTILINE)
    )


def test_the_page_for_auditors_speaks_of_every_metric_and_probe() -> None:
    page = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.]+?)(?:\.\*)?`", page))

    for info in CATALOGUE.values():
        parts = info.id.split(".")
        assert {".".join(parts[:length]) for length in range(1, len(parts) + 1)} & named, info.id
    assert {probe for (probe,) in CATALOGUE["probe.response"].places} <= named
