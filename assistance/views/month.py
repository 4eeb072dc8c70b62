"""The monthly visit check of an area: by the areas below it, by unit, by helper; its runs; starting one."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assistance.forms.checks import CheckMonth, CheckStart
from assistance.forms.filters import NOBODY, CheckFilter
from assistance.models import VisitCheck, VisitCheckRun
from assistance.permissions import CHECK_VISITS, VIEW_CHECKS
from assistance.services import tallies
from assistance.services.tallies import Tally, TallyRow
from assistance.services.visit_checks import KIND, latest_run
from assistance.views.access import NeedsPermission
from households.models import Helper
from households.views.access import is_large
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.areas.models import Area
from jiangjin.common import clock, later
from jiangjin.common.clock import month_end, month_start, parse_month
from jiangjin.common.components import Chart, Series
from jiangjin.common.templatetags.jiangjin import PAGE_SIZES
from jiangjin.jobs.models import UNFINISHED, JobRun
from jiangjin.jobs.progress import progress_of
from jiangjin.jobs.services import start

RUNS_SHOWN = 12
BY = {"area": gettext_lazy("By area"), "unit": gettext_lazy("By unit"), "helper": gettext_lazy("By helper")}


@dataclass(frozen=True)
class Cell:
    """A number with the list behind it."""

    state: str
    count: int
    url: str


@dataclass(frozen=True)
class ShownRow:
    """A line of the table; `url` opens the same page below, if there is one."""

    name: str
    url: str
    cells: list[Cell]
    rate: float | None
    note: str = ""


def area_of(request: HttpRequest) -> Area:
    """The chosen area, which users with assigned households only do not have."""
    area = chosen_area(request)
    if area is None:
        raise PermissionDenied
    return area


def checked_months(area: Area) -> list[dt.date]:
    """Months that were checked for the area or for one above it, newest first."""
    runs = VisitCheckRun.objects.filter(area__path__in=area.ancestor_paths())
    return list(runs.order_by("-month").values_list("month", flat=True).distinct())


@dataclass(frozen=True)
class Links:
    """Addresses of the pages behind the numbers of an area and month."""

    area: Area
    month: dt.date

    def page(self, *, by: str, area: str = "") -> str:
        """This page for another area, or by something else."""
        asked = {"area": area or self.area.code, "month": f"{self.month:%Y-%m}", "by": by}
        return f"{reverse('assistance:month')}?{urlencode(asked)}"

    def households(self, **asked: Any) -> str:
        """The list of households."""
        query = {"area": self.area.code, "month": f"{self.month:%Y-%m}", **asked}
        return f"{reverse('assistance:checks')}?{urlencode(query)}"

    def everything(self) -> tuple[str, Callable[..., str]]:
        return "", self.households

    def of(self, by: str, row: TallyRow) -> tuple[str, Callable[..., str]]:
        """The page below a row, and what makes the addresses of its lists."""
        key: Any = NOBODY if row.key is None else row.key
        if by == "area" and row.code:
            return self.page(by="area", area=row.code), lambda **asked: self.households(**{**asked, "area": row.code})
        name = "group" if by == "area" else by
        return "", lambda **asked: self.households(**asked, **{name: key})


class CheckMonthPage(NeedsPermission, View):
    """One month of the chosen area; every number opens its households."""

    permission: ClassVar[str] = VIEW_CHECKS

    def get(self, request: HttpRequest) -> HttpResponse:
        area, today = area_of(request), clock.today()
        months = checked_months(area)
        form = CheckMonth(request.GET, months=months)
        asked = form.cleaned_data["month"] if form.is_valid() else ""
        month = parse_month(asked) if asked else (months[0] if months else None)
        running = JobRun.objects.filter(kind=KIND, area=area, state__in=UNFINISHED).select_related("area", "created_by")
        context: dict[str, Any] = {
            "area": area,
            "form": form,
            "month": month,
            "may_check": request.user.scope(CHECK_VISITS).covers(area.path),
            "start_form": CheckStart(today=today),
            "running": [progress_of(job) for job in running],
            "runs": VisitCheckRun.objects.visible_to(request.user, VIEW_CHECKS).select_related("area", "started_by")[
                :RUNS_SHOWN
            ],
        }
        if month is not None:
            is_later = is_large(request) and not later.asked(request)
            context |= {"later": later.url(request)} if is_later else self.results(area, month)
        return render(request, "assistance/month.html", context)

    def results(self, area: Area, month: dt.date) -> dict[str, Any]:
        """The numbers of one month."""
        checks = VisitCheck.objects.visible_to(self.request.user, VIEW_CHECKS).of_month(month)
        checks = checks.filter(within_chosen(self.request, "household__village__path"))
        by = self.request.GET.get("by", "area")
        by = by if by in BY else "area"
        links = Links(area, month)
        rows = self.rows(checks, area, by)
        run = latest_run(area=area, month=month)
        below = rows if by == "area" else tallies.by_area(checks, area=area)
        total = Tally.sum_of(row.tally for row in below)
        is_over = run is not None and run.as_of >= month_end(month)
        columns = columns_of(total, is_over=is_over)
        return {
            "run": run,
            "by": by,
            "tabs": [(code, label, links.page(by=code)) for code, label in BY.items()],
            "columns": columns,
            "page": self.page(rows, by, links, columns),
            "total": shown(TallyRow(None, "", total), links.everything(), columns),
            "chart": rate_chart(area, month, below, run),
            "is_over": is_over,
        }

    def page(self, rows: list[TallyRow], by: str, links: Links, columns: list[str]) -> Page:
        """The page asked for; areas are few and stand on one."""
        size = self.request.GET.get("size", "")
        per_page = int(size) if size.isdecimal() and int(size) in PAGE_SIZES else PAGE_SIZES[0]
        page: Any = Paginator(rows, max(len(rows), 1) if by == "area" else per_page).get_page(
            self.request.GET.get("page")
        )
        kept: Any = page.object_list
        units = units_of(row.key for row in kept) if by == "helper" else {}
        page.object_list = [shown(row, links.of(by, row), columns, note=units.get(row.key, "")) for row in kept]
        return page

    def rows(self, checks: QuerySet[VisitCheck], area: Area, by: str) -> list[TallyRow]:
        """The table's rows: areas in the order of their codes, units and helpers with the lowest rate first."""
        if by == "area":
            return tallies.by_area(checks, area=area)
        rows = tallies.by_unit(checks) if by == "unit" else tallies.by_helper(checks)
        return sorted(rows, key=lambda row: (rate(row.tally) is None, rate(row.tally), -row.tally.due, row.name))


def units_of(helpers: Iterable[int | None]) -> dict[int | None, str]:
    """Names of helpers' units, which tell people of one name apart."""
    rows = Helper.objects.filter(pk__in=[key for key in helpers if key is not None], unit__isnull=False)
    return dict(rows.order_by().values_list("pk", "unit__name"))


def shown(row: TallyRow, links: tuple[str, Callable[..., str]], columns: list[str], *, note: str = "") -> ShownRow:
    """A row with its links."""
    url, opened = links
    cells = [Cell(state, getattr(row.tally, state), opened(state=state)) for state in columns]
    return ShownRow(row.name, url, cells, rate(row.tally), note)


def columns_of(total: Tally, *, is_over: bool) -> list[str]:
    """The states to be shown: in a running month nobody has missed it, in one that is over nobody is still due."""
    missed = ["missed"] if is_over or total.missed else []
    pending = ["pending"] if not is_over or total.pending else []
    return [CheckFilter.DUE, "met", *missed, *pending, "not_due"]


def rate(tally: Tally) -> float | None:
    """Visited out of due; None where nobody is due."""
    met, due = tally.rate
    return met / due if due else None


def rate_chart(area: Area, month: dt.date, rows: list[TallyRow], run: VisitCheckRun | None) -> Chart | None:
    """The rate of the areas below, lowest first; nothing to compare where there are fewer than two."""
    known = sorted(
        (row for row in rows if row.code and row.tally.due),
        key=lambda row: (rate(row.tally) or 0, -row.tally.due, row.name),
    )
    if len(known) < 2:
        return None
    links = Links(area, month)
    return Chart(
        code="visit-rate",
        title=_("Visit rate, lowest first"),
        kind="bar",
        categories=[row.name for row in known],
        category_label=_("Area"),
        series=[Series(_("Visit rate"), [round((rate(row.tally) or 0) * 100, 1) for row in known])],
        unit="%",
        source=_("Monthly visit check of %(month)s") % {"month": f"{month:%Y-%m}"},
        at=run.created_at if run is not None else month_start(month),
        links=[links.page(by="area", area=row.code) for row in known],
    )


class StartCheck(NeedsPermission, View):
    """Start now; the page then shows the progress."""

    permission: ClassVar[str] = CHECK_VISITS
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponse:
        area, today = area_of(request), clock.today()
        if not request.user.scope(CHECK_VISITS).covers(area.path):
            raise PermissionDenied
        form = CheckStart(request.POST, today=today)
        back = f"{reverse('assistance:month')}?{urlencode({'area': area.code})}"
        if not form.is_valid():
            for error in form.errors["month"]:
                messages.error(request, str(error))
            return redirect(back)
        month = form.cleaned_data["month"]
        as_of = day_to_check(area, month, today=today)
        params = {"month": f"{month:%Y-%m}", "as_of": as_of.isoformat()}
        start(kind=KIND, area=area, by=request.user, params=params)
        messages.success(
            request,
            _("The visit check of %(area)s for %(month)s has been started.") % {"area": area, "month": params["month"]},
        )
        return redirect(f"{back}&{urlencode({'month': params['month']})}" if month in checked_months(area) else back)


def day_to_check(area: Area, month: dt.date, *, today: dt.date) -> dt.date:
    """As of when a month is checked: a month's last day is not over before its end, unless the month was closed already."""
    last = month_end(month)
    if today > last:
        return last
    run = latest_run(area=area, month=month)
    is_closed = run is not None and run.as_of >= last
    return last if is_closed else min(today, last - dt.timedelta(days=1))
