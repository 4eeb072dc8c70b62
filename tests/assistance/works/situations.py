"""Situations of relocation, house repair and courses, by name."""

import datetime as dt
from typing import Any

from assistance.models import Course, Enrolment, EnrolmentState, ResettlementSite, SubsidyRate
from households.models import Household
from tests import factories
from tests.assistance.measures import situations
from tests.assistance.measures.situations import clause, measure

TODAY = dt.date(2015, 12, 31)
APPROVED = dt.date(2015, 3, 2)


def family(members: int = 3, **fields: Any) -> Household:
    """A household of 复建村 with members."""
    return factories.household(members=members, **fields)


def relocation(of: Household | None = None, *, state: str = EnrolmentState.UNDER_WAY) -> Enrolment:
    """An enrolment in relocation, approved on APPROVED."""
    asked = measure(batch="relocation", recurrence="once", detail="relocation")
    return situations.enrolment(of or family(), state=state, measure=asked, on=APPROVED)


def repair(of: Household | None = None, *, state: str = EnrolmentState.UNDER_WAY) -> Enrolment:
    """An enrolment in house repair, with rates for both grades."""
    asked = measure(batch="", recurrence="once", detail="house_repair")
    for grade, fen in (("3", 15_000_00), ("4", 35_000_00)):
        SubsidyRate.objects.create(
            measure=asked, grade=grade, amount_fen=fen, clause=clause(), valid_from=dt.date(2014, 1, 1)
        )
    return situations.enrolment(of or family(), state=state, measure=asked, on=APPROVED)


def training(of: Household | None = None, *, state: str = EnrolmentState.APPROVED, **fields: Any) -> Enrolment:
    """A person enrolled in a training."""
    asked = fields.pop("measure", None) or measure(
        batch="employment", target="person", recurrence="repeated", detail="course"
    )
    household = of or family()
    return situations.enrolment(household.members.first(), state=state, measure=asked, on=APPROVED, **fields)


def site(**fields: Any) -> ResettlementSite:
    """A site in 紫荆村, ready since April."""
    return ResettlementSite.objects.create(
        **{
            "village": factories.village("紫荆村"),
            "name": "桂花湾集中安置点",
            "begun_on": dt.date(2014, 9, 1),
            "opened_on": dt.date(2015, 4, 1),
            **fields,
        }
    )


def course(**fields: Any) -> Course:
    """A course in 白沙镇 in May."""
    return Course.objects.create(
        **{
            "area": factories.town("白沙镇"),
            "name": "花椒栽培技术培训班",
            "starts_on": dt.date(2015, 5, 4),
            "ends_on": dt.date(2015, 5, 6),
            **fields,
        }
    )
