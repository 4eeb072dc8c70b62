"""The lists of sites, relocations, repairs and courses, and the same lists as workbooks."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet, Sum

from assistance.forms.works import CourseFilter, RelocationFilter, RepairFilter, SiteFilter
from assistance.models import Course, HouseRepair, Relocation, ResettlementSite
from assistance.permissions import PROPOSE_MEASURES, VIEW_MEASURES
from assistance.services import work_lists
from assistance.services.heads import heads_of
from assistance.views.lists import Exported, LinkedList
from assistance.views.works.access import visible_courses, visible_relocations, visible_repairs, visible_sites
from households.models import Member


class WorkList(LinkedList):
    """Base: whoever sees measures sees works."""

    permission: ClassVar[str] = VIEW_MEASURES

    def extra(self, page: Page) -> dict[str, Any]:
        return {**super().extra(page), "may_report": self.request.user.may(PROPOSE_MEASURES)}


class SiteList(WorkList):
    """Resettlement sites."""

    template_name: ClassVar[str] = "assistance/works/sites.html"
    form_class: ClassVar[type[forms.Form]] = SiteFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("village__path", "name"),
        "name": ("name",),
        "opened": ("opened_on",),
        "households": ("households",),
    }
    default_sort: ClassVar[str] = "village"

    def rows(self, form: Any) -> QuerySet[ResettlementSite]:
        sites = visible_sites(self.request)
        sites = form.apply(sites) if form.is_valid() else sites
        return work_lists.with_moved(sites, Relocation.objects.visible_to(self.request.user))


class SiteExport(Exported, SiteList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "resettlement-sites"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return work_lists.sites_workbook(rows, by=self.request.user, filters=filters)


class RelocationList(WorkList):
    """Households that moved, or are to move."""

    template_name: ClassVar[str] = "assistance/works/relocations.html"
    form_class: ClassVar[type[forms.Form]] = RelocationFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "moved": ("moved_on",),
        "village": ("enrolment__household__village__path", "enrolment__household__number"),
        "site": ("site__name",),
        "state": ("enrolment__state",),
    }
    default_sort: ClassVar[str] = "-moved"

    def form(self) -> forms.Form:
        return RelocationFilter(self.request.GET, sites=visible_sites(self.request).order_by("name"))

    def filtered(self) -> tuple[forms.Form, QuerySet]:
        form = self.form()
        rows = self.rows(form)
        return form, self.ordered(rows if form.is_valid() else rows.none())

    def rows(self, form: Any) -> QuerySet[Relocation]:
        relocations = visible_relocations(self.request)
        relocations = form.apply(relocations) if form.is_valid() else relocations
        return work_lists.with_persons(relocations).select_related(
            *("site", "enrolment__measure", "enrolment__household__village__parent", "enrolment__household__group"),
        )

    def extra(self, page: Page) -> dict[str, Any]:
        form: Any = self.form()
        rows = self.rows(form) if form.is_valid() else Relocation.objects.none()
        moved = rows.exclude(moved_on=None).order_by()
        heads = heads_of(row.enrolment.household_id for row in page.object_list)
        return {
            **super().extra(page),
            "shown": [(row, heads.get(row.enrolment.household_id, "")) for row in page.object_list],
            "moved_households": moved.count(),
            "moved_persons": Member.objects.filter(relocations__in=moved.values("pk")).distinct().count(),
        }


class RelocationExport(Exported, RelocationList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "relocations"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return work_lists.relocations_workbook(rows, by=self.request.user, filters=filters)


class RepairList(WorkList):
    """Dangerous houses and their repair."""

    template_name: ClassVar[str] = "assistance/works/repairs.html"
    form_class: ClassVar[type[forms.Form]] = RepairFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "accepted": ("accepted_on",),
        "village": ("enrolment__household__village__path", "enrolment__household__number"),
        "grade": ("grade",),
        "amount": ("enrolment__amount_fen",),
    }
    default_sort: ClassVar[str] = "-accepted"

    def rows(self, form: Any) -> QuerySet[HouseRepair]:
        repairs = visible_repairs(self.request)
        repairs = form.apply(repairs) if form.is_valid() else repairs
        return repairs.select_related(
            *("enrolment__measure", "enrolment__household__village__parent", "enrolment__household__group"),
        )

    def extra(self, page: Page) -> dict[str, Any]:
        form = self.form()
        rows = self.rows(form) if form.is_valid() else HouseRepair.objects.none()
        accepted = rows.exclude(accepted_on=None).order_by()
        heads = heads_of(row.enrolment.household_id for row in page.object_list)
        return {
            **super().extra(page),
            "shown": [(row, heads.get(row.enrolment.household_id, "")) for row in page.object_list],
            "accepted": accepted.aggregate(houses=Count("pk"), fen=Sum("enrolment__amount_fen", default=0)),
        }


class RepairExport(Exported, RepairList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "house-repairs"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return work_lists.repairs_workbook(rows, by=self.request.user, filters=filters)


class CourseList(WorkList):
    """Training courses."""

    template_name: ClassVar[str] = "assistance/works/courses.html"
    form_class: ClassVar[type[forms.Form]] = CourseFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "starts": ("starts_on",),
        "name": ("name",),
        "area": ("area__path",),
        "participants": ("participants",),
    }
    default_sort: ClassVar[str] = "-starts"

    def rows(self, form: Any) -> QuerySet[Course]:
        courses = visible_courses(self.request)
        courses = form.apply(courses) if form.is_valid() else courses
        return courses.annotate(participants=Count("enrolments", filter=Q(enrolments__isnull=False))).select_related(
            "area", "unit"
        )


class CourseExport(Exported, CourseList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "courses"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return work_lists.courses_workbook(rows, by=self.request.user, filters=filters)
