"""Draws a graph in layers from left to right; the table beside it names every node and edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from registry.reports import svg
from registry.reports.lineage.graph import LAYERS, Edge, Graph, Kind, Node

WIDE, GAP, TALL, ROW, TOP = 140.0, 28.0, 46.0, 64.0, 34.0
EDGE: Final = 6.0
"""Of the picture's own margin."""
MOST: Final = 6
"""Nodes drawn in one layer; the table holds them all."""
LETTERS: Final = 17

Place = tuple[float, float]
Shown = dict[Kind, tuple[Node, ...]]


def drawn(graph: Graph) -> Markup:
    """The picture, in which what no longer counts is dashed, and the version itself framed."""
    shown = {kind: _shown(graph.layer(kind)) for kind, _ in LAYERS}
    places = dict(_places(shown))
    height = TOP + ROW * max(1, *(len(each) for each in shown.values())) + 22
    width = 2 * EDGE + len(LAYERS) * WIDE + (len(LAYERS) - 1) * GAP
    title = f"Lineage of {graph.label}"
    said = "; ".join(f"{len(graph.layer(kind))} {name.lower()}" for kind, name in LAYERS)
    return svg.drawing(
        "lineage",
        width,
        height,
        title,
        f"From left to right: {said}. The table below names each.",
        (*_edges(graph.edges, places), *_nodes(shown, places), *_more(graph, shown)),
    )


def _shown(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The version itself, then the newest; in their own order."""
    if len(nodes) <= MOST:
        return nodes
    kept = sorted(nodes, key=lambda one: (one.own, nodes.index(one)))[-MOST:]
    return tuple(one for one in nodes if one in kept)


def _places(shown: Shown) -> Iterator[tuple[str, Place]]:
    for column, nodes in enumerate(shown.values()):
        for row, node in enumerate(nodes):
            yield node.key, (EDGE + column * (WIDE + GAP), TOP + row * ROW)


def _edges(edges: tuple[Edge, ...], places: dict[str, Place]) -> Iterator[Markup]:
    for one in edges:
        if one.before in places and one.behind in places:
            yield _edge(places[one.before], places[one.behind])


def _edge(before: Place, behind: Place) -> Markup:
    """From the right of one node to the left of the other; within a layer from below to above."""
    if before[0] == behind[0]:
        x = before[0] + WIDE / 2
        upper, lower = sorted((before[1], behind[1]))
        return svg.line("link", x, upper + TALL, x, lower)
    start = before[0] + WIDE, before[1] + TALL / 2
    end = behind[0], behind[1] + TALL / 2
    bend = end[0] - GAP / 2
    path = svg.path("link outline", [start, (bend, start[1]), (bend, end[1]), end])
    head = svg.path("link outline", [(end[0] - 6, end[1] - 4), end, (end[0] - 6, end[1] + 4)])
    return path + head


def _nodes(shown: Shown, places: dict[str, Place]) -> Iterator[Markup]:
    for column, (kind, name) in enumerate(LAYERS):
        yield svg.text(name, EDGE + column * (WIDE + GAP), TOP - 16)
        if not shown[kind]:
            yield svg.text("none", EDGE + column * (WIDE + GAP), TOP + 16)
        for node in shown[kind]:
            yield _node(node, *places[node.key])


def _node(node: Node, x: float, y: float) -> Markup:
    kind = "node own" if node.own else "node over" if node.over else "node"
    box = svg.box(kind, x, y, WIDE, TALL)
    name = svg.text(svg.clipped(node.label, LETTERS), x + 8, y + 19)
    state = svg.text(svg.shortened(node.state, LETTERS + 4), x + 8, y + 36)
    inside = Markup('<g class="named">{}</g>{}').format(name, state)
    return svg.linked(node.link, box + inside)


def _more(graph: Graph, shown: Shown) -> Iterator[Markup]:
    for column, (kind, _) in enumerate(LAYERS):
        left = len(graph.layer(kind)) - len(shown[kind])
        if left:
            y = TOP + ROW * len(shown[kind]) + 12
            yield svg.text(f"and {left} earlier", EDGE + column * (WIDE + GAP), y)
