"""The household itself: open a file, correct it, close it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from households import permissions
from households.forms.fields import villages_within
from households.forms.household import (
    MOST_PEOPLE,
    PEOPLE,
    EndFileForm,
    OpeningForm,
    PeopleFormSet,
    PersonForm,
    RecordForm,
    may_be_closed,
)
from households.imports.places import group_key, group_name
from households.models import Household, StatusEventKind
from households.services import households, statuses
from households.services.drafts import HouseholdDraft
from households.services.places import find_or_create_groups
from households.services.registering import open_household
from households.views.access import NeedsPermission
from households.views.changing import ChangePage, NothingChanged, file_url, people_of
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock


class EditHousehold(ChangePage):
    """Correct what stands on the household."""

    template_name: ClassVar[str] = "households/edit.html"

    def form(self, data: Any) -> RecordForm:
        scope = self.request.user.scope(permissions.MANAGE)
        villages = villages_within(scope) if scope.covers(self.household.village.path) else None
        return RecordForm(data, household=self.household, today=clock.today(), villages=villages)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct the file"), "groups": groups_of(self.household.village)}

    def save(self, form: RecordForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        with transaction.atomic():
            if "group" in changes or "village" in changes:
                village = form.cleaned_data["village"]
                changes["group"] = group_of(village, form.cleaned_data["group"], by=self.request.user)
            households.correct(
                household=self.household,
                changes=changes,
                by=self.request.user,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
            )
        return _("The file of household %(number)s has been corrected.") % {"number": self.household.number}


class OpenHousehold(NeedsPermission, View):
    """A new file: the household, its people, and why it is registered."""

    permission: ClassVar[str] = permissions.MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form(None), people_form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form, people = self.form(request.POST), people_form(request.POST)
        # Both are looked at, so that everything that is wrong is said at once.
        if not all([form.is_valid(), people.is_valid()]):
            return self.page(form, people, status=422)
        try:
            household = self.save(form, people)
        except ValidationError as refusal:
            self.take(form, people, refusal)
            return self.page(form, people, status=422)
        messages.success(
            request,
            _("The file of household %(number)s has been opened. Add its income and living conditions next.")
            % {"number": household.number},
        )
        return redirect(file_url(household.number))

    def form(self, data: Any) -> OpeningForm:
        villages = villages_within(self.request.user.scope(permissions.MANAGE))
        return OpeningForm(data, villages=villages, today=clock.today())

    def save(self, form: OpeningForm, people: Any) -> Household:
        values = form.cleaned_data
        # A new group goes again where the register does not take the household.
        with transaction.atomic():
            draft = HouseholdDraft(
                number=values["number"],
                village=values["village"],
                group=group_of(values["village"], values["group"], by=self.request.user),
                members=people.drafts(),
                registered_on=values["registered_on"],
                year=values["registered_on"].year,
                facts_on=values["registered_on"],
                tier=values["tier"],
                fields=form.fields_of_file(),
            )
            return open_household(draft=draft, by=self.request.user, reason=values["reason"])

    def take(self, form: OpeningForm, people: Any, refusal: ValidationError) -> None:
        """What the service refused, at its field; what concerns a person stands above the people."""
        by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {None: [refusal]}
        for name, errors in by_field.items():
            if name in form.fields:
                form.add_error(name, ValidationError(errors))
            else:
                people.non_form_errors().extend(ValidationError(errors).messages)

    def page(self, form: OpeningForm, people: Any, status: int = 200) -> HttpResponse:
        village = form.cleaned_data.get("village") if form.is_bound and hasattr(form, "cleaned_data") else None
        context = {
            "form": form,
            "people": people,
            "more_people": len(people.forms) < MOST_PEOPLE,
            "groups": groups_of(village) if village is not None else [],
            "people_wrong": people.is_bound and any(people.errors),
            "suggested": form.data.get("suggested", "") if form.is_bound else "",
        }
        return render(self.request, "households/create.html", context, status=status)


def people_form(data: Any) -> Any:
    """The rows of people; one to begin with, for the head."""
    form_kwargs = {"today": clock.today()}
    if data is not None:
        return PeopleFormSet(data, prefix=PEOPLE, form_kwargs=form_kwargs)
    return PeopleFormSet(prefix=PEOPLE, form_kwargs=form_kwargs, initial=[{"relation": "01"}])


class OneMorePerson(NeedsPermission, View):
    """A fragment: the next empty row of people, and the number of rows for the form."""

    permission: ClassVar[str] = permissions.MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(f"{PEOPLE}-TOTAL_FORMS", "")
        position = min(int(asked), MOST_PEOPLE - 1) if asked.isdecimal() else 1
        row = PersonForm(
            prefix=f"{PEOPLE}-{position}", today=clock.today(), empty_permitted=True, use_required_attribute=False
        )
        total = position + 1
        context = {"row": row, "number": total, "total": total, "more_people": total < MOST_PEOPLE}
        return render(request, "households/_one_more_person.html", context)


class Place(NeedsPermission, View):
    """A fragment: the next number of the chosen village, and its groups. A number typed by hand stays."""

    permission: ClassVar[str] = permissions.MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        villages = villages_within(request.user.scope(permissions.MANAGE))
        key = request.GET.get("village", "")
        village = get_object_or_404(villages, pk=int(key) if key.isdecimal() else 0)
        typed, suggested = request.GET.get("number", ""), request.GET.get("suggested", "")
        following = next_number(village)
        form = OpeningForm(
            initial={"number": typed if typed and typed != suggested else following, "village": village},
            villages=villages,
            today=clock.today(),
        )
        context = {"form": form, "groups": groups_of(village), "suggested": following}
        return render(request, "households/_place.html", context)


def next_number(village: Area) -> str:
    """The number after the highest one of a village: its code, filled to 12 digits, and four digits."""
    prefix = f"{village.code:0<12}"
    highest = (
        Household.objects.filter(number__regex=rf"^{prefix}\d{{4}}$")
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(highest[12:]) + 1 if highest else 1:04d}"


def groups_of(village: Area) -> list[Area]:
    """The groups of a village."""
    return list(village.children.filter(level=AreaLevel.GROUP).order_by("name"))


def group_of(village: Area, name: str, *, by: Any) -> Area | None:
    """The group of that name, however it is written (4组, 四社); a new one if the village has none."""
    if not name.strip():
        return None
    for group in groups_of(village):
        if group_key(group.name) == group_key(name):
            return group
    wanted = (village, group_name(name))
    return find_or_create_groups(wanted=[wanted], by=by)[village.pk, wanted[1]]


class EndFile(ChangePage):
    """The household is dissolved or has moved out of the district as a whole."""

    permission: ClassVar[str] = permissions.MANAGE
    template_name: ClassVar[str] = "households/end_file.html"
    tab: ClassVar[str] = "history"

    def form(self, data: Any) -> EndFileForm:
        return EndFileForm(data, household=self.household, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Close the file"),
            "button": _("Close the file"),
            "danger": True,
            "confirm": _("Close the file of household %(number)s?") % {"number": self.household.number},
            "people": people_of(self.household),
            "possible": may_be_closed(self.household),
        }

    def save(self, form: EndFileForm) -> str:
        values = form.cleaned_data
        event = statuses.record_event(
            household=self.household,
            kind=values["kind"],
            occurred_on=values["occurred_on"],
            by=self.request.user,
            reason=values["reason"],
            evidence=values["evidence"],
            version=values["version"],
        )
        return _("Household %(number)s: %(event)s since %(day)s.") % {
            "number": self.household.number,
            "event": StatusEventKind(event.kind).label,
            "day": event.occurred_on,
        }
