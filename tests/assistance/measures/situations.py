"""Situations of measures, by name. A test sets only what matters to it."""

import datetime as dt
import itertools
from typing import Any

from assistance.models import Enrolment, EnrolmentState, EnrolmentStep, Measure, PolicyClause
from assistance.services.enrolment_drafts import EnrolmentDraft
from jiangjin.accounts import roles
from jiangjin.accounts.models import User
from tests import factories
from tests.assistance.measures.policies import clauses

_numbers = itertools.count(1)
TODAY = dt.date(2015, 12, 31)
YEAR = 2015


def clause() -> PolicyClause:
    """A clause of the district."""
    clauses(factories.county())
    return PolicyClause.objects.order_by("pk").first()


def measure(**kwargs: Any) -> Measure:
    """A measure of industry for whole households, once a year, without a rule or a price."""
    number = next(_numbers)
    kwargs.setdefault("code", f"measure-{number}")
    kwargs.setdefault("name", f"措施{number}")
    kwargs.setdefault("batch", "industry")
    kwargs.setdefault("target", "household")
    kwargs.setdefault("valid_from", dt.date(2014, 1, 1))
    kwargs.setdefault("order", number)
    return Measure.objects.create(clause=kwargs.pop("clause", None) or clause(), **kwargs)


def for_persons(**kwargs: Any) -> Measure:
    """The same for persons."""
    return measure(target="person", batch=kwargs.pop("batch", "education"), **kwargs)


def draft(of: Any, **kwargs: Any) -> EnrolmentDraft:
    """A proposal for a household (or, for a member, a person)."""
    kwargs.setdefault("year", YEAR)
    if not hasattr(of, "village"):
        kwargs.setdefault("member", of)
        of = of.household
    return EnrolmentDraft(household=of, measure=kwargs.pop("measure", None) or measure(), **kwargs)


def enrolment(of: Any, *, state: str = EnrolmentState.PLANNED, **kwargs: Any) -> Enrolment:
    """A stored enrolment in a state, past the services, with the days that go with it, and its steps."""
    day = kwargs.pop("on", dt.date(2015, 3, 2))
    kwargs.setdefault("year", YEAR)
    if not hasattr(of, "village"):
        kwargs.setdefault("member", of)
        of = of.household
    reached = {
        EnrolmentState.PLANNED: ["planned_on"],
        EnrolmentState.APPROVED: ["planned_on", "approved_on"],
        EnrolmentState.UNDER_WAY: ["planned_on", "approved_on", "started_on"],
        EnrolmentState.DONE: ["planned_on", "approved_on", "started_on", "done_on"],
        EnrolmentState.STOPPED: ["planned_on", "stopped_on"],
    }[EnrolmentState(state)]
    for name in reached:
        kwargs.setdefault(name, day)
    if state == EnrolmentState.STOPPED:
        kwargs.setdefault("stop_reason", "不再需要")
    made = Enrolment.objects.create(
        household=of, measure=kwargs.pop("measure", None) or measure(), state=state, **kwargs
    )
    EnrolmentStep.objects.create(enrolment=made, act="propose", state="planned", occurred_on=made.planned_on)
    return made


def team(name: str = "复建村") -> User:
    """The resident team of a village: proposes."""
    return factories.user(name="驻村队", role=roles.VILLAGE_TEAM, area=factories.village(name))


def town(name: str = "白沙镇") -> User:
    """A town's office: approves, and proposes itself."""
    return factories.user(name="镇扶贫办", role=roles.TOWN_OFFICER, area=factories.town(name))


def district() -> User:
    """The district office."""
    return factories.user(name="区扶贫办", role=roles.DISTRICT_OFFICER)
