"""The household file's tab about the channels of its exits."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from assistance.models import Batch
from assistance.permissions import VIEW_MEASURES
from assistance.services import channel_lists, exit_channels
from assistance.views.channels.links import NeedsPermission
from households.models import StatusEvent, StatusEventKind
from households.views.access import visible_household


class ChannelsTab(NeedsPermission, View):
    """By which channels the household left poverty, person by person, and what each rests on."""

    permission: ClassVar[str] = VIEW_MEASURES

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        household = visible_household(request, number, VIEW_MEASURES)
        exits = StatusEvent.objects.filter(household=household, kind=StatusEventKind.EXITED).order_by(
            "-occurred_on", "-pk"
        )
        context = {
            "household": household,
            "batches": list(Batch),
            "exits": [self.shown(exit) for exit in exits],
            "may_edit": exit_channels.may_edit(request.user, household),
        }
        return render(request, "assistance/channels/_tab.html", context)

    def shown(self, exit: StatusEvent) -> dict[str, Any]:
        """One exit with its persons."""
        channels = channel_lists.of_members([exit.pk])
        people = []
        for member in exit_channels.present_members(exit):
            own = {row.batch: row for row in channels.get((exit.pk, member.pk), [])}
            people.append((member, [own.get(batch) for batch in Batch.values], list(own.values())))
        return {"exit": exit, "people": people, "is_said": bool(channels), "stands": exit_channels.stands(exit)}
