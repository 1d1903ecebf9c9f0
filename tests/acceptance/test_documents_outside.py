"""On a finished quickstart: what leaves the house holds no measured figure of the real data."""

import json
import re
import sqlite3
from collections.abc import Iterator

import pytest
from quickstarts import Quickstart

pytestmark = pytest.mark.slow
RELEASES = ("REL-1", "REL-2", "REL-3")
VERSIONS = ("rand-hie-synthetic@1", "rand-hie-synthetic@2", "rand-hie-synthetic@3")


def measured(quickstart: Quickstart) -> set[float]:
    """Every value, bound and parameter of every stored measurement."""
    database = sqlite3.connect(quickstart.folder / "registry.db")
    rows = database.execute("SELECT value, low, high, parameters FROM measurement").fetchall()
    values = [one for row in rows for one in row[:3] if one is not None]
    inner = [one for row in rows for one in numbers(json.loads(row[3]))]
    return {float(one) for one in (*values, *inner)}


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from numbers(one)
    elif isinstance(value, float):
        yield value


def written(value: float) -> set[str]:
    """A figure as anybody might print it, where that says more than a round number does."""
    forms = {repr(value), *(f"{value:.{digits}g}" for digits in (3, 4, 5))}
    forms |= {f"{value:.{digits}f}" for digits in (3, 4)} | {f"{100 * value:.{1}f}%"}
    return {one for one in forms if len(re.sub(r"[^1-9]", "", one.strip("0."))) >= 3}


def found_in(page: str, values: set[float]) -> set[str]:
    """The figures that stand in ``page``, as numbers of their own."""
    there = set(re.findall(r"(?<![\w.])-?\d+\.\d+(?:e-?\d+)?%?", page))
    return {text for one in values for text in written(one) if text in there}


def documents(quickstart: Quickstart) -> Iterator[tuple[str, str]]:
    asked = [(one, "certificate") for one in RELEASES] + [(one, "card") for one in VERSIONS]
    for about, kind in asked:
        for format in ("html", "md", "json"):
            done = quickstart.run("report", about, "--kind", kind, "--format", format, "-o", "-")
            assert done.returncode == 0, done.stderr
            yield f"{kind} of {about} as {format}", done.stdout


def test_certificate_and_card_hold_no_figure_until_one_is_disclosed(
    quickstart: Quickstart,
) -> None:
    values = measured(quickstart)
    quality = quickstart.run("report", VERSIONS[1], "--format", "md", "-o", "-").stdout
    assert len(values) > 200 and len(found_in(quality, values)) > 50  # the search does find them

    held = {name: found_in(page, values) for name, page in documents(quickstart)}

    assert len(held) == 18
    assert {name: found for name, found in held.items() if found} == {}


def test_a_disclosure_lets_them_out_and_the_trail_holds(quickstart: Quickstart) -> None:
    label = VERSIONS[1]
    done = quickstart.run("disclose", label, "--reason", "the board asks", "--as", "paula")
    assert done.returncode == 0, done.stderr

    values = measured(quickstart)
    pages = dict(documents(quickstart))

    assert found_in(pages[f"card of {label} as md"], values)
    assert found_in(pages["certificate of REL-3 as md"], values)
    assert not found_in(pages["card of rand-hie-synthetic@1 as md"], values)
    assert quickstart.run("audit", "verify").returncode == 0
    denied = quickstart.run("disclose", label, "--reason", "why not", "--as", "ada")
    assert denied.returncode == 4


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("REL-3", "--kind", "certificate"), "rand-hie-synthetic@2-REL-3-certificate"),
        ((VERSIONS[1], "--kind", "card"), "rand-hie-synthetic@2-card"),
        (("partner-sharing", "--kind", "policy"), "partner-sharing-2.2.0-policy"),
        (("--kind", "portfolio"), "all-datasets-portfolio"),
        (
            ("--kind", "audit", "--from", "2026-01-01", "--to", "2099-12-31"),
            "2026-01-01-to-2099-12-31-audit",
        ),
    ],
)
def test_each_document_is_written_in_every_format(
    quickstart: Quickstart, arguments: tuple[str, ...], name: str
) -> None:
    for format, start in (("html", "<!doctype"), ("pdf", "%PDF"), ("md", "# "), ("json", "{")):
        done = quickstart.run("report", *arguments, "--format", format)

        assert done.returncode == 0, done.stderr
        path = quickstart.folder / "reports" / f"{name}.{format}"
        assert done.stdout.strip() == str(path)
        assert path.read_bytes().decode(errors="replace").lstrip().startswith(start)


def test_the_bundle_prints_the_digest_that_the_certificate_carries(quickstart: Quickstart) -> None:
    bundle = quickstart.folder / "bundles" / "rand-hie-synthetic-2-REL-3.bundle.json"
    page = quickstart.run(
        "report", "REL-3", "--kind", "certificate", "--format", "md", "-o", "-"
    ).stdout
    (short,) = re.findall(r"to compare by eye: ([0-9a-f-]{19})", page)

    trust = quickstart.folder / "log.pub"
    done = quickstart.run("bundle", "verify", str(bundle), "--trust", str(trust))

    assert f"short digest {short}" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--kind", "audit"),
        ("--kind", "audit", "--from", "2026-01-01"),
        ("--kind", "audit", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("--kind", "portfolio", "x@1"),
        ("--kind", "certificate"),
        ("REL-1", "--kind", "card"),
        (VERSIONS[0], "--from", "2026-01-01", "--to", "2026-02-01"),
    ],
)
def test_what_does_not_fit_together_is_wrong_usage(
    quickstart: Quickstart, arguments: tuple[str, ...]
) -> None:
    done = quickstart.run("report", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "expected:" in done.stderr and "Traceback" not in done.stderr


def test_an_audit_report_on_a_trail_that_was_changed_is_written_and_ends_with_6(
    quickstart: Quickstart,
) -> None:
    database = sqlite3.connect(quickstart.folder / "registry.db")
    database.execute("UPDATE release SET recipient = 'Somebody else' WHERE id = 3")
    database.commit()

    done = quickstart.run("report", "--kind", "audit", "--from", "2026-01-01", "--to", "2099-12-31")

    assert done.returncode == 6
    page = (quickstart.folder / "reports" / "2026-01-01-to-2099-12-31-audit.html").read_text()
    assert "The trail does not verify" in page
