"""The graph of one version: from its source to its recipients, in layers (W3C PROV: entities and
activities, each derived from those before it)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "source", "generator", "version", "card", "evaluation", "request", "release", "recipient"
]
LAYERS: Final[tuple[tuple[Kind, str], ...]] = (
    ("source", "Source"),
    ("generator", "Generator run"),
    ("version", "Version and card"),
    ("evaluation", "Evaluations"),
    ("request", "Requests"),
    ("release", "Releases"),
    ("recipient", "Recipients"),
)
BESIDE: Final[dict[Kind, Kind]] = {"card": "version"}
"""Kinds that stand in the layer of another."""


@dataclass(frozen=True)
class Node:
    """One thing; ``label`` is its name, ``state`` how it stands, ``link`` its page or "".

    ``over`` is for what no longer counts: superseded, withdrawn, revoked, closed; it is drawn
    dashed. ``own`` marks the version that the graph is of.
    """

    key: str
    kind: Kind
    label: str
    state: str
    at: str = ""
    link: str = ""
    over: bool = False
    own: bool = False

    @property
    def layer(self) -> Kind:
        """The layer it stands in."""
        return BESIDE.get(self.kind, self.kind)


@dataclass(frozen=True)
class Edge:
    """``behind`` came of ``before``; ``said`` is how, in the past tense."""

    before: str
    behind: str
    said: str


@dataclass(frozen=True)
class Graph:
    """The nodes, oldest first in each layer, and what came of what."""

    label: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def layer(self, kind: Kind) -> tuple[Node, ...]:
        """The nodes of a layer."""
        return tuple(one for one in self.nodes if one.layer == kind)
