"""Setting the channels of one exit."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.channels import PutForm, named
from assistance.models import Batch
from assistance.permissions import EDIT_CHANNELS
from assistance.services import exit_channels
from assistance.services.channel_support import support_of
from assistance.views.channels.links import NeedsPermission
from households.models import StatusEvent, StatusEventKind
from households.views.changing import codes, file_url, head_of


class PutChannels(NeedsPermission, View):
    """Say of each person of an exit by which channels it came about."""

    permission: ClassVar[str] = EDIT_CHANNELS
    exit: StatusEvent

    def get(self, request: HttpRequest, exit: int) -> HttpResponse:
        self.find(exit)
        return self.page(self.form(None))

    def post(self, request: HttpRequest, exit: int) -> HttpResponse:
        self.find(exit)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            rows = exit_channels.put(
                exit=self.exit,
                channels=form.channels,
                opened=form.opened_with(),
                by=request.user,
                reason=form.cleaned_data.get("reason", ""),
            )
        except ValidationError as refusal:
            return self.page(self.refused(form, refusal), status=422)
        messages.success(request, self.told(rows))
        return redirect(file_url(self.exit.household.number, "channels"))

    def find(self, exit: int) -> None:
        """The exit, within the user's scope, or 404; one that does not stand has no channels."""
        exits = StatusEvent.objects.visible_to(self.request.user, EDIT_CHANNELS).filter(kind=StatusEventKind.EXITED)
        self.exit = get_object_or_404(exits.select_related("household__village__parent", "household__group"), pk=exit)
        if not exit_channels.may_edit(self.request.user, self.exit.household):
            raise PermissionDenied

    def form(self, data: Any) -> PutForm:
        on_file: dict[int, list[str]] = {}
        for row in self.exit.channels.order_by("batch"):
            on_file.setdefault(row.member_id, []).append(row.batch)
        return PutForm(data, members=exit_channels.present_members(self.exit), on_file=on_file)

    def refused(self, form: PutForm, refusal: ValidationError) -> PutForm:
        """The form with what the service said; after a conflict, over the channels as they stand now."""
        if "conflict" not in codes(refusal):
            form.take(refusal)
            return form
        fresh = self.form(None)
        again = self.form(form.over(fresh))
        again.full_clean()
        again.say_conflict()
        return again

    def told(self, rows: list[Any]) -> str:
        number = self.exit.household.number
        if not rows:
            return _("The exit of household %(number)s has no channel any more.") % {"number": number}
        batches = [batch for batch in Batch if any(row.batch == batch for row in rows)]
        return _("Household %(number)s exited by: %(channels)s.") % {"number": number, "channels": named(batches)}

    def page(self, form: PutForm, status: int = 200) -> HttpResponse:
        household = self.exit.household
        support: dict[int, list[str]] = {}
        for member, batch in support_of(self.exit):
            support.setdefault(member, []).append(batch)
        context = {
            "exit": self.exit,
            "household": household,
            "head": head_of(household),
            "form": form,
            "people": [
                (member, member.age(self.exit.occurred_on), field, named(sorted(support.get(member.pk, []))))
                for member, field in form.people
            ],
            "stands": exit_channels.stands(self.exit),
            "back": reverse("households:detail", args=[household.number]) + "?tab=channels",
        }
        return render(self.request, "assistance/channels/put.html", context, status=status)
