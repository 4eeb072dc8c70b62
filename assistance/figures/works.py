"""Figures of the annual report that are counted from relocation and house repair."""

from decimal import Decimal

from django.db.models import Max, Min

from assistance.models import HouseRepair, Relocation, ResettlementSite
from households.models import Member
from households.models.conditions import HouseGrade
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures
from jiangjin.common.money import FEN_PER_YUAN


def persons_relocated(year: int, scope: Scope) -> int | None:
    """Persons who moved in the year."""
    relocations = Relocation.objects.within(scope)
    moved = relocations.moved_in(year).order_by().values("pk")
    count = Member.objects.filter(relocations__in=moved).order_by().values("pk").distinct().count()
    return count if count or relocations.exists() else None


def resettlement_sites(year: int, scope: Scope) -> int | None:
    """Sites that were ready for moving in during the year."""
    sites = ResettlementSite.objects.within(scope)
    count = sites.filter(opened_on__year=year).count()
    return count if count or sites.exists() else None


def houses_repaired(year: int, scope: Scope) -> int | None:
    """Households whose house was accepted after its repair in the year."""
    repairs = HouseRepair.objects.within(scope)
    count = repairs.accepted_in(year).order_by().values("enrolment__household").distinct().count()
    return count if count or repairs.exists() else None


def house_subsidy(grade: HouseGrade, year: int, scope: Scope) -> Decimal | None:
    """What each house of the grade that was accepted in the year was granted, in yuan; None where they were not treated alike."""
    accepted = HouseRepair.objects.within(scope).accepted_in(year).filter(grade=grade)
    amounts = accepted.aggregate(least=Min("enrolment__amount_fen"), most=Max("enrolment__amount_fen"))
    if amounts["least"] is None or amounts["least"] != amounts["most"]:
        return None
    return Decimal(amounts["least"]) / FEN_PER_YUAN


def house_subsidy_c(year: int, scope: Scope) -> Decimal | None:
    """As `house_subsidy`, of grade C."""
    return house_subsidy(HouseGrade.C, year, scope)


def house_subsidy_d(year: int, scope: Scope) -> Decimal | None:
    """As `house_subsidy`, of grade D."""
    return house_subsidy(HouseGrade.D, year, scope)


for order, (code, compute, query) in enumerate(
    [
        ("persons_relocated", persons_relocated, "relocations/?moved_in={year}"),
        ("resettlement_sites", resettlement_sites, "resettlement-sites/?opened_in={year}"),
        ("houses_repaired", houses_repaired, "house-repairs/?accepted_in={year}"),
        ("house_subsidy_c", house_subsidy_c, "house-repairs/?accepted_in={year}&grade=3"),
        ("house_subsidy_d", house_subsidy_d, "house-repairs/?accepted_in={year}&grade=4"),
    ],
    start=240,
):
    figures.register(Figure(code=code, order=order, compute=compute, query=query))
