"""The numbers of villages, as of a day: who is on the roll, who exited since the year began, poverty incidence."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from jiangjin.accounts.scoping import Scope
from jiangjin.common.set_based import Statement, quote
from villages.models import Village, VillageStandard
from villages.rules.incidence import COLUMNS, statement

# What can be ordered by.
SORTABLE = ("roll_households", "roll_persons", "exited_households", "incidence")


@dataclass(frozen=True)
class VillageNumbers:
    """One village's. incidence: 0 to 1, None where the population is not known; incidence_state: met below the limit,
    not_met, not_verified."""

    village_id: int
    roll_households: int
    roll_persons: int
    exited_households: int
    population_year: int | None
    agricultural_population: int | None
    incidence: Decimal | float | None
    incidence_state: str


def limit_ratio(on: dt.date) -> Decimal | None:
    """The limit of a day as a share (0 to 1)."""
    permille = limit_permille(on)
    return None if permille is None else Decimal(permille) / 1000


def limit_permille(on: dt.date) -> int | None:
    """The limit of poverty incidence on a day, in per mille; None where no standard is in force."""
    return VillageStandard.objects.in_force(on).values_list("incidence_permille", flat=True).first()


def of(
    villages: QuerySet[Village], *, on: dt.date, scope: Scope, state: str = "", order: str = ""
) -> dict[int, VillageNumbers]:
    """The numbers by village, in one statement. `state`: only villages whose incidence is met, not_met or not_verified.
    `order`: one of SORTABLE, with "-" for descending; unknown ones come last, and the path decides between equals."""
    try:
        told = statement(villages, on=on, scope=scope, permille=limit_permille(on))
    except EmptyResultSet:
        return {}
    where, params = ("WHERE n.incidence_state = %s ", (*told.params, state)) if state else ("", told.params)
    by = ""
    if order:
        column = order.removeprefix("-")
        if column not in SORTABLE:
            raise ValueError(f"villages cannot be ordered by {column}")
        name = f"n.{quote(column)}"
        direction = " DESC" if order.startswith("-") else ""
        by = f"ORDER BY {name} IS NULL, {name}{direction}, a.path"
    names = ", ".join(quote(column) for column in COLUMNS)
    rows = Statement(
        f"WITH numbers({names}) AS ({told.sql}) SELECT {', '.join(f'n.{quote(column)}' for column in COLUMNS)} "
        f"FROM numbers n JOIN {quote(Village._meta.db_table)} a ON a.id = n.village_id {where}{by}",
        params,
        COLUMNS,
    ).rows()
    return {row[0]: VillageNumbers(*row) for row in rows}


def of_one(village: Village, *, on: dt.date, scope: Scope) -> VillageNumbers:
    """The numbers of one village."""
    return of(Village.objects.filter(pk=village.pk), on=on, scope=scope)[village.pk]
