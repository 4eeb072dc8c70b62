"""Forms of resettlement sites, relocations, house repairs and courses, and the filters of their lists."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assistance.forms.acting import ActForm
from assistance.forms.enrolments import UnitField, units_of
from assistance.forms.filters import found_by, search_field, select
from assistance.models import (
    Course,
    Enrolment,
    HouseRepair,
    Relocation,
    RelocationMode,
    RepairMethod,
    ResettlementSite,
)
from assistance.services.house_repairs import rate_of
from households.forms.fields import DayField, VillageField, model_field, number_input, reason_field
from households.models import Member
from households.models.conditions import HouseGrade
from jiangjin.areas.models import PATH_STEP, Area, under
from jiangjin.common.components import Chip

GRADES = [(HouseGrade.C.value, HouseGrade.C.label), (HouseGrade.D.value, HouseGrade.D.label)]
YES, NO = "yes", "no"


class WorkFilter(forms.Form):
    """Base: everything stands in fields that are seen."""

    def linked(self) -> list[Chip]:
        return []


def year_field(label: Any) -> forms.TypedChoiceField:
    """A year of the register, or any."""
    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("any")), *((str(year), str(year)) for year in range(2020, 2013, -1))],
        widget=forms.Select(attrs={"data-select": "1"}),
    )


class SiteFilter(WorkFilter):
    """Search, whether it is ready."""

    q = search_field(_("Name"))
    ready = select(_("Ready"), [(YES, _("ready to move in")), (NO, _("not ready yet"))])

    def apply(self, sites: QuerySet[ResettlementSite]) -> QuerySet[ResettlementSite]:
        values = self.cleaned_data
        if values["ready"]:
            sites = sites.filter(opened_on__isnull=values["ready"] == NO)
        if text := values["q"].strip():
            sites = sites.filter(name__contains=text)
        return sites


class RelocationFilter(WorkFilter):
    """Search, whether it has moved and when, to a site or by itself, which site."""

    CENTRAL, DISPERSED = "central", "dispersed"

    q = search_field(_("Name, pinyin, initials or number"))
    moved = select(_("Moved"), [(YES, _("has moved")), (NO, _("has not moved yet"))])
    year = year_field(_("Moved in"))
    where = select(_("Where to"), [(CENTRAL, _("to a site")), (DISPERSED, _("by itself"))])
    site = forms.ModelChoiceField(
        label=_("Resettlement site"), queryset=ResettlementSite.objects.none(), required=False, empty_label=_("any")
    )

    def __init__(self, data: Any, *, sites: QuerySet[ResettlementSite]) -> None:
        super().__init__(data)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]

    def apply(self, relocations: QuerySet[Relocation]) -> QuerySet[Relocation]:
        values = self.cleaned_data
        if values["moved"]:
            relocations = relocations.filter(moved_on__isnull=values["moved"] == NO)
        if values["year"]:
            relocations = relocations.filter(moved_on__year=values["year"])
        if values["where"]:
            relocations = relocations.filter(site__isnull=values["where"] == self.DISPERSED)
        if values["site"]:
            relocations = relocations.filter(site=values["site"])
        if values["q"]:
            relocations = relocations.filter(enrolment__household__in=found_by(values["q"]))
        return relocations


class RepairFilter(WorkFilter):
    """Search, grade, manner, whether it was accepted and when."""

    q = search_field(_("Name, pinyin, initials or number"))
    grade = select(_("Grade before"), GRADES)
    method = select(_("Manner of repair"), RepairMethod.choices)
    accepted = select(_("Accepted"), [(YES, _("accepted")), (NO, _("not accepted yet"))])
    year = year_field(_("Accepted in"))

    def apply(self, repairs: QuerySet[HouseRepair]) -> QuerySet[HouseRepair]:
        values = self.cleaned_data
        for name in ("grade", "method"):
            if values[name]:
                repairs = repairs.filter(**{name: values[name]})
        if values["accepted"]:
            repairs = repairs.filter(accepted_on__isnull=values["accepted"] == NO)
        if values["year"]:
            repairs = repairs.filter(accepted_on__year=values["year"])
        if values["q"]:
            repairs = repairs.filter(enrolment__household__in=found_by(values["q"]))
        return repairs


class CourseFilter(WorkFilter):
    """Search, year."""

    q = search_field(_("Name or subject"))
    year = year_field(_("Held in the year"))

    def apply(self, courses: QuerySet[Course]) -> QuerySet[Course]:
        values = self.cleaned_data
        if values["year"]:
            courses = courses.filter(starts_on__year=values["year"])
        if text := values["q"].strip():
            courses = courses.filter(Q(name__contains=text) | Q(subject__contains=text))
        return courses


class RelocationForm(ActForm):
    """Where and when a household moves, and who of it."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))
    site = forms.ModelChoiceField(
        label=_("Resettlement site"),
        queryset=ResettlementSite.objects.none(),
        required=False,
        empty_label=_("by itself, no site"),
    )
    mode = forms.ChoiceField(label=_("Manner of moving"), choices=RelocationMode.choices)
    house_area = model_field(Relocation, "house_area", widget=number_input("m²", mode="decimal"), required=False)
    moved_on = DayField(label=_("Moved on"), required=False, help_text=_("Empty as long as nobody has moved."))
    members = forms.ModelMultipleChoiceField(
        label=_("Who moved"),
        queryset=Member.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    old_house_cleared_on = DayField(label=_("Old house cleared on"), required=False)

    def __init__(self, data: Any = None, *, enrolment: Enrolment, today: dt.date) -> None:
        stored = Relocation.objects.filter(enrolment=enrolment).first()
        initial: dict[str, Any] = {"version": enrolment.version, "mode": RelocationMode.SINGLE}
        people = Member.objects.filter(household=enrolment.household_id).order_by("relation", "born_on", "pk")
        present = people.filter(left_on=None)
        initial["members"] = list(present)
        if stored is not None:
            names = ("site", "mode", "house_area", "moved_on", "old_house_cleared_on")
            initial |= {name: getattr(stored, name) for name in names}
            if stored.moved_on is not None:
                initial["members"] = list(stored.members.all())
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        county = enrolment.household.village.path[:PATH_STEP]
        fields["site"].queryset = ResettlementSite.objects.filter(under(county, "village__path")).order_by("name")
        fields["members"].queryset = people
        fields["members"].label_from_instance = lambda member: member.name
        for name in ("moved_on", "old_house_cleared_on"):
            fields[name].latest = today

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "members"}}

    @property
    def who(self) -> list[Member]:
        """Who moved; nobody as long as there is no day."""
        return list(self.cleaned_data["members"]) if self.cleaned_data["moved_on"] else []


class RepairForm(ActForm):
    """One house: its grade, the work, the acceptance."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))
    grade = forms.ChoiceField(label=_("Grade before"), choices=GRADES)
    method = forms.ChoiceField(label=_("Manner of repair"), choices=RepairMethod.choices)
    house_area = model_field(HouseRepair, "house_area", widget=number_input("m²", mode="decimal"), required=False)
    accepted_on = DayField(label=_("Accepted on"), required=False, help_text=_("Empty as long as it is not accepted."))
    accepted_by = model_field(HouseRepair, "accepted_by", required=False)

    def __init__(self, data: Any = None, *, enrolment: Enrolment, today: dt.date) -> None:
        stored = HouseRepair.objects.filter(enrolment=enrolment).first()
        initial: dict[str, Any] = {"version": enrolment.version}
        if stored is not None:
            names = ("grade", "method", "house_area", "accepted_on", "accepted_by")
            initial |= {name: getattr(stored, name) for name in names}
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["accepted_on"].latest = today
        rates = [(label, rate_of(enrolment, grade)) for grade, label in GRADES]
        told = [f"{label} {rate.amount_fen // 100:,}" for label, rate in rates if rate is not None]
        if told:
            fields["grade"].help_text = _("The subsidy follows from it (yuan): %(rates)s.") % {
                "rates": " · ".join(told)
            }

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class SiteForm(ActForm):
    """A resettlement site; of one on file the village stays what it is."""

    VALUES = ("name", "households_planned", "begun_on", "opened_on", "note")

    village = VillageField()
    name = model_field(ResettlementSite, "name")
    households_planned = model_field(
        ResettlementSite, "households_planned", widget=number_input(_("households")), required=False
    )
    begun_on = DayField(label=_("Begun on"), required=False)
    opened_on = DayField(label=_("Ready on"), required=False, help_text=_("Accepted and ready to move in."))
    note = model_field(ResettlementSite, "note", widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        today: dt.date,
        villages: QuerySet[Area] | None = None,
        site: ResettlementSite | None = None,
    ) -> None:
        initial = {name: getattr(site, name) for name in self.VALUES} if site is not None else {}
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        if site is None:
            fields["village"].queryset = villages
        else:
            del fields["village"]
            fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput(attrs={"data-keep": "1"}), initial=site.version
            )
            fields["reason"] = reason_field()
        for name in ("begun_on", "opened_on"):
            fields[name].latest = today

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in self.VALUES}


class CourseForm(ActForm):
    """A training course; of one on file the place stays what it is."""

    VALUES = ("name", "subject", "unit", "starts_on", "ends_on", "hours")

    area = forms.ModelChoiceField(label=_("Held in"), queryset=Area.objects.none())
    name = model_field(Course, "name")
    subject = model_field(Course, "subject", required=False)
    unit = UnitField()
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    hours = model_field(Course, "hours", widget=number_input(_("hours")), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        county: str,
        areas: QuerySet[Area] | None = None,
        course: Course | None = None,
        chosen: Area | None = None,
    ) -> None:
        initial: dict[str, Any] = {name: getattr(course, name) for name in self.VALUES} if course is not None else {}
        super().__init__(data, initial={"area": chosen, **initial})
        fields: Any = self.fields
        fields["unit"].queryset = units_of(county)
        fields["unit"].label = _("Held by")
        if course is None:
            fields["area"].queryset = areas
        else:
            del fields["area"]
            fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput(attrs={"data-keep": "1"}), initial=course.version
            )
            fields["reason"] = reason_field()

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in self.VALUES}


class ParticipantsForm(ActForm):
    """Who takes part: enrolments ticked from the list."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    enrolments = forms.ModelMultipleChoiceField(
        label=_("Participants"), queryset=Enrolment.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, course: Course, offered: QuerySet[Enrolment]) -> None:
        super().__init__(data, initial={"version": course.version})
        fields: Any = self.fields
        fields["enrolments"].queryset = offered
        fields["enrolments"].label_from_instance = lambda row: (
            f"{row.member.name if row.member else ''} · {row.household.village.name} · {row.household.number}"
        )
