"""What a household owed in a month and whether it was given: the rule over the facts (docs/adr/0006)."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import BooleanField, Case, CharField, F, IntegerField, Q, Value, When

from assistance.models import NotDueReason, VisitFacts, VisitState
from assistance.rules.visit_facts import Month, Numbers, facts
from jiangjin.common.set_based import Statement, with_

# The columns of a checked row besides the household's.
CHECKED = [
    "state",
    "not_due_reason",
    "is_away",
    "due_days",
    "away_days",
    "visits",
    "counted_visits",
    "late_entries",
    "first_counted_on",
    "accounting_on",
]


def checked(
    numbers: Numbers, month: Month, *, as_of: dt.date, constants: Mapping[str, Value] | None = None
) -> Statement:
    """One row a household of those chosen: `household_id`, CHECKED, then `constants` by column name."""
    # Prefixed inside the query, where the name of a foreign key's column would clash with the field.
    constants = {f"constant_{name}": value for name, value in (constants or {}).items()}
    query = (
        VisitFacts.objects.annotate(
            is_away=is_away(month),
            not_due_reason=not_due_reason(month),
            counted_visits=Case(When(is_away=True, then=F("contacts")), default=F("counted_contacts")),
            first_counted_on=Case(
                When(is_away=True, then=F("first_contact_on")), default=F("first_counted_contact_on")
            ),
            state=state(is_over=as_of >= month.last),
            accounting_on=F("due_to_on"),
            **constants,
        )
        .order_by()
        .values_list("household_id", *CHECKED, *constants)
    )
    return with_(
        [facts(numbers, month).named(VisitFacts._meta.db_table)],
        Statement.of(query, ["household_id", *CHECKED, *(name.removeprefix("constant_") for name in constants)]),
    )


def is_away(month: Month) -> Case:
    """Absent so long that too few of its due days are left to be met at home: then any method counts."""
    least = month.standard.least_days
    return Case(
        When(due_days__gte=least, due_days__lt=F("away_days") + least, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def not_due_reason(month: Month) -> Case:
    """Why the household owes no visit; empty where it does. Whoever is not there is not reproached with having nobody."""
    return Case(
        When(on_roll=False, then=Value(NotDueReason.OFF_ROLL)),
        When(due_to_on=None, then=Value(NotDueReason.NO_HELPER)),
        When(due_days__lt=month.standard.least_days, then=Value(NotDueReason.TOO_SHORT)),
        default=Value(""),
        output_field=CharField(),
    )


def state(*, is_over: bool) -> Case:
    """The state, of rows annotated with not_due_reason and counted_visits; `is_over`: the month has ended."""
    return Case(
        When(~Q(not_due_reason=""), then=Value(VisitState.NOT_DUE)),
        When(counted_visits__gte=1, then=Value(VisitState.MET)),
        default=Value(VisitState.MISSED if is_over else VisitState.PENDING),
        output_field=IntegerField(),
    )
