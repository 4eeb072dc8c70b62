"""Poverty incidence (贫困发生率): the persons on the roll, of the agricultural registered population. Computed, never typed.

Basis: 中办国办《关于建立贫困退出机制的意见》 (April 2016): a poor village may leave when its incidence lies below a limit; the limit in
force is a row of VillageStandard. Shares are compared by multiplication: persons × 1000 < limit × population.
"""

import datetime as dt

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Exists, OuterRef, QuerySet

from households.models import Household, Member, StatusEventKind
from households.rules.roll import on_roll
from households.services import happenings
from jiangjin.accounts.scoping import Scope
from jiangjin.common.set_based import Statement, with_
from villages.models import Village, VillageSurvey

MET, NOT_MET, NOT_VERIFIED = "met", "not_met", "not_verified"
# One row a village.
COLUMNS = (
    "village_id",
    "roll_households",
    "roll_persons",
    "exited_households",
    "population_year",
    "agricultural_population",
    "incidence",
    "incidence_state",
)


def statement(villages: QuerySet[Village], *, on: dt.date, scope: Scope, permille: int | None) -> Statement:
    """COLUMNS of the villages as of a day, of the households within `scope`. Raises EmptyResultSet where it is clear that there is
    no village.

    Exits are those since the year began. The population is that of the newest survey known on the day that tells it, with its
    year. `incidence` (0 to 1) is for showing and ordering and NULL without a population; `incidence_state` is MET below
    `permille`, NOT_MET, or NOT_VERIFIED without a population or (None) a limit.
    """
    keys = villages.order_by().values_list("pk", flat=True)
    households = Household.objects.within(scope).filter(village__in=keys)
    people = Member.objects.present(on).within(scope).filter(household__village__in=keys)
    exited = happenings.happened_to(
        households, StatusEventKind.EXITED.value, since=on.replace(month=1, day=1), until=on
    )
    tables = [
        Statement.of(keys, ["village_id"]).named("chosen"),
        _counted(households.filter(on_roll(on)), "village_id").named("roll"),
        _counted(people.filter(on_roll(on, "household__")), "household__village_id").named("people"),
        _counted(exited, "village_id").named("exits"),
        _population(keys, on).named("told"),
    ]
    limit = "NULL" if permille is None else str(int(permille))
    persons = "COALESCE(p.number, 0)"
    main = Statement(
        f"SELECT c.village_id, COALESCE(r.number, 0), {persons}, COALESCE(e.number, 0), t.year, t.population, "
        f"1.0 * {persons} / t.population AS incidence, "
        f"CASE WHEN {persons} * 1000 < {limit} * t.population THEN '{MET}' "
        f"WHEN {persons} * 1000 >= {limit} * t.population THEN '{NOT_MET}' ELSE '{NOT_VERIFIED}' END AS incidence_state "
        "FROM chosen c LEFT JOIN roll r ON r.village_id = c.village_id LEFT JOIN people p ON p.village_id = c.village_id "
        "LEFT JOIN exits e ON e.village_id = c.village_id LEFT JOIN told t ON t.village_id = c.village_id",
        (),
        COLUMNS,
    )
    return with_(tables, main)


def _counted(rows: QuerySet, village: str) -> Statement:
    """How many rows each village has that has any; the column `village` leads to it."""
    columns = ["village_id", "number"]
    try:
        counted = rows.order_by().values(village).annotate(number=Count("pk")).values_list(village, "number")
        return Statement.of(counted, columns)
    except EmptyResultSet:  # nobody is within the scope
        return Statement("SELECT 0, 0 WHERE 1 = 0", (), tuple(columns))


def _population(keys: QuerySet, on: dt.date) -> Statement:
    telling = VillageSurvey.objects.filter(year__lte=on.year, reported_on__lte=on, agricultural_population__gt=0)
    newer = telling.filter(village=OuterRef("village"), year__gt=OuterRef("year"))
    newest = telling.filter(~Exists(newer), village__in=keys).order_by()
    return Statement.of(
        newest.values_list("village_id", "year", "agricultural_population"), ["village_id", "year", "population"]
    )
