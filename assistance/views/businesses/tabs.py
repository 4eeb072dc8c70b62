"""The tabs about businesses: of a household's file, of a village's."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from assistance.models import Business, BusinessGain, BusinessLink
from assistance.permissions import VIEW_BUSINESSES
from assistance.services import business_lists
from assistance.services.business_desk import may_edit
from assistance.views.businesses.access import NeedsPermission
from households.models import Household
from households.views.access import visible_household
from jiangjin.areas.models import Area, AreaLevel, under
from jiangjin.common import clock


class HouseholdBusinesses(NeedsPermission, View):
    """In which businesses the household takes part, and what it gained year by year."""

    permission: ClassVar[str] = VIEW_BUSINESSES

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        household = visible_household(request, number, VIEW_BUSINESSES)
        context = {
            "household": household,
            "may_edit": may_edit(request.user, household.village),
            **self.content(household),
        }
        return render(request, "assistance/businesses/_tab_household.html", context)

    def content(self, household: Household) -> dict[str, Any]:
        """What the tab shows; whoever may see the household's ties may see all of this."""
        links = BusinessLink.objects.filter(household=household).select_related("business__village__parent", "member")
        gains: dict[int, list[BusinessGain]] = {}
        for gain in BusinessGain.objects.filter(link__household=household).order_by("-year"):
            gains.setdefault(gain.link_id, []).append(gain)
        visible = set(
            Business.objects.visible_to(self.request.user)
            .filter(links__household=household)
            .order_by()
            .values_list("pk", flat=True)
        )
        today = clock.today()
        return {
            "links": [
                (link, gains.get(link.pk, []), link.business_id in visible)
                for link in links.order_by("ends_on", "-starts_on", "pk")
            ],
            "today": today,
            "year": today.year,
        }


class VillageBusinesses(NeedsPermission, View):
    """The businesses of a village, and how many of its households take part in any."""

    permission: ClassVar[str] = VIEW_BUSINESSES

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        villages = Area.objects.visible_to(request.user, VIEW_BUSINESSES).filter(level=AreaLevel.VILLAGE)
        village = get_object_or_404(villages, code=code)
        today = clock.today()
        visible = Business.objects.visible_to(request.user).filter(village=village)
        links = BusinessLink.objects.visible_to(request.user)
        businesses = business_lists.with_households(visible, links, on=today).order_by("kind", "name", "pk")
        own = links.active(today).filter(under(village.path, "household__village__path")).order_by()
        context = {
            "village": village,
            "businesses": list(businesses),
            "households": own.values("household").distinct().count(),
            "today": today,
            "may_edit": may_edit(request.user, village),
        }
        return render(request, "assistance/businesses/_tab_village.html", context)
