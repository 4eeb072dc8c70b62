"""The demo's year of enrolments: every exit rests on measures that were done before it; most who qualify have what they
qualify for, some wait, some lack it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from assistance.demo.enrolled import enrolled_households
from assistance.demo.enrolment_plans import THOUSAND, Plan, Planner
from assistance.demo.enrolment_rows import Told, write
from assistance.models import Batch, Enrolment, EnrolmentState, ExitChannel, Measure
from jiangjin.accounts import roles
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.accounts.models import Grant
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import under
from jiangjin.common.demo import Counts, DemoContext, DemoPart, DemoRefused, parts
from jiangjin.common.set_based import Statement, execute, quote, staged, with_

# Aid to the ill stands for the channel of medical aid; insurances, which everybody has, do not.
ILLNESS = ["serious-illness-aid", "chronic-illness-aid"]


def fill(context: DemoContext) -> Counts:
    """Make the year's enrolments, and let the exit channels rest on them."""
    places = context.get(DemoPlaces)
    measures = {measure.code: measure for measure in Measure.objects.all()}
    households = enrolled_households(
        places.county, [measure for measure in measures.values() if measure.eligibility], today=context.today
    )
    teams = Grant.objects.filter(under(places.county.path, "area__path"), role=roles.VILLAGE_TEAM.code)
    ahead = frozenset(teams.order_by().values_list("area", flat=True))
    planner = Planner(context.rng("enrolments"), measures, context.today, villages_ahead=ahead)
    if missing := set(planner.words["measures"]) - set(measures):
        raise DemoRefused(_("The measure “%(code)s” is not in the catalogue.") % {"code": sorted(missing)[0]})
    plans = [plan for household in households for plan in planner.year(household)]
    clerk = Clerk(context, planner)
    rows = [clerk.row(plan) for plan in plans]
    steps = write(rows, [clerk.told(plan) for plan in plans])
    states = [row.state for row in rows]
    return {
        "enrolments": len(rows),
        **{f"enrolments_{state.value}": states.count(state) for state in EnrolmentState},
        "enrolment_steps": steps,
        "channels_with_enrolment": rest_channels(places),
    }


class Clerk:
    """Turns plans into rows: who proposed and approved, which unit is in charge."""

    def __init__(self, context: DemoContext, planner: Planner) -> None:
        places, accounts = context.get(DemoPlaces), context.get(DemoAccounts)
        self.rng = context.rng("enrolment words")
        self.planner = planner
        self.officer = accounts.officer.pk if accounts.officer is not None else None
        self.units: Mapping[str, int] = {unit.name: unit.pk for unit in accounts.departments}
        granted = Grant.objects.filter(under(places.county.path, "area__path")).order_by("pk")
        teams = dict(granted.filter(role=roles.VILLAGE_TEAM.code).values_list("area", "user"))
        towns = dict(granted.filter(role=roles.TOWN_OFFICER.code).values_list("area", "user"))
        # By village: who proposes there, and who approves that.
        self.people = {}
        for village in places.villages:
            team, town = teams.get(village.pk), towns.get(places.town_of(village).pk)
            self.people[village.pk] = (team, town or self.officer) if team else (town, self.officer)

    def row(self, plan: Plan) -> Enrolment:
        """The enrolment, not stored yet."""
        household, days = plan.household, plan.days
        amount, quantity, note = self.planner.particulars(plan)
        planner, approver = self.people[household.village]
        unit = self.units.get(self.planner.words["measures"][plan.code]["unit"])
        reached = [plan.days.approved_on, days.started_on, days.done_on, plan.stopped_on or plan.returned_on]
        return Enrolment(
            measure_id=self.planner.measures[plan.code].pk,
            household_id=household.pk,
            member_id=plan.person.pk if plan.person is not None else None,
            year=plan.year,
            state=plan.state,
            amount_fen=amount,
            quantity=quantity,
            unit_id=unit,
            business_id=plan.business,
            note=note,
            planned_on=days.planned_on,
            planned_by_id=planner,
            returned_on=plan.returned_on,
            approved_on=days.approved_on,
            approved_by_id=approver if days.approved_on is not None else None,
            started_on=days.started_on,
            done_on=days.done_on,
            stopped_on=plan.stopped_on,
            stop_reason=plan.stop_reason,
            version=1 + sum(day is not None for day in reached),
        )

    def told(self, plan: Plan) -> Told:
        """What was said on the way."""
        words = self.planner.words
        sent_back = self.rng.choice(words["returned"]) if plan.returned_on is not None else ""
        finished = ""
        if plan.days.done_on is not None and self.rng.randrange(THOUSAND) < words["finished_note_in_a_thousand"]:
            finished = self.rng.choice(words["finished"])
        return Told(sent_back, finished)


def rest_channels(places: DemoPlaces) -> int:
    """Set the enrolment of each exit channel: a finished one of its batch, not later than the exit; the person's own first, then
    the household's, then another member's. Returns how many rest on one."""
    execute("ANALYZE", ())  # without statistics of the new rows SQLite takes two minutes for what takes a second
    done = "household__enrolments"
    nearness = Case(
        When(**{f"{done}__member": F("member")}, then=Value(0)),
        When(**{f"{done}__member": None}, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    order: list[Any] = [nearness, F(f"{done}__done_on"), F(f"{done}__pk")]
    resting = ExitChannel.objects.filter(
        under(places.county.path, "household__village__path"),
        Q(**{f"{done}__measure__code__in": ILLNESS}) | ~Q(batch=Batch.MEDICAL),
        **{
            f"{done}__measure__batch": F("batch"),
            f"{done}__state": EnrolmentState.DONE,
            f"{done}__done_on__lte": F("exit__occurred_on"),
        },
    ).annotate(place=Window(RowNumber(), partition_by=[F("pk")], order_by=order))
    found = resting.filter(place=1).order_by().values_list("pk", f"{done}__pk")
    table_ = quote(ExitChannel._meta.db_table)
    best = Statement.of(found, ["channel_id", "best_id"]).named("best")
    named = with_([best], Statement("SELECT channel_id, best_id FROM best", (), ("channel_id", "best_id")))
    with staged(named, name="rested") as rested:
        return execute(
            f"UPDATE {table_} SET enrolment_id = r.best_id FROM ({rested.sql}) r WHERE r.channel_id = {table_}.id",
            rested.params,
        )


parts.register(DemoPart(code="enrolments", order=60, fill=fill))
