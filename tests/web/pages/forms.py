"""A sound form of every page that can be posted: its fields, and its files where it takes any."""

from typing import Any

from web.calls import CARD_FILE, CONTEXT, PLAN, POLICY_FILE, TABLE, WHY

FORMS: dict[str, dict[str, Any]] = {
    "POST /accounts": {"name": "nina", "role engineer": "yes"},
    "POST /accounts/{name}/roles": {"role": "engineer", "do": "grant"},
    "POST /accounts/{name}/deactivate": WHY,
    "POST /accounts/{name}/key": {"key": "AAAAAAAAAAA="},
    "POST /keys/{name}/approve": {"key": "AAAAAAAAAAA="},
    "POST /agreements": {
        "name": "DUA-3",
        "parties": "Lab",
        "first": "2026-01-01",
        "until": "2026-12-31",
    },
    "POST /agreements/{label}/end": WHY,
    "POST /access": {
        "dataset": "claims",
        "recipient": "Lab",
        "purpose": "a study",
        "until": "2026-12-31",
        "use": "model-development",
        "audience": "partner",
    },
    "POST /access/{label}/answer": {"answer": "in autumn"},
    "POST /deputies": {"deputy": "petra", "first": "2026-05-01", "last": "2026-05-02", **WHY},
    "POST /deputies/{label}/end": WHY,
    "POST /review/approve": {"approve R-2": "yes", **WHY},
    "POST /review/{label}/sign": {"meaning": "approve", "expected": "sha256:" + "0" * 64, **WHY},
    "POST /review/{label}/retract": WHY,
    "POST /review/{label}/withdraw": WHY,
    "POST /recalls": {
        "release": "REL-1",
        "by": "Kim",
        "evidence": "a letter",
        "notice_code": "0000-0000-0000",
    },
    "POST /recipients": {"name": "Partner Lab", "contact": "lab@example.org"},
    "POST /register": {"card": CARD_FILE[1].decode()},
    "POST /releases": {"request": "R-2", "recipient": "Pricing team"},
    "POST /releases/{label}/revoke": WHY,
    "POST /tokens": {"account": "ci", "scope report": "yes", "expires": "2026-04-01"},
    "POST /waivers": {
        "version": "claims@1",
        "rule": "DP-001",
        "owner": "petra",
        "control": "enclave",
        "until": "2026-03-20",
        **WHY,
    },
    "POST /waivers/{label}/end": WHY,
    "POST /policy-drafts": {"do": "publish"},
    "POST /sources/{name}/withdraw": {"basis": "consent", "confirm": "hospital", **WHY},
    "POST /sources/{name}/budgets": {
        "limit": "4",
        "limit_delta": "1e-5",
        "unit": "person",
        "relation": "add-remove",
        "audience": "partner",
        **WHY,
    },
    "POST /sources/{name}/partitions": {
        "partition": "seen",
        "column": "visited",
        "unit": "person",
        "parts": "yes\nno",
        **WHY,
    },
    "POST /sources/{name}/batches": {"batch": "spring", "plan": PLAN, **WHY},
    "POST /datasets/{label}/check": CONTEXT,
    "POST /datasets/{label}/submit": CONTEXT,
    "POST /datasets/{label}/take-back": {"request": "R-2", **WHY},
    "POST /datasets/{label}/amend": {"card": CARD_FILE[1].decode(), **WHY},
    "POST /datasets/{label}/withdraw": {"confirm": "claims@1", **WHY},
    "POST /me/password": {
        "password": "the old way home",
        "new_password": "a long way home",
        "new_password_again": "a long way home",
    },
    "POST /me/key": {
        "new_passphrase": "another way home",
        "new_passphrase_again": "another way home",
    },
}
FILES: dict[str, dict[str, Any]] = {
    "POST /agreements": {"file": ("dua.pdf", b"we agree")},
    "POST /register": {"table": TABLE},
    "POST /policy-drafts": {"file": POLICY_FILE},
    "POST /datasets/{label}/evaluate": {"training_file": TABLE, "holdout_file": TABLE},
}
