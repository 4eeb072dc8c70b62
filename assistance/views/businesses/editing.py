"""Entering, correcting, closing and opening again a business."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from assistance.forms.acting import WithdrawForm
from assistance.forms.businesses import CloseForm, CorrectForm, FoundForm
from assistance.models import Business
from assistance.permissions import EDIT_BUSINESSES
from assistance.services import businesses
from assistance.services.business_desk import may_edit
from assistance.views.businesses.access import NeedsPermission, changed_last, visible_business
from households.forms.fields import villages_within
from households.views.changing import NothingChanged, RecordPage
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import AreaLevel
from jiangjin.common import clock


class FoundBusiness(NeedsPermission, RecordPage):
    """Enter a business."""

    permission: ClassVar[str] = EDIT_BUSINESSES
    template_name: ClassVar[str] = "assistance/businesses/change.html"
    made: Business | None = None

    def find(self) -> None:  # type: ignore[override]
        self.villages = villages_within(self.request.user.scope(EDIT_BUSINESSES))

    def form(self, data: Any) -> FoundForm:
        area = chosen_area(self.request)
        chosen = area if area is not None and area.level == AreaLevel.VILLAGE else None
        return FoundForm(data, villages=self.villages, chosen=chosen, today=clock.today())

    def back(self) -> str:
        if self.made is not None:
            return reverse("assistance:business", args=[self.made.pk])
        return reverse("assistance:businesses")

    def texts(self) -> dict[str, Any]:
        return {"title": _("Enter a business entity"), "button": _("Enter it"), "form_id": "business"}

    def save(self, form: FoundForm) -> str:
        village = form.cleaned_data["village"]
        self.made = businesses.found(village=village, values=form.values, by=self.request.user, today=clock.today())
        return _("%(name)s is on file.") % {"name": self.made.name}


class OfBusiness(NeedsPermission, RecordPage):
    """Base of forms about one business that the user keeps."""

    permission: ClassVar[str] = EDIT_BUSINESSES
    template_name: ClassVar[str] = "assistance/businesses/change.html"
    business: Business

    def find(self, *, business: int) -> None:  # type: ignore[override]
        self.business = visible_business(self.request, business, EDIT_BUSINESSES)
        if not may_edit(self.request.user, self.business.village):
            raise PermissionDenied

    def back(self) -> str:
        return reverse("assistance:business", args=[self.business.pk])

    def about(self) -> dict[str, Any]:
        return {"business": self.business, "form_id": f"business-{self.business.pk}"}

    def changed_last(self) -> tuple[str, str]:
        return changed_last(self.business)


class CorrectBusiness(OfBusiness):
    """Change what is on file."""

    def form(self, data: Any) -> CorrectForm:
        return CorrectForm(data, business=self.business, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct %(name)s") % {"name": self.business.name}}

    def save(self, form: CorrectForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        row = businesses.correct(
            business=self.business,
            changes=changes,
            by=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )
        return _("What is on file of %(name)s has been corrected.") % {"name": row.name}


class CloseBusiness(OfBusiness):
    """The business is no more, nor are its ties."""

    def form(self, data: Any) -> CloseForm:
        return CloseForm(data, business=self.business, today=clock.today())

    def texts(self) -> dict[str, Any]:
        ties = self.business.links.filter(ends_on=None).count()
        intro = ngettext(
            "%(count)s household tie that still holds ends with it.",
            "%(count)s household ties that still hold end with it.",
            ties,
        ) % {"count": ties}
        return {
            "title": _("Close %(name)s") % {"name": self.business.name},
            "button": _("Close it"),
            "danger": True,
            "intro": intro if ties else "",
            "confirm": _("Close %(name)s?") % {"name": self.business.name},
        }

    def refused(self, form: Any, refusal: ValidationError) -> Any:
        form.take(refusal)
        return form

    def save(self, form: CloseForm) -> str:
        ended = businesses.close(business=self.business, by=self.request.user, today=clock.today(), **form.cleaned_data)
        done = _("%(name)s is closed since %(day)s.") % {
            "name": self.business.name,
            "day": form.cleaned_data["closed_on"],
        }
        if not ended:
            return done
        told = ngettext("%(count)s tie ended with it.", "%(count)s ties ended with it.", ended) % {"count": ended}
        return f"{done} {told}"


class ReopenBusiness(NeedsPermission, View):
    """It was closed by mistake, or works again."""

    permission: ClassVar[str] = EDIT_BUSINESSES
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, business: int) -> HttpResponse:
        found = visible_business(request, business, EDIT_BUSINESSES)
        form = WithdrawForm(request.POST)
        if form.is_valid():
            try:
                businesses.reopen(business=found, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                form.take(refusal)
            else:
                messages.success(request, _("%(name)s is on file as existing again.") % {"name": found.name})
        for error in [error for errors in form.errors.values() for error in errors]:
            messages.error(request, str(error))
        return redirect("assistance:business", business=found.pk)
