"""Exit evaluation: the table of verdicts, starting a run, simulating another line, past runs."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from households import permissions
from households.forms.evaluations import EvaluationDay, EvaluationStart, Simulation
from households.models import Evaluation, EvaluationRun, Household
from households.rules import EXIT_RULES
from households.services import evaluations, verdict_tables
from households.services.evaluations import jobs_running, latest_run
from households.services.verdict_tables import AreaVerdicts
from households.views.access import NeedsPermission
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area, under
from jiangjin.common import clock
from jiangjin.common.components import Chart, Series
from jiangjin.jobs.progress import progress_of

STATES = ["met", "not_met", "not_verified"]
RUNS_SHOWN = 12


def area_of(request: HttpRequest) -> Area:
    """The chosen area; users who only have assigned households have no evaluation page."""
    area = chosen_area(request)
    if area is None:
        raise PermissionDenied
    return area


def evaluated_days(area: Area) -> list[dt.date]:
    """Days that were evaluated for the area, newest first."""
    runs = EvaluationRun.objects.filter(area__path__in=area.ancestor_paths())
    return list(runs.order_by("-as_of").values_list("as_of", flat=True).distinct())


class EvaluationPage(NeedsPermission, View):
    """Verdicts of the chosen area by the areas below it; every number opens its households."""

    permission: ClassVar[str] = permissions.VIEW_EVALUATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        area = area_of(request)
        days = evaluated_days(area)
        form = EvaluationDay(request.GET, days=days)
        as_of = (form.cleaned_data["as_of"] if form.is_valid() else None) or (days[0] if days else None)
        context: dict[str, Any] = {
            "area": area,
            "form": form,
            "as_of": as_of,
            "may_evaluate": request.user.may(permissions.EVALUATE),
            "start_form": EvaluationStart(today=clock.today()),
            "simulation_form": Simulation(),
            "running": [progress_of(job) for job in jobs_running(area=area)],
            "runs": EvaluationRun.objects.visible_to(request.user).select_related("area", "started_by", "job")[
                :RUNS_SHOWN
            ],
        }
        if as_of is not None:
            context.update(self.results(request, area, as_of))
        return render(request, "households/evaluations.html", context)

    def results(self, request: HttpRequest, area: Area, as_of: dt.date) -> dict[str, Any]:
        """The table, the conditions and the chart of one day."""
        visible = (
            Evaluation.objects.current(as_of)
            .visible_to(request.user)
            .filter(under(area.path, "household__village__path"))
        )
        rows, total = verdict_tables.by_child_area(evaluations=visible, parent=area)
        conditions = verdict_tables.by_condition(visible, [rule.code for rule in EXIT_RULES])
        run = latest_run(area=area, as_of=as_of)
        return {
            "rows": [opened(row, as_of) for row in rows],
            "total": opened(total, as_of),
            "conditions": [
                {
                    "label": rule.label,
                    "basis": rule.legal_basis,
                    "norm": rule.norm,
                    "cells": [
                        (conditions[rule.code][state], list_url(area, as_of, state, rule.code), state)
                        for state in STATES
                    ],
                }
                for rule in EXIT_RULES
            ],
            "run": run,
            "chart": chart(rows, as_of, run) if len(rows) > 1 else None,
        }


def list_url(area: Area, as_of: dt.date, state: str, condition: str = "") -> str:
    """The household list that adds up to one number of the table."""
    query = {"area": area.code, "verdict": state, "as_of": as_of.isoformat()}
    if condition:
        query["condition"] = condition
    return f"{reverse('households:list')}?{urlencode(query)}"


def page_url(area: Area, as_of: dt.date) -> str:
    """This page for an area and a day."""
    return f"{reverse('households:evaluations')}?{urlencode({'area': area.code, 'as_of': as_of.isoformat()})}"


def opened(row: AreaVerdicts, as_of: dt.date) -> dict[str, Any]:
    """A table row with the links behind its numbers."""
    return {
        "area": row.area,
        "url": page_url(row.area, as_of),
        "households": row.households,
        "cells": [(getattr(row, state), list_url(row.area, as_of, state), state) for state in STATES],
        "ratio": row.met / row.households if row.households else None,
    }


def chart(rows: list[AreaVerdicts], as_of: dt.date, run: EvaluationRun | None) -> Chart:
    """Households that do not meet or are not verified, by area, most first."""
    behind = sorted(rows, key=lambda row: (-(row.not_met + row.not_verified), row.area.path))
    behind = [row for row in behind if row.not_met + row.not_verified][:15]
    return Chart(
        code="verdicts",
        title=_("Not met or not verified, most first"),
        kind="bar",
        categories=[row.area.name for row in behind],
        category_label=_("Area"),
        series=[
            Series(_("Not met"), [row.not_met for row in behind]),
            Series(_("Not verified"), [row.not_verified for row in behind]),
        ],
        unit=_("households"),
        source=_("Exit evaluation as of %(day)s") % {"day": as_of},
        at=run.created_at if run is not None else as_of,
        links=[page_url(row.area, as_of) for row in behind],
    )


class StartEvaluation(NeedsPermission, View):
    """Start now; the page then shows the progress."""

    permission: ClassVar[str] = permissions.EVALUATE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        area = area_of(request)
        if not request.user.scope(permissions.EVALUATE).covers(area.path):
            raise PermissionDenied
        form = EvaluationStart(request.POST, today=clock.today())
        back = f"{reverse('households:evaluations')}?{urlencode({'area': area.code})}"
        if not form.is_valid():
            for error in form.errors["as_of"]:
                messages.error(request, str(error))
            return redirect(back)
        as_of = form.cleaned_data["as_of"]
        about = {"area": area, "day": as_of}
        if evaluations.start(as_of=as_of, area=area, by=request.user) is None:
            messages.info(request, _("The evaluation of %(area)s as of %(day)s is waiting to begin already.") % about)
        else:
            messages.success(request, _("The evaluation of %(area)s as of %(day)s has been started.") % about)
        return redirect(f"{back}&{urlencode({'as_of': as_of.isoformat()})}" if as_of in evaluated_days(area) else back)


class SimulateLine(NeedsPermission, View):
    """What another line would mean, beside the verdicts in force. Writes nothing."""

    permission: ClassVar[str] = permissions.EVALUATE

    def get(self, request: HttpRequest) -> HttpResponse:
        area = area_of(request)
        form = Simulation(request.GET)
        context: dict[str, Any] = {"form": form, "area": area}
        if form.is_valid():
            days = evaluated_days(area)
            as_of = days[0] if days else clock.today()
            households = Household.objects.visible_to(request.user, self.permission).filter(
                under(area.path, "village__path")
            )
            line_fen = form.cleaned_data["line"]
            rows, total = verdict_tables.simulated_by_child_area(
                as_of=as_of, households=households, parent=area, line_fen=line_fen
            )
            in_force = (
                Evaluation.objects.current(as_of)
                .visible_to(request.user, self.permission)
                .filter(under(area.path, "household__village__path"))
            )
            now_rows, now = verdict_tables.by_child_area(evaluations=in_force, parent=area)
            before = {row.area.pk: row for row in now_rows}
            context.update(
                as_of=as_of,
                line_fen=line_fen,
                total=compared(total, now),
                rows=[compared(row, before.get(row.area.pk)) for row in rows],
            )
        status = 200 if form.is_valid() else 422
        return render(request, "households/_simulation.html", context, status=status)


def compared(row: AreaVerdicts, before: AreaVerdicts | None) -> dict[str, Any]:
    """A simulated row with its difference to the verdicts in force."""
    return {
        "area": row.area,
        "met": row.met,
        "not_met": row.not_met,
        "not_verified": row.not_verified,
        "households": row.households,
        "met_before": before.met if before is not None else None,
        "difference": row.met - before.met if before is not None else None,
    }
