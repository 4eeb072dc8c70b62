"""Enrolments of a year, under the measures of the catalogue."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance.forms.enrolment_filters import OPEN_CODE
from assistance.models import OPEN, Enrolment, EnrolmentState, MeasureTarget
from assistance.permissions import VIEW_MEASURES
from jiangjin.areas.models import under
from jiangjin.common.deeds import Asked, Deed, DeedSource, deed_sources

UNITS: dict[str, Any] = {
    MeasureTarget.HOUSEHOLD: pgettext_lazy("unit of enrolments", "households"),
    MeasureTarget.PERSON: pgettext_lazy("unit of enrolments", "persons"),
}


def enrolled(asked: Asked) -> Iterator[Deed]:
    """Of each measure: how many enrolments of the year are done, how many are open. One statement."""
    if asked.measures is not None and not asked.measures:
        return
    rows = Enrolment.objects.visible_to(asked.user).filter(under(asked.place.path, "household__village__path"))
    rows = rows.filter(year=asked.year)
    if asked.measures is not None:
        rows = rows.filter(measure__code__in=asked.measures)
    counts = rows.order_by("measure__order").values_list("measure__code", "measure__name", "measure__target")
    for code, name, target, done, waiting in counts.annotate(
        done=Count("pk", filter=Q(state=EnrolmentState.DONE)), waiting=Count("pk", filter=Q(state__in=OPEN))
    ):
        for label, value, state, short in (
            (_("Enrolments done"), done, EnrolmentState.DONE.value, name),
            (_("Enrolments not done yet"), waiting, OPEN_CODE, ""),
        ):
            query = {**asked.narrowed, "measure": code, "year": asked.year, "state": state}
            yield Deed(
                label=label,
                value=value,
                unit=UNITS[target],
                url=f"{reverse('assistance:enrolments')}?{urlencode(query)}",
                measure=code,
                short=short,
            )


deed_sources.register(DeedSource(code="enrolments", order=30, permission=VIEW_MEASURES, count=enrolled))
