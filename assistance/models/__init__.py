"""Models of assistance."""

from assistance.models.absence import Absence
from assistance.models.business import Business, BusinessGain, BusinessKind, BusinessLink, BusinessTie
from assistance.models.enrolment import STANDING, Enrolment, EnrolmentState, EnrolmentStep
from assistance.models.exit_channel import ExitChannel
from assistance.models.follow_up import FollowUp
from assistance.models.measure import COUNTED_BY_PERSON, Batch, Measure, MeasureDetail, MeasureTarget, Recurrence
from assistance.models.policy import ClauseBasis, PolicyClause, PolicyDocument, PolicyKind
from assistance.models.visit import Confirmation, DifficultyKind, Trend, Visit, VisitMethod
from assistance.models.visit_check import DUE_STATES, NotDueReason, VisitCheck, VisitCheckRun, VisitState
from assistance.models.visit_facts import VisitFacts
from assistance.models.visit_revision import VisitRevision
from assistance.models.visit_standard import VisitStandard
from assistance.models.works import (
    Course,
    HouseRepair,
    Relocation,
    RelocationMode,
    RepairMethod,
    ResettlementSite,
    SubsidyRate,
)

__all__ = [
    "COUNTED_BY_PERSON",
    "DUE_STATES",
    "STANDING",
    "Absence",
    "Batch",
    "Business",
    "BusinessGain",
    "BusinessKind",
    "BusinessLink",
    "BusinessTie",
    "ClauseBasis",
    "Confirmation",
    "Course",
    "DifficultyKind",
    "Enrolment",
    "EnrolmentState",
    "EnrolmentStep",
    "ExitChannel",
    "FollowUp",
    "HouseRepair",
    "Measure",
    "MeasureDetail",
    "MeasureTarget",
    "NotDueReason",
    "PolicyClause",
    "PolicyDocument",
    "PolicyKind",
    "Recurrence",
    "Relocation",
    "RelocationMode",
    "RepairMethod",
    "ResettlementSite",
    "SubsidyRate",
    "Trend",
    "Visit",
    "VisitCheck",
    "VisitCheckRun",
    "VisitFacts",
    "VisitMethod",
    "VisitRevision",
    "VisitStandard",
    "VisitState",
]
