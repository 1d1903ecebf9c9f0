"""Every table of the registry, one noun a file. Importing this package declares them all."""

from registry.records.account import Account, AccountRole, Role
from registry.records.agreement import Agreement
from registry.records.dataset import Dataset, DatasetVersion, Storage, VersionState
from registry.records.decision import DecisionRecord
from registry.records.evaluation import Evaluation, Measurement
from registry.records.event import Event
from registry.records.generator import Generator
from registry.records.guarantee import Guarantee
from registry.records.policy import PolicyDocument
from registry.records.recall import Delivery, Recall
from registry.records.recipient import Recipient
from registry.records.release import Release, ReleaseState
from registry.records.request import OPEN_STATES, Request, RequestState
from registry.records.run_part import RunPart
from registry.records.signoff import Meaning, SignOff
from registry.records.source import Source, SourceState
from registry.records.waiver import WaiverRecord
from registry.records.withdrawal import Withdrawal

__all__ = [
    "OPEN_STATES",
    "Account",
    "AccountRole",
    "Agreement",
    "Dataset",
    "DatasetVersion",
    "DecisionRecord",
    "Delivery",
    "Evaluation",
    "Event",
    "Generator",
    "Guarantee",
    "Meaning",
    "Measurement",
    "PolicyDocument",
    "Recall",
    "Recipient",
    "Release",
    "ReleaseState",
    "Request",
    "RequestState",
    "Role",
    "RunPart",
    "SignOff",
    "Source",
    "SourceState",
    "Storage",
    "VersionState",
    "WaiverRecord",
    "Withdrawal",
]
