"""Why a bundle is refused: a fixed list of words, each with what it says."""

from __future__ import annotations

from typing import Final

CAUSES: Final[dict[str, str]] = {
    # The file
    "unreadable": "the file is no JSON document",
    "oversize": "the file, or what is packed in it, is larger than a bundle may be",
    "foreign": "the file is something else than a bundle of this version",
    "non-canonical": "the file could be written in another way, and only one is accepted",
    "malformed": "a part of the record is not of the form it must have",
    "signature": "the signature over the whole is not the log's",
    "key-differs": "the whole is signed by another key than the trusted one",
    # The log
    "checkpoint": "the checkpoint is not signed by the log",
    "proof": "an event is not in the log at its place",
    "chain": "an event does not follow the one before it",
    "event-missing": "an event that must be there is not",
    "order": "events are in an order in which they cannot have happened",
    "anchor": "an anchor contradicts the checkpoint",
    "anchor-foreign": "an anchor is of another log",
    # The data and its card
    "data-differs": "the data file is not the one that was released",
    "dataset-differs": "the dataset is not the one that was registered",
    "card-differs": "the card is not the one in force",
    "source-differs": "the source is not the one that was recorded",
    "source-withdrawn": "the source was withdrawn before the release",
    # Policies and evidence
    "policy-differs": "a policy is not the one that was published",
    "policy-missing": "a policy that was in effect is not there",
    "evidence-altered": "an evaluation is not the one that was recorded",
    "evidence-missing": "an evaluation that policies read is not there",
    "evidence-foreign": "an evaluation is of other data",
    "catalogue-differs": "a metric is described otherwise than it is defined",
    # The decision and the request
    "decision-differs": "the policies decide otherwise on this evidence",
    "not-allowed": "the policies do not allow the request",
    "request-differs": "the request is not the one that was submitted",
    "request-closed": "the request was closed before it was approved or released",
    # People
    "statement-differs": "a signed statement is not about this, or not the one that was recorded",
    "signer-unknown": "a signer is not the person the log names",
    "role-missing": "somebody acted in a role they did not hold",
    "deputy-unknown": "somebody signed for a person who had not named them as deputy",
    "personal-signature": "a personal signature does not hold",
    "signature-missing": "a personal signature is required and absent",
    "key-unknown": "a personal key was never enrolled by its owner",
    "key-revoked": "a personal key was not in force when it signed",
    "quorum-missing": "the sign-offs that count do not fill the quorum",
    "counted-twice": "somebody signed more than once",
    "author-counted": "somebody who registered or put forward the version signed",
    "generator-counted": "who made the version signed",
    "evaluator-counted": "who evaluated the version signed",
    "policy-author-counted": "who published the rules for this case signed under them",
    "waiver-approver-counted": "who waived a rule for it signed",
    "releaser-counted": "who made, evaluated or put forward the version released it",
    "watermark-missing": "sign-offs prove nobody's identity and the bundle does not say so",
    # Waivers
    "waiver-missing": "the decision rests on a waiver that is not there",
    "waiver-differs": "a waiver is not the one that was recorded",
    "waiver-expired": "a waiver had expired when it counted",
    "waiver-ended": "a waiver had been ended when it counted",
    "waiver-not-allowed": "the policy does not allow a waiver that counted",
    "waiver-author": "who made, evaluated or put forward the version waived a rule for it",
    # The ledger and the budget
    "ledger-missing": "the log tells of a ledger of the source, and it is not there",
    "ledger-foreign": "the ledger that an event states is of another source",
    "ledger-differs": "the ledger is not the one that the log states",
    "ledger-entry": "the version, its release or a choice is not in the ledger as the log tells",
    "ledger-guarantee": "the ledger counts another guarantee than the card claims",
    "ledger-batch": "a batch is no plan that was fixed before its runs, or a run is not as planned",
    "budget-missing": "a budget that was in force is not there",
    "budget-differs": "a budget is not the one that was declared and signed",
    "budget-one-person": "the two signatures on a budget are one person's",
    "budget-exceeded": "the release exceeds a budget in force, or nobody can tell",
    # The release
    "approval-missing": "the request was released without having been approved",
    "approval-lapsed": "the approval was older than the policies let it be",
    "release-differs": "the release is not of this file, use or decision",
    "release-expired-at-grant": "the release was over on the day it was granted",
    "release-too-long": "the release runs longer than the policies allow",
    "agreement-missing": "the release lacks the agreement that the policies demand",
    "agreement-differs": "the agreement is not recorded, not in force, or of other parties",
}
