"""Ties to businesses in the household file's timeline."""

from typing import Any

from django.utils.translation import gettext as _

from assistance.models import BusinessLink
from households.models import Household
from households.services.timeline import Source, sources
from jiangjin.common.components import TimelineEvent


def events(household: Household, user: Any) -> list[TimelineEvent]:
    """When the household began to take part in a business, and when that ended."""
    found = []
    for link in BusinessLink.objects.visible_to(user).filter(household=household).select_related("business"):
        about = {"name": link.business.name}
        begun = _("Takes part in %(name)s") % about
        found.append(
            TimelineEvent(
                at=link.starts_on, title=begun, text=link.get_tie_display(), icon="building-store", tone="info"
            )
        )
        if link.ends_on is not None:
            ended = _("No longer takes part in %(name)s") % about
            found.append(TimelineEvent(at=link.ends_on, title=ended, text=link.end_reason, icon="building-store"))
    return found


sources.register(Source("businesses", 20, events))
