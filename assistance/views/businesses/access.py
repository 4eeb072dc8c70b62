"""What pages of business entities share: permission, records within scope, years, who was faster."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.models import Business, BusinessLink
from assistance.permissions import EDIT_BUSINESSES, VIEW_BUSINESSES
from households.models import Household
from households.views.years import chosen_year, years_of
from jiangjin.accounts import gate
from jiangjin.areas.models import under
from jiangjin.audit.models import AuditEntry
from jiangjin.common import clock

# Gains are asked for of the years since the register began.
FIRST_DAY = dt.date(2014, 1, 1)
CHANGES_SHOWN = 20


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with seeing businesses as the least that is needed."""

    permission: ClassVar[str] = VIEW_BUSINESSES


def visible_business(request: HttpRequest, pk: int, permission: str = VIEW_BUSINESSES) -> Business:
    """A business within the user's scope for a permission, or 404."""
    businesses = Business.objects.visible_to(request.user, permission)
    return get_object_or_404(businesses.select_related("village__parent"), pk=pk)


def visible_link(request: HttpRequest, pk: int, permission: str = VIEW_BUSINESSES) -> BusinessLink:
    """A tie of a household within the user's scope for a permission, or 404."""
    links = BusinessLink.objects.visible_to(request.user, permission)
    related = links.select_related(
        "business__village__parent", "household__village__parent", "household__group", "member"
    )
    return get_object_or_404(related, pk=pk)


def businesses_offered(request: HttpRequest, *, today: dt.date) -> QuerySet[Business]:
    """Where a household may be tied: whatever exists in the user's districts. Which businesses there are is no secret there."""
    below = Q(pk__in=[])
    for path in request.user.county_paths(EDIT_BUSINESSES):
        below |= under(path, "village__path")
    existing = Business.objects.active(today).filter(below)
    return existing.select_related("village__parent").order_by("village__path", "kind", "name")


def households_kept(request: HttpRequest) -> QuerySet[Household]:
    """The households that the user may tie."""
    return Household.objects.visible_to(request.user, EDIT_BUSINESSES).select_related("village")


def years() -> list[int]:
    """The years whose gains are asked for, newest first."""
    return years_of(FIRST_DAY, clock.today())


def year_of(request: HttpRequest) -> int:
    """The year of `?year=`, else the one that verdicts look at."""
    return chosen_year(request, years())


def changes_of(*records: Model) -> QuerySet[AuditEntry]:
    """What the change log says of records of one model, newest first."""
    keys = [record.pk for record in records]
    entries = AuditEntry.objects.filter(model=records[0]._meta.label_lower, object_id__in=keys)
    return entries.order_by("-at", "-pk")


def changed_last(record: Model) -> tuple[str, str]:
    """Who changed a record last, and when."""
    entry = changes_of(record).first()
    if entry is None:
        return _("Somebody else"), ""
    return entry.actor_name, timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")


def tied(link: Any) -> str:
    """A tie in words."""
    return _("%(household)s and %(business)s (%(tie)s)") % {
        "household": link.household.number,
        "business": link.business.name,
        "tie": link.get_tie_display(),
    }
