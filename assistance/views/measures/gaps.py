"""Who qualifies for measures, has them, lacks them, or cannot be told: the figures by measure, and the lists behind them."""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.enrolment_filters import GapFilter, WhoFilter
from assistance.forms.enrolments import is_key
from assistance.models import Batch, EligibilityState, Measure, MeasureTarget
from assistance.permissions import PROPOSE_MEASURES, VIEW_MEASURES
from assistance.services import enrolling_many, enrolment_exports, gaps
from assistance.services.enrolling_many import Particulars
from assistance.services.gaps import Figures, Standing
from assistance.services.heads import heads_of
from assistance.services.remembering import remembered
from assistance.views.lists import Exported
from assistance.views.measures.access import NeedsPermission, measure_of, visible_households
from assistance.views.measures.words import BATCH_ICONS, STANDING_TONES, gaps_url
from households.models import Household, Member
from households.permissions import EXPORT
from jiangjin.accounts.frame import chosen_area
from jiangjin.common import clock
from jiangjin.common.components import chips
from jiangjin.common.lists import ListPage

COLUMNS = ["qualifies", "has", "lacks", "mandatory", "not_verified", "otherwise"]


@dataclass(frozen=True)
class GapCell:
    """A number with the list behind it; `kind` names its column."""

    kind: str
    count: int
    url: str


@dataclass(frozen=True)
class GapRow:
    """One measure."""

    measure: Measure
    rule: Any
    figures: Figures
    cells: list[GapCell]


class Gaps(NeedsPermission, View):
    """`/measures/gaps/`: all measures with a rule, of the chosen area."""

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        form = WhoFilter(request.GET)
        area = chosen_area(request)
        measures = gaps.with_rule(today)
        found: dict[int, Figures] = {}
        counted_at = None
        if form.is_valid():
            households = form.among(visible_households(request))
            found, counted_at = remembered(
                "gaps",
                lambda: gaps.figures(households, as_of=today, measures=measures),
                scope=request.user.scope(VIEW_MEASURES),
                by=(area.path if area is not None else "", sorted(form.cleaned_data.items()), today),
            )
        kept = {"area": area.code if area is not None else ""}
        if form.is_valid():
            kept |= {name: value for name, value in form.cleaned_data.items() if value}
        rows = [self.row(measure, found.get(measure.pk, Figures()), kept) for measure in measures]
        batches = [
            (label, BATCH_ICONS[batch], mine)
            for batch, label in [*Batch.choices, ("", _("Outside the six batches"))]
            if (mine := [row for row in rows if row.measure.batch == batch])
        ]
        context = {
            "form": form,
            "chips": chips(form),
            "batches": batches,
            "columns": COLUMNS,
            "as_of": today,
            "counted_at": counted_at,
            "without_rule": Measure.objects.in_force(today).filter(eligibility=""),
        }
        return render(request, "assistance/measures/gaps.html", context)

    def row(self, measure: Measure, figures: Figures, kept: dict[str, str]) -> GapRow:
        """A line of the table."""
        cells = [GapCell(kind, getattr(figures, kind), gaps_url(measure.code, state=kind, **kept)) for kind in COLUMNS]
        return GapRow(measure, gaps.rule_of(measure), figures, cells)


class GapList(NeedsPermission, ListPage):
    """`/measures/gaps/<code>/`: households or persons by how they stand to one measure; those that lack it unless others are
    asked for."""

    permission: ClassVar[str] = VIEW_MEASURES
    template_name: ClassVar[str] = "assistance/measures/gap.html"
    form_class: ClassVar[type[forms.Form]] = GapFilter
    default_sort: ClassVar[str] = "village"

    @property
    def sorts(self) -> dict[str, tuple[str, ...]]:  # type: ignore[override]
        """Of households, or of persons through their household."""
        of = "household__" if self.of_persons else ""
        return {
            "village": (f"{of}village__path", f"{of}number"),
            "number": (f"{of}number",),
            "tier": (f"{of}tier",),
            **({"name": ("name_pinyin",)} if self.of_persons else {}),
        }

    @functools.cached_property
    def measure(self) -> Measure:
        """The measure of the address, if a rule says who qualifies."""
        found = measure_of(self.kwargs["measure"])
        if gaps.rule_of(found) is None:
            raise Http404
        return found

    @property
    def of_persons(self) -> bool:
        return self.measure.target == MeasureTarget.PERSON

    @property
    def as_of(self) -> dt.date:
        return clock.today()

    def rows(self, form: Any) -> QuerySet:
        model: Any = Member if self.of_persons else Household
        if not form.is_valid():
            return model.objects.all()
        households = form.among(visible_households(self.request))
        states, mandatory = form.states
        chosen = gaps.subjects(
            households, as_of=self.as_of, measure=self.measure, states=states, mandatory_only=mandatory
        )
        return form.search(model.objects.filter(pk__in=chosen), persons=self.of_persons)

    def page(self, rows: QuerySet) -> Page:
        """The page's households or persons, each with its standing and the sentence that says why."""
        page = super().page(rows.values_list("pk", flat=True))
        keys = list(page.object_list)
        found = self.filled(keys)
        page.object_list = [found[key] for key in keys]
        return page

    def filled(self, keys: list[int]) -> dict[int, Any]:
        """By number: the record with `standing`, `household`, `head_name`."""
        if self.of_persons:
            records: Any = Member.objects.filter(pk__in=keys).select_related(
                "household__village__parent", "household__group"
            )
        else:
            records = Household.objects.filter(pk__in=keys).select_related("village__parent", "group")
        by_key = {record.pk: record for record in records}
        standings = self.standings(list(by_key.values()))
        heads = heads_of({_household_of(record).pk for record in by_key.values()})
        for key, record in by_key.items():
            record.standing = standings[key]
            record.tone = STANDING_TONES[standings[key].state]
            record.shown_household = _household_of(record)
            record.head_name = heads.get(record.shown_household.pk, "")
        return by_key

    def standings(self, records: list[Any]) -> dict[int, Standing]:
        """By number of the household or person."""
        keys = {_household_of(record).pk for record in records}
        members = [record.pk for record in records] if self.of_persons else None
        found = gaps.standings(
            Household.objects.filter(pk__in=keys), as_of=self.as_of, measures=[self.measure], members=members
        )
        return {standing.facts.pk: standing for standing in found}

    def extra(self, page: Page) -> dict[str, Any]:
        form: Any = self.form()
        area = chosen_area(self.request)
        lacking = form.is_valid() and EligibilityState.HAS not in form.states[0]
        return {
            "measure": self.measure,
            "rule": gaps.rule_of(self.measure),
            "of_persons": self.of_persons,
            "as_of": self.as_of,
            "area": area,
            "state": (form.cleaned_data["state"] or "lacks") if form.is_valid() else "",
            "may_export": self.request.user.may(EXPORT),
            "may_enrol": lacking and area is not None and self.request.user.may(PROPOSE_MEASURES),
        }


def _household_of(record: Any) -> Household:
    household: Household = record.household if isinstance(record, Member) else record
    return household


class GapExport(Exported, GapList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "measure-gaps"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        if self.of_persons:
            rows = rows.select_related("household__village__parent", "household__group")
        else:
            rows = rows.select_related("village__parent", "group")
        told = {"measure": self.measure.code, **filters}
        return enrolment_exports.standing_rows(rows, explain=self.standings, by=self.request.user, filters=told)


class EnrolFromGaps(GapList):
    """The ticked rows, or all that pass the filters, become a list that the measure is proposed for: checked first, then asked."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, measure: str) -> HttpResponse:
        back = gaps_url(self.measure.code, **{name: request.GET[name] for name in request.GET})
        area = chosen_area(request)
        if area is None:
            raise PermissionDenied
        _form, rows = self.filtered()
        if not request.POST.get("everything"):
            ticked = [int(key) for key in request.POST.getlist("ticked") if is_key(key)]
            rows = rows.filter(pk__in=ticked)
        try:
            bulk = enrolling_many.gather_subjects(
                measure=self.measure,
                year=self.as_of.year,
                area=area,
                subjects=rows,
                source=_("Who lacks it, on %(day)s") % {"day": self.as_of},
                values=Particulars(),
                by=request.user,
                today=self.as_of,
            )
        except ValidationError as refusal:
            for text in refusal.messages:
                messages.error(request, text)
            return redirect(back)
        return redirect("assistance:bulk", bulk=bulk.pk)
