"""What pages of measures share: permission, records within scope, the households that are looked at."""

import datetime as dt
from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assistance.models import Enrolment, Measure
from assistance.permissions import VIEW_MEASURES, VIEW_POLICIES
from assistance.services.bases import clause_url
from households.models import Household
from jiangjin.accounts import gate
from jiangjin.accounts.frame import within_chosen


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with seeing measures as the least that is needed."""

    permission: ClassVar[str] = VIEW_MEASURES


def visible_enrolment(request: HttpRequest, pk: int, permission: str = VIEW_MEASURES) -> Enrolment:
    """An enrolment within the user's scope for a permission, or 404."""
    enrolments = Enrolment.objects.visible_to(request.user, permission)
    return get_object_or_404(
        enrolments.select_related(
            *("measure__clause__document", "household__village__parent", "household__group", "member", "unit"),
            *("business__village", "planned_by", "approved_by"),
        ),
        pk=pk,
    )


def measure_of(code: str) -> Measure:
    """A measure of the catalogue, or 404."""
    return get_object_or_404(Measure.objects.select_related("clause__document"), code=code)


def clause_url_of(request: HttpRequest, measure: Measure) -> str:
    """Where the clause that a measure rests on is read; the catalogue is one for all districts, each reads its own document."""
    if not request.user.may(VIEW_POLICIES):
        return ""
    return clause_url(measure.clause.document.code, measure.clause.number)


def visible_households(request: HttpRequest, permission: str = VIEW_MEASURES) -> QuerySet[Household]:
    """The households of the chosen area that the user may see measures of."""
    return Household.objects.visible_to(request.user, permission).filter(within_chosen(request, "village__path"))


def visible_enrolments(request: HttpRequest) -> QuerySet[Enrolment]:
    """The enrolments of the chosen area within the user's scope."""
    return Enrolment.objects.visible_to(request.user).filter(within_chosen(request, "household__village__path"))


def reaches(request: HttpRequest, household: Household, permission: str) -> bool:
    """Whether the user holds a permission over the household's area."""
    return bool(request.user.scope(permission).covers(household.village.path))


def chosen_year(request: HttpRequest, today: dt.date) -> int:
    """The year of `?year=`, else the running one."""
    asked = request.GET.get("year", "")
    return (
        int(asked) if asked.isdecimal() and asked.isascii() and 2014 <= int(asked[:5]) <= today.year + 1 else today.year
    )
