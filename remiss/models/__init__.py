"""One file an aggregate: plan → draft → response → review, with letters and the log beside."""

from .body import BODY_KINDS, Body, BodyAddress
from .draft import Conflict, Draft, DraftFile, DraftPart, DraftRevision, Editor, How
from .event import VERBS, Concern, Disclosure, Event, Throttle, Verb
from .extension import ExtensionRequest
from .feedback import AccessibilityReport
from .filescan import FileScan, with_scans
from .invitation import SETTLED, CountedFor, Invitation, Status
from .keeping import Disposal, NameCorrection
from .letter import Dispatch, Letter, LetterText, Tell
from .masking import Finding, Ground, Masking, Spot
from .message import Message
from .passage import Passage, Placement, ReviewStep, Theme
from .plan import AreaHint, Consultation, Correction, PlanVersion, PriorityArea, Question, Timing
from .reply import Approval, Outcome, ReplyRevision, ReplyState, SendBack
from .response import (
    MUNICIPAL,
    Answer,
    Attachment,
    Channel,
    Contact,
    CoSignatory,
    DecidedBy,
    FileKind,
    Kind,
    Position,
    Prepared,
    Registration,
    Response,
    SetAside,
    Stance,
    Submission,
)
from .review import (
    ActorAlias,
    AreaShare,
    Coordinator,
    HandledFiles,
    Note,
    ReadMark,
    Transcript,
    Translation,
)
from .secrecy import SecrecyMark, SecrecyTrial
from .triggers import DisposalPermit

__all__ = [
    "FileScan",
    "with_scans",
    "Spot",
    "Masking",
    "Ground",
    "Finding",
    "Disposal",
    "Message",
    "NameCorrection",
    "Approval",
    "Outcome",
    "ReplyRevision",
    "ReplyState",
    "SendBack",
    "Disclosure",
    "Concern",
    "VERBS",
    "Translation",
    "Transcript",
    "HandledFiles",
    "Note",
    "AreaShare",
    "ActorAlias",
    "Theme",
    "ReviewStep",
    "Placement",
    "Passage",
    "Status",
    "LetterText",
    "Invitation",
    "Dispatch",
    "CountedFor",
    "BodyAddress",
    "Body",
    "SETTLED",
    "BODY_KINDS",
    "MUNICIPAL",
    "AccessibilityReport",
    "Answer",
    "AreaHint",
    "Attachment",
    "Channel",
    "CoSignatory",
    "Conflict",
    "Consultation",
    "Contact",
    "Coordinator",
    "Correction",
    "DecidedBy",
    "DisposalPermit",
    "Draft",
    "DraftFile",
    "DraftPart",
    "DraftRevision",
    "Editor",
    "Event",
    "ExtensionRequest",
    "FileKind",
    "How",
    "Kind",
    "Letter",
    "PlanVersion",
    "Position",
    "Prepared",
    "PriorityArea",
    "Question",
    "ReadMark",
    "Registration",
    "Response",
    "SecrecyMark",
    "SecrecyTrial",
    "SetAside",
    "Stance",
    "Submission",
    "Throttle",
    "Tell",
    "Timing",
    "Verb",
]
