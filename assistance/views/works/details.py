"""Writing down a move, or a house and its repair, of one enrolment."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.forms.works import RelocationForm, RepairForm
from assistance.models import MeasureDetail
from assistance.services import house_repairs, relocations
from assistance.views.works.access import DetailPage
from jiangjin.common import clock


class OfEnrolment(DetailPage):
    """Base: leads back to the enrolment."""

    def back(self) -> str:
        return reverse("assistance:enrolment", args=[self.enrolment.pk])


class WriteRelocation(OfEnrolment):
    """Where and when the household moves."""

    detail: ClassVar[str] = MeasureDetail.RELOCATION

    def form(self, data: Any) -> RelocationForm:
        return RelocationForm(data, enrolment=self.enrolment, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Where and when the household moves")}

    def save(self, form: RelocationForm) -> str:
        row = relocations.record(
            enrolment=self.enrolment,
            values=form.values,
            members=form.who,
            by=self.request.user,
            today=clock.today(),
            version=form.cleaned_data["version"],
        )
        number = self.enrolment.household.number
        if row.moved_on is None:
            return _("Household %(number)s: where it is to move is on file.") % {"number": number}
        told = {"number": number, "day": row.moved_on, "count": len(form.who)}
        return _("Household %(number)s: %(count)s persons moved on %(day)s.") % told


class WriteRepair(OfEnrolment):
    """The house, its grade, its acceptance."""

    detail: ClassVar[str] = MeasureDetail.HOUSE_REPAIR

    def form(self, data: Any) -> RepairForm:
        return RepairForm(data, enrolment=self.enrolment, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("The house, its grade and its acceptance")}

    def save(self, form: RepairForm) -> str:
        row = house_repairs.record(
            enrolment=self.enrolment,
            values=form.values,
            by=self.request.user,
            today=clock.today(),
            version=form.cleaned_data["version"],
        )
        told = {"number": self.enrolment.household.number, "grade": row.get_grade_display()}
        if row.accepted_on is None:
            return _("Household %(number)s: the house (%(grade)s) is on file.") % told
        return _("Household %(number)s: the house (%(grade)s) was accepted on %(day)s.") % {
            **told,
            "day": row.accepted_on,
        }
