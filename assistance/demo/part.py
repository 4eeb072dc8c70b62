"""The part of assistance in the demo: a year of visits, and the monthly checks of that year."""

import datetime as dt

from django.utils.translation import gettext as _

from assistance.demo.content import Contents
from assistance.demo.habits import Habits
from assistance.demo.known import YEAR, households
from assistance.demo.promises import Promises
from assistance.demo.rounds import Rounds, slack_villages
from assistance.demo.telling import Teller
from assistance.demo.writing import Writer
from assistance.models import VisitStandard
from assistance.services.visit_checks import KIND
from households.models import Helper
from jiangjin.accounts import roles
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.accounts.models import Grant
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area, under
from jiangjin.common.clock import month_end
from jiangjin.common.demo import Counts, DemoContext, DemoPart, DemoRefused, parts
from jiangjin.jobs.services import run_now

MONTHS = [dt.date(YEAR, month, 1) for month in range(1, 13)]


def fill(context: DemoContext) -> Counts:
    """Make the year's visits, what was promised on them, and the absences of households."""
    places, rng = context.get(DemoPlaces), context.rng("visits")
    standards = _standards()
    users, officer = _users(places.county), context.get(DemoAccounts).officer
    habits = Habits(context.rng("visit habits"), users)
    rounds = Rounds(
        rng,
        habits,
        slack_villages=slack_villages(context.rng("slack towns"), villages_by_town(places)),
        least_days=standards[1].least_days,
        today=context.today,
    )
    writer = Writer(
        rng,
        Contents(rng, Teller(rng, is_elsewhere=context.number > 0), habits),
        Promises(rng, context.today),
        users=users,
        offices=_offices(places),
        officer=officer.pk if officer is not None else None,
        late_after_days={month: standard.late_after_days for month, standard in standards.items()},
    )
    for chunk in households(places.county):
        for household in chunk:
            writer.add(household, rounds.year(household))
        writer.flush()
    return writer.counts


def check(context: DemoContext) -> Counts:
    """Check the twelve months as of the demo's day, as jobs like any other."""
    county = context.get(DemoPlaces).county
    counts: Counts = {}
    for month in MONTHS:
        params = {"month": f"{month:%Y-%m}", "as_of": min(context.today, month_end(month)).isoformat()}
        run = run_now(kind=KIND, area=county, params=params)
        for name in ("met", "missed", "pending", "not_due"):
            counts[f"months_{name}"] = counts.get(f"months_{name}", 0) + run.counts[name]
    return counts


def _standards() -> dict[int, VisitStandard]:
    """The visit standard of each month."""
    standards = {}
    for month in MONTHS:
        standard = VisitStandard.objects.in_force(month_end(month)).first()
        if standard is None:
            raise DemoRefused(_("No visit standard is in force in %(month)s.") % {"month": f"{month:%Y-%m}"})
        standards[month.month] = standard
    return standards


def _users(county: Area) -> dict[int, int]:
    """The user by helper, of helpers with a login."""
    helpers = Helper.objects.filter(under(county.path, "town__path")).exclude(user=None)
    return {helper: user for helper, user in helpers.values_list("pk", "user_id") if user is not None}


def villages_by_town(places: DemoPlaces) -> dict[int, list[int]]:
    """Numbers of villages by the number of their town."""
    villages: dict[int, list[int]] = {town.pk: [] for town in places.towns}
    for village in places.villages:
        villages[places.town_of(village).pk].append(village.pk)
    return villages


def _offices(places: DemoPlaces) -> dict[int, int]:
    """The user of the village's team, or else of its town's office, by village; of those that have one."""
    writing = Grant.objects.filter(role__in=[roles.TOWN_OFFICER.code, roles.VILLAGE_TEAM.code])
    users = dict(writing.filter(under(places.county.path, "area__path")).order_by("pk").values_list("area", "user"))
    offices = {
        village.pk: users.get(village.pk) or users.get(places.town_of(village).pk) for village in places.villages
    }
    return {village: user for village, user in offices.items() if user is not None}


parts.register(DemoPart(code="visits", order=50, fill=fill))
parts.register(DemoPart(code="visit_checks", order=92, fill=check, derived=True))
