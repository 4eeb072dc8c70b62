"""Situations of visits, by name. A test sets only what matters to it."""

import datetime as dt
from typing import Any

from assistance.models import Absence, Visit, VisitCheck, VisitCheckRun, VisitMethod
from assistance.services import visit_checks
from assistance.services.drafts import VisitDraft
from households.models import Helper, Household
from tests import factories

MONTH = dt.date(2015, 12, 1)
LAST = dt.date(2015, 12, 31)


def december(day: int) -> dt.date:
    """A day of the month that most tests check."""
    return dt.date(2015, 12, day)


def held(*, who: Helper | None = None, **kwargs: Any) -> tuple[Household, Helper]:
    """A household on the roll and the helper who has answered for it since the beginning."""
    household, helper = factories.household(**kwargs), who or factories.helper()
    factories.assignment(household, helper)
    return household, helper


def visit(household: Household, helper: Helper, on: dt.date, **kwargs: Any) -> Visit:
    """A stored visit, at home and written down on the day, past the services."""
    kwargs.setdefault("method", VisitMethod.HOME)
    kwargs.setdefault("recorded_on", on)
    return Visit.objects.create(household=household, helper=helper, visited_on=on, **kwargs)


def away(household: Household, first: dt.date, last: dt.date | None = None) -> Absence:
    """The household is away."""
    return Absence.objects.create(household=household, starts_on=first, ends_on=last, reason="外出务工")


def draft(household: Household, helper: Helper, **kwargs: Any) -> VisitDraft:
    """A visit as somebody writes it down."""
    kwargs.setdefault("visited_on", december(10))
    return VisitDraft(household=household, helper=helper, **kwargs)


def check(**kwargs: Any) -> VisitCheckRun:
    """Check the month, over."""
    kwargs.setdefault("month", MONTH)
    kwargs.setdefault("as_of", LAST)
    kwargs.setdefault("area", factories.county())
    return visit_checks.check(**kwargs)


def checked(household: Household, month: dt.date = MONTH) -> VisitCheck:
    """How the month of a household stands."""
    return VisitCheck.objects.get(household=household, month=month)
