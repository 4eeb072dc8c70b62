"""Histories of households, written as the services leave them: rows and marks in one transaction."""

import datetime as dt

from assistance.models import VisitCheck, VisitCheckRun
from assistance.models.visit_check import VisitState
from households.models import Household
from households.services import statuses
from jiangjin.changes.services import Fact, mark_households
from supervision.models import AreaMonth, HouseholdMonth
from supervision.services import rollups
from tests import factories

YEAR_END = dt.date(2015, 12, 31)


def day(text: str) -> dt.date:
    """'06-15' → 2015-06-15; '2014-06-15' as it stands."""
    return dt.date.fromisoformat(text if len(text) > 5 else f"2015-{text}")


def month(text: str) -> dt.date:
    """'06' → 2015-06-01; '2014-06' → 2014-06-01."""
    return dt.date.fromisoformat(f"{text}-01" if len(text) > 2 else f"2015-{text}-01")


def registered(on: str = "01-01", *, members: int = 2, tier: str = "", **kwargs) -> Household:
    """A household registered on a day, with its event, its members since then, and marks."""
    household = factories.household(registered_on=day(on), status_on=day(on), tier=tier, **kwargs)
    for position in range(members):
        factories.member(household, relation="01" if position == 0 else "99", joined_on=day(on))
    household.status_events.create(kind="registered", occurred_on=day(on), persons=members, reason="r")
    if tier:
        household.tier_decisions.create(tier=tier, decided_on=day(on), reason="r")
    mark_households([household.pk], facts=[Fact.HOUSEHOLD, Fact.MEMBERS, Fact.TIER])
    return household


def happened(household: Household, kind: str, on: str) -> None:
    """A status event, by its service."""
    household.refresh_from_db()
    cause = "01" if kind == "relapsed" else ""
    statuses.record_event(household=household, kind=kind, occurred_on=day(on), by=None, reason="r", cause=cause)


def checked(household: Household, in_month: str, state: VisitState, *, visits: int = 0) -> None:
    """What the visit check found of a month."""
    run, _created = VisitCheckRun.objects.get_or_create(
        area=factories.county(), month=month(in_month), as_of=YEAR_END, basis={}, basis_digest="-"
    )
    VisitCheck.objects.update_or_create(
        household=household,
        month=month(in_month),
        defaults={
            "state": state,
            "visits": visits,
            "counted_visits": min(visits, 1),
            "is_away": False,
            "due_days": 30,
            "away_days": 0,
            "late_entries": 0,
            "run": run,
        },
    )
    mark_households([household.pk], facts=[Fact.VISIT_CHECK], month=month(in_month))


def refresh(today: dt.date = YEAR_END) -> rollups.Work:
    return rollups.refresh(today=today)


def row(household: Household, in_month: str) -> HouseholdMonth:
    return HouseholdMonth.objects.get(household=household, month=month(in_month))


def value(indicator: str, in_month: str, **where) -> int:
    """The stored value of a month, over all villages and tiers unless narrowed."""
    rows = AreaMonth.objects.filter(indicator=indicator, month=month(in_month), **where)
    return sum(rows.values_list("value", flat=True))


def stored() -> tuple[set[tuple], set[tuple]]:
    """Everything that stands, without its keys."""
    household_fields = [field.attname for field in HouseholdMonth._meta.concrete_fields if not field.primary_key]
    area_fields = [field.attname for field in AreaMonth._meta.concrete_fields if not field.primary_key]
    return set(HouseholdMonth.objects.values_list(*household_fields)), set(AreaMonth.objects.values_list(*area_fields))
