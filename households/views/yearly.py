"""A household's year: income with its totals, and living conditions."""

import datetime as dt
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from households.forms.yearly import ConditionsForm, IncomeForm, Totals
from households.models import Household
from households.rules.facts import Lines
from households.services import facts
from households.views.changing import ChangePage, NothingChanged
from households.views.years import chosen_year, years_of
from jiangjin.common import clock
from jiangjin.common.money import per_capita_fen


class YearPage(ChangePage):
    """Base: `?year=` chooses the year; the rows of it and of the year before stand beside each other."""

    related: ClassVar[str]
    form_class: ClassVar[Any]

    def years(self) -> list[int]:
        """From the year before the household was registered, on whose facts that was decided, to this one."""
        first = self.household.registered_on
        return years_of(first.replace(year=first.year - 1, day=1), clock.today())

    def year(self) -> int:
        return chosen_year(self.request, self.years())

    def form(self, data: Any) -> Any:
        year = self.year()
        rows = {row.year: row for row in getattr(self.household, self.related).filter(year__in=[year, year - 1])}
        return self.form_class(
            data,
            household=self.household,
            today=clock.today(),
            known=rows.get(year),
            before=rows.get(year - 1),
        )

    def texts(self) -> dict[str, Any]:
        known = set(getattr(self.household, self.related).values_list("year", flat=True))
        return {"years": [(year, year in known) for year in self.years()], "year": self.year()}


class Income(YearPage):
    """Add or correct a year's income."""

    template_name: ClassVar[str] = "households/income.html"
    tab: ClassVar[str] = "income"
    related: ClassVar[str] = "incomes"
    form_class: ClassVar[Any] = IncomeForm
    totals: dict[str, Any]

    def texts(self) -> dict[str, Any]:
        return {**super().texts(), **self.totals, "title": _("Income of %(year)s") % {"year": self.year()}}

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        """The totals of what stands in the form go along."""
        self.totals = totals_of(self.household, self.year(), form.totals())
        return super().page(form, status)

    def save(self, form: IncomeForm) -> str:
        changes, values = form.changes(), form.cleaned_data
        if not changes:
            raise NothingChanged
        facts.record_income(
            household=self.household,
            year=self.year(),
            items=changes,
            by=self.request.user,
            reported_on=values["reported_on"],
            source=values["source"],
            reason=values["reason"],
            version=values["version"],
        )
        return _("The income of household %(number)s in %(year)s is on file.") % {
            "number": self.household.number,
            "year": self.year(),
        }


class IncomeTotals(YearPage):
    """A fragment: what the amounts typed so far come to, per head and against the line. Writes nothing."""

    related: ClassVar[str] = "incomes"
    form_class: ClassVar[Any] = IncomeForm
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        self.find(**keys)
        totals = self.form(request.POST).totals()
        return render(request, "households/_income_totals.html", totals_of(self.household, self.year(), totals))


def totals_of(household: Household, year: int, totals: Totals | None) -> dict[str, Any]:
    """Totals, persons and line of a year, as the template shows them."""
    day = min(clock.today(), dt.date(year, 12, 31))
    persons = household.members.present(day).count()
    line = line_fen(household, year)
    per_head, state = None, ""
    if totals is not None and persons:
        per_head = per_capita_fen(totals.net_fen, persons)
        if line is not None:
            # Compared by multiplication, as the rule does: a rounded average would pass by half a fen.
            state = "met" if totals.net_fen >= line * persons else "not_met"
    return {
        "totals": totals,
        "year": year,
        "persons": persons,
        "line_fen": line,
        "per_capita_fen": per_head,
        "state": state,
    }


def line_fen(household: Household, year: int) -> int | None:
    """The poverty line of a year that holds for the household, in 分 a head."""
    return Lines.of_year(year).of_place(household.village.path)


class Conditions(YearPage):
    """Add or correct a year's survey of living conditions."""

    template_name: ClassVar[str] = "households/conditions.html"
    tab: ClassVar[str] = "conditions"
    related: ClassVar[str] = "conditions"
    form_class: ClassVar[Any] = ConditionsForm

    def texts(self) -> dict[str, Any]:
        return {**super().texts(), "title": _("Living conditions of %(year)s") % {"year": self.year()}}

    def save(self, form: ConditionsForm) -> str:
        changes, values = form.changes(), form.cleaned_data
        if not changes:
            raise NothingChanged
        facts.record_conditions(
            household=self.household,
            year=self.year(),
            answers=changes,
            by=self.request.user,
            surveyed_on=values["surveyed_on"],
            source=values["source"],
            reason=values["reason"],
            version=values["version"],
        )
        return _("The living conditions of household %(number)s in %(year)s are on file.") % {
            "number": self.household.number,
            "year": self.year(),
        }
