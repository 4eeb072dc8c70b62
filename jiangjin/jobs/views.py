"""Pages of jobs: what runs, what ran, what failed and can be started again."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from jiangjin.accounts import roles
from jiangjin.accounts.gate import NeedsPermission
from jiangjin.accounts.permissions import VIEW_JOBS
from jiangjin.common import clock
from jiangjin.common.lists import ListPage
from jiangjin.common.registries import Figure, HomeCard, home_cards, permitted
from jiangjin.jobs.models import UNFINISHED, JobRun, JobState
from jiangjin.jobs.progress import progress_of
from jiangjin.jobs.registry import kinds
from jiangjin.jobs.services import may_start_again, retry


def visible_jobs(user: Any) -> QuerySet[JobRun]:
    """Jobs over the user's areas, and those that the user started."""
    return JobRun.objects.filter(
        Q(pk__in=JobRun.objects.visible_to(user).values("pk")) | Q(created_by=user)
    ).select_related("area", "created_by")


class JobFilter(forms.Form):
    """Kind and state."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("any")), *JobState.choices],
        widget=forms.Select(attrs={"data-select": "1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("any")), *((kind.code, kind.label) for kind in kinds)]
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("Kind"),
            required=False,
            choices=choices,
            widget=forms.Select(attrs={"data-select": "1"}),
        )


class JobList(NeedsPermission, ListPage):
    """Long work, newest first."""

    permission: ClassVar[str] = VIEW_JOBS
    template_name: ClassVar[str] = "jobs/list.html"
    form_class: ClassVar[type[forms.Form]] = JobFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"created": ("created_at",), "finished": ("finished_at",)}
    default_sort: ClassVar[str] = "-created"

    def rows(self, form: forms.Form) -> QuerySet[JobRun]:
        jobs = visible_jobs(self.request.user)
        if form.is_valid():
            wanted = {name: value for name, value in form.cleaned_data.items() if value}
            jobs = jobs.filter(**wanted)
        return jobs


class JobDetail(View):
    """One job: its progress, its counts, its error. Who may see no job sees those they started."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = get_object_or_404(visible_jobs(request.user), pk=pk)
        return render(
            request,
            "jobs/detail.html",
            {"job": job, "progress": progress_of(job), "may_retry": may_retry(request.user, job)},
        )


class JobProgress(View):
    """The bar of a job, as a fragment that asks for itself."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = get_object_or_404(visible_jobs(request.user), pk=pk)
        response = render(request, "components/_progress.html", {"progress": progress_of(job)})
        if job.is_finished:
            # Pages that listen ("job-finished from:body") load what came out.
            response.headers["HX-Trigger"] = "job-finished"
        return response


class RetryJob(View):
    """Start a failed job again."""

    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = get_object_or_404(visible_jobs(request.user), pk=pk)
        if not may_retry(request.user, job):
            messages.error(request, _("Only a failed job can be started again, by who started it."))
            return redirect("jobs:detail", pk=job.pk)
        try:
            again = retry(run=job, by=request.user)
        except ValueError:  # somebody else was faster
            messages.error(request, _("This job has been started again already."))
            return redirect("jobs:detail", pk=job.pk)
        messages.success(request, _("%(job)s has been started again.") % {"job": again.label})
        return redirect("jobs:detail", pk=again.pk)


def may_retry(user: Any, job: JobRun) -> bool:
    """A failed job is started again by the person who started it, or, if the schedule did, by who may run that kind."""
    if not may_start_again(job):
        return False
    if job.created_by_id is not None:
        return bool(job.created_by_id == user.pk)
    needed = kinds[job.kind].permission if job.kind in kinds else ""
    return bool(needed) and user.scope(needed).covers(job.area.path)


RECENT_JOBS = 5


def home(request: HttpRequest) -> HttpResponse:
    """The first page: what waits for me, then how things stand, then what runs. Only what apps have registered.

    `?card=` asks for one card, whose figures the page left out because they take long (None)."""
    wanted = request.GET.get("card", "")
    cards: list[tuple[HomeCard, list[Figure] | None]] = []
    for card in home_cards:
        if permitted(request.user, card.permission) and wanted in ("", card.code):
            is_later = not wanted and card.heavy is not None and card.heavy(request)
            figures = None if is_later else card.figures(request)
            if figures != []:
                cards.append((card, figures))
    jobs = visible_jobs(request.user)
    context = {
        "cards": cards,
        "wanted": wanted,
        "roles": [roles.BY_CODE[code] for code in request.user.role_codes()],
        "running": [progress_of(job) for job in jobs.filter(state__in=UNFINISHED)[:RECENT_JOBS]],
        "recent": jobs.exclude(state__in=UNFINISHED)[:RECENT_JOBS] if request.user.may(VIEW_JOBS) else (),
        "today": clock.today(),
    }
    return render(request, "home/home.html", context)
