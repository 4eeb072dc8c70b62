"""The district leader of a household: in the head of its file and in its timeline."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import Household
from households.services.head_facts import FactLine, HeadFact, head_facts
from households.services.timeline import Source, sources
from jiangjin.common import clock
from jiangjin.common.components import TimelineEvent
from villages.models import LeaderLink
from villages.permissions import VIEW


def lines(household: Household, user: Any) -> list[FactLine]:
    """Leaders who are linked to the household today; their page opens for who may see village files."""
    links = LeaderLink.objects.visible_to(user).filter(household=household).active(clock.today())
    opens = user.may(VIEW)
    return [
        FactLine(
            text=link.leader.name,
            note=link.leader.title,
            url=reverse("villages:leader", args=[link.leader_id]) if opens else "",
        )
        for link in links.select_related("leader").order_by("leader__rank", "pk")
    ]


def events(household: Household, user: Any) -> list[TimelineEvent]:
    """When a leader was linked to the household, and when that ended."""
    found = []
    for link in LeaderLink.objects.visible_to(user).filter(household=household).select_related("leader"):
        who = {"name": link.leader.name, "title": link.leader.title}
        found.append(
            TimelineEvent(at=link.starts_on, title=_("%(name)s (%(title)s) was linked to it") % who, icon="user-star")
        )
        if link.ends_on is not None:
            ended = _("%(name)s (%(title)s) is no longer linked to it") % who
            found.append(TimelineEvent(at=link.ends_on, title=ended, text=link.end_reason, icon="user-star"))
    return found


head_facts.register(HeadFact("leaders", 10, gettext_lazy("District leader"), lines))
sources.register(Source("leaders", 20, events))
