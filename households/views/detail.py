"""The household file: the head, the tabs (each a fragment by URL), the timeline."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from households import permissions
from households.forms.household import may_be_closed
from households.models import (
    Evaluation,
    Household,
    HouseholdStatus,
    Member,
    MemberYear,
)
from households.models.income import ALL_ITEMS, IncomeStatement
from households.rules import EXIT_RULES
from households.rules.facts import Lines, income_year
from households.services import timeline
from households.services.evaluations import VERDICT_NAMES, awaits_another
from households.views.access import NeedsPermission, visible_household
from jiangjin.audit.models import AuditEntry
from jiangjin.common import clock
from jiangjin.common.money import per_capita_fen
from jiangjin.common.set_based import concrete_field

STATUS_TONES: dict[str, str] = {
    HouseholdStatus.ON_ROLL: "info",
    HouseholdStatus.PRE_EXIT: "due",
    HouseholdStatus.EXITED: "met",
    HouseholdStatus.RELAPSED: "blocked",
    HouseholdStatus.REMOVED: "closed",
    HouseholdStatus.DISSOLVED: "closed",
    HouseholdStatus.MOVED_OUT: "closed",
}


class HouseholdDetail(NeedsPermission, View):
    """The file's frame: who they are, how they stand, what happened."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        household = visible_household(request, number)
        today = clock.today()
        members = list(household.members.present(today).order_by("relation", "born_on", "pk"))
        year = income_year(today)
        income = household.incomes.filter(year=year).first()
        evaluation = latest_evaluation(household)
        context = {
            "household": household,
            "head": next((member for member in members if member.relation == "01"), None),
            "members": members,
            "year": year,
            "per_capita_fen": per_capita_fen(income.net_income_fen, len(members)) if income and members else None,
            "line_fen": Lines.of_year(year).of_place(household.village.path),
            "status_tone": STATUS_TONES[household.status],
            "assignments": household.assignments.active(today).select_related("helper__unit"),
            "verdict_state": VERDICT_NAMES[evaluation.verdict] if evaluation else None,
            "evaluation": evaluation,
            "out_of_date": evaluation is not None and awaits_another(evaluation),
            "events": timeline.events(household=household, user=request.user)[:30],
            **rights(request, household),
        }
        context["may_close"] = context["may_manage"] and may_be_closed(household)
        return render(request, "households/detail.html", context)


class HouseholdTab(NeedsPermission, View):
    """A tab's content. Subclasses add what their template shows."""

    template_name: ClassVar[str]

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        household = visible_household(request, number)
        context = {"household": household, **rights(request, household), **self.content(household)}
        return render(request, self.template_name, context)

    def content(self, household: Household) -> dict[str, Any]:
        """What the tab shows."""
        raise TypeError(f"{type(self).__name__} shows nothing")


class FamilyTab(HouseholdTab):
    """Members now and before, each with the latest year's facts."""

    template_name: ClassVar[str] = "households/_family.html"

    def content(self, household: Household) -> dict[str, Any]:
        today = clock.today()
        members = list(household.members.order_by("left_on", "relation", "born_on", "pk"))
        latest: dict[int, MemberYear] = {}
        for row in MemberYear.objects.filter(member__in=members, year__lte=today.year).order_by("year"):
            latest[row.member_id] = row
        shown = [(member, latest.get(member.pk), member.age(today)) for member in members]
        return {
            "present": [row for row in shown if _is_present(row[0], today)],
            "gone": [row for row in shown if not _is_present(row[0], today)],
            "today": today,
        }


def _is_present(member: Member, on: Any) -> bool:
    return member.joined_on <= on and (member.left_on is None or member.left_on > on)


class IncomeTab(HouseholdTab):
    """Income by item and year, with the line of each year."""

    template_name: ClassVar[str] = "households/_income.html"

    def content(self, household: Household) -> dict[str, Any]:
        statements = list(household.incomes.order_by("-year")[:5])
        columns = []
        for statement in statements:
            persons = household.members.present(_accounting_day(statement)).count()
            share = per_capita_fen(statement.net_income_fen, persons) if persons else None
            line = Lines.of_year(statement.year).of_place(household.village.path)
            columns.append(
                {
                    "statement": statement,
                    "persons": persons,
                    "per_capita_fen": share,
                    "line_fen": line,
                    "over": None if line is None or not persons else statement.net_income_fen >= line * persons,
                }
            )
        items = [
            (concrete_field(IncomeStatement, name).verbose_name, [getattr(row["statement"], name) for row in columns])
            for name in ALL_ITEMS
        ]
        return {"columns": columns, "items": items}


def _accounting_day(statement: IncomeStatement) -> Any:
    return min(clock.today(), clock.month_end(statement.reported_on.replace(year=statement.year, month=12, day=1)))


class ConditionsTab(HouseholdTab):
    """Surveys of living conditions, newest first."""

    template_name: ClassVar[str] = "households/_conditions.html"

    def content(self, household: Household) -> dict[str, Any]:
        return {"surveys": household.conditions.order_by("-year")[:5]}


class VerdictTab(HouseholdTab):
    """The latest verdict: each condition with its fact and its sentence; earlier ones below."""

    template_name: ClassVar[str] = "households/_verdict.html"

    def content(self, household: Household) -> dict[str, Any]:
        evaluation = latest_evaluation(household)
        earlier = household.evaluations.select_related("run").order_by("-as_of", "-run_id")
        if evaluation is not None:
            earlier = earlier.exclude(pk=evaluation.pk)
        return {
            "evaluation": evaluation,
            "out_of_date": evaluation is not None and awaits_another(evaluation),
            "conditions": explained(evaluation) if evaluation else [],
            "earlier": [(row, VERDICT_NAMES[row.verdict]) for row in earlier[:12]],
            "verdict_state": VERDICT_NAMES[evaluation.verdict] if evaluation else None,
        }


class HelpersTab(HouseholdTab):
    """Who answers for the household, and who did."""

    template_name: ClassVar[str] = "households/_helpers.html"

    def content(self, household: Household) -> dict[str, Any]:
        today = clock.today()
        rows = household.assignments.select_related("helper__unit", "helper__town").order_by("-starts_on", "pk")
        return {
            "active": [row for row in rows if row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)],
            "ended": [row for row in rows if row.ends_on is not None and row.ends_on < today],
        }


class HistoryTab(HouseholdTab):
    """Status, tiers, and who changed what."""

    template_name: ClassVar[str] = "households/_history.html"

    def content(self, household: Household) -> dict[str, Any]:
        return {
            "status_events": household.status_events.select_related("recorded_by").order_by("-occurred_on", "-pk"),
            "tier_decisions": household.tier_decisions.select_related("decided_by").order_by("-decided_on", "-pk"),
            "changes": AuditEntry.objects.filter(household_id=household.pk).order_by("-at", "-pk")[:50],
        }


def latest_evaluation(household: Household) -> Evaluation | None:
    """The newest verdict in force."""
    return (
        household.evaluations.filter(superseded_by=None, as_of__lte=clock.today())
        .select_related("run")
        .order_by("-as_of")
        .first()
    )


def explained(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The conditions that were applied: name, state, sentence, legal basis."""
    return [
        {
            "code": rule.code,
            "label": rule.label,
            "state": VERDICT_NAMES[getattr(evaluation, rule.code)],
            "sentence": rule.explain(evaluation),
            "basis": rule.legal_basis,
            "norm": rule.norm,
        }
        for rule in EXIT_RULES
        if getattr(evaluation, rule.code) is not None
    ]


def rights(request: HttpRequest, household: Household) -> dict[str, bool]:
    """What the user may do with this household."""
    user = request.user

    def may(permission: str) -> bool:
        return Household.objects.visible_to(user, permission).filter(pk=household.pk).exists()

    return {
        "may_edit": may(permissions.EDIT),
        "may_manage": may(permissions.MANAGE),
        "may_reveal": may(permissions.REVEAL),
    }
