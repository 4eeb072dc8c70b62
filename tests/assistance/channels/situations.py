"""Situations of exit channels, by name. A test sets only what matters to it."""

import datetime as dt
import itertools
from typing import Any

from assistance.models import Enrolment, EnrolmentState, ExitChannel, Measure, PolicyClause, PolicyDocument
from households.models import Household, Member, StatusEvent, StatusEventKind
from tests import factories

_numbers = itertools.count(1)
EXIT_DAY = dt.date(2015, 11, 20)


def exited(*, members: int = 2, on: dt.date = EXIT_DAY, **kwargs: Any) -> StatusEvent:
    """A household that exited on a day, with as many members; returns the exit."""
    household = factories.household(members=members, status="exited", status_on=on, **kwargs)
    return exit_of(household, on=on, persons=members)


def exit_of(household: Household, *, on: dt.date = EXIT_DAY, persons: int = 0) -> StatusEvent:
    """An exit of a household, as written."""
    return event(household, StatusEventKind.EXITED, on, persons=persons)


def event(household: Household, kind: str, on: dt.date, *, persons: int = 0) -> StatusEvent:
    """A status event past the services."""
    cause = "01" if kind == StatusEventKind.RELAPSED else ""
    return StatusEvent.objects.create(
        household=household, kind=kind, occurred_on=on, persons=persons, reason="x", cause=cause
    )


def members(exit: StatusEvent) -> list[Member]:
    """The members of the exited household, in the order in which they were entered."""
    return list(exit.household.members.order_by("pk"))


def channel(exit: StatusEvent, *batches: str, member: Member | None = None, **kwargs: Any) -> list[ExitChannel]:
    """Stored channels of one member of the household, the first unless another is named."""
    member = member or members(exit)[0]
    return [
        ExitChannel.objects.create(exit=exit, household=exit.household, member=member, batch=batch, **kwargs)
        for batch in batches
    ]


def of_all(exit: StatusEvent, *batches: str) -> None:
    """The same channels for everybody in the household."""
    for member in members(exit):
        channel(exit, *batches, member=member)


def measure(batch: str = "industry", **kwargs: Any) -> Measure:
    """A measure of a batch, on a clause of the opinion."""
    document, _made = PolicyDocument.objects.get_or_create(
        area=factories.county(),
        code="opinion",
        defaults={"kind": "opinion", "title": "x", "valid_from": factories.START},
    )
    clause, _made = PolicyClause.objects.get_or_create(
        document=document, number=1, defaults={"heading": "x", "text": "x", "valid_from": factories.START}
    )
    kwargs.setdefault("code", f"measure-{next(_numbers)}")
    kwargs.setdefault("target", "household")
    kwargs.setdefault("valid_from", factories.START)
    return Measure.objects.create(batch=batch, clause=clause, name=kwargs.pop("name", f"{batch} 措施"), **kwargs)


def enrolled(
    of: Household | Member, measure: Measure, *, on: dt.date | None = EXIT_DAY, year: int = 2015, **kwargs: Any
) -> Enrolment:
    """A household or person enrolled in a measure, which was done on a day unless that is None."""
    member = of if isinstance(of, Member) else None
    household = of.household if isinstance(of, Member) else of
    done = {"state": EnrolmentState.DONE, "approved_on": on, "done_on": on} if on is not None else {}
    return Enrolment.objects.create(
        measure=measure,
        household=household,
        member=member,
        year=year,
        planned_on=dt.date(year, 1, 5),
        **{**done, **kwargs},
    )
