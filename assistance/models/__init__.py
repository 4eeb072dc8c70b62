"""Models of assistance."""

from assistance.models.absence import Absence
from assistance.models.bulk_enrolment import BulkEnrolment, BulkEnrolmentRow, BulkOutcome, BulkState
from assistance.models.business import Business, BusinessGain, BusinessKind, BusinessLink, BusinessTie
from assistance.models.difficulty import (
    Difficulty,
    DifficultySource,
    DifficultyState,
    EscalationLevel,
)
from assistance.models.difficulty_standard import DifficultyStandard
from assistance.models.difficulty_step import DifficultyAct, DifficultyStep
from assistance.models.eligibility import EligibilityState, HouseholdEligibility, PersonEligibility
from assistance.models.enrolment import OPEN, STANDING, Enrolment, EnrolmentAct, EnrolmentState, EnrolmentStep
from assistance.models.exit_channel import ExitChannel
from assistance.models.follow_up import FollowUp
from assistance.models.measure import (
    COUNTED_BY_PERSON,
    OUTSIDE,
    Batch,
    Measure,
    MeasureDetail,
    MeasureTarget,
    Recurrence,
)
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
    "OPEN",
    "OUTSIDE",
    "STANDING",
    "Absence",
    "Batch",
    "BulkEnrolment",
    "BulkEnrolmentRow",
    "BulkOutcome",
    "BulkState",
    "Business",
    "BusinessGain",
    "BusinessKind",
    "BusinessLink",
    "BusinessTie",
    "ClauseBasis",
    "Confirmation",
    "Course",
    "Difficulty",
    "DifficultyAct",
    "DifficultyKind",
    "DifficultySource",
    "DifficultyStandard",
    "DifficultyState",
    "DifficultyStep",
    "EligibilityState",
    "Enrolment",
    "EnrolmentAct",
    "EnrolmentState",
    "EnrolmentStep",
    "EscalationLevel",
    "ExitChannel",
    "FollowUp",
    "HouseRepair",
    "HouseholdEligibility",
    "Measure",
    "MeasureDetail",
    "MeasureTarget",
    "NotDueReason",
    "PersonEligibility",
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
