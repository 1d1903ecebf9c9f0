"""The committed bundles verify, are small, and are what the script makes."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from both import BOTH, GOLDEN
from make_golden import MOST, SCENES
from scene import LOG, SYNTHETIC, Scene, figures, finish, opening

from registry.bundle.alone import registry_verify
from registry.bundle.dictionary import DICTIONARY
from registry.bundle.format import WATERMARK
from registry.bundle.verify import verified


def test_there_are_four_and_the_key_of_their_log() -> None:
    assert [path.name for path in GOLDEN] == sorted(f"{name}.bundle.json" for name in SCENES)
    assert (GOLDEN[0].parent / "log.pub").read_text() == f"{LOG.verifier}\n"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
@pytest.mark.parametrize("verifier", BOTH)
def test_nothing_contradicts_a_golden_bundle(path: Path, verifier: str) -> None:
    assert BOTH[verifier](path.read_bytes()) == frozenset()


@pytest.mark.parametrize("name", SCENES)
def test_the_script_makes_the_very_bytes_again(name: str) -> None:
    data = (GOLDEN[0].parent / f"{name}.bundle.json").read_bytes()

    assert len(data) <= MOST
    assert verified(data, LOG.verifier).opened == verified(SCENES[name]().bundle(), None).opened


def test_the_file_alone_holds_the_dictionary_of_the_format() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "bundle.md").read_text()

    assert registry_verify.DICTIONARY == DICTIONARY
    assert hashlib.sha256(DICTIONARY).hexdigest() in page


def test_without_a_trusted_key_the_bundle_says_so() -> None:
    data = GOLDEN[0].read_bytes()

    assert [row.what for row in verified(data).open if "UNTRUSTED KEY" in str(row.what)]
    assert any("UNTRUSTED KEY" in what for what in registry_verify.verify(data)["unchecked"])


@pytest.mark.parametrize("verifier", BOTH)
def test_a_key_of_somebody_else_is_not_trusted(verifier: str) -> None:
    from registry.log.note import new_signer

    scene = finish(evaluated())
    data = scene.bundle(signer=new_signer("registry.example", b"m" * 32))

    assert BOTH[verifier](data) == {"key-differs"}


def test_the_data_file_is_the_one_released_or_not() -> None:
    data = finish(evaluated()).bundle()
    own, other = (hashlib.sha256(text).hexdigest() for text in (SYNTHETIC, b"other"))

    assert verified(data, LOG.verifier, own).causes == frozenset()
    assert verified(data, LOG.verifier, other).causes == {"data-differs"}
    assert registry_verify.verify(data, str(LOG.verifier), own)["failed"] == []
    (failed,) = registry_verify.verify(data, str(LOG.verifier), other)["failed"]
    assert failed[0] == "data-differs"


def test_a_demonstration_bears_the_watermark() -> None:
    data = (GOLDEN[0].parent / "demonstration.bundle.json").read_bytes()
    opened = verified(data, LOG.verifier).opened

    assert opened is not None and opened.watermark == WATERMARK


def evaluated() -> Scene:
    scene = opening()
    scene.evaluate()
    return scene


def stories() -> dict[str, Scene]:
    """Releases in good order, each with something besides."""
    waived = opening()
    waived.person("petra")
    waived.evaluate(figures(shape=0.7))
    waived.waive()
    agreed = evaluated()
    agreed.agree()
    agreed.asking("partner", "DE")
    amended = evaluated()
    amended.amend("epsilon: 2.0", "epsilon: 1.0")
    rotated = opening()
    rotated.rotate("paula")
    rotated.evaluate()
    rotated.submit()
    rotated.sign("stefan")
    rotated.sign("paula", generation=2)
    rotated.approve()
    rotated.grant()
    return {
        "waived": finish(waived),
        "agreed": finish(agreed),
        "amended": finish(amended),
        "rotated": rotated,
        "deputy": deputised(),
        "retracted": retracted(),
    }


def deputised() -> Scene:
    scene = evaluated()
    scene.person("stella")
    scene.depute("stefan", "stella", "2026-03-01", "2026-12-31")
    scene.submit()
    scene.sign("stella", principal="stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene


def retracted() -> Scene:
    """Approved, taken back, and signed by somebody else instead."""
    scene = evaluated()
    scene.person("stella")
    scene.submit()
    seq = scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.retract("stefan", seq)
    scene.log("stefan", "request.reopened", request="R-1")
    scene.sign("stella")
    scene.approve("stella")
    scene.grant()
    return scene


BASE = """\
apiVersion: registry/v1
kind: PolicyBase
metadata: {id: baseline, version: 1.2.0, owners: [office]}
spec:
  enforcement: {default: audit}
  uses: {allow: [research]}
  sharing: [{audience: internal, expiresAfter: P90D}, {audience: partner}]
  rules:
    - id: DP-001
      check: {metric: dp.epsilon, lte: 3.0}
    - id: SIZE-001
      expr: dataset.rows >= 100 && dp.epsilon < 5.0
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    validFor: P90D
"""
EXTENDING = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: house-rules, version: 1.0.0, owners: [office], reviewBy: "2027-01-01"}
spec:
  extends: [{id: baseline, version: ^1.1}]
  match: {all: [{classification: [personal]}], any: [{audience: [internal]}, {use: [teaching]}]}
  exclude: {any: [{modality: [text]}]}
  enforcement: {default: warn, ramp: [{from: "2026-03-20", level: enforce}]}
  uses: {allow: [research]}
  sharing: [{audience: internal, expiresAfter: P90D}]
  evidence: {maxAge: P60D}
  params: {most: 0.6}
  rules:
    - id: PRV-001
      check: {metric: privacy.mia.auc, forEach: attack, bound: upper, lte: "${params.most}"}
    - id: PRV-002
      check: {metric: privacy.linkability, lte: 0.5}
      enforcement: audit
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    validFor: P60D
"""


def extending() -> Scene:
    """Policies with a base, a ramp, a parameter, an expression and a gap that is only recorded."""
    scene = Scene()
    scene.people("stefan", "paula")
    for name in ("ada", "eve", "carla", "cem"):
        scene.person(name, enrol=False)
    scene.publish(BASE)
    scene.publish(EXTENDING)
    scene.time += timedelta(days=40)
    scene.source()
    scene.register()
    scene.evaluate()
    return finish(scene)


@pytest.mark.parametrize("verifier", BOTH)
def test_policies_with_bases_ramps_and_expressions_decide_the_same_again(verifier: str) -> None:
    assert BOTH[verifier](extending().bundle()) == frozenset()


def test_the_file_alone_names_the_expressions_that_it_did_not_run() -> None:
    result = registry_verify.verify(extending().bundle(), str(LOG.verifier))

    assert result["taken"] == ["house-rules SIZE-001"]


@pytest.mark.parametrize("verifier", BOTH)
@pytest.mark.parametrize("story", ["waived", "agreed", "amended", "rotated", "deputy", "retracted"])
def test_nothing_contradicts_an_honest_story(story: str, verifier: str) -> None:
    assert BOTH[verifier](stories()[story].bundle()) == frozenset()
