"""The two verifiers that ship, asked alike."""

from pathlib import Path

from scene import LOG

from registry.bundle.alone import registry_verify
from registry.bundle.verify import verified

GOLDEN = sorted((Path(__file__).resolve().parent / "golden").glob("*.bundle.json"))


def by_the_registry(data: bytes) -> frozenset[str]:
    """The causes that `registry bundle verify` names; none where nothing contradicts it."""
    return verified(data, LOG.verifier).causes


def by_the_file_alone(data: bytes) -> frozenset[str]:
    """The causes that `registry_verify.py` names."""
    result = registry_verify.verify(data, str(LOG.verifier))
    return frozenset(cause for cause, _ in result["failed"])


BOTH = {"registry": by_the_registry, "alone": by_the_file_alone}
