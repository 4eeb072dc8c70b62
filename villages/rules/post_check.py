"""Whether every poor village has whoever must answer for it: counts as of a day beside the norms in force, one query for all.

A village on the list counts as poor until the end of the year in which it was struck off: help goes on until then.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from households.models import HelperAssignment, Household
from households.rules.roll import on_roll
from jiangjin.common.set_based import Statement, with_
from villages.models import (
    LeaderLink,
    PoorVillage,
    PostFacts,
    PostKind,
    PostStandard,
    ResidentTeam,
    SupportGroup,
    TrainedPerson,
    TrainingKind,
    VillagePost,
)


@dataclass(frozen=True)
class Norm:
    """One thing that a poor village must have.

    code: the column with its count, and the field of `PostStandard` with its number. `exact`: as many, not at least as many.
    count: (day, standard) → the expression that counts it in the row's village. `of_households`: it counts households that
    have it, and all on the roll must.
    """

    code: str
    label: str | Promise
    count: Callable[[dt.date, PostStandard], Any]
    exact: bool = False
    of_households: bool = False

    def wanted(self, standard: PostStandard) -> Any:
        """The number asked for, or the column that holds it."""
        return F("on_roll") if self.of_households else getattr(standard, self.code)

    def met(self, standard: PostStandard) -> Q:
        """The rows of `PostFacts` that have it. A norm of 0 asks for none, and forbids none."""
        wanted = self.wanted(standard)
        return Q(**{self.code if self.exact and wanted else f"{self.code}__gte": wanted})


def poor_on(villages: Any, on: dt.date) -> Any:
    """Those that were on the list on the day, or earlier in its year."""
    return villages.in_year(on.year).filter(listed_on__lte=on)


def standard_on(on: dt.date) -> PostStandard:
    """The norms of a day; nothing is asked where none are in force."""
    return PostStandard.objects.in_force(on).first() or PostStandard.asking_nothing()


def counted(villages: QuerySet[PoorVillage], *, on: dt.date, standard: PostStandard) -> QuerySet[PoorVillage]:
    """The poor villages of the day with the columns of `PostFacts`: a count by the code of every norm, and `on_roll`."""
    rows = poor_on(villages, on).annotate(on_roll=_rows(households_on_roll(on)))
    return rows.annotate(**{norm.code: norm.count(on, standard) for norm in NORMS})


def checked(villages: QuerySet[PoorVillage], *, on: dt.date, standard: PostStandard) -> Statement:
    """CHECKED of the poor villages of the day: counts, whether each norm is met (`has_` and its code), how many are not."""
    rows = counted(villages, on=on, standard=standard).order_by().values_list("pk", *COUNTED)
    facts = Statement.of(rows, ["poor_village_id", *COUNTED])
    met = {f"has_{norm.code}": _either(norm.met(standard), BooleanField(), True, False) for norm in NORMS}
    lacks: Any = sum((_either(norm.met(standard), IntegerField(), 0, 1) for norm in NORMS), Value(0))
    judged = PostFacts.objects.annotate(**met, missing=lacks).order_by().values_list(*CHECKED)
    return with_([facts.named(PostFacts._meta.db_table)], Statement.of(judged, CHECKED))


def with_trained(villages: QuerySet[PoorVillage], *, on: dt.date) -> QuerySet[PoorVillage]:
    """Adds by kind (`trained_medic` …) how many people of the village had been trained by the day."""
    trained = TrainedPerson.objects.standing().filter(finished_on__lte=on)
    return villages.annotate(**{f"trained_{kind}": _rows(trained.filter(kind=kind)) for kind in TrainingKind.values})


def households_on_roll(on: dt.date) -> QuerySet[Household]:
    """Households that were poor on the day (在册)."""
    return Household.objects.filter(on_roll(on))


def helped(households: QuerySet[Household], *, on: dt.date, least: int) -> QuerySet[Household]:
    """Those for whom at least so many helpers answer on the day."""
    answering = HelperAssignment.objects.active(on).filter(household=OuterRef("pk")).order_by()
    if least <= 1:
        return households.filter(Exists(answering)) if least else households
    counted = answering.values("household").annotate(count=Count("helper", distinct=True)).values("count")
    return households.annotate(helper_count=Coalesce(Subquery(counted), 0)).filter(helper_count__gte=least)


def _rows(rows: QuerySet, *, distinct: str = "pk", village: str = "village") -> Coalesce:
    """How many of the rows belong to the row's village."""
    counted = (
        rows.filter(**{village: OuterRef("village")})
        .order_by()
        .values(village)
        .annotate(count=Count(distinct, distinct=distinct != "pk"))
    )
    return Coalesce(Subquery(counted.values("count")), 0)


def _active(model: Any) -> Callable[[dt.date, PostStandard], Any]:
    return lambda on, _standard: _rows(model.objects.active(on))


def _in_post(kind: PostKind) -> Callable[[dt.date, PostStandard], Any]:
    return lambda on, _standard: _rows(VillagePost.objects.in_post(on).filter(kind=kind))


def _leaders(on: dt.date, _standard: PostStandard) -> Coalesce:
    return _rows(LeaderLink.objects.active(on), distinct="leader", village="area")


def _helped(on: dt.date, standard: PostStandard) -> Coalesce:
    return _rows(helped(households_on_roll(on), on=on, least=standard.helpers))


def _either(condition: Q, output_field: Any, value: Any, otherwise: Any) -> Case:
    return Case(When(condition, then=Value(value)), default=Value(otherwise), output_field=output_field)


NORMS: tuple[Norm, ...] = (
    Norm("leaders", _("District leaders"), _leaders),
    Norm("support_groups", _("Support group"), _active(SupportGroup), exact=True),
    Norm("first_secretaries", _("First secretary"), _in_post(PostKind.FIRST_SECRETARY), exact=True),
    Norm("teams", _("Resident team"), _active(ResidentTeam), exact=True),
    Norm("team_members", _("Team members"), _in_post(PostKind.TEAM_MEMBER)),
    Norm("graduate_officials", _("Graduate village official"), _in_post(PostKind.GRADUATE_OFFICIAL)),
    Norm("technology_commissioners", _("Technology commissioner"), _in_post(PostKind.TECHNOLOGY_COMMISSIONER)),
    Norm("helpers", _("Helpers of households"), _helped, of_households=True),
)
BY_CODE = {norm.code: norm for norm in NORMS}
COUNTED = ["on_roll", *BY_CODE]
CHECKED = ["poor_village_id", *COUNTED, *(f"has_{code}" for code in BY_CODE), "missing"]
