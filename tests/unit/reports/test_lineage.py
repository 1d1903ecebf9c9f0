"""The lineage as a picture: everything has a place, nothing stands for markup."""

import re
from xml.etree import ElementTree

from registry.reports.lineage.drawing import MOST, drawn
from registry.reports.lineage.graph import Edge, Graph, Node


def graph(requests: int, name: str = "claims@1") -> Graph:
    source = Node("source", "source", "hospital", "confirmed", link="/sources/hospital")
    version = Node("v1", "version", name, "evaluated", own=True)
    asked = tuple(
        Node(f"R-{n}", "request", f"R-{n}", "rejected", over=n < requests)
        for n in range(1, requests + 1)
    )
    edges = (Edge("source", "v1", "generated"), *(Edge("v1", one.key, "") for one in asked))
    return Graph(name, (source, version, *asked), edges)


def test_every_layer_is_named_and_an_empty_one_says_none() -> None:
    picture = str(drawn(graph(0)))

    for name in ("Source", "Generator run", "Version and card", "Requests", "Recipients"):
        assert f">{name}</text>" in picture
    assert picture.count(">none</text>") == 5


def test_a_layer_of_many_shows_the_newest_and_says_how_many_are_earlier() -> None:
    picture = str(drawn(graph(MOST + 3)))

    assert f">R-{MOST + 3}</text>" in picture
    assert ">R-3</text>" not in picture
    assert "and 3 earlier" in picture


def test_what_no_longer_counts_is_dashed_and_the_version_itself_framed() -> None:
    picture = str(drawn(graph(2)))

    assert picture.count('class="node over"') == 1
    assert picture.count('class="node own"') == 1


def test_names_are_text_and_the_picture_is_well_formed() -> None:
    picture = str(drawn(graph(1, '"><script>&</b>')))

    ElementTree.fromstring(picture)
    assert "<script>" not in picture


def test_nothing_is_drawn_outside_of_the_picture() -> None:
    picture = str(drawn(graph(MOST + 3)))
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    assert box
    for x, y, wide, tall in re.findall(
        r'<rect [^>]*x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', picture
    ):
        assert float(x) + float(wide) <= float(box[1])
        assert float(y) + float(tall) <= float(box[2])
