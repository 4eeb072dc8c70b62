"""Forms of business entities: filters, the business itself, ties of households to it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance.forms.acting import ActForm
from assistance.forms.filters import found_by, search_field, select
from assistance.models import Business, BusinessKind, BusinessLink, BusinessTie
from assistance.services.cooperative_survey import Disagreement
from households.forms.changing import RecordForm
from households.forms.fields import DayField, NarrowField, VillageField, model_field, number_input, reason_field
from households.models import Household, Member
from jiangjin.common.components import Chip
from jiangjin.common.forms import DateInput, YuanField

VALUES = ("kind", "name", "line", "in_charge", "registration_number", "founded_on", "note")
TIE_VALUES = ("tie", "member", "starts_on", "share_fen", "land_mu", "contract")


class BusinessFilter(forms.Form):
    """Search, kind, whether it exists, on which day."""

    CLOSED, ALL = "closed", "all"

    q = search_field(_("Name, line of business or person in charge"))
    kind = select(_("Kind"), BusinessKind.choices)
    state = select(
        _("State"), [(CLOSED, pgettext_lazy("business", "closed")), (ALL, _("all"))], empty=("", _("existing"))
    )
    active_on = forms.DateField(label=_("On the day"), required=False, widget=DateInput())

    def linked(self) -> list[Chip]:
        """Everything stands in fields that are seen."""
        return []

    def apply(self, businesses: QuerySet[Business], *, today: dt.date) -> QuerySet[Business]:
        """The businesses that pass; without a word about it, those that exist."""
        values = self.cleaned_data
        day = values["active_on"] or today
        if values["state"] == self.CLOSED:
            businesses = businesses.filter(closed_on__lte=day)
        elif not values["state"]:
            businesses = businesses.active(day)  # type: ignore[attr-defined]
        if values["kind"]:
            businesses = businesses.filter(kind=values["kind"])
        if text := values["q"].strip():
            businesses = businesses.filter(
                Q(name__contains=text) | Q(line__contains=text) | Q(in_charge__contains=text)
            )
        return businesses


class TieFilter(forms.Form):
    """Ties of one business: search, way, whether they hold, the year of the gains, whether one was reported."""

    ENDED, ALL = "ended", "all"
    REPORTED, UNREPORTED = "reported", "unreported"

    q = search_field(_("Name, pinyin, initials or number"))
    year = forms.ChoiceField(label=_("Gain of"), required=False, widget=forms.Select(attrs={"data-select": "1"}))
    tie = select(_("Takes part by"), BusinessTie.choices)
    state = select(_("State"), [(ENDED, _("ended")), (ALL, _("all"))], empty=("", _("holding")))
    gain = select(_("Gain"), [(REPORTED, _("reported")), (UNREPORTED, _("not reported"))])

    def __init__(self, data: Any, *, years: list[int], year: int) -> None:
        super().__init__(data)
        self.chosen_year = year
        self.fields["year"].choices = [(str(each), str(each)) for each in years]  # type: ignore[attr-defined]

    def linked(self) -> list[Chip]:
        """Everything stands in fields that are seen."""
        return []

    def apply(self, links: QuerySet[BusinessLink], *, today: dt.date) -> QuerySet[BusinessLink]:
        """The ties that pass; without a word about it, those that hold."""
        values = self.cleaned_data
        if values["state"] == self.ENDED:
            links = links.filter(ends_on__lte=today)
        elif not values["state"]:
            links = links.active(today)  # type: ignore[attr-defined]
        if values["tie"]:
            links = links.filter(tie=values["tie"])
        if values["gain"] == self.REPORTED:
            links = links.filter(gains__year=self.chosen_year)
        elif values["gain"] == self.UNREPORTED:
            links = links.exclude(gains__year=self.chosen_year)
        if values["q"]:
            links = links.filter(household__in=found_by(values["q"]))
        return links


class DisagreementFilter(forms.Form):
    """Where survey and ties disagree: search, how, year."""

    q = search_field(_("Name, pinyin, initials or number"))
    year = forms.ChoiceField(label=_("Year"), required=False, widget=forms.Select(attrs={"data-select": "1"}))
    kind = select(
        _("What disagrees"),
        [
            (Disagreement.UNTIED.value, _("surveyed in a cooperative, but no tie")),
            (Disagreement.DENIED.value, _("a tie, but the survey says no")),
            (Disagreement.UNASKED.value, _("a tie, but nobody surveyed it")),
        ],
    )

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [(str(each), str(each)) for each in years]  # type: ignore[attr-defined]

    def linked(self) -> list[Chip]:
        """Everything stands in fields that are seen."""
        return []


class BusinessContent(forms.Form):
    """What is on file of a business; the fields bear the names of its columns."""

    kind = model_field(Business, "kind")
    name = model_field(Business, "name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    line = model_field(Business, "line", help_text=_("Such as pepper growing, catering and lodging."))
    in_charge = model_field(Business, "in_charge", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    registration_number = model_field(Business, "registration_number")
    founded_on = model_field(Business, "founded_on")
    note = model_field(Business, "note", widget=forms.Textarea(attrs={"rows": 2}))


class FoundForm(ActForm, BusinessContent):
    """Enter a business."""

    village = VillageField()

    field_order = ("kind", "name", "village", "line", "in_charge", "registration_number", "founded_on", "note")

    def __init__(self, data: Any = None, *, villages: QuerySet, chosen: Any, today: dt.date) -> None:
        super().__init__(data, initial={"village": chosen})
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]
        self.fields["founded_on"].latest = today  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in VALUES}


class CorrectForm(RecordForm, BusinessContent):
    """Change what is on file of a business."""

    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, business: Business, today: dt.date) -> None:
        on_file = {name: getattr(business, name) for name in VALUES}
        super().__init__(data, stored_version=business.version, today=today, on_file=on_file)

    def conflict_text(self, *, who: str, at: str) -> str:
        return conflict_text(who=who, at=at)


class CloseForm(ActForm):
    """The business is no more."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))
    closed_on = DayField(label=_("Closed on"), help_text=_("The first day on which it is no more."))
    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, business: Business, today: dt.date) -> None:
        super().__init__(data, initial={"version": business.version, "closed_on": today})
        self.fields["closed_on"].latest = today  # type: ignore[attr-defined]


class TieContent(forms.Form):
    """How a household takes part; the fields bear the names of the columns of a tie."""

    tie = model_field(BusinessLink, "tie")
    member = forms.ModelChoiceField(
        label=pgettext_lazy("somebody", "Person"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("the household as a whole"),
        help_text=_("Who works there."),
    )
    starts_on = DayField(label=_("Since"))
    share_fen = YuanField(label=_("Value of the share"), required=False, min_value=0)
    land_mu = model_field(BusinessLink, "land_mu", label=_("Area of the land"), widget=number_input(_("mu"), "decimal"))
    contract = model_field(BusinessLink, "contract", help_text=_("Its number, if there is one in writing."))

    def offer_members(self, household: Household | None) -> None:
        """Let one of the household's people be chosen, where the household is known."""
        if household is None:
            del self.fields["member"]
            return
        members = household.members.filter(left_on=None).order_by("relation", "born_on", "pk")
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


class TieForm(ActForm, TieContent):
    """A household takes part in a business. Whichever of the two the page is not about is chosen here."""

    business = forms.ModelChoiceField(label=_("Business entity"), queryset=Business.objects.none())
    number = NarrowField(label=_("Household number"), max_length=20, widget=number_input())

    field_order = ("business", "number", "tie", "member", "starts_on", "share_fen", "land_mu", "contract")

    def __init__(
        self,
        data: Any = None,
        *,
        today: dt.date,
        business: Business | None,
        household: Household | None,
        businesses: QuerySet[Business],
        households: QuerySet[Household],
    ) -> None:
        super().__init__(data, initial={"starts_on": today})
        self.of_business, self.household, self.households = business, household, households
        self.fields["starts_on"].latest = today  # type: ignore[attr-defined]
        self.offer_members(household)
        if business is not None:
            del self.fields["business"]
        else:
            field: Any = self.fields["business"]
            field.queryset = businesses
            field.label_from_instance = lambda row: (
                f"{row.village.parent.name} · {row.name}（{row.get_kind_display()}）"
            )
        if household is not None:
            del self.fields["number"]

    def clean_number(self) -> str:
        """The number of a household that the user may tie."""
        number: str = self.cleaned_data["number"]
        self.household = self.households.filter(number=number).first()
        if self.household is None:
            raise ValidationError(_("There is no household of this number among those you keep."), code="number")
        return number

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self.of_business = self.of_business or values.get("business")
        return values

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in TIE_VALUES} | {"contract": self.cleaned_data["contract"]}


class CorrectTieForm(RecordForm, TieContent):
    """Change what is on file of a tie."""

    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, link: BusinessLink, today: dt.date) -> None:
        on_file = {name: getattr(link, name) for name in TIE_VALUES}
        super().__init__(data, stored_version=link.version, today=today, on_file=on_file)
        self.offer_members(link.household)

    def conflict_text(self, *, who: str, at: str) -> str:
        return conflict_text(who=who, at=at)


class EndTieForm(ActForm):
    """The tie no longer holds."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))
    ends_on = DayField(label=_("Until"), help_text=_("The first day on which it no longer holds."))
    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, link: BusinessLink, today: dt.date) -> None:
        super().__init__(data, initial={"version": link.version, "ends_on": today})
        self.fields["ends_on"].latest = today  # type: ignore[attr-defined]


def conflict_text(*, who: str, at: str) -> str:
    """That somebody else was faster."""
    return _now(
        "%(who)s changed this at %(at)s, while you had the page open. Nothing has been written yet and nothing of yours is lost: "
        "look at the answers again, then save."
    ) % {"who": who, "at": at}
