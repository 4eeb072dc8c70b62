"""Filters of the lists of visits. Everything they know stands in the URL.

What is chosen by a link only (a helper, a unit, a group) is a hidden field, and a chip says so.
"""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.models import (
    DUE_STATES,
    DifficultyKind,
    FollowUp,
    NotDueReason,
    Visit,
    VisitCheck,
    VisitMethod,
    VisitState,
)
from assistance.services.answering import answered_by
from assistance.services.waiting import MET_LAST, MISSED_BEFORE, NOT_DUE_THEN, OF_RANK, TO_VISIT_FIRST, UNCHECKED_NEXT
from households.models import Helper, HelperAssignment, Household, Tier, TierDecision
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area
from jiangjin.common.clock import month_end, parse_month
from jiangjin.common.components import Chip
from jiangjin.common.forms import DateInput, MonthInput, SearchInput

ANY = ("", _("any"))
NOBODY = "none"


class MonthField(forms.CharField):
    """A month that cleans to '2015-12'; `parse_month` makes the day of it."""

    default_error_messages: ClassVar = {"month": _("A month reads like 2015-12.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Month"))
        kwargs.setdefault("widget", MonthInput(attrs={"placeholder": "2015-12", "autocomplete": "off"}))
        super().__init__(max_length=7, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return f"{parse_month(text):%Y-%m}"
        except ValueError as error:
            raise ValidationError(self.error_messages["month"], code="month") from error


def search_field(placeholder: Any) -> forms.CharField:
    """The box that stands first in a filter."""
    return forms.CharField(
        label=_("Search"), required=False, max_length=60, widget=SearchInput(attrs={"placeholder": placeholder})
    )


def select(label: Any, choices: list[Any], *, empty: Any = ANY) -> forms.ChoiceField:
    """A filter of fixed choices, as a select however few they are."""
    return forms.ChoiceField(
        label=label, required=False, choices=[empty, *choices], widget=forms.Select(attrs={"data-select": "1"})
    )


def hidden_key() -> forms.IntegerField:
    """A record that a link chose."""
    return forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput())


class ListFilter(forms.Form):
    """Base: `helper` by its number, chips of what is hidden."""

    helper = hidden_key()

    def linked(self) -> list[Chip]:
        """Chips of the filters that only links set."""
        key = self.cleaned_data.get("helper")
        if key is None:
            return []
        return [Chip(_("Helper"), named(Helper.objects.filter(pk=key)), "helper")]


def named(records: QuerySet) -> str:
    """The name of the one record of a queryset, as a chip shows it."""
    return str(records.first() or _now("unknown"))


def found_by(text: str) -> QuerySet[Household]:
    """Households whose number, or a member of which, is meant by the words."""
    return Household.objects.order_by().search(text)


def helpers_named(text: str, prefix: str = "") -> Q:
    """Helpers whose name contains the text, or whose pinyin or initials begin with it."""
    key = text.strip().lower()
    if key.isascii():
        return Q(**{f"{prefix}name_pinyin__startswith": key}) | Q(**{f"{prefix}name_initials__startswith": key})
    return Q(**{f"{prefix}name__contains": text.strip()})


class VisitFilter(ListFilter):
    """Household or helper, month or days, method, difficulty, entered late, withdrawn."""

    q = search_field(_("Name, pinyin, number, or helper"))
    month = MonthField(required=False)
    since = forms.DateField(label=_("Visited since"), required=False, widget=DateInput())
    until = forms.DateField(label=_("Visited until"), required=False, widget=DateInput())
    method = select(_("Method"), VisitMethod.choices)
    difficulty = select(
        _("Difficulty raised"), [("any", _("any difficulty")), *DifficultyKind.choices], empty=("", _("all visits"))
    )
    backdated = select(_("Entered late"), [("yes", _("entered late")), ("no", _("entered in time"))])
    withdrawn = select(_("Withdrawn"), [("yes", _("withdrawn")), ("all", _("all"))], empty=("", _("standing")))

    def apply(self, visits: QuerySet[Visit]) -> QuerySet[Visit]:
        """The visits that pass the filters; withdrawn ones only where they are asked for."""
        values = self.cleaned_data
        if values["withdrawn"] != "all":
            visits = visits.filter(withdrawn_at__isnull=values["withdrawn"] != "yes")
        if values["q"]:
            visits = visits.filter(Q(household__in=found_by(values["q"])) | helpers_named(values["q"], "helper__"))
        if values["month"]:
            visits = visits.in_month(parse_month(values["month"]))  # type: ignore[attr-defined]
        if values["since"]:
            visits = visits.filter(visited_on__gte=values["since"])
        if values["until"]:
            visits = visits.filter(visited_on__lte=values["until"])
        if values["method"]:
            visits = visits.filter(method=values["method"])
        if values["difficulty"] == "any":
            visits = visits.exclude(difficulty_kind="")
        elif values["difficulty"]:
            visits = visits.filter(difficulty_kind=values["difficulty"])
        if values["backdated"]:
            visits = visits.filter(is_backdated=values["backdated"] == "yes")
        if values["helper"] is not None:
            visits = visits.filter(helper=values["helper"])
        return visits


class FollowUpFilter(ListFilter):
    """Household or helper, open, late or done, own promises."""

    LATE, DONE = "late", "done"

    q = search_field(_("Name, pinyin, number, or helper"))
    state = select(_("State"), [(LATE, _("late")), (DONE, _("done")), ("all", _("all"))], empty=("", _("open")))
    mine = forms.BooleanField(label=_("Promised by me"), required=False)

    def apply(self, follow_ups: QuerySet[FollowUp], *, on: dt.date, user: Any) -> QuerySet[FollowUp]:
        """The follow-ups that pass the filters; those of withdrawn visits never."""
        values = self.cleaned_data
        follow_ups = follow_ups.filter(visit__withdrawn_at=None)
        if not values["state"]:
            follow_ups = follow_ups.open()  # type: ignore[attr-defined]
        elif values["state"] == self.LATE:
            follow_ups = follow_ups.late(on)  # type: ignore[attr-defined]
        elif values["state"] == self.DONE:
            follow_ups = follow_ups.exclude(done_on=None)
        if values["q"]:
            wanted = Q(visit__household__in=found_by(values["q"])) | helpers_named(values["q"], "visit__helper__")
            follow_ups = follow_ups.filter(wanted)
        if values["mine"]:
            follow_ups = follow_ups.filter(visit__helper__user=user)
        if values["helper"] is not None:
            follow_ups = follow_ups.filter(visit__helper=values["helper"])
        return follow_ups


class WaitingFilter(ListFilter):
    """Households by how their running month stands (rows of services/waiting)."""

    WAITING, MET, NOT_DUE, UNCHECKED = "waiting", "met", "not_due", "unchecked"
    RANKS: ClassVar = {WAITING: TO_VISIT_FIRST, UNCHECKED: UNCHECKED_NEXT, NOT_DUE: NOT_DUE_THEN, MET: MET_LAST}

    q = search_field(_("Name, pinyin, initials or number"))
    state = select(
        _("This month"),
        [
            (WAITING, _("still to be visited")),
            (MET, VisitState.MET.label),
            (NOT_DUE, VisitState.NOT_DUE.label),
            (UNCHECKED, _("not checked yet")),
        ],
    )
    missed_before = forms.BooleanField(label=_("Not visited last month"), required=False)
    mine = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def linked(self) -> list[Chip]:
        chips = super().linked()
        if self.cleaned_data.get("mine"):
            chips.append(Chip(_("Helper"), _("myself"), "mine"))
        return chips

    def answered_for(self, households: Any, *, on: dt.date, user: Any) -> Any:
        """Those for whom the chosen helper, or the user themselves, answers on the day."""
        answering = HelperAssignment.objects.active(on).filter(household=OuterRef("pk"))
        if self.cleaned_data["helper"] is not None:
            households = households.filter(Exists(answering.filter(helper=self.cleaned_data["helper"])))
        if self.cleaned_data["mine"]:
            households = households.filter(Exists(answering.filter(helper__user=user)))
        return households

    def ranks(self) -> list[int] | None:
        """The ranks of `waiting` that pass, where nothing else is asked for; None where something is."""
        if self.cleaned_data["q"] or self.cleaned_data["missed_before"]:
            return None
        state = self.cleaned_data["state"]
        return [self.RANKS[state]] if state else [*self.RANKS.values()]

    def apply(self, households: Any) -> Any:
        """The rows of `waiting.households` that pass the other filters."""
        values = self.cleaned_data
        if values["q"]:
            households = households.search(values["q"])
        if values["state"]:
            households = households.filter(OF_RANK[self.RANKS[values["state"]]])
        if values["missed_before"]:
            households = households.filter(MISSED_BEFORE)
        return households


class CheckFilter(ListFilter):
    """Rows of the monthly check: household, month, state, why not due, tier at the month's end, who answered, group."""

    DUE = "due"
    STATES: ClassVar = {state.name.lower(): state for state in VisitState}

    q = search_field(_("Name, pinyin, initials or number"))
    month = MonthField()
    state = select(_("State"), [(DUE, _("due, all")), *((code, state.label) for code, state in STATES.items())])
    reason = select(_("Why not due"), NotDueReason.choices)
    tier = select(_("Tier"), Tier.choices)
    away = forms.BooleanField(label=_("Away for most of the month"), required=False)
    unit = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    group = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())

    def clean_unit(self) -> str:
        return self._key("unit")

    def clean_group(self) -> str:
        return self._key("group")

    def _key(self, name: str) -> str:
        """A record's number, or NOBODY for rows without one."""
        value: str = self.cleaned_data[name]
        if value and value != NOBODY and not (value.isascii() and value.isdecimal()):
            raise ValidationError(_("There is no such record."), code="key")
        return value

    def linked(self) -> list[Chip]:
        chips = super().linked()
        if unit := self.cleaned_data.get("unit"):
            name = _("without a unit") if unit == NOBODY else named(Unit.objects.filter(pk=unit))
            chips.append(Chip(_("Unit"), name, "unit"))
        if group := self.cleaned_data.get("group"):
            name = _("without a group") if group == NOBODY else named(Area.objects.filter(pk=group))
            chips.append(Chip(_("Group"), name, "group"))
        return chips

    def apply(self, checks: QuerySet[VisitCheck], *, on: dt.date) -> QuerySet[VisitCheck]:
        """The checks that pass the filters. `on`: today."""
        values = self.cleaned_data
        month = parse_month(values["month"])
        checks = checks.filter(month=month)
        if values["q"]:
            checks = checks.filter(household__in=found_by(values["q"]))
        if values["state"] == self.DUE:
            checks = checks.filter(state__in=DUE_STATES)
        elif values["state"]:
            checks = checks.filter(state=self.STATES[values["state"]])
        if values["reason"]:
            checks = checks.filter(not_due_reason=values["reason"])
        if values["tier"]:
            checks = checks.annotate(month_tier=tier_on(min(on, month_end(month)))).filter(month_tier=values["tier"])
        if values["away"]:
            checks = checks.filter(is_away=True)
        if values["group"]:
            checks = checks.filter(household__group=None if values["group"] == NOBODY else int(values["group"]))
        return self._answered(checks)

    def _answered(self, checks: QuerySet[VisitCheck]) -> QuerySet[VisitCheck]:
        """Those for which the helper, or the unit's people, answered on the accounting day."""
        helper, unit = self.cleaned_data["helper"], self.cleaned_data["unit"]
        if helper is not None:
            checks = answered_by(checks, helper=helper)
        if unit:
            checks = answered_by(checks, helper__unit=None if unit == NOBODY else int(unit))
        return checks


def tier_on(day: dt.date) -> Coalesce:
    """A check's household's tier on a day: of the latest decision; without any, the one that stands on its file."""
    decisions = TierDecision.objects.filter(household=OuterRef("household"))
    latest = decisions.filter(decided_on__lte=day).order_by("-decided_on", "-pk").values("tier")[:1]
    undecided = ~Exists(decisions)
    on_file = Case(When(undecided, then=F("household__tier")), default=Value(""))
    return Coalesce(Subquery(latest), on_file)
