"""Where the yearly survey and the ties disagree about who is in a farmers' cooperative, with the ways to mend it."""

import functools
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet

from assistance.forms.businesses import DisagreementFilter
from assistance.permissions import EDIT_BUSINESSES, VIEW_BUSINESSES
from assistance.services import cooperative_survey
from assistance.services.cooperative_survey import Disagreement
from assistance.services.heads import heads_of
from assistance.views.businesses.access import NeedsPermission, year_of, years
from households.models import Household
from households.permissions import EDIT
from households.views.lists import AreaList

WORDS = {Disagreement.UNTIED: "due", Disagreement.DENIED: "blocked", Disagreement.UNASKED: "plain"}


class Disagreements(NeedsPermission, AreaList):
    """Households of which survey and ties do not agree."""

    template_name: ClassVar[str] = "assistance/businesses/survey.html"
    form_class: ClassVar[type[forms.Form]] = DisagreementFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("village__path", "number"),
        "number": ("number",),
        "surveyed": ("surveyed_on",),
    }
    default_sort: ClassVar[str] = "village"

    @functools.cached_property
    def year(self) -> int:
        return year_of(self.request)

    def form(self) -> forms.Form:
        data = self.request.GET.copy()
        data["year"] = str(self.year)
        return DisagreementFilter(data, years=years())

    def filtered(self) -> tuple[forms.Form, QuerySet]:
        form = self.form()
        rows = self.rows(form) if form.is_valid() else Household.objects.none()
        return form, self.ordered(rows) if form.is_valid() else rows

    def rows(self, form: Any) -> QuerySet[Household]:
        visible = Household.objects.visible_to(self.request.user, VIEW_BUSINESSES)
        visible = visible.filter(self.within_area("village__path"))
        if form.cleaned_data["q"]:
            visible = visible.search(form.cleaned_data["q"])
        rows = cooperative_survey.disagreeing(visible, year=self.year, kind=form.cleaned_data["kind"])
        return rows.select_related("village__parent", "group")

    def extra(self, page: Page) -> dict[str, Any]:
        common = super().extra(page)
        heads = heads_of(household.pk for household in page.object_list)
        labels = {code: label for code, label in self.form().fields["kind"].choices if code}  # type: ignore[attr-defined]
        ties = dict[int, Any]()
        for household in page.object_list:
            ties[household.pk] = cooperative_survey.kind_of(household)
        return {
            **common,
            "chips": [chip for chip in common["chips"] if chip.param != "year"],
            "year": self.year,
            "shown": [
                (household, heads.get(household.pk, ""), labels[ties[household.pk].value], WORDS[ties[household.pk]])
                for household in page.object_list
            ],
            "may_tie": self.request.user.may(EDIT_BUSINESSES),
            "may_survey": self.request.user.may(EDIT),
        }
