"""Who answers for a village and what it was told, in the timeline of its page."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiangjin.areas.models import Area
from jiangjin.common.components import TimelineEvent
from villages.models import LeaderLink, PostKind, PublicityEvent, PublicityKind, ResidentTeam, SupportGroup, VillagePost
from villages.services.timeline import Source, sources

TOLD_SHOWN = 10
# Lists on the boards of single groups would crowd everything else out.
TOLD_KINDS = [PublicityKind.MEETING, PublicityKind.EXIT_LIST]


def events(village: Area, user: Any, today: dt.date) -> list[TimelineEvent]:
    """Beginnings and ends up to today, of what the user may see."""
    found: list[TimelineEvent] = []
    for group in SupportGroup.objects.visible_to(user).filter(village=village):
        begun = _("%(name)s began to help") % {"name": group.name}
        ended = _("%(name)s helps no longer") % {"name": group.name}
        url = reverse("villages:support_group", args=[group.pk])
        found += _of(group, begun, ended, url, "building-community")
    for team in ResidentTeam.objects.visible_to(user).filter(village=village):
        found += _of(team, _("The resident team was formed"), _("The resident team was dissolved"), "", "users-group")
    posts = VillagePost.objects.visible_to(user).filter(village=village).exclude(kind=PostKind.TEAM_MEMBER)
    for post in posts:
        who = {"name": post.name, "post": post.get_kind_display()}
        url = reverse("villages:post", args=[post.pk])
        found += _of(
            post, _("%(name)s became %(post)s") % who, _("%(name)s stopped as %(post)s") % who, url, "id-badge-2"
        )
    for link in LeaderLink.objects.visible_to(user).filter(area=village).select_related("leader"):
        who = {"name": link.leader.name, "title": link.leader.title}
        begun = _("%(name)s (%(title)s) was linked to the village") % who
        ended = _("%(name)s (%(title)s) is no longer linked to the village") % who
        found += _of(link, begun, ended, reverse("villages:leader", args=[link.leader_id]), "user-star")
    told = PublicityEvent.objects.standing().visible_to(user).filter(village=village, group=None, kind__in=TOLD_KINDS)
    for event in told.filter(starts_on__lte=today).order_by("-starts_on", "-pk")[:TOLD_SHOWN]:
        found.append(
            TimelineEvent(
                at=event.starts_on,
                title=event.get_kind_display(),
                text=event.topic,
                by=event.held_by,
                url=reverse("villages:publicity_event", args=[event.pk]),
                icon="speakerphone",
            )
        )
    return [event for event in found if event.at <= today]


def _of(row: Any, begun: str, ended: str, url: str, icon: str) -> list[TimelineEvent]:
    """The beginning and the end of a dated row."""
    found = [TimelineEvent(at=row.starts_on, title=begun, url=url, icon=icon)]
    if row.ends_on is not None:
        found.append(TimelineEvent(at=row.ends_on, title=ended, text=row.end_reason, url=url, icon=icon))
    return found


sources.register(Source("posts", 10, events))
