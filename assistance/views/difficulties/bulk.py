"""Several difficulties of the list given to one unit, each with its own outcome."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from assistance.forms.difficulties.acting import ChargeForm
from assistance.models import Difficulty
from assistance.permissions import ASSIGN_DIFFICULTIES
from assistance.services.difficulties import working
from assistance.services.difficulties.standards import Standards
from assistance.services.heads import heads_of
from assistance.views.difficulties.access import SHOWN, NeedsPermission, people_for, units_for
from assistance.views.difficulties.words import shown
from households.models import Helper
from jiangjin.common import clock


class AssignMany(NeedsPermission, View):
    """`?pick=` names them, as the boxes of the list send it."""

    permission: ClassVar[str] = ASSIGN_DIFFICULTIES
    rows: list[Difficulty]

    def get(self, request: HttpRequest) -> HttpResponse:
        if (away := self.nothing_chosen(request.GET.getlist("pick"))) is not None:
            return away
        return self.page(self.form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        picked = [pair.partition("-") for pair in request.POST.getlist("chosen")]
        versions = {int(pk): int(read) for pk, _dash, read in picked if pk.isdecimal() and read.isdecimal()}
        if (away := self.nothing_chosen([str(pk) for pk in versions])) is not None:
            return away
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        chosen = [(row.pk, versions[row.pk]) for row in self.rows]
        outcomes = working.assign_many(chosen=chosen, charge=form.charge(), by=request.user, today=clock.today())
        return self.told(outcomes, form)

    def nothing_chosen(self, keys: list[str]) -> HttpResponse | None:
        """Finds the chosen rows within the user's scope; sends who chose none back to the list."""
        wanted = [int(key) for key in keys if key.isascii() and key.isdecimal()][: working.MOST_AT_ONCE]
        visible: QuerySet[Difficulty] = Difficulty.objects.visible_to(self.request.user, ASSIGN_DIFFICULTIES)
        self.rows = list(visible.filter(pk__in=wanted).select_related(*SHOWN).order_by("due_on", "pk"))
        if self.rows:
            return None
        messages.info(self.request, _("Tick the difficulties that one unit is to get."))
        return redirect("assistance:difficulties")

    def form(self, data: Any) -> ChargeForm:
        """Without helpers: they answer for one household or another."""
        today, first = clock.today(), self.rows[0]
        days = [Standards().due_on(row.kind, since=today) for row in self.rows]
        form = ChargeForm(data, difficulty=first, today=today, due_on=max(days))
        form.offer(
            units=units_for(first.village),
            people=people_for(first.village, today=today),
            helpers=Helper.objects.none(),
        )
        return form

    def page(self, form: ChargeForm, status: int = 200, **more: Any) -> HttpResponse:
        heads = heads_of(row.household_id for row in self.rows if row.household_id is not None)
        found = shown(self.rows, heads, today=clock.today())
        return render(
            self.request,
            "assistance/difficulties/assign_many.html",
            {"form": form, "shown": found, **more},
            status=status,
        )

    def told(self, outcomes: list[working.Outcome], form: ChargeForm) -> HttpResponse:
        """The list again if all went well, else a page that says of each what became of it."""
        given = sum(isinstance(outcome, Difficulty) for outcome in outcomes)
        done = ngettext(
            "%(count)s difficulty was given to %(unit)s.", "%(count)s difficulties were given to %(unit)s.", given
        ) % {"count": given, "unit": form.cleaned_data["unit"]}
        if given == len(outcomes):
            messages.success(self.request, done)
            return redirect("assistance:difficulties")
        heads = heads_of(row.household_id for row in self.rows if row.household_id is not None)
        found = shown(self.rows, heads, today=clock.today())
        context = {
            "done": done,
            "unit": form.cleaned_data["unit"],
            "outcomes": [(each, _why(outcome)) for each, outcome in zip(found, outcomes, strict=True)],
        }
        return render(self.request, "assistance/difficulties/assigned.html", context)


def _why(outcome: working.Outcome) -> str:
    """Why one was not given; nothing for one that was."""
    if isinstance(outcome, ValidationError):
        return " ".join(outcome.messages)
    return str(outcome) if isinstance(outcome, PermissionDenied) else ""
