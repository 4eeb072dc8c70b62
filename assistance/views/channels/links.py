"""The year and the area that the pages of the six batches are about, and the addresses behind their numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from assistance.models import Batch
from assistance.permissions import VIEW_MEASURES
from assistance.services.exit_channels import exit_days
from households.models import Member, StatusEvent
from households.views.years import chosen_year, years_of
from jiangjin.accounts import gate
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area, under
from jiangjin.common import clock


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with seeing measures as the least that is needed."""

    permission: ClassVar[str] = VIEW_MEASURES


def years_offered() -> list[int]:
    """Years in which anybody exited, newest first; the running one where nobody has yet."""
    days = exit_days()
    return years_of(*days) if days is not None else [clock.today().year]


@dataclass(frozen=True)
class Subject:
    """The exits that a page is about. area: None for who has assigned households only."""

    area: Area | None
    year: int
    years: list[int]

    @classmethod
    def of(cls, request: HttpRequest) -> "Subject":
        years = years_offered()
        return cls(chosen_area(request), chosen_year(request, years), years)

    def exits(self, user: Any) -> QuerySet[StatusEvent]:
        """The exits of the year that the user may see with their measures."""
        exits = StatusEvent.objects.visible_to(user, VIEW_MEASURES).exits_in(self.year)
        return exits.filter(under(self.area.path, "household__village__path")) if self.area is not None else exits

    def persons(self, user: Any) -> QuerySet[Member]:
        """Who belonged to the households of these exits on their days, with `exit_id` and `exited_on`."""
        exit = "household__status_events"
        members = Member.objects.visible_to(user, VIEW_MEASURES)
        if self.area is not None:
            members = members.filter(under(self.area.path, "household__village__path"))
        there = {
            f"{exit}__in": StatusEvent.objects.exits_in(self.year).order_by(),
            "joined_on__lte": F(f"{exit}__occurred_on"),
        }
        present = Q(left_on=None) | Q(left_on__gt=F(f"{exit}__occurred_on"))
        return members.filter(present, **there).annotate(exit_id=F(f"{exit}__pk"), exited_on=F(f"{exit}__occurred_on"))

    def asked(self, area: Area | None = None, **more: Any) -> dict[str, Any]:
        """Parameters of an address about the same year, of this area or of one below it."""
        about = area or self.area
        return {**({"area": about.code} if about is not None else {}), "year": self.year, **more}

    def table(self, area: Area | None = None, **more: Any) -> str:
        """The table of an area."""
        return f"{reverse('assistance:channels')}?{urlencode(self.asked(area, **more))}"

    def list(self, what: str, area: Area | None = None, batches: Iterable[str] = (), **more: Any) -> str:
        """The list of "households" or "persons" with these channels."""
        query = [*self.asked(area, **more).items(), *(("batch", str(batch)) for batch in batches)]
        return f"{reverse(f'assistance:channel_{what}')}?{urlencode(query)}"


def batch_label(batch: str) -> str:
    """The name of a channel."""
    return str(Batch(batch).label)
