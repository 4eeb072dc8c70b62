"""Forms of the import pages: upload, and the filters of rosters, their findings and their households."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from households.models import RosterImport, RosterImportState, RosterIssue, RosterOutcome, RosterPreview
from households.models.roster_import import finding_kinds
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area
from jiangjin.common.forms import DateInput, SearchInput

ANY = [("", _("any"))]
ACCEPTED = ".xlsx,.xlsm,.xls,.ods"
ACCEPTED_OUTCOME = ("accepted", _("Accepted"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def areas_for_upload(scope: Scope) -> QuerySet[Area]:
    """The areas that a user may upload for: their own, and those one level below."""
    return Area.objects.filter(Q(path__in=scope.paths) | Q(parent__path__in=scope.paths), ~Q(code="")).order_by("path")


class UploadForm(forms.Form):
    """A workbook, and which area it is for."""

    file = forms.FileField(
        label=_("Roster"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": _("The file is empty.")},
    )
    area = forms.ModelChoiceField(
        label=_("Area"),
        queryset=Area.objects.none(),
        empty_label=None,
        help_text=_("Households of other areas are refused."),
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], chosen: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.queryset = areas
        area.initial = chosen


class RosterFilter(forms.Form):
    """Rosters by file name, state and the day of their commit."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=SearchInput(attrs={"placeholder": _("File name or who uploaded it")}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[*ANY, *RosterImportState.choices],
        widget=forms.Select(attrs={"data-select": "1"}),
    )
    since = forms.DateField(label=_("Committed since"), required=False, widget=DateInput())

    def apply(self, rosters: QuerySet[RosterImport]) -> QuerySet[RosterImport]:
        """The rosters that pass."""
        values = self.cleaned_data
        if values["q"]:
            rosters = rosters.filter(
                Q(original_name__icontains=values["q"]) | Q(created_by__name__contains=values["q"])
            )
        if values["since"]:
            rosters = rosters.filter(committed_at__date__gte=values["since"])
        return rosters.filter(state=values["state"]) if values["state"] else rosters


class PreviewFilter(forms.Form):
    """Households of a roster by number or head, and by what the roster means for them or has come to.

    Rows carry `came_to`: the result once it is committed, before that the expected outcome.
    """

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=SearchInput(attrs={"placeholder": _("Number or head")}),
    )
    show = forms.CharField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[*ANY, ACCEPTED_OUTCOME, *RosterOutcome.choices],
        widget=forms.Select(attrs={"data-select": "1"}),
    )

    def apply(self, rows: QuerySet[RosterPreview]) -> QuerySet[RosterPreview]:
        """The households that pass."""
        values = self.cleaned_data
        if values["q"]:
            rows = rows.filter(Q(household_number__startswith=values["q"]) | Q(head_name__contains=values["q"]))
        rows = rows.annotate(came_to=Case(When(result="", then="outcome"), default="result"))
        if values["outcome"] == ACCEPTED_OUTCOME[0]:
            return rows.exclude(came_to=RosterOutcome.REFUSED)
        return rows.filter(came_to=values["outcome"]) if values["outcome"] else rows


class IssueFilter(forms.Form):
    """Findings of a roster by household number and by check."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=SearchInput(attrs={"placeholder": _("Household number")}),
    )
    show = forms.CharField(required=False, widget=forms.HiddenInput)
    code = forms.ChoiceField(label=_("Check"), required=False, widget=forms.Select(attrs={"data-select": "1"}))

    def __init__(self, *args: Any, codes: Iterable[tuple[str, int]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            *ANY,
            *((code, f"{short_sentence(code)} ({count})") for code, count in codes),
        ]

    def apply(self, rows: QuerySet[RosterIssue]) -> QuerySet[RosterIssue]:
        """The findings that pass."""
        values = self.cleaned_data
        if values["q"]:
            rows = rows.filter(household_number__startswith=values["q"])
        return rows.filter(code=values["code"]) if values["code"] else rows


def short_sentence(code: str) -> str:
    """A check's sentence without its details."""
    if code not in finding_kinds:
        return code
    return PLACEHOLDER.sub("…", str(finding_kinds[code].sentence))
