"""Proposing a measure for one household: by form, or by one tap where the file says that it qualifies."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.forms.enrolments import ProposeForm
from assistance.models import Enrolment, Measure
from assistance.permissions import PROPOSE_MEASURES
from assistance.services import enrolments
from assistance.views.measures.access import reaches
from assistance.views.measures.enrolment import whom_of
from households.models import Member
from households.views.access import visible_household
from households.views.changing import ChangePage, file_url
from jiangjin.common import clock


class Propose(ChangePage):
    """`?household=`, and as it is known `?measure=` and `?member=`."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    template_name: ClassVar[str] = "assistance/measures/propose.html"
    tab: ClassVar[str] = "measures"
    made: Enrolment | None = None

    def find(self) -> None:  # type: ignore[override]
        number = self.request.GET.get("household", "")
        if not number:
            raise Http404
        self.household = visible_household(self.request, number, PROPOSE_MEASURES)
        if not reaches(self.request, self.household, PROPOSE_MEASURES):
            raise PermissionDenied

    def form(self, data: Any) -> ProposeForm:
        today = clock.today()
        asked = self.request.GET
        measure = Measure.objects.in_force(today).filter(code=asked.get("measure", "")).first()
        initial: dict[str, Any] = {"measure": measure.code} if measure is not None else {}
        member = asked.get("member", "")
        if member.isascii() and member.isdecimal() and len(member) < 19:
            person = Member.objects.filter(household=self.household, pk=int(member)).first()
            initial |= {"member": person.pk} if person is not None else {}
        if measure is not None and measure.amount_fen is not None and not measure.quantity_unit:
            initial["amount_fen"] = measure.amount_fen
        return ProposeForm(data, household=self.household, today=today, initial=initial)

    def texts(self) -> dict[str, Any]:
        measures = Measure.objects.in_force(clock.today()).select_related("clause")
        return {"title": _("Propose a measure"), "button": _("Propose"), "measures": measures}

    def save(self, form: ProposeForm) -> str:
        row = enrolments.propose(
            draft=form.draft(), by=self.request.user, today=clock.today(), on=form.cleaned_data["on"]
        )
        self.made = row
        whom = whom_of(self.household, row.member)
        return _("%(measure)s has been proposed for %(whom)s. Somebody else approves it.") % {
            "measure": row.measure.name,
            "whom": whom,
        }

    def back(self) -> str:
        if self.made is not None:
            return reverse("assistance:enrolment", args=[self.made.pk])
        return file_url(self.household.number, self.tab)
