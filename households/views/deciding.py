"""What the office decides: the tier, who helps a household and until when."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from households import permissions
from households.forms.deciding import AssignForm, EndAssignmentForm, TierForm
from households.models import Helper, HelperAssignment, Tier
from households.services import pairing, tiers
from households.views.changing import ChangePage
from jiangjin.accounts.models import Unit
from jiangjin.common import clock

DECISIONS_SHOWN = 5


class DecideTier(ChangePage):
    """Put the household into a tier; every decision is kept."""

    permission: ClassVar[str] = permissions.MANAGE
    template_name: ClassVar[str] = "households/tier.html"
    tab: ClassVar[str] = "history"

    def form(self, data: Any) -> TierForm:
        return TierForm(data, household=self.household, today=clock.today())

    def texts(self) -> dict[str, Any]:
        decisions = self.household.tier_decisions.select_related("decided_by").order_by("-decided_on", "-pk")
        return {
            "title": _("Decide the tier"),
            "button": _("Decide the tier"),
            "decisions": decisions[:DECISIONS_SHOWN],
        }

    def save(self, form: TierForm) -> str:
        values = form.cleaned_data
        tiers.decide(
            household=self.household,
            tier=values["tier"],
            decided_on=values["decided_on"],
            by=self.request.user,
            reason=values["reason"],
            version=values["version"],
        )
        return _("Household %(number)s is in %(tier)s since %(day)s.") % {
            "number": self.household.number,
            "tier": Tier(values["tier"]).label,
            "day": values["decided_on"],
        }


class AssignHelper(ChangePage):
    """One more helper, or another instead of one."""

    permission: ClassVar[str] = permissions.MANAGE
    template_name: ClassVar[str] = "households/assign.html"
    tab: ClassVar[str] = "helpers"

    def form(self, data: Any) -> AssignForm:
        town, today = pairing.town_of(self.household.village), clock.today()
        active = Q(assignments__starts_on__lte=today) & (
            Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=today)
        )
        helpers = (
            Helper.objects.filter(town=town)
            .select_related("unit")
            .annotate(household_count=Count("assignments", filter=active))
            .order_by("name_pinyin", "pk")
        )
        return AssignForm(
            data,
            household=self.household,
            today=today,
            helpers=helpers,
            units=Unit.objects.filter(county__path=town.ancestor_paths()[0]).order_by("name", "pk"),
            active=self.household.assignments.filter(ends_on=None).select_related("helper__unit").order_by("pk"),
        )

    def texts(self) -> dict[str, Any]:
        return {"title": _("Assign or hand over"), "town": self.household.village.parent}

    def save(self, form: AssignForm) -> str:
        values = form.cleaned_data
        told = {"household": self.household.number, "day": values["starts_on"]}
        with transaction.atomic():
            helper = values["helper"] or pairing.find_or_create_helper(
                name=values["name"],
                unit=values["unit"],
                phone=values["phone"],
                town=pairing.town_of(self.household.village),
                by=self.request.user,
            )
            common = {"helper": helper, "by": self.request.user, "version": values["version"]}
            if values["instead_of"] is None:
                pairing.assign(
                    household=self.household, starts_on=values["starts_on"], reason=values["reason"], **common
                )
                return _("%(helper)s answers for household %(household)s from %(day)s.") % {**told, "helper": helper}
            former = values["instead_of"]
            pairing.hand_over(assignment=former, on=values["starts_on"], reason=values["reason"], **common)
        return _("%(helper)s takes over household %(household)s from %(former)s on %(day)s.") % {
            **told,
            "helper": helper,
            "former": former.helper,
        }


class EndAssignment(ChangePage):
    """A helper stops answering for the household."""

    permission: ClassVar[str] = permissions.MANAGE
    template_name: ClassVar[str] = "households/end_assignment.html"
    tab: ClassVar[str] = "helpers"
    assignment: HelperAssignment

    def find(self, *, number: str, pk: int) -> None:  # type: ignore[override]
        super().find(number=number)
        open_rows = self.household.assignments.select_related("helper__unit")
        self.assignment = get_object_or_404(open_rows, pk=pk)
        self.assignment.household = self.household

    def form(self, data: Any) -> EndAssignmentForm:
        return EndAssignmentForm(data, household=self.household, today=clock.today())

    def texts(self) -> dict[str, Any]:
        others = self.household.assignments.active(clock.today()).exclude(pk=self.assignment.pk)
        return {
            "title": _("%(helper)s stops helping") % {"helper": self.assignment.helper},
            "button": _("End the assignment"),
            "danger": True,
            "assignment": self.assignment,
            "others": others.count(),
        }

    def save(self, form: EndAssignmentForm) -> str:
        values = form.cleaned_data
        pairing.end_assignment(
            assignment=self.assignment,
            ends_on=values["ends_on"],
            by=self.request.user,
            reason=values["reason"],
            version=values["version"],
        )
        return _("%(helper)s answers for household %(household)s until %(day)s.") % {
            "helper": self.assignment.helper,
            "household": self.household.number,
            "day": values["ends_on"],
        }
