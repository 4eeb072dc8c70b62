"""Filters of the lists of enrolments, of who lacks a measure, and of bulk work. Everything they know stands in the URL."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assistance.forms.filters import NOBODY, found_by, named, search_field, select
from assistance.models import (
    OUTSIDE,
    Batch,
    BulkEnrolment,
    BulkEnrolmentRow,
    BulkOutcome,
    BulkState,
    EligibilityState,
    Enrolment,
    EnrolmentAct,
    EnrolmentState,
    Measure,
)
from households.forms.filters import REGISTERED_CHOICE
from households.models import Household, HouseholdStatus, Member, Tier
from households.models.household import REGISTERED
from jiangjin.accounts.models import User
from jiangjin.common.components import Chip

OUTSIDE_CODE = "none"
STANDING_CODE, OPEN_CODE, TO_APPROVE, SENT_BACK, TO_REPORT = "standing", "open", "to_approve", "sent_back", "to_report"


def years_offered(today: dt.date) -> list[int]:
    """The coming year, the running one and those before."""
    return list(range(today.year + 1, 2013, -1))


def measure_choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """The catalogue by batch, for a select."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, name, batch in Measure.objects.values_list("code", "name", "batch"):
        groups.setdefault(batch, []).append((code, name))
    ordered: list[tuple[str, Any]] = [*Batch.choices, ("", OUTSIDE)]
    return [(label, groups[batch]) for batch, label in ordered if batch in groups]


class EnrolmentFilter(forms.Form):
    """Household or person, batch, measure, year, state, tier, status of the household, amount missing, who proposed."""

    q = search_field(_("Name, pinyin, initials or number"))
    batch = select(_("Batch"), [*Batch.choices, (OUTSIDE_CODE, OUTSIDE)])
    measure = forms.ChoiceField(label=_("Measure"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False, widget=forms.Select(attrs={"data-select": "1"}))
    state = select(
        _("State"),
        [
            (STANDING_CODE, _("standing: not stopped")),
            (OPEN_CODE, _("open: not done yet")),
            (TO_APPROVE, _("to be approved")),
            (SENT_BACK, _("sent back")),
            (TO_REPORT, _("progress to be reported")),
            *EnrolmentState.choices,
        ],
    )
    tier = select(_("Tier"), Tier.choices)
    status = forms.ChoiceField(
        label=_("Household's status"),
        required=False,
        choices=[("", _("any")), REGISTERED_CHOICE, *HouseholdStatus.choices],
    )
    amount = select(_("Amount"), [("missing", _("amount missing")), ("known", _("amount given"))])
    mine = forms.BooleanField(label=_("Proposed by me"), required=False)
    for_me = forms.BooleanField(label=_("For me to approve"), required=False)
    proposer = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    household = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())

    CONDITIONS: ClassVar = {
        STANDING_CODE: lambda rows: rows.standing(),
        OPEN_CODE: lambda rows: rows.standing().exclude(state=EnrolmentState.DONE),
        TO_APPROVE: lambda rows: rows.to_approve(),
        SENT_BACK: lambda rows: rows.sent_back(),
        TO_REPORT: lambda rows: rows.to_report(),
    }

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["measure"].choices = [("", _("any")), *measure_choices()]
        fields["year"].choices = [("", _("any")), *((str(year), str(year)) for year in years_offered(today))]

    def clean_proposer(self) -> str:
        value: str = self.cleaned_data["proposer"]
        if value and value != NOBODY and not (value.isascii() and value.isdecimal()):
            raise forms.ValidationError(_("There is no such record."), code="key")
        return value

    def linked(self) -> list[Chip]:
        """Chips of the filters that only links set."""
        chips = []
        if proposer := self.cleaned_data.get("proposer"):
            name = _("on paper") if proposer == NOBODY else named(User.objects.filter(pk=proposer))
            chips.append(Chip(_("Proposed by"), name, "proposer"))
        if household := self.cleaned_data.get("household"):
            chips.append(Chip(_("Household"), household, "household"))
        return chips

    def apply(self, enrolments: QuerySet[Enrolment], *, user: Any) -> QuerySet[Enrolment]:
        """The enrolments that pass the filters."""
        values = self.cleaned_data
        if values["q"]:
            enrolments = enrolments.filter(household__in=found_by(values["q"]))
        if values["batch"]:
            enrolments = enrolments.filter(measure__batch="" if values["batch"] == OUTSIDE_CODE else values["batch"])
        if values["measure"]:
            enrolments = enrolments.filter(measure__code=values["measure"])
        if values["year"]:
            enrolments = enrolments.filter(year=int(values["year"]))
        if values["state"] in self.CONDITIONS:
            enrolments = self.CONDITIONS[values["state"]](enrolments)
        elif values["state"]:
            enrolments = enrolments.filter(state=values["state"])
        if values["tier"]:
            enrolments = enrolments.filter(household__tier=values["tier"])
        if values["status"] == REGISTERED_CHOICE[0]:
            enrolments = enrolments.filter(household__status__in=REGISTERED)
        elif values["status"]:
            enrolments = enrolments.filter(household__status=values["status"])
        if values["amount"]:
            enrolments = enrolments.filter(amount_fen__isnull=values["amount"] == "missing")
        return self._by_whom(enrolments, user=user)

    def _by_whom(self, enrolments: QuerySet[Enrolment], *, user: Any) -> QuerySet[Enrolment]:
        values = self.cleaned_data
        if values["mine"]:
            enrolments = enrolments.filter(planned_by=user)
        if values["for_me"]:
            enrolments = enrolments.for_approval_by(user)  # type: ignore[attr-defined]
        if values["proposer"]:
            enrolments = enrolments.filter(planned_by=None if values["proposer"] == NOBODY else int(values["proposer"]))
        if values["household"]:
            enrolments = enrolments.filter(household__number=values["household"])
        return enrolments


# `?state=` of who lacks a measure → states, and whether only tiers for which it is mandatory.
GAP_STATES: dict[str, tuple[tuple[EligibilityState, ...], bool]] = {
    "lacks": ((EligibilityState.LACKS,), False),
    "mandatory": ((EligibilityState.LACKS,), True),
    "has": ((EligibilityState.HAS,), False),
    "qualifies": ((EligibilityState.HAS, EligibilityState.LACKS), False),
    "not_verified": ((EligibilityState.NOT_VERIFIED,), False),
    "otherwise": ((EligibilityState.OTHERWISE,), False),
}


class WhoFilter(forms.Form):
    """Which households are looked at: on the roll, or exited and followed."""

    status = select(
        _("Household's status"),
        [REGISTERED_CHOICE, (HouseholdStatus.EXITED.value, HouseholdStatus.EXITED.label)],
        empty=("", _("on the roll or followed")),
    )
    tier = select(_("Tier"), Tier.choices)

    def among(self, households: QuerySet[Household]) -> QuerySet[Household]:
        """The households that pass the filters."""
        values = self.cleaned_data
        if values["status"] == REGISTERED_CHOICE[0]:
            households = households.filter(status__in=REGISTERED)
        elif values["status"]:
            households = households.filter(status=values["status"])
        if values["tier"]:
            households = households.filter(tier=values["tier"])
        return households


class GapFilter(WhoFilter):
    """Households or persons by how they stand to one measure."""

    q = search_field(_("Name, pinyin, initials or number"))
    state = select(
        _("Standing"),
        [
            ("mandatory", _("lacks it, mandatory for the tier")),
            ("has", _("has it")),
            ("qualifies", _("qualifies")),
            ("not_verified", _("not verified")),
            ("otherwise", _("has it without qualifying by the file")),
        ],
        empty=("", _("lacks it")),
    )
    field_order = ["q", "state", "status", "tier"]

    @property
    def states(self) -> tuple[tuple[EligibilityState, ...], bool]:
        """The states asked for, and whether only mandatory tiers."""
        return GAP_STATES[self.cleaned_data["state"] or "lacks"]

    def search(self, rows: QuerySet, *, persons: bool) -> QuerySet:
        """Those that are meant by the words: of persons the persons themselves, or all of a household by its number."""
        text = self.cleaned_data["q"]
        if not text:
            return rows
        if not persons:
            return rows.search(text)  # type: ignore[attr-defined]
        key = text.strip().lower()
        names = Q(name__contains=text.strip())
        if key.isascii():
            names = Q(name_pinyin__startswith=key) | Q(name_initials__startswith=key)
        return rows.filter(names | Q(household__number__startswith=text.strip()))


class BulkFilter(forms.Form):
    """Bulk work by what is done and how far it has come."""

    q = search_field(_("File or list"))
    act = select(_("Act"), [choice for choice in EnrolmentAct.choices if choice[0] != EnrolmentAct.CORRECT])
    state = select(_("State"), BulkState.choices)

    def apply(self, bulks: QuerySet[BulkEnrolment]) -> QuerySet[BulkEnrolment]:
        """Those that pass the filters."""
        values = self.cleaned_data
        if values["q"]:
            bulks = bulks.filter(source__contains=values["q"])
        for name in ("act", "state"):
            if values[name]:
                bulks = bulks.filter(**{name: values[name]})
        return bulks


class BulkRowFilter(forms.Form):
    """Rows of one list by what comes, or came, of them."""

    q = search_field(_("Number or name"))
    outcome = select(_("Outcome"), BulkOutcome.choices)

    def apply(self, rows: QuerySet[BulkEnrolmentRow]) -> QuerySet[BulkEnrolmentRow]:
        """Those that pass the filters."""
        values = self.cleaned_data
        if values["q"]:
            people = Member.objects.filter(name__contains=values["q"]).values("household")
            rows = rows.filter(Q(household__number__contains=values["q"]) | Q(household__in=people))
        if values["outcome"]:
            rows = rows.filter(Q(result=values["outcome"]) | Q(result="", outcome=values["outcome"]))
        return rows
