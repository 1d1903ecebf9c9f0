from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from evaluators.base import Kind
from evaluators.catalogue import CATALOGUE, MetricInfo
from evaluators.seed import admissible_seed, metric_seed

ROOT = Path(__file__).resolve().parents[3]
MEASURED = [info for info in CATALOGUE.values() if info.evaluator]
DIGESTS = ("sha256:aa", "sha256:bb", "sha256:cc")


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("info", MEASURED, ids=lambda info: info.id)
def test_every_metric_names_a_function_that_exists(info: MetricInfo) -> None:
    module_name, _, function = info.evaluator.partition(":")
    module = import_module(module_name)

    assert callable(getattr(module, function))
    assert module.LIBRARIES
    assert info.definition >= 1


@pytest.mark.parametrize("info", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_metric_explains_itself(info: MetricInfo) -> None:
    assert info.title and info.unit and info.formula and info.source
    assert info.describes.endswith((".", "?"))
    assert set(info.kinds) <= {kind.value for kind in Kind}


@pytest.mark.parametrize("info", MEASURED, ids=lambda info: info.id)
def test_the_module_of_a_metric_says_what_it_is(info: MetricInfo) -> None:
    assert len(import_module(info.module).__doc__ or "") > 100


def test_the_catalogue_loads_only_the_standard_library() -> None:
    code = (
        "import sys; import evaluators.catalogue;"
        "print(sorted({m.split('.')[0] for m in sys.modules}"
        " - set(sys.stdlib_module_names) - {'evaluators', '__main__'}))"
    )

    bare = subprocess.run(
        [sys.executable, "-S", "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert bare.stdout.strip() == "[]"


def test_an_attack_can_be_imported_on_its_own() -> None:
    code = "import evaluators.privacy.linkability"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_admissible_seed_follows_from_every_digest() -> None:
    real, holdout, synthetic = DIGESTS
    seeds = {
        admissible_seed(real, holdout, synthetic),
        admissible_seed("sha256:dd", holdout, synthetic),
        admissible_seed(real, "sha256:dd", synthetic),
        admissible_seed(real, holdout, "sha256:dd"),
        admissible_seed(holdout, real, synthetic),
    }

    assert len(seeds) == 5
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert admissible_seed(*DIGESTS) == admissible_seed(*DIGESTS)


def test_a_new_definition_changes_the_admissible_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = admissible_seed(*DIGESTS)
    info = CATALOGUE["fidelity.shape"]
    changed = {**CATALOGUE, info.id: replace(info, definition=info.definition + 1)}
    monkeypatch.setattr("evaluators.seed.CATALOGUE", changed)

    assert admissible_seed(*DIGESTS) != before


def test_each_metric_draws_its_own_seed() -> None:
    assert len({metric_seed(7, m, d) for m in CATALOGUE for d in (1, 2)}) == 2 * len(CATALOGUE)
