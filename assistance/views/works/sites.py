"""One resettlement site, and entering or correcting one."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.works import SiteForm
from assistance.models import Relocation, ResettlementSite
from assistance.permissions import PROPOSE_MEASURES
from assistance.services import relocations, work_lists
from assistance.services.heads import heads_of
from assistance.services.work_desk import may_report
from assistance.views.measures.access import NeedsPermission
from assistance.views.works.access import WorkPage, site_of
from households.forms.fields import villages_within
from jiangjin.audit.models import AuditEntry
from jiangjin.common import clock

CHANGES_SHOWN = 20


class SitePage(NeedsPermission, View):
    """A site with the households that moved in, as far as the user may see them."""

    def get(self, request: HttpRequest, site: int) -> HttpResponse:
        found = site_of(request, site)
        visible = Relocation.objects.visible_to(request.user).filter(site=found)
        rows = list(
            work_lists.with_persons(visible)
            .select_related("enrolment__household__village__parent", "enrolment__household__group")
            .order_by("moved_on", "pk")
        )
        heads = heads_of(row.enrolment.household_id for row in rows)
        changes = AuditEntry.objects.filter(model=found._meta.label_lower, object_id=found.pk).order_by("-at", "-pk")
        context = {
            "site": found,
            "shown": [(row, heads.get(row.enrolment.household_id, "")) for row in rows],
            "households": sum(row.moved_on is not None for row in rows),
            "persons": sum(row.persons for row in rows if row.moved_on is not None),
            "may_report": may_report(request.user, found.village) and request.user.may(PROPOSE_MEASURES),
            "changes": changes[:CHANGES_SHOWN],
        }
        return render(request, "assistance/works/site.html", context)


class EnterSite(WorkPage):
    """Enter a site."""

    made: ResettlementSite | None = None

    def find(self) -> None:  # type: ignore[override]
        self.villages = villages_within(self.request.user.scope(PROPOSE_MEASURES))

    def form(self, data: Any) -> SiteForm:
        return SiteForm(data, today=clock.today(), villages=self.villages)

    def back(self) -> str:
        if self.made is not None:
            return reverse("assistance:site", args=[self.made.pk])
        return reverse("assistance:sites")

    def texts(self) -> dict[str, Any]:
        return {"title": _("Enter a resettlement site"), "button": _("Enter it"), "form_id": "site"}

    def save(self, form: SiteForm) -> str:
        village = form.cleaned_data["village"]
        self.made = relocations.enter_site(
            village=village, values=form.values, by=self.request.user, today=clock.today()
        )
        return _("%(name)s is on file.") % {"name": self.made.name}


class CorrectSite(WorkPage):
    """Change what is on file of a site."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    site: ResettlementSite

    def find(self, *, site: int) -> None:  # type: ignore[override]
        self.site = site_of(self.request, site, PROPOSE_MEASURES)
        if not may_report(self.request.user, self.site.village):
            raise PermissionDenied

    def form(self, data: Any) -> SiteForm:
        return SiteForm(data, today=clock.today(), site=self.site)

    def back(self) -> str:
        return reverse("assistance:site", args=[self.site.pk])

    def texts(self) -> dict[str, Any]:
        title = _("Correct %(name)s") % {"name": self.site.name}
        return {"title": title, "form_id": f"site-{self.site.pk}", "site": self.site}

    def save(self, form: SiteForm) -> str:
        row = relocations.correct_site(
            site=self.site,
            changes=form.values,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )
        return _("What is on file of %(name)s has been corrected.") % {"name": row.name}
