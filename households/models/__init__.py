"""Every model of the household file."""

from households.models.conditions import Fuel, HouseGrade, LivingConditions, RoadKind
from households.models.evaluation import Evaluation, EvaluationRun, Verdict
from households.models.exit_facts import ExitFacts
from households.models.helper import Helper, HelperAssignment
from households.models.household import (
    Household,
    HouseholdStatus,
    PovertyAttribute,
    PovertyCause,
    PovertyStandard,
    Tier,
)
from households.models.income import IncomeStatement
from households.models.member import Ethnicity, Member, MemberChange, Relation, Sex
from households.models.member_year import (
    Education,
    Health,
    Labour,
    MemberYear,
    Schooling,
    WorkPlace,
)
from households.models.poverty_line import IncomeMeasure, PovertyLine
from households.models.roster_import import (
    RosterImport,
    RosterImportState,
    RosterIssue,
    RosterOutcome,
    RosterPreview,
    Severity,
)
from households.models.status import StatusEvent, StatusEventKind
from households.models.tier import TierDecision

__all__ = [
    "Education",
    "Ethnicity",
    "Evaluation",
    "EvaluationRun",
    "ExitFacts",
    "Fuel",
    "Health",
    "Helper",
    "HelperAssignment",
    "HouseGrade",
    "Household",
    "HouseholdStatus",
    "IncomeMeasure",
    "IncomeStatement",
    "Labour",
    "LivingConditions",
    "Member",
    "MemberChange",
    "MemberYear",
    "PovertyAttribute",
    "PovertyCause",
    "PovertyLine",
    "PovertyStandard",
    "Relation",
    "RoadKind",
    "RosterImport",
    "RosterImportState",
    "RosterIssue",
    "RosterOutcome",
    "RosterPreview",
    "Schooling",
    "Severity",
    "Sex",
    "StatusEvent",
    "StatusEventKind",
    "Tier",
    "TierDecision",
    "Verdict",
    "WorkPlace",
]
