"""JUnit XML: well-formed whatever the names, and the counts are those of the elements."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from unit.outputs.reports import REPORT, reports

from registry.cli.outputs.junit import junit
from registry.cli.outputs.report import Report

ELEMENTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def parsed(report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(junit(report).encode("utf-8"))


@given(reports)
def test_any_names_and_messages_make_well_formed_xml(report: Report) -> None:
    root = parsed(report)

    assert root.tag == "testsuites"
    assert len(root.findall("testsuite/testcase")) == len(report.results)
    for suite in (root, *root.findall("testsuite")):
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        for count, element in ELEMENTS.items():
            assert int(suite.attrib[count]) == sum(case.find(element) is not None for case in cases)


def test_each_outcome_is_the_element_that_readers_know() -> None:
    found = {
        case.attrib["name"]: [inner.tag for inner in case]
        for case in parsed(REPORT).iter("testcase")
    }

    assert found == {
        "source-confirmed The source is confirmed": [],
        "FID-001[age] Every column keeps its shape": [],
        "FID-001[sex] Every column keeps its shape": ["failure"],
        "FID-002 Trends hold": ["system-out"],
        "PRV-001 Nobody stands out": ["skipped"],
        "DP-001 Epsilon is claimed": ["error"],
        "DP-001[x] Epsilon is claimed": ["error"],
    }


def test_a_suite_is_a_policy_and_says_what_it_was_asked_about() -> None:
    suites = {suite.attrib["name"]: suite for suite in parsed(REPORT).iter("testsuite")}

    assert set(suites) == {"registry", "partner-sharing"}
    said = {one.attrib["name"]: one.attrib["value"] for one in suites["registry"].iter("property")}
    assert said["subject"] == "claims@1"
    assert said["note.1"].startswith("UNSIGNED")


def test_a_message_keeps_its_marks_and_loses_its_controls() -> None:
    (failed,) = (case for case in parsed(REPORT).iter("failure"))
    assert failed.attrib["message"] == "too low"

    odd = REPORT.results[2]
    root = parsed(
        Report("t", "s", "v", (odd.__class__(odd.about, "p", "fail", 'a <b> & "c"\x1b[31m\x00'),))
    )
    (failed,) = root.iter("failure")
    assert failed.attrib["message"] == 'a <b> & "c"[31m'
