"""The pages that list and count, over a population of any size, as people of the district, its largest town, a village, a helper."""

import datetime as dt

from django.db.models import Count

from households.models import Helper, Household
from jiangjin.accounts import roles
from jiangjin.accounts.bench.pages import pages_of
from jiangjin.accounts.models import Grant, User
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.bench import Asked, Bench, PageMeasure, Skipped, benches
from supervision.bench.population import START, YEAR, fill_desks
from supervision.services import rollups

TODAY = dt.date(YEAR, 12, 31)
REQUESTS = 20
BUDGET_SECONDS = 0.2
PAGES = [
    "home",
    "households:list",
    "households:detail",
    "households:evaluations",
    "assistance:visits",
    "assistance:mine",
    "assistance:follow_ups",
    "assistance:month",
    "assistance:checks",
    "supervision:dashboard",
    "supervision:household_months",
]


def run(households: int) -> list[PageMeasure | Skipped]:
    """Fill the scratch database, bring its roll-ups up to date, and measure as each user."""
    county = fill_desks(households)
    asked = Asked((), REQUESTS, BUDGET_SECONDS, PAGES)
    with clock.pin(TODAY):
        rollups.rebuild(county=county, today=TODAY)
        return [result for user in users(county) for result in pages_of(user, asked)]


def users(county: Area) -> list[User]:
    """Those who sign in."""
    largest = (
        Household.objects.values_list("village__parent")
        .annotate(count=Count("pk"))
        .order_by("-count", "village__parent")
    )
    town = Area.objects.get(pk=largest[0][0])
    village = Area.objects.filter(parent=town).order_by("path")[0]
    helper = user("helper", roles.HELPER, county)
    Helper.objects.filter(pk=Helper.objects.order_by("pk").values("pk")[5:6]).update(user=helper)
    return [
        user("district", roles.DISTRICT_OFFICER, county),
        user("town", roles.TOWN_OFFICER, town),
        user("village", roles.VILLAGE_TEAM, village),
        helper,
    ]


def user(name: str, role: roles.Role, area: Area) -> User:
    """A user with one role."""
    made = User.objects.create(username=name, name=name)
    Grant.objects.create(user=made, role=role.code, area=area, valid_from=START)
    return made


benches.register(Bench("large_pages", "Pages over a large population", run, order=91))
