"""Channels proposed from done measures: what would be written for an area and year, and having it written."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.channels import ChannelFilter
from assistance.models import Batch
from assistance.permissions import EDIT_CHANNELS
from assistance.services import channel_proposals
from assistance.views.channels.links import NeedsPermission, Subject
from assistance.views.channels.table import HOUSEHOLDS
from jiangjin.jobs.progress import progress_of


class ProposeChannels(NeedsPermission, View):
    """GET shows the proposal and writes nothing; POST has a worker fill exits that have no channel."""

    permission: ClassVar[str] = EDIT_CHANNELS

    def get(self, request: HttpRequest) -> HttpResponse:
        subject = self.subject()
        exits = subject.exits(request.user)
        proposal = channel_proposals.propose(exits, year=subject.year)
        jobs = channel_proposals.running(subject.area)
        context: dict[str, Any] = {
            "area": subject.area,
            "year": subject.year,
            "proposal": proposal,
            "persons": [(batch.label, proposal.persons[batch.value]) for batch in Batch],
            "running": [progress_of(job, result_url=subject.table(), follow=True) for job in jobs],
            "table_url": subject.table(),
            "empty_url": subject.list(HOUSEHOLDS, state=ChannelFilter.WITHOUT),
            "differing_url": subject.list(HOUSEHOLDS, state=ChannelFilter.DIFFERING),
            "query": urlencode(subject.asked()),
        }
        return render(request, "assistance/channels/propose.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        subject = self.subject()
        about = {"area": subject.area, "year": subject.year}
        if channel_proposals.start(area=subject.area, year=subject.year, by=request.user) is None:
            messages.info(request, _("The exits of %(area)s are being filled already.") % about)
        else:
            messages.success(request, _("The exits of %(area)s in %(year)s are being filled.") % about)
        return redirect(f"{reverse('assistance:channels_propose')}?{urlencode(subject.asked())}")

    def subject(self) -> Any:
        """The area and year; who may not set channels in all of the area is refused."""
        subject = Subject.of(self.request)
        if subject.area is None or not self.request.user.scope(EDIT_CHANNELS).covers(subject.area.path):
            raise PermissionDenied
        return subject
