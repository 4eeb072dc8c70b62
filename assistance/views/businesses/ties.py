"""Tying a household to a business, correcting and ending the tie."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.forms.businesses import CorrectTieForm, EndTieForm, TieForm
from assistance.models import Business, BusinessLink
from assistance.permissions import EDIT_BUSINESSES
from assistance.services import business_links
from assistance.services.business_desk import may_edit
from assistance.views.businesses.access import (
    NeedsPermission,
    businesses_offered,
    changed_last,
    households_kept,
    tied,
    visible_link,
)
from households.models import Household
from households.views.access import visible_household
from households.views.changing import NothingChanged, RecordPage, file_url, head_of
from jiangjin.common import clock


class TieHousehold(NeedsPermission, RecordPage):
    """The household of `?household=`, or one that is named in the form, takes part in a business: that of `?business=`, or one
    that is chosen in the form."""

    permission: ClassVar[str] = EDIT_BUSINESSES
    template_name: ClassVar[str] = "assistance/businesses/change.html"
    business: Business | None = None
    household: Household | None = None

    def find(self) -> None:  # type: ignore[override]
        self.offered = businesses_offered(self.request, today=clock.today())
        number, business = self.request.GET.get("household", ""), self.request.GET.get("business", "")
        if number:
            self.household = visible_household(self.request, number, EDIT_BUSINESSES)
            if not may_edit(self.request.user, self.household.village):
                raise PermissionDenied
        if business:
            self.business = self.offered.filter(pk=business).first() if business.isdecimal() else None
            if self.business is None:
                raise Http404

    def form(self, data: Any) -> TieForm:
        return TieForm(
            data,
            today=clock.today(),
            business=self.business,
            household=self.household,
            businesses=self.offered,
            households=households_kept(self.request),
        )

    def back(self) -> str:
        if self.household is not None:
            return file_url(self.household.number, "businesses")
        if self.business is not None:
            return reverse("assistance:business", args=[self.business.pk])
        return reverse("assistance:businesses")

    def about(self) -> dict[str, Any]:
        return {
            "business": self.business,
            "household": self.household,
            "head": head_of(self.household) if self.household is not None else None,
            "form_id": "tie",
        }

    def texts(self) -> dict[str, Any]:
        return {"title": _("Tie a household to a business"), "button": _("Tie them")}

    def save(self, form: TieForm) -> str:
        if form.of_business is None or form.household is None:
            raise Http404
        link = business_links.tie(
            business=form.of_business,
            household=form.household,
            values=form.values,
            by=self.request.user,
            today=clock.today(),
        )
        return _("%(tie)s: tied since %(day)s.") % {"tie": tied(link), "day": link.starts_on}


class OfTie(NeedsPermission, RecordPage):
    """Base of forms about one tie of a household that the user keeps."""

    permission: ClassVar[str] = EDIT_BUSINESSES
    template_name: ClassVar[str] = "assistance/businesses/change.html"
    link: BusinessLink

    def find(self, *, link: int) -> None:  # type: ignore[override]
        self.link = visible_link(self.request, link, EDIT_BUSINESSES)
        if not may_edit(self.request.user, self.link.household.village):
            raise PermissionDenied

    def back(self) -> str:
        return file_url(self.link.household.number, "businesses")

    def about(self) -> dict[str, Any]:
        household = self.link.household
        return {"household": household, "head": head_of(household), "link": self.link, "form_id": f"tie-{self.link.pk}"}

    def changed_last(self) -> tuple[str, str]:
        return changed_last(self.link)


class CorrectTie(OfTie):
    """Change what is on file of a tie."""

    def form(self, data: Any) -> CorrectTieForm:
        return CorrectTieForm(data, link=self.link, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct the tie to %(name)s") % {"name": self.link.business.name}}

    def save(self, form: CorrectTieForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        link = business_links.correct(
            link=self.link,
            changes=changes,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )
        return _("%(tie)s: corrected.") % {"tie": tied(link)}


class EndTie(OfTie):
    """The tie no longer holds."""

    def form(self, data: Any) -> EndTieForm:
        return EndTieForm(data, link=self.link, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("End the tie to %(name)s") % {"name": self.link.business.name}, "button": _("End it")}

    def refused(self, form: Any, refusal: ValidationError) -> Any:
        form.take(refusal)
        return form

    def save(self, form: EndTieForm) -> str:
        link = business_links.end(link=self.link, by=self.request.user, today=clock.today(), **form.cleaned_data)
        return _("%(tie)s: ended on %(day)s.") % {"tie": tied(link), "day": link.ends_on}
