"""SARIF 2.1.0 (OASIS, errata 01): findings where a repository shows those of its other tools.

What GitHub reads of it beyond the standard: ``security-severity`` on rules with the tag
``security``, ``partialFingerprints`` to follow a finding from run to run, ``suppressions``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from registry.cli.outputs.report import About, Report, Result, without_controls

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_SEVERITIES: Final = {"critical": "9.0", "high": "7.0", "medium": "5.0", "low": "3.0"}

Json = dict[str, object]


def sarif(report: Report, version: str, *, passes: bool = False) -> str:
    """The report as one SARIF run of this tool; with ``passes`` what passed is listed as well."""
    rules = {one.about.id: one.about for one in report.results}
    places = {rule: index for index, rule in enumerate(rules)}
    shown = [one for one in report.results if passes or one.outcome != "pass"]
    driver = {
        "name": "registry",
        "version": version,
        "semanticVersion": version,
        "shortDescription": _text("Governance and policy-as-code for synthetic data"),
        "rules": [_rule(about) for about in rules.values()],
    }
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"registry/{report.title}/{report.subject}/"},
        "results": [_result(one, places[one.about.id], report) for one in shown],
        "properties": {
            **report.facts,
            "subject": report.subject,
            "verdict": report.verdict,
            "notes": list(report.notes),
        },
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, indent=2)  # in ASCII, so that no text can break it


def _rule(about: About) -> Json:
    found: Json = {
        "id": about.id,
        "name": about.id.rpartition("/")[2],
        "shortDescription": _text(about.title),
        "fullDescription": _text(about.rationale or about.title),
        "defaultConfiguration": {"level": about.level},
        "properties": {
            "security-severity": _SEVERITIES.get(about.severity, _SEVERITIES["medium"]),
            "severity": about.severity,
            "tags": list(about.tags),
        },
    }
    if about.remediation:
        found["help"] = _text(about.remediation)
    return found


def _result(result: Result, index: int, report: Report) -> Json:
    passed = result.outcome == "pass"
    # What a waiver covers keeps the level it would have without; the suppression says the rest.
    level = result.about.level if result.outcome == "waived" else result.level
    found: Json = {
        "ruleId": result.about.id,
        "ruleIndex": index,
        "kind": "pass" if passed else "fail",
        "level": "none" if passed else level,
        "message": _text(f"{result.name}: {result.message}"),
        "locations": [_location(result, report)],
        "partialFingerprints": {"registryFinding/v1": _fingerprint(result, report)},
        "properties": {
            "outcome": result.outcome,
            "scope": list(result.scope),
            "observed": result.observed,
            "expected": result.expected,
        },
    }
    if result.outcome == "waived":
        found["suppressions"] = [_suppression(result)]
    return found


def _suppression(result: Result) -> Json:
    justification = result.excuse or "waived"
    return {"kind": "external", "status": "accepted", "justification": justification}


def _location(result: Result, report: Report) -> Json:
    """Where the rule stands; where it stands in no file, what describes the subject."""
    logical: Json = {
        "name": report.subject,
        "fullyQualifiedName": f"{report.subject}/{result.name}",
    }
    found: Json = {"logicalLocations": [logical]}
    file = result.file or report.file or _first(one.file for one in report.results)
    if file:
        line = result.line if result.file and result.line else 1
        found["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": line},
        }
    return found


def _first(files: Iterable[str | None]) -> str | None:
    return next((file for file in files if file), None)


def _uri(file: str) -> str:
    # A colon in the first segment would read as the scheme of an absolute address.
    return quote(file.encode("utf-8", "replace"), safe="/")


def _fingerprint(result: Result, report: Report) -> str:
    """The same for the same rule, scope and dataset, whatever their versions and the wording."""
    dataset = report.subject.partition("@")[0]
    parts = [dataset, result.suite, result.about.id, *result.scope]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _text(text: str) -> dict[str, str]:
    return {"text": without_controls(text) or "-"}
