"""What pages of works share: records within scope, and forms of one act."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from assistance.models import Course, Enrolment, HouseRepair, Relocation, ResettlementSite
from assistance.permissions import PROPOSE_MEASURES, VIEW_MEASURES
from assistance.services.work_desk import may_report
from assistance.views.measures.access import NeedsPermission, visible_enrolment
from households.views.changing import RecordPage
from jiangjin.accounts.frame import within_chosen


def visible_sites(request: HttpRequest) -> QuerySet[ResettlementSite]:
    """The sites of the chosen area within the user's scope."""
    sites = ResettlementSite.objects.visible_to(request.user).filter(within_chosen(request, "village__path"))
    return sites.select_related("village__parent")


def visible_relocations(request: HttpRequest) -> QuerySet[Relocation]:
    """The relocations of the chosen area within the user's scope."""
    within = within_chosen(request, "enrolment__household__village__path")
    return Relocation.objects.visible_to(request.user).filter(within)


def visible_repairs(request: HttpRequest) -> QuerySet[HouseRepair]:
    """The house repairs of the chosen area within the user's scope."""
    within = within_chosen(request, "enrolment__household__village__path")
    return HouseRepair.objects.visible_to(request.user).filter(within)


def visible_courses(request: HttpRequest) -> QuerySet[Course]:
    """The courses of the chosen area within the user's scope."""
    return Course.objects.visible_to(request.user).filter(within_chosen(request, "area__path"))


def site_of(request: HttpRequest, pk: int, permission: str = VIEW_MEASURES) -> ResettlementSite:
    """A site within the user's scope for a permission, or 404."""
    sites = ResettlementSite.objects.visible_to(request.user, permission)
    return get_object_or_404(sites.select_related("village__parent"), pk=pk)


def course_of(request: HttpRequest, pk: int, permission: str = VIEW_MEASURES) -> Course:
    """A course within the user's scope for a permission, or 404."""
    return get_object_or_404(Course.objects.visible_to(request.user, permission).select_related("area", "unit"), pk=pk)


class WorkPage(NeedsPermission, RecordPage):
    """Base of forms about works: what a service refuses stands at its field, nothing typed is lost."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    template_name: ClassVar[str] = "assistance/works/change.html"

    def refused(self, form: Any, refusal: ValidationError) -> Any:
        form.take(refusal)
        return form


class DetailPage(WorkPage):
    """Base of forms about the detail of one enrolment."""

    detail: ClassVar[str]
    enrolment: Enrolment

    def find(self, *, enrolment: int) -> None:  # type: ignore[override]
        self.enrolment = visible_enrolment(self.request, enrolment, PROPOSE_MEASURES)
        allowed = may_report(self.request.user, self.enrolment.household.village)
        if self.enrolment.measure.detail != self.detail or not allowed:
            raise Http404

    def about(self) -> dict[str, Any]:
        return {
            "enrolment": self.enrolment,
            "household": self.enrolment.household,
            "form_id": f"{self.detail}-{self.enrolment.pk}",
        }
