"""Writing a visit down, and correcting it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.forms.visits import CorrectForm, VisitForm
from assistance.models import FollowUp, Visit
from assistance.permissions import VIEW_VISITS, WRITE_VISITS
from assistance.services import visits, waiting
from assistance.views.access import helpers_offered, visible_visit
from households.models import Helper, Household
from households.views.access import visible_household
from households.views.changing import ChangePage, NothingChanged, codes, head_of, people_of
from jiangjin.common import clock


class WriteVisit(ChangePage):
    """One visit to the household of `?household=`. Sent twice, it is stored once."""

    permission: ClassVar[str] = WRITE_VISITS
    template_name: ClassVar[str] = "assistance/write.html"
    stored: Visit | None = None

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        if not request.GET.get("household"):
            messages.info(request, _("Choose the household that was visited."))
            return redirect("assistance:mine")
        return super().get(request, **keys)

    def find(self) -> None:  # type: ignore[override]
        number = self.request.GET.get("household", "")
        if not number:
            raise Http404
        self.household = visible_household(self.request, number, WRITE_VISITS)
        self.helpers = helpers_offered(self.request, self.household)

    def form(self, data: Any) -> VisitForm:
        return VisitForm(
            data, household=self.household, members=people_of(self.household), helpers=self.helpers, today=clock.today()
        )

    def back(self) -> str:
        return reverse("assistance:mine")

    def texts(self) -> dict[str, Any]:
        visible = FollowUp.objects.open().visible_to(self.request.user)
        return {
            "title": _("Write a visit"),
            "button": _("Save the visit"),
            "today": clock.today(),
            "has_helper": bool(self.helpers) or self.own_helper() is not None,
            "last_visit": self.household.visits.standing().select_related("helper").first(),
            "promised": visible.filter(visit__household=self.household),
            "stored": self.stored,
        }

    def own_helper(self) -> Helper | None:
        """The helper record of the user."""
        user: Any = self.request.user
        return Helper.objects.filter(user=user).first()

    def save(self, form: VisitForm) -> str:
        helper = form.cleaned_data.get("helper") or self.own_helper()
        if helper is None:
            raise PermissionDenied
        visit = visits.record(
            draft=form.draft(helper=helper),
            by=self.request.user,
            today=clock.today(),
            client_id=form.cleaned_data["client_id"],
        )
        head = head_of(self.household)
        done = _("The visit of %(day)s to %(who)s is on file.") % {
            "day": visit.visited_on,
            "who": _("%(name)s's household") % {"name": head.name} if head else self.household.number,
        }
        return f"{done} {what_next(self.request, visit)}".strip()

    def refused(self, form: Any, refusal: ValidationError) -> Any:
        """Where another visit has been stored under the number of this one, the page shows it; saving again writes a second."""
        form.take(refusal)
        if "conflict" in codes(refusal):
            known = Visit.objects.visible_to(self.request.user).filter(client_id=form.cleaned_data.get("client_id"))
            self.stored = known.first()
            form.as_another()
        return form


def what_next(request: HttpRequest, visit: Visit) -> str:
    """What there is to do after a visit, in one sentence: what was promised on it, else who is still to be visited."""
    promise = visit.follow_ups.filter(done_on=None).order_by("due_on", "pk").first()
    if promise is not None:
        return _("Next: %(what)s, by %(day)s.") % {"what": promise.text, "day": promise.due_on}
    today = clock.today()
    visible = Household.objects.visible_to(request.user, VIEW_VISITS)
    standing = waiting.standing(waiting.households(visible, on=today))
    if standing.to_visit:
        return ngettext(
            "%(count)s household is still to be visited this month.",
            "%(count)s households are still to be visited this month.",
            standing.to_visit,
        ) % {"count": standing.to_visit}
    return _("Everybody due this month has been visited.") if standing.due else ""


class CorrectVisit(ChangePage):
    """Change what a visit says. What it said before stays."""

    permission: ClassVar[str] = WRITE_VISITS
    template_name: ClassVar[str] = "assistance/correct.html"
    visit: Visit

    def find(self, *, visit: int) -> None:  # type: ignore[override]
        self.visit = visible_visit(self.request, visit, WRITE_VISITS)
        if self.visit.withdrawn_at is not None:
            raise Http404
        self.household = self.visit.household
        self.helpers = helpers_offered(self.request, self.household)
        if not self.helpers and self.visit.helper.user_id != self.request.user.pk:
            raise PermissionDenied

    def form(self, data: Any) -> CorrectForm:
        return CorrectForm(data, visit=self.visit, helpers=self.helpers, today=clock.today())

    def back(self) -> str:
        return reverse("assistance:visit", args=[self.visit.pk])

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Correct the visit of %(day)s") % {"day": self.visit.visited_on},
            "button": _("Save the correction"),
            "visit": self.visit,
        }

    def save(self, form: CorrectForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        visit = visits.correct(
            visit=self.visit,
            changes=changes,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )
        return _("The visit of %(day)s has been corrected; what it said before is kept.") % {"day": visit.visited_on}

    def changed_last(self) -> tuple[str, str]:
        revision = self.visit.revisions.select_related("changed_by").first()
        if revision is None:
            return super().changed_last()
        return str(
            revision.changed_by or _("Somebody else")
        ), f"{timezone.localtime(revision.changed_at):%Y-%m-%d %H:%M}"
