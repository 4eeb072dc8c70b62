"""A page with a form about one record: shown, sent to a service, answered with the file or with what is wrong."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from households import permissions
from households.forms.changing import RecordForm
from households.models import Household, Member, Relation
from households.views.access import NeedsPermission, visible_household
from jiangjin.audit.models import AuditAction, AuditEntry


class NothingChanged(Exception):
    """The form was sent as it was opened."""


class RecordPage(View):
    """Subclasses find the record, make the form and call the service."""

    template_name: ClassVar[str]

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        self.find(**keys)
        return self.page(self.form(None))

    def post(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        self.find(**keys)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            done = self.save(form)
        except NothingChanged:
            messages.info(request, _("Nothing was changed: the answers are those on file."))
        except ValidationError as refusal:
            return self.page(self.refused(form, refusal), status=422)
        else:
            messages.success(request, done)
        return redirect(self.back())

    def find(self, *args: Any, **keys: Any) -> None:
        """The records of the address, within the user's scope, or 404."""
        raise TypeError(f"{type(self).__name__} finds nothing")

    def form(self, data: Any) -> Any:
        """The form, unbound for `data` None."""
        raise TypeError(f"{type(self).__name__} has no form")

    def save(self, form: Any) -> str:
        """Call the service; returns what was done, in words. Raises ValidationError, and NothingChanged."""
        raise TypeError(f"{type(self).__name__} saves nothing")

    def back(self) -> str:
        """Where the page leads afterwards."""
        raise TypeError(f"{type(self).__name__} leads nowhere")

    def texts(self) -> dict[str, Any]:
        """Words of the page: title, button, and what the template needs besides."""
        return {}

    def about(self) -> dict[str, Any]:
        """The record that the page is about, as the template shows it."""
        return {}

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        context = {
            **self.about(),
            "form": form,
            "back": self.back(),
            "button": _("Save"),
            "intro": "",
            "danger": False,
            "confirm": "",
            **self.texts(),
        }
        return render(self.request, self.template_name, context, status=status)

    def changed_last(self) -> tuple[str, str]:
        """Who was faster, and when."""
        raise TypeError(f"{type(self).__name__} does not know who was faster")

    def refused(self, form: Any, refusal: ValidationError) -> Any:
        """The form with what the service said; after a conflict, over the record as it stands now."""
        if "conflict" not in codes(refusal):
            form.take(refusal)
            return form
        self.find(**self.kwargs)
        fresh = self.form(None)
        data, taken, disputed = form.merged(fresh)
        again: RecordForm = self.form(data)
        again.full_clean()
        who, at = self.changed_last()
        again.say_conflict(who=who, at=at, taken=taken, disputed=disputed)
        return again


class ChangePage(NeedsPermission, RecordPage):
    """A page about a household. `tab` is where the file opens afterwards."""

    permission: ClassVar[str] = permissions.EDIT
    template_name: ClassVar[str] = "households/change.html"
    tab: ClassVar[str] = "family"
    household: Household

    def find(self, *, number: str) -> None:
        self.household = visible_household(self.request, number, self.permission)

    def back(self) -> str:
        """The household's file, at its tab."""
        return file_url(self.household.number, self.tab)

    def about(self) -> dict[str, Any]:
        return {"household": self.household, "head": head_of(self.household)}

    def changed_last(self) -> tuple[str, str]:
        return last_change(self.household)


def codes(refusal: ValidationError) -> set[str | None]:
    """The codes of a refusal."""
    if hasattr(refusal, "error_dict"):
        return {error.code for errors in refusal.error_dict.values() for error in errors}
    return {error.code for error in refusal.error_list}


def last_change(household: Household) -> tuple[str, str]:
    """Who wrote to a household's file last, and when."""
    written = AuditEntry.objects.filter(household_id=household.pk).exclude(action=AuditAction.REVEALED)
    entry = written.order_by("-at", "-pk").first()
    if entry is None:
        return _("Somebody else"), timezone.localtime(household.updated_at).strftime("%Y-%m-%d %H:%M")
    return entry.actor_name, timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")


def file_url(number: str, tab: str = "") -> str:
    """The household's file."""
    url = reverse("households:detail", args=[number])
    return f"{url}?{urlencode({'tab': tab})}" if tab else url


def head_of(household: Household) -> Member | None:
    """The present head."""
    return household.members.filter(relation=Relation.HEAD, left_on=None).first()


def people_of(household: Household) -> list[Member]:
    """Who belongs to the household and has not left, the head first."""
    return list(household.members.filter(left_on=None).order_by("relation", "born_on", "pk"))
