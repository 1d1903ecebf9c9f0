"""Makes the golden bundles anew, from fixed keys and times: run this file.

They are committed, so that a bundle of today is still verified by whatever comes later.
"""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

# Run alone it finds its own folder by itself; first, it would give all suites the wrong `conftest`.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from ledgered import PURE, Ledgered
from scene import LOG, Scene, figure

GOLDEN = Path(__file__).resolve().parent / "golden"
MOST = 8_192
POLICY = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: rules, version: 1.0.0, owners: [office]}
spec:
  match: {}
  uses: {allow: [research]}
  sharing: [{audience: internal, expiresAfter: P90D}]
  rules:
    - id: PRV-1
      check: {metric: privacy.dcr.share, bound: upper, lte: 0.6}
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    validFor: P60D
"""
BUDGETED = POLICY.replace(
    "{metric: privacy.dcr.share, bound: upper, lte: 0.6}", "{budget: source.budget_used, lte: 1}"
)
WAIVING = "  waivers: {allowed: [PRV-1], maxDuration: P90D, approver: privacy-officer}\n"


def signed() -> Scene:
    """Two people signed with keys of their own."""
    return _released(_opening(Scene(), POLICY), 0.5)


def waived() -> Scene:
    """A figure over its threshold, excused for some weeks, and an anchor."""
    scene = Scene(signing=False)
    scene.person("petra")
    scene = _opening(scene, POLICY + WAIVING)
    scene.anchor()
    return _released(scene, 0.7, waive=True)


def demonstration() -> Scene:
    """Names claimed and never proven, with an anchor."""
    scene = Scene(authentication="unauthenticated (local mode)", signing=False)
    scene = _opening(scene, POLICY)
    scene.anchor()
    return _released(scene, 0.5)


def budgeted() -> Scene:
    """Within a budget that two people signed, beside a sibling that the audience has."""
    scene = Ledgered(signing=False)
    _arrived(scene, BUDGETED)
    scene.sibling("claims@7", PURE, "internal")
    scene.budget(4.0)
    scene.register()
    return _signed_off(scene)


def _opening(scene: Scene, policy: str) -> Scene:
    _arrived(scene, policy)
    scene.register()
    return scene


def _arrived(scene: Scene, policy: str) -> None:
    scene.people("stefan", "paula")
    for name in ("ada", "carla"):
        scene.person(name, enrol=False)
    scene.publish(policy)
    scene.time += timedelta(days=40)
    scene.source()


def _released(scene: Scene, share: float, *, waive: bool = False) -> Scene:
    scene.evaluate([figure("privacy.dcr.share", (), share)], by="ada")
    if waive:
        policy = {"id": "rules", "version": "1.0.0", "digest": scene.loaded()[0].digest}
        scene.waive("petra", "PRV-1", policy=policy)
    return _signed_off(scene)


def _signed_off(scene: Scene) -> Scene:
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant("carla")
    return scene


SCENES: dict[str, Callable[[], Scene]] = {
    "signed": signed,
    "waived": waived,
    "demonstration": demonstration,
    "budgeted": budgeted,
}


def main() -> None:
    """Write each, and the public key of their log."""
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / "log.pub").write_text(f"{LOG.verifier}\n")
    for name, make in SCENES.items():
        data = make().bundle()
        if len(data) > MOST:
            raise SystemExit(f"{name} has {len(data)} bytes, more than {MOST}")
        (GOLDEN / f"{name}.bundle.json").write_bytes(data)
        sys.stdout.write(f"{name}: {len(data)} bytes\n")


if __name__ == "__main__":
    main()
