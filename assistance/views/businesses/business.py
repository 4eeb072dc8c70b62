"""One business entity: facts, the households that take part, what they gained, who changed what."""

import functools
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

from assistance.forms.businesses import TieFilter
from assistance.models import Business, BusinessGain, BusinessLink
from assistance.services import business_lists, gains
from assistance.services.business_desk import may_edit
from assistance.services.heads import heads_of
from assistance.views.businesses.access import (
    CHANGES_SHOWN,
    NeedsPermission,
    changes_of,
    visible_business,
    year_of,
    years,
)
from households.views.lists import AreaList, Exported
from jiangjin.common import clock

YEARS_SHOWN = 5


class BusinessPage(NeedsPermission, AreaList):
    """A business with its ties, as far as the user may see the households."""

    template_name: ClassVar[str] = "assistance/businesses/business.html"
    form_class: ClassVar[type[forms.Form]] = TieFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("household__village__path", "household__number"),
        "number": ("household__number",),
        "tie": ("tie",),
        "since": ("starts_on",),
        "gain": ("gain_fen",),
    }
    default_sort: ClassVar[str] = "village"
    business: Business

    def get(self, request: HttpRequest, *args: Any, **keys: Any) -> HttpResponse:
        self.business = visible_business(request, keys["business"])
        return super().get(request, *args, **keys)

    @functools.cached_property
    def year(self) -> int:
        return year_of(self.request)

    def form(self) -> forms.Form:
        data = self.request.GET.copy()
        data["year"] = str(self.year)
        return TieFilter(data, years=years(), year=self.year)

    def filtered(self) -> tuple[forms.Form, QuerySet]:
        form = self.form()
        rows = self.rows(form) if form.is_valid() else self.links().none()
        return form, self.ordered(rows)

    def links(self) -> QuerySet[BusinessLink]:
        """The ties of the business that the user may see, with the gain of the year."""
        links = BusinessLink.objects.visible_to(self.request.user).filter(business=self.business)
        related = links.select_related("household__village__parent", "household__group", "member", "business")
        return business_lists.with_gain(related, year=self.year)

    def rows(self, form: Any) -> QuerySet[BusinessLink]:
        return form.apply(self.links(), today=clock.today())

    def extra(self, page: Page) -> dict[str, Any]:
        common, today = super().extra(page), clock.today()
        heads = heads_of(link.household_id for link in page.object_list)
        ties = BusinessLink.objects.visible_to(self.request.user).filter(business=self.business)
        reported = BusinessGain.objects.visible_to(self.request.user).filter(link__business=self.business)
        holding = ties.active(today).order_by()
        counted = holding.aggregate(ties=Count("pk"), households=Count("household", distinct=True))
        return {
            **common,
            "chips": [chip for chip in common["chips"] if chip.param != "year"],
            "business": self.business,
            "shown": [(link, heads.get(link.household_id, "")) for link in page.object_list],
            "year": self.year,
            "today": today,
            "households": counted["households"],
            "unreported": counted["ties"] - holding.filter(gains__year=self.year).count(),
            "unreported_url": f"?{urlencode({'gain': TieFilter.UNREPORTED, 'year': self.year})}",
            "gains": gains.of_year(reported, self.year),
            "by_year": self.by_year(reported),
            "may_edit": may_edit(self.request.user, self.business.village),
            "changes": changes_of(self.business)[:CHANGES_SHOWN],
        }

    def by_year(self, reported: QuerySet[BusinessGain]) -> list[tuple[int, gains.Gains]]:
        """What was gained year by year, of the latest years of which anybody reported."""
        told = list(reported.order_by("-year").values_list("year", flat=True).distinct()[:YEARS_SHOWN])
        return [(year, gains.of_year(reported, year)) for year in told]


class BusinessLinksExport(Exported, BusinessPage):
    """The ties of the business as shown, all pages; logged."""

    file_name = "business-ties"

    def get(self, request: HttpRequest, *args: Any, **keys: Any) -> HttpResponse:
        self.business = visible_business(request, keys["business"])
        return super().get(request, *args, **keys)

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return business_lists.links_workbook(rows, year=self.year, by=self.request.user, filters=filters)
