"""One course with who took part, and entering or correcting one."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from assistance.forms.works import CourseForm, ParticipantsForm
from assistance.models import Course, Enrolment
from assistance.permissions import PROPOSE_MEASURES
from assistance.services import courses
from assistance.services.work_desk import may_report
from assistance.views.measures.access import NeedsPermission, visible_enrolment
from assistance.views.works.access import WorkPage, course_of
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock


class CoursePage(NeedsPermission, View):
    """A course and its participants, as far as the user may see the households."""

    def get(self, request: HttpRequest, course: int) -> HttpResponse:
        found = course_of(request, course)
        shown = Enrolment.objects.visible_to(request.user).filter(courses=found)
        rows = list(
            shown.select_related("member", "household__village__parent", "household__group").order_by(
                "household__village__path", "household__number", "pk"
            )
        )
        for row in rows:
            row.key = str(row.pk)
        context = {
            "course": found,
            "rows": rows,
            "all_count": found.enrolments.count(),
            "may_report": may_report(request.user, found.area) and request.user.may(PROPOSE_MEASURES),
        }
        return render(request, "assistance/works/course.html", context)


class EnterCourse(WorkPage):
    """Enter a course."""

    made: Course | None = None

    def find(self) -> None:  # type: ignore[override]
        scope = self.request.user.scope(PROPOSE_MEASURES)
        levels = [AreaLevel.COUNTY, AreaLevel.TOWN, AreaLevel.VILLAGE]
        visible = Area.objects.visible_to(self.request.user, PROPOSE_MEASURES).filter(level__in=levels)
        # The way up to the county is seen, too; a course is entered where the user reports.
        keys = [area.pk for area in visible if scope.covers(area.path)]
        self.areas = Area.objects.filter(pk__in=keys).order_by("path")

    def form(self, data: Any) -> CourseForm:
        first = self.areas.first()
        area = chosen_area(self.request)
        return CourseForm(data, county=first.path if first else "", areas=self.areas, chosen=area)

    def back(self) -> str:
        if self.made is not None:
            return reverse("assistance:course", args=[self.made.pk])
        return reverse("assistance:courses")

    def texts(self) -> dict[str, Any]:
        return {"title": _("Enter a course"), "button": _("Enter it"), "form_id": "course"}

    def save(self, form: CourseForm) -> str:
        self.made = courses.enter(
            area=form.cleaned_data["area"], values=form.values, by=self.request.user, today=clock.today()
        )
        return _("%(name)s is on file.") % {"name": self.made.name}


class OfCourse(WorkPage):
    """Base of forms about one course that the user keeps."""

    course: Course

    def find(self, *, course: int) -> None:  # type: ignore[override]
        self.course = course_of(self.request, course, PROPOSE_MEASURES)
        if not may_report(self.request.user, self.course.area):
            raise PermissionDenied

    def back(self) -> str:
        return reverse("assistance:course", args=[self.course.pk])

    def about(self) -> dict[str, Any]:
        return {"course": self.course, "form_id": f"course-{self.course.pk}"}


class CorrectCourse(OfCourse):
    """Change what is on file of a course."""

    def form(self, data: Any) -> CourseForm:
        return CourseForm(data, county=self.course.area.path, course=self.course)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct %(name)s") % {"name": self.course.name}}

    def save(self, form: CourseForm) -> str:
        row = courses.correct(
            course=self.course,
            changes=form.values,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )
        return _("What is on file of %(name)s has been corrected.") % {"name": row.name}


class AddParticipants(OfCourse):
    """Put persons on the course's list."""

    def form(self, data: Any) -> ParticipantsForm:
        offered = courses.candidates(course=self.course, user=self.request.user)
        offered = offered.select_related("member", "household__village").order_by(
            "household__village__path", "household__number", "pk"
        )
        return ParticipantsForm(data, course=self.course, offered=offered)

    def texts(self) -> dict[str, Any]:
        intro = _("Offered is whoever is approved for, or already in, a training of the year and is not on this list.")
        title = _("Participants of %(name)s") % {"name": self.course.name}
        return {"title": title, "intro": intro, "button": _("Put on the list")}

    def save(self, form: ParticipantsForm) -> str:
        count = courses.add_participants(
            course=self.course,
            enrolments=[row.pk for row in form.cleaned_data["enrolments"]],
            by=self.request.user,
            today=clock.today(),
            version=form.cleaned_data["version"],
        )
        return ngettext("%(count)s person put on the list.", "%(count)s persons put on the list.", count) % {
            "count": count
        }


class RemoveParticipant(NeedsPermission, View):
    """Somebody did not take part after all."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, course: int, enrolment: int) -> HttpResponse:
        found = course_of(request, course, PROPOSE_MEASURES)
        row = visible_enrolment(request, enrolment, PROPOSE_MEASURES)
        try:
            courses.remove_participant(
                course=found,
                enrolment=row,
                by=request.user,
                today=clock.today(),
                reason=request.POST.get("reason", ""),
            )
        except ValidationError as refusal:
            for text in refusal.messages:
                messages.error(request, text)
        else:
            name = row.member.name if row.member is not None else row.household.number
            messages.success(request, _("%(name)s was taken off the list.") % {"name": name})
        return redirect("assistance:course", course=found.pk)
