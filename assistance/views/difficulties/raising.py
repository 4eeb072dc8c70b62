"""Writing a difficulty down: at the door, on the phone, in the office."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.difficulties.raising import PlaceForm, RaiseForm, VillageForm
from assistance.models import Difficulty, DifficultySource
from assistance.permissions import RAISE_DIFFICULTIES
from assistance.services.difficulties import recording
from assistance.services.heads import heads_of
from assistance.views.difficulties.access import SHOWN, NeedsPermission
from assistance.views.difficulties.words import shown
from households.forms.fields import villages_within
from households.models import Household
from households.views.access import visible_household
from households.views.changing import codes
from jiangjin.areas.models import Area
from jiangjin.common import clock

FOUND_SHOWN = 20


class RaiseDifficulty(NeedsPermission, View):
    """A difficulty of the household of `?household=`, or of the village of `?village=` in common; without either, whose it is is
    asked first. Sent twice, it is stored once."""

    permission: ClassVar[str] = RAISE_DIFFICULTIES
    household: Household | None = None
    village: Area | None = None
    stored: Difficulty | None = None

    def get(self, request: HttpRequest) -> HttpResponse:
        if not (request.GET.get("household") or request.GET.get("village")):
            return self.choose()
        self.find()
        return self.page(self.form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        self.find()
        form = self.form(request.POST)
        if form.is_valid():
            client_id = form.cleaned_data["client_id"]
            try:
                row = recording.record(draft=form.draft(), by=request.user, today=clock.today(), client_id=client_id)
            except ValidationError as refusal:
                form.take(refusal)
                if "conflict" in codes(refusal):
                    self.stored = Difficulty.objects.visible_to(request.user).filter(client_id=client_id).first()
                    form.as_another()
            else:
                due = {"what": row.what, "day": row.due_on}
                messages.success(request, _("On file: %(what)s. To be solved by %(day)s.") % due)
                return redirect("assistance:difficulty", difficulty=row.pk)
        return self.page(form, status=422)

    def find(self) -> None:
        """The household or village of the address, within the user's scope, or 404."""
        number = self.request.GET.get("household", "")
        if number:
            self.household = visible_household(self.request, number, RAISE_DIFFICULTIES)
            return
        villages = villages_within(self.request.user.scope(RAISE_DIFFICULTIES)).select_related("parent")  # type: ignore[union-attr]
        self.village = get_object_or_404(villages, code=self.request.GET.get("village", ""))

    def form(self, data: Any) -> RaiseForm:
        user: Any = self.request.user
        at_the_door = user.scope(RAISE_DIFFICULTIES).assigned_user_id is not None
        source = DifficultySource.VISIT if at_the_door else DifficultySource.OFFICE
        return RaiseForm(data, household=self.household, village=self.village, source=source.value, today=clock.today())

    def page(self, form: RaiseForm, status: int = 200) -> HttpResponse:
        visible = Difficulty.objects.visible_to(self.request.user).unsolved().select_related(*SHOWN)
        heads = {}
        if self.household is not None:
            visible = visible.filter(household=self.household)
            heads = heads_of([self.household.pk])
        else:
            visible = visible.filter(household=None, village=self.village)
        context = {
            "form": form,
            "household": self.household,
            "village": self.village,
            "head": heads.get(self.household.pk, "") if self.household is not None else "",
            "known": shown(visible.order_by("-raised_on", "-pk")[:FOUND_SHOWN], heads, today=clock.today()),
            "stored": self.stored,
        }
        return render(self.request, "assistance/difficulties/raise.html", context, status=status)

    def choose(self) -> HttpResponse:
        """Whose difficulty it is: households by name or number, villages of the user's area."""
        scope: Any = self.request.user.scope(RAISE_DIFFICULTIES)  # type: ignore[union-attr]
        households = Household.objects.visible_to(self.request.user, RAISE_DIFFICULTIES)
        form = PlaceForm(self.request.GET)
        text = form.cleaned_data["q"] if form.is_valid() else ""
        found: list[Household] = []
        if text or not scope.paths:  # who has a few households sees them at once
            rows = households.search(text).with_head().select_related("village__parent", "group")
            found = list(rows.order_by("number")[: FOUND_SHOWN + 1])
        context = {
            "form": form,
            "text": text,
            "found": found[:FOUND_SHOWN],
            "more": len(found) > FOUND_SHOWN,
            "village_form": VillageForm(villages=villages_within(scope)) if scope.paths else None,
        }
        return render(self.request, "assistance/difficulties/choose.html", context)
