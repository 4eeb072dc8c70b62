"""The completeness check: every poor village beside the norms, the households behind one of them, as workbooks."""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from households.models import Household
from households.permissions import EXPORT
from households.permissions import VIEW as VIEW_HOUSEHOLDS
from households.services.heads import heads_of
from households.services.listing import helper_names
from households.views.lists import EXCEL, AreaList
from jiangjin.common import clock
from villages import permissions
from villages.forms.post_filters import CheckFilter, HouseholdsFilter, LeaderFilter
from villages.models import PoorVillage, PostKind, PostStandard
from villages.rules import post_check
from villages.services import post_exports
from villages.services.post_checks import Finding, VillageCheck, checks_of, tallies
from villages.views.access import NeedsPermission

# The list behind each count: address and filters.
BEHIND: dict[str, tuple[str, dict[str, str]]] = {
    "leaders": ("villages:leaders", {"to": LeaderFilter.VILLAGE}),
    "support_groups": ("villages:support_groups", {}),
    "first_secretaries": ("villages:posts", {"kind": PostKind.FIRST_SECRETARY.value}),
    "teams": ("villages:teams", {}),
    "team_members": ("villages:posts", {"kind": PostKind.TEAM_MEMBER.value}),
    "graduate_officials": ("villages:posts", {"kind": PostKind.GRADUATE_OFFICIAL.value}),
    "technology_commissioners": ("villages:posts", {"kind": PostKind.TECHNOLOGY_COMMISSIONER.value}),
    "helpers": ("villages:completeness_households", {"helped": HouseholdsFilter.WITH}),
}


@dataclass(frozen=True)
class ShownFinding:
    """A norm of a village as a cell. `url` opens what was counted, `missing_url` the households that lack a helper."""

    finding: Finding
    url: str
    missing_url: str = ""


def shown(finding: Finding, area_code: str, *, on: dt.date) -> ShownFinding:
    """The cell of a norm of the village with this code."""
    url_name, filters = BEHIND[finding.norm.code]
    asked = {"area": area_code, **filters, **({"on": on.isoformat()} if on != clock.today() else {})}
    url = f"{reverse(url_name)}?{urlencode(asked)}"
    if finding.norm.of_households and not finding.met:
        missing = urlencode({**asked, "helped": HouseholdsFilter.WITHOUT})
        return ShownFinding(finding, url, f"{reverse(url_name)}?{missing}")
    return ShownFinding(finding, url)


class Completeness(NeedsPermission, AreaList):
    """Every poor village of the chosen area, with each norm met or missing; all are judged at once, whatever is shown."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/completeness.html"
    form_class: ClassVar[type[forms.Form]] = CheckFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"village": (), "missing": ("missing",)}
    default_sort: ClassVar[str] = "-missing"

    @functools.cached_property
    def on(self) -> dt.date:
        """The day that is asked about."""
        form: Any = self.form()
        return form.day(clock.today()) if form.is_valid() else clock.today()

    @functools.cached_property
    def standard(self) -> PostStandard:
        """The norms of that day."""
        return post_check.standard_on(self.on)

    @functools.cached_property
    def checks(self) -> list[VillageCheck]:
        """The poor villages of the chosen area that the user may see, in the order of their places."""
        villages = PoorVillage.objects.visible_to(self.request.user, self.permission)
        return checks_of(villages.filter(self.within_area("village__path")), on=self.on, standard=self.standard)

    def filtered(self) -> tuple[forms.Form, Any]:
        form: Any = self.form()
        return form, self.in_order(form.apply(self.checks) if form.is_valid() else [])

    def in_order(self, checks: list[VillageCheck]) -> list[VillageCheck]:
        """In the chosen order, which keeps that of the places among equals."""
        if self.sort.removeprefix("-") == "missing":
            return sorted(checks, key=lambda check: check.missing, reverse=self.sort.startswith("-"))
        return checks[::-1] if self.sort.startswith("-") else checks

    def narrowed(self, missing: str) -> str:
        """The check of this area and day, of the villages that lack something."""
        asked = {name: self.request.GET[name] for name in ("area", "on") if self.request.GET.get(name)}
        return f"{self.request.path}?{urlencode({**asked, **({'missing': missing} if missing else {})})}"

    def extra(self, page: Page) -> dict[str, Any]:
        totals = tallies(self.checks)
        return {
            **super().extra(page),
            "on": self.on,
            "standard": self.standard,
            "totals": totals,
            "urls": {code: self.narrowed(code) for code in ("nothing", "anything")} | {"villages": self.narrowed("")},
            "columns": [(norm, self.narrowed(norm.code), totals[norm.code]) for norm in post_check.NORMS],
            "shown": [
                (check, [shown(one, check.poor.village.code, on=self.on) for one in check.findings])
                for check in page.object_list
            ],
        }


class CompletenessExport(Completeness):
    """The rows of the check as shown, all pages; logged."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may(EXPORT):
            raise PermissionDenied
        form, checks = self.filtered()
        scope = request.user.scope(EXPORT)
        rows = [check for check in checks if scope.covers(check.poor.village.path)]
        content = post_exports.checks(rows, by=request.user, filters=form.cleaned_data)
        response = HttpResponse(content, content_type=EXCEL)
        response["Content-Disposition"] = f'attachment; filename="completeness-{clock.today():%Y%m%d}.xlsx"'
        return response


class CheckedHouseholds(NeedsPermission, AreaList):
    """The households on the roll behind the check, with or without enough helpers on its day."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/checked_households.html"
    form_class: ClassVar[type[forms.Form]] = HouseholdsFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"number": ("number",), "tier": ("tier", "number")}
    default_sort: ClassVar[str] = "number"

    def rows(self, form: Any) -> QuerySet[Household]:
        if not form.is_valid():
            return Household.objects.none()
        on = form.day(clock.today())
        households = form.apply(today=clock.today(), least=post_check.standard_on(on).helpers)
        visible = households.visible_to(self.request.user, VIEW_HOUSEHOLDS).visible_to(
            self.request.user, self.permission
        )
        visible = visible.filter(self.within_area("village__path"))
        return visible.select_related("village__parent", "group")

    def extra(self, page: Page) -> dict[str, Any]:
        form: Any = self.form()
        on = form.day(clock.today()) if form.is_valid() else clock.today()
        keys = [household.pk for household in page.object_list]
        heads = heads_of(keys)
        helpers = helper_names(Household.objects.filter(pk__in=keys), on=on)
        return {
            **super().extra(page),
            "on": on,
            "shown": [
                (household, heads.get(household.pk, ""), helpers.get(household.pk, []))
                for household in page.object_list
            ],
        }
