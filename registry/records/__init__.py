"""Every table of the registry, one noun a file. Importing this package declares them all."""

from registry.records.access_request import AccessRequest, AccessState
from registry.records.account import Account, AccountRole, Role
from registry.records.account_link import AccountLink
from registry.records.address_failures import AddressFailures
from registry.records.agreement import Agreement
from registry.records.anchor import Anchor, AnchorKind
from registry.records.batch import Batch, BatchSignature
from registry.records.budget import Budget, BudgetSignature
from registry.records.card_revision import CardRevision
from registry.records.command_key import CommandKey
from registry.records.composed_total import ComposedTotal
from registry.records.credential import Credential
from registry.records.dataset import Dataset, DatasetVersion, Storage, VersionState
from registry.records.decision import DecisionRecord
from registry.records.deputy import Deputy
from registry.records.dp_audit import DpAudit
from registry.records.enrolment import Enrolment
from registry.records.evaluation import Evaluation, Measurement
from registry.records.event import Event
from registry.records.generator import Generator
from registry.records.guarantee import Guarantee
from registry.records.job import OPEN_JOBS, Job, JobState
from registry.records.known_device import KnownDevice
from registry.records.log_checkpoint import LogCheckpoint
from registry.records.log_node import LogNode
from registry.records.login_session import LoginSession
from registry.records.partition import Partition, PartitionSignature
from registry.records.personal_key import KeyState, PersonalKey
from registry.records.policy import PolicyDocument
from registry.records.recall import Delivery, Recall
from registry.records.recipient import Recipient
from registry.records.release import Release, ReleaseState
from registry.records.request import OPEN_STATES, Request, RequestState
from registry.records.run_part import RunPart
from registry.records.sign_in_flow import SignInFlow
from registry.records.signoff import Meaning, SignOff
from registry.records.source import Source, SourceState
from registry.records.token import Token
from registry.records.waiver import WaiverRecord
from registry.records.webhook import Webhook, WebhookDelivery
from registry.records.withdrawal import Withdrawal

__all__ = [
    "OPEN_JOBS",
    "OPEN_STATES",
    "AccessRequest",
    "AccessState",
    "Account",
    "AccountLink",
    "AccountRole",
    "AddressFailures",
    "Agreement",
    "Anchor",
    "AnchorKind",
    "Batch",
    "BatchSignature",
    "Budget",
    "BudgetSignature",
    "CardRevision",
    "CommandKey",
    "ComposedTotal",
    "Credential",
    "Dataset",
    "DatasetVersion",
    "DecisionRecord",
    "Delivery",
    "Deputy",
    "DpAudit",
    "Enrolment",
    "Evaluation",
    "Event",
    "Generator",
    "Guarantee",
    "Job",
    "JobState",
    "KeyState",
    "KnownDevice",
    "LogCheckpoint",
    "LogNode",
    "LoginSession",
    "Meaning",
    "Measurement",
    "Partition",
    "PartitionSignature",
    "PersonalKey",
    "PolicyDocument",
    "Recall",
    "Recipient",
    "Release",
    "ReleaseState",
    "Request",
    "RequestState",
    "Role",
    "RunPart",
    "SignInFlow",
    "SignOff",
    "Source",
    "SourceState",
    "Storage",
    "Token",
    "VersionState",
    "WaiverRecord",
    "Webhook",
    "WebhookDelivery",
    "Withdrawal",
]
