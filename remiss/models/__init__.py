"""One file an aggregate: plan → draft → response → review, with letters and the log beside."""

from .draft import Conflict, Draft, DraftPart, DraftRevision
from .event import Event, Throttle, Verb
from .feedback import AccessibilityReport
from .letter import Letter
from .plan import AreaHint, Consultation, Correction, PlanVersion, PriorityArea, Question, Timing
from .response import (
    MUNICIPAL,
    Answer,
    Channel,
    Contact,
    Kind,
    Position,
    Registration,
    Response,
    SetAside,
    Stance,
    Submission,
)
from .review import Coordinator, ReadMark
from .triggers import DisposalPermit

__all__ = [
    "MUNICIPAL",
    "AccessibilityReport",
    "Answer",
    "AreaHint",
    "Channel",
    "Conflict",
    "Consultation",
    "Contact",
    "Coordinator",
    "Correction",
    "DisposalPermit",
    "Draft",
    "DraftPart",
    "DraftRevision",
    "Event",
    "Kind",
    "Letter",
    "PlanVersion",
    "Position",
    "PriorityArea",
    "Question",
    "ReadMark",
    "Registration",
    "Response",
    "SetAside",
    "Stance",
    "Submission",
    "Throttle",
    "Timing",
    "Verb",
]
