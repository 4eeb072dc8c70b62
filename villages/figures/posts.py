"""Figures of the annual report about who answers for villages: as they stand on the last day of the year."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Count, F, Min

from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures
from villages.models import (
    LeaderLink,
    PoorVillage,
    PostKind,
    PostStandard,
    ResidentTeam,
    SupportGroup,
    TrainingKind,
    VillagePost,
)
from villages.rules import post_check


def year_end(year: int) -> dt.date:
    """The last day of a year."""
    return dt.date(year, 12, 31)


def district_leaders(year: int, scope: Scope) -> int | None:
    """Leaders who are linked to a town, a village or a household."""
    links = LeaderLink.objects.within(scope)
    counted = links.active(year_end(year)).aggregate(leaders=Count("leader", distinct=True))["leaders"]
    return counted if counted or links.exists() else None


def leaders_per_village(year: int, scope: Scope) -> int | None:
    """The fewest leaders that a poor village of the year is linked to; None where there is no poor village."""
    on = year_end(year)
    rows = post_check.counted(PoorVillage.objects.within(scope), on=on, standard=PostStandard.asking_nothing())
    least: int | None = rows.aggregate(least=Min("leaders"))["least"]
    return least


def support_groups(year: int, scope: Scope) -> int | None:
    """Support groups."""
    groups = SupportGroup.objects.within(scope)
    count = groups.active(year_end(year)).count()
    return count if count or groups.exists() else None


def first_secretaries(year: int, scope: Scope) -> int | None:
    """First secretaries in their posts."""
    posts = VillagePost.objects.within(scope)
    count = posts.in_post(year_end(year)).filter(kind=PostKind.FIRST_SECRETARY).count()
    return count if count or posts.exists() else None


def resident_teams(year: int, scope: Scope) -> int | None:
    """Resident teams at work."""
    teams = ResidentTeam.objects.within(scope)
    count = teams.active(year_end(year)).count()
    return count if count or teams.exists() else None


def trained_per_village(kind: TrainingKind) -> Callable[[int, Any], int | None]:
    """The fewest people of a kind that a poor village of the year had by its end; None where there is no poor village."""

    def compute(year: int, scope: Scope) -> int | None:
        on = year_end(year)
        villages = post_check.poor_on(PoorVillage.objects.within(scope), on)
        rows = post_check.with_trained(villages, on=on).annotate(people=F(f"trained_{kind}"))
        least: int | None = rows.aggregate(least=Min("people"))["least"]
        return least

    return compute


CHECKED = "post-checks/?on={year}-12-31"
for order, (code, compute, query) in enumerate(
    [
        ("district_leaders", district_leaders, "leader-links/?on={year}-12-31"),
        ("leaders_per_village", leaders_per_village, CHECKED),
        ("support_groups", support_groups, "support-groups/?on={year}-12-31"),
        ("first_secretaries", first_secretaries, "posts/?kind=first_secretary&on={year}-12-31"),
        ("resident_teams", resident_teams, "resident-teams/?on={year}-12-31"),
        ("prosperity_leaders_per_village", trained_per_village(TrainingKind.PROSPERITY_LEADER), CHECKED),
        ("entrepreneurs_per_village", trained_per_village(TrainingKind.ENTREPRENEUR), CHECKED),
        ("medics_per_village", trained_per_village(TrainingKind.MEDIC), CHECKED),
        ("preschool_teachers_per_village", trained_per_village(TrainingKind.PRESCHOOL_TEACHER), CHECKED),
    ],
    start=110,
):
    figures.register(Figure(code=code, order=order, compute=compute, query=query))
