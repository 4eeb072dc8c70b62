"""Models of assistance."""

from assistance.models.absence import Absence
from assistance.models.difficulty import (
    Difficulty,
    DifficultySource,
    DifficultyState,
    EscalationLevel,
)
from assistance.models.difficulty_standard import DifficultyStandard
from assistance.models.difficulty_step import DifficultyAct, DifficultyStep
from assistance.models.follow_up import FollowUp
from assistance.models.visit import Confirmation, DifficultyKind, Trend, Visit, VisitMethod
from assistance.models.visit_check import DUE_STATES, NotDueReason, VisitCheck, VisitCheckRun, VisitState
from assistance.models.visit_facts import VisitFacts
from assistance.models.visit_revision import VisitRevision
from assistance.models.visit_standard import VisitStandard

__all__ = [
    "DUE_STATES",
    "Absence",
    "Confirmation",
    "Difficulty",
    "DifficultyAct",
    "DifficultyKind",
    "DifficultySource",
    "DifficultyStandard",
    "DifficultyState",
    "DifficultyStep",
    "EscalationLevel",
    "FollowUp",
    "NotDueReason",
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
