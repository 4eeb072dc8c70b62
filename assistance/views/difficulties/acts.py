"""The acts on a difficulty, each a page of its own: what is asked, what the service said, where one goes afterwards."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assistance.forms.difficulties import acting, raising
from assistance.models import Difficulty, DifficultyAct
from assistance.services.difficulties import ending, recording, working
from assistance.services.difficulties.rights import Rights
from assistance.services.difficulties.standards import Standards
from assistance.services.heads import heads_of
from assistance.views.difficulties.access import (
    NeedsPermission,
    helpers_for,
    people_for,
    units_for,
    visible_difficulty,
)
from assistance.views.difficulties.words import history, shown
from households.views.changing import codes
from jiangjin.common import clock


class ActPage(NeedsPermission, View):
    """Base: a form over one difficulty. Whether the act is the user's, and the time for it, says Rights."""

    act: ClassVar[DifficultyAct]
    form_class: ClassVar[type[Any]] = acting.ReasonForm
    title: ClassVar[Any]
    button: ClassVar[Any]
    intro: ClassVar[Any] = ""
    danger: ClassVar[bool] = False
    difficulty: Difficulty
    rights: Rights

    def get(self, request: HttpRequest, difficulty: int) -> HttpResponse:
        if refusal := self.refused(difficulty):
            return refusal
        return self.page(self.form(None))

    def post(self, request: HttpRequest, difficulty: int) -> HttpResponse:
        if refusal := self.refused(difficulty):
            return refusal
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            row = self.save(form)
        except ValidationError as refusal_:
            form.take(refusal_)
            if "conflict" in codes(refusal_):
                return self.meanwhile(form)
            return self.page(form, status=422)
        messages.success(request, self.told(row))
        if Difficulty.objects.visible_to(request.user).filter(pk=row.pk).exists():
            return redirect("assistance:difficulty", difficulty=row.pk)
        return redirect("assistance:difficulties")

    def refused(self, pk: int) -> HttpResponse | None:
        """Finds the difficulty. Out of scope 404, not the user's 403; where it is not the time for it, back with the reason."""
        self.difficulty = visible_difficulty(self.request, pk)
        self.rights = Rights(self.request.user, [self.difficulty])
        try:
            self.rights.check(self.act, self.difficulty)
        except ValidationError as refusal:
            for text in refusal.messages:
                messages.error(self.request, text)
            return redirect("assistance:difficulty", difficulty=pk)
        return None

    def form(self, data: Any) -> Any:
        """The form, unbound for `data` None."""
        return self.form_class(data, difficulty=self.difficulty, today=clock.today(), **self.initial())

    def initial(self) -> dict[str, Any]:
        """Answers to begin with, or what else the form wants to know."""
        return {}

    def save(self, form: Any) -> Difficulty:
        """Call the service."""
        return self.service(reason=form.cleaned_data["reason"], **self.common(form))

    def service(self, **kwargs: Any) -> Difficulty:
        """The service of acts that only want a reason."""
        raise TypeError(f"{type(self).__name__} does nothing")

    def common(self, form: Any) -> dict[str, Any]:
        """What every service takes."""
        return {
            "difficulty": self.difficulty,
            "by": self.request.user,
            "today": clock.today(),
            "version": form.cleaned_data["version"],
        }

    def told(self, row: Difficulty) -> str:
        """What was done, in words."""
        return _("%(state)s: %(what)s") % {"state": row.get_state_display(), "what": row.what}

    def meanwhile(self, form: Any) -> HttpResponse:
        """Somebody else was faster: what they did stands above what was typed, which can be sent again."""
        read = form.cleaned_data["version"]
        steps = self.difficulty.steps.filter(version__gt=read).select_related("by").order_by("-version")
        form.read_again()
        return self.page(form, status=422, meanwhile=history(steps))

    def page(self, form: Any, status: int = 200, **more: Any) -> HttpResponse:
        row = self.difficulty
        heads = heads_of([row.household_id]) if row.household_id is not None else {}
        context = {
            "difficulty": row,
            "shown": shown([row], heads, today=clock.today())[0],
            "form": form,
            "act": self.act.value,
            "title": self.title,
            "button": self.button,
            "intro": self.intro,
            "danger": self.danger,
            **more,
        }
        return render(self.request, "assistance/difficulties/act.html", context, status=status)


class Assign(ActPage):
    """Give it to a unit."""

    act = DifficultyAct.ASSIGN
    form_class = acting.ChargeForm
    title = gettext_lazy("Assign the difficulty")
    button = gettext_lazy("Assign")

    def form(self, data: Any) -> Any:
        form = super().form(data)
        village, today = self.difficulty.village, clock.today()
        form.offer(
            units=units_for(village),
            people=people_for(village, today=today),
            helpers=helpers_for(self.difficulty, today=today),
        )
        return form

    def initial(self) -> dict[str, Any]:
        """The day of its standard, or a new one if that has passed."""
        row, today = self.difficulty, clock.today()
        return {"due_on": row.due_on if row.due_on >= today else Standards().due_on(row.kind, since=today)}

    def save(self, form: Any) -> Difficulty:
        return working.assign(charge=form.charge(), **self.common(form))

    def told(self, row: Difficulty) -> str:
        told = {"what": row.what, "unit": row.owner_unit, "day": row.due_on}
        return _("Given to %(unit)s, to be solved by %(day)s: %(what)s") % told


class Transfer(Assign):
    """Pass it on to another unit, or give it another day."""

    act = DifficultyAct.TRANSFER
    form_class = acting.TransferForm
    title = gettext_lazy("Pass the difficulty on")
    button = gettext_lazy("Pass on")

    def form(self, data: Any) -> Any:
        form = super().form(data)
        if not self.rights.may_set_days(self.difficulty):
            form.keep_day()
        return form

    def initial(self) -> dict[str, Any]:
        row = self.difficulty
        return {
            "unit": row.owner_unit,
            "due_on": row.due_on,
            "responsible": row.responsible,
            "helper": row.helper,
        }

    def save(self, form: Any) -> Difficulty:
        return working.transfer(charge=form.charge(), **self.common(form))


class Begin(ActPage):
    """Take it in hand."""

    act = DifficultyAct.BEGIN
    form_class = acting.BeginForm
    title = gettext_lazy("Take the difficulty in hand")
    button = gettext_lazy("I take it in hand")
    intro = gettext_lazy("From now on you are the person in charge; the household's file and the board say so.")

    def save(self, form: Any) -> Difficulty:
        return working.begin(**self.common(form))


class Report(ActPage):
    """Say how far it is."""

    act = DifficultyAct.REPORT
    form_class = acting.ReportForm
    title = gettext_lazy("Report progress")
    button = gettext_lazy("Write it down")

    def save(self, form: Any) -> Difficulty:
        return working.report(note=form.cleaned_data["note"], **self.common(form))


class Solve(ActPage):
    """Say how it was solved."""

    act = DifficultyAct.SOLVE
    form_class = acting.SolveForm
    title = gettext_lazy("It is solved")
    button = gettext_lazy("Write down the solution")
    intro = gettext_lazy("Then the household is asked, by somebody else, whether it is so.")

    def save(self, form: Any) -> Difficulty:
        return working.solve(solution=form.solved(), **self.common(form))


class Confirm(ActPage):
    """The household says that it is solved."""

    act = DifficultyAct.CONFIRM
    form_class = acting.ConfirmForm
    title = gettext_lazy("The household confirms")
    button = gettext_lazy("Confirmed")

    def initial(self) -> dict[str, Any]:
        row = self.difficulty
        heads = heads_of([row.household_id]) if row.household_id is not None else {}
        return {"is_solver": self.rights.solved_it(row), "head": heads.get(row.household_id or 0, "")}

    def save(self, form: Any) -> Difficulty:
        return ending.confirm(**form.confirmed(), **self.common(form))


class Deny(ActPage):
    """The household says that it is not solved."""

    act = DifficultyAct.DENY
    title = gettext_lazy("The household denies")
    button = gettext_lazy("Not solved")
    intro = gettext_lazy(
        "The solution is taken back and stays in the history; whoever is in charge gets a new day to solve it."
    )
    danger = True

    def service(self, **kwargs: Any) -> Difficulty:
        return ending.deny(**kwargs)


class Reopen(ActPage):
    """Take it up again."""

    act = DifficultyAct.REOPEN
    title = gettext_lazy("Open the difficulty again")
    button = gettext_lazy("Open again")
    intro = gettext_lazy("It is to be solved again, with a new day. What was done before stays in the history.")

    def service(self, **kwargs: Any) -> Difficulty:
        return ending.reopen(**kwargs)


class Close(ActPage):
    """It cannot be solved."""

    act = DifficultyAct.CLOSE
    title = gettext_lazy("It cannot be solved")
    button = gettext_lazy("Close it")
    intro = gettext_lazy("It is closed with your reason, which the household is told. It does not count as solved.")
    danger = True

    def service(self, **kwargs: Any) -> Difficulty:
        return ending.close(**kwargs)


class Withdraw(ActPage):
    """It never was a difficulty, or stands here twice."""

    act = DifficultyAct.WITHDRAW
    title = gettext_lazy("Withdraw the difficulty")
    button = gettext_lazy("Withdraw")
    intro = gettext_lazy(
        "For what was written down by mistake, or twice. It stays on file with your reason and counts no more, nor does its solution. "
        "This cannot be undone."
    )
    danger = True

    def service(self, **kwargs: Any) -> Difficulty:
        return recording.withdraw(**kwargs)


class Correct(ActPage):
    """Change what was written down."""

    act = DifficultyAct.CORRECT
    form_class = raising.CorrectDifficultyForm
    title = gettext_lazy("Correct the difficulty")
    button = gettext_lazy("Save the correction")

    def save(self, form: Any) -> Difficulty:
        return recording.correct(changes=form.changes(), reason=form.cleaned_data["reason"], **self.common(form))

    def told(self, row: Difficulty) -> str:
        return _("Corrected: %(what)s") % {"what": row.what}
