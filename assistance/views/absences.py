"""Households that are away: since when, until when."""

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from assistance.forms.acting import AbsenceForm, EndAbsenceForm
from assistance.models import Absence
from assistance.permissions import WRITE_VISITS
from assistance.services import absences
from households.views.access import visible_household
from households.views.changing import ChangePage
from jiangjin.common import clock


class RecordAbsence(ChangePage):
    """The household of `?household=` is away."""

    permission: ClassVar[str] = WRITE_VISITS
    tab: ClassVar[str] = "visits"

    def find(self) -> None:  # type: ignore[override]
        number = self.request.GET.get("household", "")
        if not number:
            raise Http404
        self.household = visible_household(self.request, number, WRITE_VISITS)

    def form(self, data: Any) -> AbsenceForm:
        return AbsenceForm(data, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("The household is away"),
            "intro": _(
                "While nobody can be met at home for most of a month, any contact counts as its visit, a phone call too."
            ),
        }

    def save(self, form: AbsenceForm) -> str:
        absence = absences.record(
            household=self.household, by=self.request.user, today=clock.today(), **form.cleaned_data
        )
        return _("Household %(number)s is away since %(day)s.") % {
            "number": self.household.number,
            "day": absence.starts_on,
        }


class EndAbsence(ChangePage):
    """The household is back."""

    permission: ClassVar[str] = WRITE_VISITS
    tab: ClassVar[str] = "visits"
    absence: Absence

    def find(self, *, absence: int) -> None:  # type: ignore[override]
        open_ones = Absence.objects.visible_to(self.request.user, WRITE_VISITS).filter(ends_on=None)
        found = open_ones.select_related("household__village__parent", "household__group")
        self.absence = get_object_or_404(found, pk=absence)
        self.household = self.absence.household

    def form(self, data: Any) -> EndAbsenceForm:
        return EndAbsenceForm(data, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("The household is back"),
            "intro": _("Away since %(day)s: %(reason)s")
            % {"day": self.absence.starts_on, "reason": self.absence.reason},
        }

    def save(self, form: EndAbsenceForm) -> str:
        absence = absences.end(absence=self.absence, by=self.request.user, today=clock.today(), **form.cleaned_data)
        return _("Household %(number)s was away until %(day)s.") % {
            "number": self.household.number,
            "day": absence.ends_on,
        }
