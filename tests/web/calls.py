"""A sound call of every route of the API: what it is sent, by its method and path."""

from typing import Any

from world import CARD, POLICY

WHY = {"reason": "for the record"}
CONTEXT = {"use": "model-development", "audience": "internal"}
CARD_FILE = ("card.yaml", (CARD % {"epsilon": "2.0"}).encode())
POLICY_FILE = ("house-rules.yaml", (POLICY % {"version": "1.0.0", "limit": "3.0"}).encode())
TABLE = ("table.csv", b"age,cost,plan,visited\n30,1.5,basic,yes\n")
PLAN = """\
apiVersion: registry/v1
kind: BatchPlan
delta: 1.0e-6
runs:
  - places: [one, two]
    guarantee:
      variant: approximate
      epsilon: 0.6
      delta: 5.0e-8
      mechanism: gaussian
      noise: 8.0
      sensitivity: 1
      contributions: 1
      privacyUnit: person
      neighbouringRelation: add-remove
      adaptive: false
"""
EMPTY = ("empty.json", b"{}")
KEY_FILE = ("log.pub", b"registry+00000000+none")
QUERIES: dict[str, dict[str, str]] = {
    "GET /datasets/{version}/explanation": CONTEXT,
    "GET /sources/{source}/budget/plan": {"epsilon": "1"},
    "GET /audit/consistency": {"first": "1"},
    "POST /reports/{kind}": {"about": "claims@1", "format": "json"},
}
BODIES: dict[str, dict[str, Any]] = {
    "POST /session": {"json": {"name": "carla", "code": "wrong"}},
    "POST /sources": {
        "files": {"real": TABLE, "holdout": ("held.csv", TABLE[1])},
        "data": {"name": "other", "classification": "personal"},
    },
    "POST /sources/{source}/withdrawal": {"json": {"basis": "consent", **WHY}},
    "POST /datasets": {"files": {"data": TABLE, "card": CARD_FILE}},
    "PUT /datasets/{version}/card": {"files": {"card": CARD_FILE}, "data": WHY},
    "POST /datasets/{version}/withdrawal": {"json": WHY},
    "POST /datasets/{version}/disclosure": {"json": WHY},
    "POST /datasets/{version}/withholding": {"json": WHY},
    "POST /datasets/{version}/check": {"json": CONTEXT},
    "POST /datasets/{version}/dp-audits": {
        "json": {"method": "one-run", "note": "scores", "records": 50}
    },
    "POST /datasets/{version}/evaluations": {"files": {"training": TABLE, "holdout": TABLE}},
    "POST /access-requests": {
        "json": {
            "dataset": "claims",
            "recipient": "Lab",
            "use": "model-development",
            "audience": "partner",
            "purpose": "a study",
            "until": "2026-12-31",
        }
    },
    "POST /access-requests/{access}/answer": {"json": {"answer": "in autumn"}},
    "POST /batches": {"json": {"source": "hospital", "name": "spring", "plan": PLAN, **WHY}},
    "POST /batches/{batch}/signature": {"json": {}},
    "POST /policy-work/document": {"files": {"file": POLICY_FILE}},
    "POST /policy-work/formatting": {"files": {"files": POLICY_FILE}},
    "POST /audit/anchors": {"json": {"place": "file:/nowhere"}},
    "POST /audit/clock-corrections": {"json": WHY},
    "POST /audit/export-verification": {"files": {"export": EMPTY, "trust": KEY_FILE}},
    "POST /audit/proof-verification": {"files": {"proof": EMPTY, "trust": KEY_FILE}},
    "POST /bundles/verification": {"files": {"bundle": EMPTY}},
    "PUT /accounts/{account}/link": {"json": {"identity": "248289761001"}},
    "POST /enrolments": {
        "json": {
            "name": "eve",
            "enrolment": "wrong",
            "new_password": "a long way home",
            "new_passphrase": "another way home",
        }
    },
    "PUT /session/password": {
        "json": {"password": "the old way home", "new_password": "a long way home"}
    },
    "POST /requests": {"json": {"version": "claims@1", **CONTEXT}},
    "POST /requests/{request}/signatures": {"json": {"meaning": "approve", **WHY}},
    "POST /requests/{request}/retraction": {"json": WHY},
    "POST /requests/{request}/withdrawal": {"json": WHY},
    "POST /releases": {"json": {"request": "R-2", "recipient": "Pricing team"}},
    "POST /releases/{release}/revocation": {"json": WHY},
    "POST /recalls/{release}/acknowledgement": {
        "json": {"by": "Kim", "evidence": "a letter", "code": "0000-0000-0000"}
    },
    "POST /recipients": {"json": {"name": "Partner Lab", "contact": "lab@example.org"}},
    "POST /agreements": {
        "files": {"file": ("dua.pdf", b"we agree")},
        "data": {"name": "DUA-2", "party": "Lab", "from": "2026-01-01", "until": "2026-12-31"},
    },
    "POST /agreements/{agreement}/end": {"json": WHY},
    "POST /deputies": {
        "json": {"deputy": "petra", "from": "2026-05-01", "until": "2026-05-02", **WHY}
    },
    "POST /deputies/{deputy}/end": {"json": WHY},
    "POST /waivers": {
        "json": {
            "version": "claims@1",
            "rule": "DP-001",
            "owner": "petra",
            "control": "enclave",
            "until": "2026-03-20",
            **WHY,
        }
    },
    "POST /waivers/{waiver}/end": {"json": WHY},
    "POST /budgets": {
        "json": {
            "source": "hospital",
            "epsilon": 4,
            "delta": 1e-5,
            "unit": "person",
            "relation": "add-remove",
            "audience": "partner",
            **WHY,
        }
    },
    "POST /budgets/{budget}/signature": {"json": {}},
    "POST /partitions": {
        "json": {
            "source": "hospital",
            "name": "seen",
            "column": "visited",
            "unit": "person",
            "parts": ["yes", "no"],
            **WHY,
        }
    },
    "POST /partitions/{partition}/signature": {"json": {}},
    "POST /dp-audits/{audit}/scores": {
        "files": {
            "scores": (
                "scores.csv",
                b"# dataset: sha256:" + b"0" * 64 + b"\nmember,score\n1,0.5\n0,0.1\n",
            )
        }
    },
    "POST /policies": {"files": {"file": POLICY_FILE}},
    "PUT /policies/{policy}": {"files": {"file": POLICY_FILE}},
    "POST /policy-work/validation": {"files": {"files": POLICY_FILE}},
    "POST /policy-work/lint": {"files": {"files": POLICY_FILE}},
    "POST /policy-work/test": {"files": {"files": POLICY_FILE}},
    "POST /policy-work/diff": {"files": {"file": POLICY_FILE}, "data": {"policy": "house-rules"}},
    "POST /policy-work/impact": {"files": {"files": POLICY_FILE}},
    "POST /bundles": {"json": {"about": "REL-1"}},
    "POST /accounts": {"json": {"name": "nina", "roles": ["engineer"]}},
    "POST /accounts/{account}/deactivation": {"json": WHY},
    "POST /keys/approvals": {"json": {"account": "eve", "key": "AAAAAAAAAAA="}},
    "POST /keys/rotation": {"json": {"new_passphrase": "a long way home"}},
    "POST /keys/revocations": {"json": {"account": "eve", **WHY}},
    "POST /webhooks": {"json": {"url": "https://127.0.0.1/told"}},
    "POST /tokens": {"json": {"account": "ci", "scopes": ["check"], "days": 30}},
}
