"""The list of business entities, and the same list as a workbook."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.forms.businesses import BusinessFilter
from assistance.models import Business, BusinessKind, BusinessLink
from assistance.permissions import EDIT_BUSINESSES
from assistance.services import business_lists
from assistance.views.businesses.access import NeedsPermission
from households.views.lists import AreaList, Exported
from jiangjin.common import clock


class BusinessList(NeedsPermission, AreaList):
    """Businesses of the chosen area; without a word about it, those that exist today."""

    template_name: ClassVar[str] = "assistance/businesses/list.html"
    form_class: ClassVar[type[forms.Form]] = BusinessFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("village__path", "kind", "name"),
        "name": ("name",),
        "kind": ("kind", "name"),
        "founded": ("founded_on",),
        "households": ("households",),
    }
    default_sort: ClassVar[str] = "-households"

    def rows(self, form: Any) -> QuerySet[Business]:
        today = clock.today()
        visible = Business.objects.visible_to(self.request.user).filter(self.within_area("village__path"))
        if form.is_valid():
            visible = form.apply(visible, today=today)
        links = BusinessLink.objects.visible_to(self.request.user)
        return business_lists.with_households(visible, links, on=today).select_related("village__parent")

    def extra(self, page: Page) -> dict[str, Any]:
        existing = Business.objects.visible_to(self.request.user).filter(self.within_area("village__path"))
        counts: dict[str, int] = {}
        for kind in existing.active(clock.today()).order_by().values_list("kind", flat=True):
            counts[kind] = counts.get(kind, 0) + 1
        area = {"area": self.area.code} if self.area is not None else {}
        return {
            **super().extra(page),
            "kinds": [
                (
                    kind,
                    kind.label,
                    counts.get(kind, 0),
                    f"{reverse('assistance:businesses')}?{urlencode({**area, 'kind': kind.value})}",
                )
                for kind in BusinessKind
            ],
            "may_edit": self.request.user.may(EDIT_BUSINESSES),
            "today": clock.today(),
            "no_businesses": _("No business entity is on file here"),
        }


class BusinessExport(Exported, BusinessList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "businesses"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return business_lists.businesses_workbook(rows, by=self.request.user, filters=filters)
