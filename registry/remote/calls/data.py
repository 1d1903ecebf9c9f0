"""Sources, versions, their evidence and their budgets; and the policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.remote import fetching, reading
from registry.remote.call import ABOUT, EVERY, NAMED, Call, get, listed, post
from registry.remote.call import WORKFLOW as W

CALLS: Final[Mapping[str, Call]] = {
    f"{W}listing:sources": listed("/sources"),
    f"{W}listing:source": get("/sources/{name}", named=NAMED),
    f"{W}add_source:add_source": post(
        "/sources", files={"training": "real", "holdout": "holdout"}, back=reading.row()
    ),
    f"{W}confirm_source:confirm_source": post(
        "/sources/{name}/confirmation", named=NAMED, back=reading.row()
    ),
    f"{W}withdraw_source:withdraw_source": post(
        "/sources/{name}/withdrawal", named=NAMED, back=reading.withdrawn
    ),
    f"{W}listing:versions": listed("/datasets"),
    f"{W}listing:version": get("/datasets/{label}", named=ABOUT),
    f"{W}register:register": post(
        "/datasets", only={"reference": False}, files={"data": "data", "card": "card"}
    ),
    f"{W}amend:amend": Call("PUT", "/datasets/{label}/card", named=ABOUT, files={"card": "card"}),
    f"{W}withdraw_version:withdraw_version": post(
        "/datasets/{label}/withdrawal", named=ABOUT, back=reading.withdrawn
    ),
    f"{W}disclose:disclose": post(
        "/datasets/{label}/disclosure", named=ABOUT, back=reading.word("version")
    ),
    f"{W}disclose:withhold": post(
        "/datasets/{label}/withholding", named=ABOUT, back=reading.word("version")
    ),
    f"{W}export_evidence:export_evidence": get(
        "/datasets/{label}/evidence", named=ABOUT, back=reading.evidence
    ),
    f"{W}check:checked": post(
        "/datasets/{label}/check", named=ABOUT, only={"folder": None}, back=reading.checked
    ),
    f"{W}explain:explain": get(
        "/datasets/{label}/explanation", named=ABOUT, only={"chosen_from": ()}
    ),
    f"{W}exchange.served:export_file": post(
        "/datasets/{label}/exports/{format}",
        named={"label": None, "format": None},
        back=fetching.attached,
    ),
    f"{W}exchange.served:losses_text": get(
        "/datasets/{label}/exports/{format}/losses",
        named={"label": None, "format": None},
        back=reading.content,
    ),
    f"{W}reports.written:reports_written": listed("/reports"),
    f"{W}reports.served:report_bytes": post(
        "/reports/{kind}",
        named={"kind": None},
        only={"compare": None},
        query=True,
        back=reading.content,
    ),
    f"{W}reports.served:every_report": post(
        "/datasets/{label}/reports", named={"label": None, "output": None}, back=fetching.reports
    ),
    f"{W}dp_audits.listing:audits": listed("/datasets/{label}/dp-audits", named=ABOUT),
    f"{W}dp_audits.listing:audit": get("/dp-audits/{label}", named=ABOUT),
    f"{W}dp_audits.plan:plan_audit": post(
        "/datasets/{label}/dp-audits", named=ABOUT, back=reading.planned_audit
    ),
    f"{W}dp_audits.submit:submit_scores": post(
        "/dp-audits/{label}/scores",
        named=ABOUT,
        files={"path": "scores"},
        back=reading.numbered("audit"),
    ),
    f"{W}budgets.listing:budgets": listed("/budgets", named={**EVERY, "name": "source"}),
    f"{W}budgets.show:show": get("/sources/{name}/budget", named=NAMED),
    f"{W}budgets.plan:plan": get("/sources/{name}/budget/plan", named=NAMED),
    f"{W}budgets.declare:declare": post(
        "/budgets", named={"first": "from", "last": "until"}, signs=True
    ),
    f"{W}budgets.sign:sign": post("/budgets/{label}/signature", named=ABOUT, signs=True),
    f"{W}budgets.divisions:partitions": listed("/partitions", named={"name": "source"}),
    f"{W}budgets.partition:partition": post("/partitions", signs=True),
    f"{W}budgets.sign_partition:sign_partition": post(
        "/partitions/{label}/signature", named=ABOUT, signs=True
    ),
    f"{W}budgets.plans:batches": listed("/batches", named={"name": "source"}),
    f"{W}budgets.batch:batch": post("/batches", signs=True),
    f"{W}budgets.sign_batch:sign_batch": post(
        "/batches/{label}/signature", named=ABOUT, signs=True
    ),
    f"{W}listing:policies": listed("/policies"),
    f"{W}listing:policy_text": get("/policies/{policy}", named={"policy": None}, back=reading.text),
    f"{W}publish_policy:publish_policy": post(
        "/policies", files={"path": "file"}, back=reading.row(id="policy")
    ),
    f"{W}policy_diff:diff_in_effect": post(
        "/policy-work/diff",
        named={"name": "policy"},
        only={"folder": None},
        files={"after": "file"},
        back=reading.revision,
    ),
}
