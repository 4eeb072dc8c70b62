"""Tabs about measures: of the household file and of the village file."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import View

from assistance.models import EligibilityState, Enrolment, EnrolmentState, Measure
from assistance.permissions import PROPOSE_MEASURES, VIEW_MEASURES
from assistance.services import gaps, measure_extents
from assistance.services.gaps import Standing
from assistance.views.measures.access import NeedsPermission, reaches
from assistance.views.measures.words import STATE_TONES, enrolments_url, gaps_url
from households.models import Household, Member
from households.views.access import visible_household
from jiangjin.areas.models import Area, AreaLevel, under
from jiangjin.common import clock

ORDER = [
    EnrolmentState.PLANNED,
    EnrolmentState.APPROVED,
    EnrolmentState.UNDER_WAY,
    EnrolmentState.DONE,
    EnrolmentState.STOPPED,
]


@dataclass(frozen=True)
class ShownStanding:
    """What somebody lacks, with the address that proposes it."""

    standing: Standing
    person: str
    url: str


@dataclass(frozen=True)
class ShownGap:
    """A measure with those of the household that lack it, or of whom it cannot be told."""

    measure: Measure
    rows: list[ShownStanding]

    @property
    def is_mandatory(self) -> bool:
        return self.rows[0].standing.is_mandatory


class HouseholdMeasures(NeedsPermission, View):
    """The household's measures year by year, and what it qualifies for and lacks."""

    permission: ClassVar[str] = VIEW_MEASURES

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        household = visible_household(request, number, VIEW_MEASURES)
        may_propose = reaches(request, household, PROPOSE_MEASURES)
        rows = Enrolment.objects.visible_to(request.user).filter(household=household)
        years: dict[int, list[Enrolment]] = {}
        for row in rows.select_related("measure", "member").order_by("-year", "measure__order", "pk"):
            row.tone = STATE_TONES[row.state]  # type: ignore[attr-defined]
            years.setdefault(row.year, []).append(row)
        lacking, unknown = self.standings(household)
        context = {
            "household": household,
            "years": list(years.items()),
            "lacking": lacking,
            "unknown": unknown,
            "may_propose": may_propose,
            "propose_url": f"{reverse('assistance:propose')}?{urlencode({'household': household.number})}",
            "today": clock.today(),
        }
        return render(request, "assistance/measures/_tab_household.html", context)

    def standings(self, household: Household) -> tuple[list[ShownGap], list[ShownGap]]:
        """What is lacking (mandatory first), and what cannot be told."""
        today = clock.today()
        found = gaps.standings(Household.objects.filter(pk=household.pk), as_of=today, measures=gaps.with_rule(today))
        names = dict(Member.objects.filter(household=household).order_by().values_list("pk", "name"))
        order = sorted(found, key=lambda each: (not each.is_mandatory, each.measure.order, each.measure.code))
        gaps_by_state: dict[int, dict[int, ShownGap]] = {}
        for standing in order:
            mine = gaps_by_state.setdefault(standing.state, {})
            gap = mine.setdefault(standing.measure.pk, ShownGap(standing.measure, []))
            gap.rows.append(self.shown(household, standing, names))
        lacking, unknown = (
            list(gaps_by_state.get(state, {}).values())
            for state in (EligibilityState.LACKS, EligibilityState.NOT_VERIFIED)
        )
        return lacking, unknown

    def shown(self, household: Household, standing: Standing, names: dict[int, str]) -> ShownStanding:
        """With the person's name where persons are enrolled."""
        member = getattr(standing.facts, "member_id", None)
        query = {"household": household.number, "measure": standing.measure.code}
        if member is not None:
            query["member"] = str(member)
        url = f"{reverse('assistance:propose')}?{urlencode(query)}"
        return ShownStanding(standing, names.get(member, "") if member is not None else "", url)


class VillageMeasures(NeedsPermission, View):
    """What this year has brought to a village's households by measure, and who lacks what is mandatory."""

    permission: ClassVar[str] = VIEW_MEASURES

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        village = get_object_or_404(
            Area.objects.visible_to(request.user, VIEW_MEASURES), level=AreaLevel.VILLAGE, code=code
        )
        today = clock.today()
        year = today.year
        enrolments = Enrolment.objects.visible_to(request.user).filter(
            under(village.path, "household__village__path"), year=year
        )
        households = Household.objects.visible_to(request.user, VIEW_MEASURES).filter(village=village)
        counts = measure_extents.by_measure(enrolments)
        ruled = gaps.with_rule(today)
        figures = gaps.figures(households, as_of=today, measures=ruled)
        kept: dict[str, Any] = {"year": year, "area": village.code}
        rows = []
        for measure in Measure.objects.all():
            mine, gap = counts.get(measure.pk), figures.get(measure.pk)
            if mine is None and (gap is None or not gap.lacks):
                continue
            states = [
                (
                    state.label,
                    mine.states[state] if mine else 0,
                    enrolments_url(measure=measure.code, state=state.value, **kept),
                )
                for state in ORDER[:4]
            ]
            lacks_url = gaps_url(measure.code, area=village.code)
            rows.append((measure, states, gap.lacks if gap else None, lacks_url))
        context = {
            "village": village,
            "rows": rows,
            "year": year,
            "states": [state.label for state in ORDER[:4]],
            "extent": measure_extents.extent(enrolments.standing(), on=today),
            "all_url": enrolments_url(state="standing", **kept),
        }
        return render(request, "assistance/measures/_tab_village.html", context)
