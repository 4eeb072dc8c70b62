"""Pages with a form about a village's file, and what they call: profile, survey."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from households.views.changing import NothingChanged, RecordPage
from households.views.years import YEARS_OFFERED, chosen_year, years_of
from jiangjin.areas.models import Area
from jiangjin.common import clock
from villages import permissions
from villages.forms.profile import ProfileForm
from villages.forms.survey import SurveyForm
from villages.models import Village, VillageProfile, VillageSurvey
from villages.services import history, profiles, surveys
from villages.views.access import NeedsPermission, profile_of, visible_village


def file_url(village: Area, tab: str = "") -> str:
    """The village's file, at a tab."""
    url = reverse("villages:detail", args=[village.code])
    return f"{url}?{urlencode({'tab': tab})}" if tab else url


class VillagePage(NeedsPermission, RecordPage):
    """A page about one village. `tab` is where its file opens afterwards."""

    permission: ClassVar[str] = permissions.EDIT
    template_name: ClassVar[str] = "villages/change.html"
    tab: ClassVar[str] = ""
    village: Village

    def find(self, *, code: str) -> None:
        self.village = visible_village(self.request, code, self.permission)

    def back(self) -> str:
        return file_url(self.village, self.tab)

    def about(self) -> dict[str, Any]:
        return {"village": self.village}

    def changed_last(self) -> tuple[str, str]:
        return history.last_change(self.village)


class EditProfile(VillagePage):
    """Write or correct the profile."""

    template_name: ClassVar[str] = "villages/profile.html"

    def form(self, data: Any) -> ProfileForm:
        known = VillageProfile.objects.filter(village=self.village).first()
        return ProfileForm(data, village=self.village, known=known, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Profile of the village"), "form_id": "profile"}

    def save(self, form: ProfileForm) -> str:
        changes = form.changes()
        if not changes and profile_of(self.village) is not None:
            raise NothingChanged
        profiles.edit(
            village=self.village,
            values=changes,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        )
        return _("The profile of %(village)s is on file.") % {"village": self.village.name}


class RecordSurvey(VillagePage):
    """Write or correct the survey of `?year=`; the year before stands beside it."""

    template_name: ClassVar[str] = "villages/survey.html"
    tab: ClassVar[str] = "survey"

    def year(self) -> int:
        return chosen_year(self.request, self.years())

    def years(self) -> list[int]:
        """The latest years, newest first."""
        today = clock.today()
        return years_of(dt.date(today.year - YEARS_OFFERED + 1, 1, 1), today)

    def form(self, data: Any) -> SurveyForm:
        year = self.year()
        rows = {row.year: row for row in VillageSurvey.objects.filter(village=self.village, year__in=[year, year - 1])}
        return SurveyForm(
            data, village=self.village, known=rows.get(year), before=rows.get(year - 1), today=clock.today()
        )

    def texts(self) -> dict[str, Any]:
        known = set(VillageSurvey.objects.filter(village=self.village).values_list("year", flat=True))
        year = self.year()
        return {
            "title": _("Survey of %(year)s") % {"year": year},
            "form_id": f"survey-{year}",
            "years": [(each, each in known) for each in self.years()],
            "year": year,
        }

    def save(self, form: SurveyForm) -> str:
        changes, values = form.changes(), form.cleaned_data
        if not changes:
            raise NothingChanged
        surveys.record(
            village=self.village,
            year=self.year(),
            answers=changes,
            by=self.request.user,
            today=clock.today(),
            reported_on=values["reported_on"],
            source=values["source"],
            reason=values["reason"],
            version=values["version"],
        )
        return _("The survey of %(village)s in %(year)s is on file.") % {
            "village": self.village.name,
            "year": self.year(),
        }
