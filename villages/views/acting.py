"""Acts about a village: putting on the list and striking off, rectifications. Each is a page of its own."""

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from households.permissions import VIEW as VIEW_HOUSEHOLDS
from households.views.changing import NothingChanged
from jiangjin.common import clock
from villages import permissions
from villages.forms import acting
from villages.models import PoorVillage, Rectification
from villages.services import numbers, poor_list, rectifications
from villages.views.access import poor_village_of, visible_village
from villages.views.changing import VillagePage


class Enlist(VillagePage):
    """Put the village on the list of poor villages."""

    permission: ClassVar[str] = permissions.LIST
    tab: ClassVar[str] = "exit"

    def find(self, *, code: str) -> None:
        super().find(code=code)
        if poor_village_of(self.village) is not None:
            raise Http404

    def form(self, data: Any) -> acting.ListingForm:
        return acting.ListingForm(data, village=self.village, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Put on the list of poor villages"),
            "form_id": "enlist",
            "button": _("Put on the list"),
            "intro": _(
                "From that day the village counts as a municipal poor village, with its survey and its incidence."
            ),
        }

    def save(self, form: acting.ListingForm) -> str:
        values = form.cleaned_data
        poor_list.enlist(
            village=self.village,
            evidence=values["evidence"],
            source=values["source"],
            listed_on=values["listed_on"],
            planned_exit_year=values["planned_exit_year"],
            by=self.request.user,
            today=clock.today(),
        )
        return _("%(village)s stands on the list of poor villages.") % {"village": self.village.name}


class ListedPage(VillagePage):
    """Base: of a village that stands on the list or did (`struck_off`: None for either)."""

    permission: ClassVar[str] = permissions.LIST
    tab: ClassVar[str] = "exit"
    struck_off: ClassVar[bool | None] = None
    poor: PoorVillage

    def find(self, *, code: str) -> None:
        super().find(code=code)
        poor = poor_village_of(self.village)
        if poor is None or (self.struck_off is not None and (poor.delisted_on is not None) != self.struck_off):
            raise Http404
        self.poor = poor


class CorrectListing(ListedPage):
    """Correct why and since when it stands there."""

    def form(self, data: Any) -> acting.CorrectListingForm:
        return acting.CorrectListingForm(data, village=self.village, known=self.poor, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct the entry in the list of poor villages"), "form_id": "listing"}

    def save(self, form: acting.CorrectListingForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        poor_list.correct(
            poor_village=self.poor,
            changes=changes,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )
        return _("The entry of %(village)s in the list has been corrected.") % {"village": self.village.name}


class StrikeOff(ListedPage):
    """The village leaves the list (整村脱贫销号)."""

    template_name: ClassVar[str] = "villages/strike_off.html"
    struck_off: ClassVar[bool | None] = False

    def form(self, data: Any) -> acting.StrikeOffForm:
        return acting.StrikeOffForm(data, village=self.village, known=self.poor, today=clock.today())

    def texts(self) -> dict[str, Any]:
        today = clock.today()
        scope = self.request.user.scope(VIEW_HOUSEHOLDS)
        return {
            "title": _("Strike off the list of poor villages"),
            "form_id": "strike-off",
            "button": _("Strike off"),
            "danger": True,
            "confirm": _("Strike %(village)s off the list of poor villages?") % {"village": self.village.name},
            "numbers": numbers.of_one(self.village, on=today, scope=scope),
            "limit_ratio": numbers.limit_ratio(today),
            "poor": self.poor,
        }

    def save(self, form: acting.StrikeOffForm) -> str:
        values = form.cleaned_data
        row = poor_list.strike_off(
            poor_village=self.poor,
            delisted_on=values["delisted_on"],
            reason=values["reason"],
            by=self.request.user,
            version=values["version"],
            today=clock.today(),
        )
        return _("%(village)s was struck off the list on %(day)s.") % {
            "village": self.village.name,
            "day": row.delisted_on,
        }


class TakeBack(ListedPage):
    """The striking off was wrong."""

    struck_off: ClassVar[bool | None] = True

    def form(self, data: Any) -> acting.TakeBackForm:
        return acting.TakeBackForm(data, village=self.village, known=self.poor, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Take the striking off back"),
            "form_id": "take-back",
            "button": _("Put back on the list"),
            "danger": True,
            "intro": _(
                "For a striking off that was wrong: the village stands on the list as before. What had been written stays in the "
                "change log with your reason."
            ),
        }

    def save(self, form: acting.TakeBackForm) -> str:
        poor_list.take_back(
            poor_village=self.poor,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            version=form.cleaned_data["version"],
        )
        return _("%(village)s stands on the list of poor villages again.") % {"village": self.village.name}


class BeginRectification(VillagePage):
    """A rectification of the village organisation begins."""

    permission: ClassVar[str] = permissions.RECTIFY
    tab: ClassVar[str] = "exit"

    def form(self, data: Any) -> acting.RectificationForm:
        form = acting.RectificationForm(data, village=self.village, today=clock.today())
        form.initial.setdefault("starts_on", clock.today())
        return form

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Begin a rectification of the village organisation"),
            "form_id": "rectification",
            "button": _("Begin"),
        }

    def save(self, form: acting.RectificationForm) -> str:
        values = form.cleaned_data
        rectifications.begin(
            village=self.village,
            starts_on=values["starts_on"],
            problem=values["problem"],
            measures=values["measures"],
            responsible=values["responsible"],
            by=self.request.user,
            today=clock.today(),
        )
        return _("The rectification in %(village)s has begun.") % {"village": self.village.name}


class RectificationPage(VillagePage):
    """Base: of one rectification."""

    permission: ClassVar[str] = permissions.RECTIFY
    tab: ClassVar[str] = "exit"
    rectification: Rectification

    def find(self, *, rectification: int) -> None:  # type: ignore[override]
        visible = Rectification.objects.visible_to(self.request.user, self.permission)
        self.rectification = get_object_or_404(visible.select_related("village"), pk=rectification)
        self.village = visible_village(self.request, self.rectification.village.code, self.permission)

    def about(self) -> dict[str, Any]:
        return {**super().about(), "rectification": self.rectification}


class CorrectRectification(RectificationPage):
    """Correct what stands there."""

    def form(self, data: Any) -> acting.CorrectRectificationForm:
        return acting.CorrectRectificationForm(
            data, village=self.village, known=self.rectification, today=clock.today()
        )

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct the rectification"), "form_id": f"rectification-{self.rectification.pk}"}

    def save(self, form: acting.CorrectRectificationForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        rectifications.correct(
            rectification=self.rectification,
            changes=changes,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )
        return _("The rectification in %(village)s has been corrected.") % {"village": self.village.name}


class CloseRectification(RectificationPage):
    """Close it with what came of it."""

    def find(self, *, rectification: int) -> None:  # type: ignore[override]
        super().find(rectification=rectification)
        if self.rectification.ends_on is not None:
            raise Http404

    def form(self, data: Any) -> acting.CloseRectificationForm:
        return acting.CloseRectificationForm(data, village=self.village, known=self.rectification, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Close the rectification"),
            "form_id": f"close-{self.rectification.pk}",
            "button": _("Close the rectification"),
            "intro": self.rectification.problem,
        }

    def save(self, form: acting.CloseRectificationForm) -> str:
        values = form.cleaned_data
        row = rectifications.close(
            rectification=self.rectification,
            ends_on=values["ends_on"],
            result=values["result"],
            by=self.request.user,
            version=values["version"],
            today=clock.today(),
        )
        return _("The rectification in %(village)s was closed on %(day)s.") % {
            "village": self.village.name,
            "day": row.ends_on,
        }
