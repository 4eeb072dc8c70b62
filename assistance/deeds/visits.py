"""Visits of a year, and how its latest checked month stands: under the norm of the monthly visit."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance.forms.filters import CheckFilter
from assistance.models import Visit, VisitCheck
from assistance.permissions import VIEW_CHECKS, VIEW_VISITS
from assistance.services import tallies
from jiangjin.common.deeds import Asked, Deed, DeedSource, deed_sources

NORM = "visit_standard"


def visits_made(asked: Asked) -> Iterator[Deed]:
    """Standing visits of the year."""
    if not asked.wants(NORM):
        return
    scope = asked.user.scope(VIEW_VISITS)
    here = scope.below(asked.place.path, "household__village__path")
    made = Visit.objects.within(scope).filter(here, withdrawn_at=None, visited_on__range=(asked.first, asked.last))
    query = {**asked.narrowed, "since": asked.first, "until": asked.last}
    yield Deed(
        label=_("Visits made"),
        value=made.count(),
        unit=pgettext_lazy("unit", "visits"),
        url=f"{reverse('assistance:visits')}?{urlencode(query)}",
        norm=NORM,
        short=_("Visits"),
    )


def month_checked(asked: Asked) -> Iterator[Deed]:
    """Of the year's latest checked month: who was due, who was visited."""
    if asked.brief or not asked.wants(NORM):
        return
    scope = asked.user.scope(VIEW_CHECKS)
    checks = VisitCheck.objects.within(scope).filter(scope.below(asked.place.path, "household__village__path"))
    months = checks.filter(month__range=(asked.first, asked.last))
    month = months.order_by("-month").values_list("month", flat=True).first()
    if month is None:
        return
    tally = tallies.in_all(checks.filter(month=month))
    for state, value, label in (
        (CheckFilter.DUE, tally.due, _("Households due a visit in %(month)s")),
        ("met", tally.met, _("Households visited in %(month)s")),
    ):
        query = {**asked.narrowed, "month": f"{month:%Y-%m}", "state": state}
        yield Deed(
            label=label % {"month": f"{month:%Y-%m}"},
            value=value,
            unit=pgettext_lazy("unit", "households"),
            url=f"{reverse('assistance:checks')}?{urlencode(query)}",
            norm=NORM,
        )


deed_sources.register(DeedSource(code="visits", order=20, permission=VIEW_VISITS, count=visits_made))
deed_sources.register(DeedSource(code="visit_checks", order=21, permission=VIEW_CHECKS, count=month_checked))
