"""Situations of visits and difficulties, by name. A test sets only what matters to it."""

import datetime as dt
from typing import Any

from assistance.models import (
    Absence,
    Confirmation,
    Difficulty,
    DifficultyAct,
    DifficultyKind,
    DifficultySource,
    DifficultyState,
    Visit,
    VisitCheck,
    VisitCheckRun,
    VisitMethod,
)
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


def difficulty(household: Household | None = None, **kwargs: Any) -> Difficulty:
    """A stored difficulty of a household (or, without one, of 复建村 in common), past the services: raised on 10 November, of water,
    with the step that it was raised."""
    state = kwargs.pop("state", DifficultyState.OPEN)
    kwargs.setdefault("village", household.village if household is not None else factories.village())
    kwargs.setdefault("raised_on", dt.date(2015, 11, 10))
    kwargs.setdefault("due_on", kwargs["raised_on"] + dt.timedelta(days=20))
    kwargs.setdefault("source", DifficultySource.PHONE)
    kwargs.setdefault("kind", DifficultyKind.WATER)
    kwargs.setdefault("what", "水井干了，要到远处挑水")
    if state in (DifficultyState.ASSIGNED, DifficultyState.UNDER_WAY):
        kwargs.setdefault("owner_unit", factories.unit("区水务局"))
    if state in (DifficultyState.SOLVED, DifficultyState.CONFIRMED):
        kwargs.setdefault("solved_on", december(1))
        kwargs.setdefault("solution", "管网已接通")
    if state == DifficultyState.CONFIRMED:
        kwargs.setdefault("confirmed_on", december(5))
        kwargs.setdefault("confirmation", Confirmation.SIGNED)
    if state in (DifficultyState.UNSOLVABLE, DifficultyState.WITHDRAWN):
        kwargs.setdefault("closed_on", december(5))
        kwargs.setdefault("closed_reason", "没有水源")
    made = Difficulty.objects.create(household=household, state=state, **kwargs)
    made.steps.create(version=1, act=DifficultyAct.RAISE, happened_on=made.raised_on, to_state=DifficultyState.OPEN)
    return made
