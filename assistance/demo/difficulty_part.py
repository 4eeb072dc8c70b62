"""The part of difficulties in the demo: what was raised on the visits of the year and besides, and what became of it."""

import uuid
from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.demo.handling import Course, Handling, Offices, steps_of
from assistance.demo.known import KnownHousehold, households
from assistance.demo.part import villages_by_town
from assistance.demo.reporting import Raised, Reports, raised_on_visits, signatures
from assistance.demo.rounds import slack_villages
from assistance.demo.tables import table
from assistance.models import Difficulty, DifficultySource, DifficultyStandard, DifficultyState, DifficultyStep
from assistance.models.difficulty import SOLVED, UNSOLVED
from assistance.services.difficulties.standards import Standards
from households.models import Helper
from jiangjin.accounts import roles
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.accounts.models import Grant, Unit
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area, under
from jiangjin.common.demo import Counts, DemoContext, DemoPart, DemoRefused, parts
from jiangjin.common.set_based import add_rows, insert_rows

STEP_COLUMNS = (
    *("difficulty", "version", "act", "happened_on", "from_state", "to_state", "note", "details", "by", "job"),
    "recorded_at",
)


def fill(context: DemoContext) -> Counts:
    """Make the year's difficulties."""
    places, rng = context.get(DemoPlaces), context.rng("difficulties")
    offices = _offices(context)
    reports = Reports(rng, context.today)
    handling = Handling(rng, offices, _standards(context), context.today)
    writer = Writer(context, offices, handling)
    for chunk in households(places.county):
        writer.write(_of_chunk(chunk, reports))
    count = context.part_of(table("handling")["common"])
    groups = {village.pk: [group.pk for group in places.groups.get(village.pk, [])] for village in places.villages}
    writer.write(list(reports.of_villages(groups, count)))
    return writer.counts


class Writer:
    """Handles what was raised, writes the rows with their steps, and counts."""

    def __init__(self, context: DemoContext, offices: Offices, handling: Handling) -> None:
        self.offices = offices
        self.handling = handling
        self.today = context.today
        self.numbers = context.rng("difficulty numbers")
        accounts = context.get(DemoAccounts)
        self.district = accounts.officer.pk if accounts.officer is not None else None
        self.now = timezone.now()
        names = ("", "_solved", "_confirmed", "_open", "_late", "_escalated", "_denied", "_closed", "_withdrawn")
        self.counts: Counts = {f"difficulties{name}": 0 for name in names}

    def write(self, raised: list[Raised]) -> None:
        """In the order of their days."""
        courses = []
        for each in sorted(raised, key=lambda each: each.raised_on):
            if each.source != DifficultySource.VISIT:
                each.written_by = self._writer(each)
            courses.append(self.handling.handle(each))
        rows = [self._row(course) for course in courses]
        add_rows(Difficulty, rows)
        insert_rows(
            DifficultyStep,
            STEP_COLUMNS,
            (
                (
                    rows[place].pk,
                    version,
                    *(step.act, step.on, step.from_state, step.to_state, step.note, step.details, step.by),
                    None,
                    self.now,
                )
                for place, version, step in steps_of(courses)
            ),
        )
        for row in rows:
            self._count(row)

    def _row(self, course: Course) -> Difficulty:
        raised = course.raised
        return Difficulty(
            client_id=uuid.UUID(int=self.numbers.getrandbits(128), version=4),
            village_id=raised.village,
            group_id=raised.group,
            household_id=raised.household,
            visit_id=raised.visit,
            source=raised.source,
            kind=raised.kind,
            what=raised.what,
            raised_on=raised.raised_on,
            raised_by_id=raised.written_by,
            version=len(course.steps),
            **course.values,
        )

    def _writer(self, raised: Raised) -> int | None:
        """The town's office, or the district's for what came there."""
        if raised.source in (DifficultySource.HOTLINE, DifficultySource.INSPECTION):
            return self.district
        return self.offices.officers.get(raised.village)

    def _count(self, row: Difficulty) -> None:
        is_open = row.state in UNSOLVED
        for name, counts in {
            "": True,
            "_solved": row.state in SOLVED,
            "_confirmed": row.state == DifficultyState.CONFIRMED,
            "_open": is_open,
            "_late": is_open and row.due_on < self.today,
            "_escalated": is_open and row.escalation > 0,
            "_denied": row.reopened_count > 0,
            "_closed": row.state == DifficultyState.UNSOLVABLE,
            "_withdrawn": row.state == DifficultyState.WITHDRAWN,
        }.items():
            self.counts[f"difficulties{name}"] += counts


def _of_chunk(chunk: list[KnownHousehold], reports: Reports) -> list[Raised]:
    raised = list(raised_on_visits(chunk))
    told = {household.pk: household.told for household in chunk}
    for each in raised:
        if each.household is not None:
            told[each.household].add(each.what)
    for household in chunk:
        raised += reports.of_household(household)
    signed = signatures(chunk)
    for each in raised:
        if each.household is not None:
            each.signed = signed.get(each.household, [])
    return raised


def _standards(context: DemoContext) -> Mapping[str, DifficultyStandard]:
    """The standard of each kind that is told of, as it holds on the demo's day."""
    standards = Standards().in_force(context.today)
    missing = set(table("reports")["households"]) - {kind for kind, each in standards.items() if each.is_offered}
    if missing:
        raise DemoRefused(_("Some kinds of difficulties are not asked for: %(kinds)s.") % {"kinds": sorted(missing)})
    return standards


def _offices(context: DemoContext) -> Offices:
    places, accounts = context.get(DemoPlaces), context.get(DemoAccounts)
    county = places.county
    town_units = {town: unit.pk for town, unit in accounts.town_units.items()}
    officers, teams = _holders(county, roles.TOWN_OFFICER), _holders(county, roles.VILLAGE_TEAM)
    helpers = Helper.objects.filter(under(county.path, "town__path")).values_list("pk", "unit_id", "user_id")
    helper_units, helper_users = {}, {}
    for helper, unit, user in helpers:
        helper_units[helper] = unit
        if user is not None:
            helper_users[helper] = user
    return Offices(
        towns={village.pk: town_units[places.town_of(village).pk] for village in places.villages},
        units={unit.name: unit.pk for unit in accounts.departments},
        names=dict(Unit.objects.filter(county=county).values_list("pk", "name")),
        helper_units=helper_units,
        helper_users=helper_users,
        users=_workers(county),
        officers={
            village.pk: officers[places.town_of(village).pk]
            for village in places.villages
            if places.town_of(village).pk in officers
        },
        teams=teams,
        slack=slack_villages(
            context.rng("slow towns"), villages_by_town(places), count=table("handling")["slack_towns"]
        ),
    )


def _holders(county: Area, role: roles.Role) -> dict[int, int]:
    """The user by area, of those who hold a role."""
    grants = Grant.objects.filter(under(county.path, "area__path"), role=role.code).order_by("pk")
    return dict(grants.values_list("area_id", "user_id"))


def _workers(county: Area) -> dict[int, int]:
    """Who works on what a unit is given: officers of departments and towns, by unit."""
    working = [roles.DEPARTMENT_OFFICER.code, roles.TOWN_OFFICER.code]
    grants = Grant.objects.filter(under(county.path, "area__path"), role__in=working).exclude(user__unit=None)
    return {unit: user for unit, user in grants.order_by("pk").values_list("user__unit", "user") if unit is not None}


parts.register(DemoPart(code="difficulties", order=52, fill=fill))
