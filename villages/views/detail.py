"""A village's file: the head, the tabs (each a fragment by URL), what happened."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from households.forms.filters import NONE
from households.models import Household, HouseholdStatus, Member, PovertyCause, Tier
from households.permissions import VIEW as VIEW_HOUSEHOLDS
from households.rules.roll import on_roll
from jiangjin.common import clock
from jiangjin.common.registries import Label
from villages.models import Rectification, Village, VillageProfile, VillageSurvey
from villages.services import comparing, history, numbers, timeline
from villages.services.links import households_url
from villages.services.numbers import VillageNumbers
from villages.services.surveys import due_year
from villages.views.access import NeedsPermission, poor_village_of, profile_of, rights, visible_village
from villages.views.figures import village_head

EVENTS_SHOWN = 40


class VillageDetail(NeedsPermission, View):
    """The file's frame: which village, how it stands, what happened."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        village = visible_village(request, code)
        today = clock.today()
        profile, counted = profile_of(village), numbers_of(request, village, on=today)
        context = {
            "village": village,
            "poor": poor_village_of(village),
            "profile": profile,
            "today": today,
            "numbers": counted,
            "limit_ratio": numbers.limit_ratio(today),
            "figures": village_head(request, village, counted, on=today),
            "running": Rectification.objects.visible_to(request.user).running(today).filter(village=village).first(),
            "events": timeline.events(village=village, user=request.user, today=today)[:EVENTS_SHOWN],
            "survey_year": due_year(today),
            "has_survey": VillageSurvey.objects.filter(village=village, year=due_year(today)).exists(),
            **rights(request, village),
        }
        return render(request, "villages/detail.html", context)


def numbers_of(request: HttpRequest, village: Village, *, on: dt.date) -> VillageNumbers:
    """The village's numbers of a day, of the households that the user may see."""
    return numbers.of_one(village, on=on, scope=request.user.scope(VIEW_HOUSEHOLDS))


class VillageTab(NeedsPermission, View):
    """A tab's content. Subclasses add what their template shows."""

    template_name: ClassVar[str]

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        village = visible_village(request, code)
        context = {
            "village": village,
            "poor": poor_village_of(village),
            "profile": profile_of(village),
            "today": clock.today(),
            **rights(request, village),
            **self.content(village),
        }
        return render(request, self.template_name, context)

    def content(self, village: Village) -> dict[str, Any]:
        """What the tab shows."""
        raise TypeError(f"{type(self).__name__} shows nothing")


class OverviewTab(VillageTab):
    """The profile, and poverty incidence at the end of each surveyed year."""

    template_name: ClassVar[str] = "villages/_overview.html"

    def content(self, village: Village) -> dict[str, Any]:
        today = clock.today()
        years = VillageSurvey.objects.filter(village=village, year__lte=today.year).order_by("-year")
        days = [min(dt.date(year, 12, 31), today) for year in years.values_list("year", flat=True)[:5]]
        shown = [(day, numbers_of(self.request, village, on=day), numbers.limit_ratio(day)) for day in days]
        return {
            "land": land_of(profile_of(village)),
            "years": [
                {
                    "day": day,
                    "numbers": counted,
                    "limit_ratio": limit,
                    "roll_url": households_url(village, roll_on=day),
                    "persons_url": households_url(village, roll_on=day, sum="persons"),
                }
                for day, counted, limit in shown
            ],
        }


def land_of(profile: VillageProfile | None) -> list[tuple[str, Any]]:
    """The kinds of land, without the unit, with their areas."""
    if profile is None:
        return []
    names = {
        "farmland_mu": _("Farmland"),
        "irrigated_mu": _("Irrigated land"),
        "forest_mu": _("Forest"),
        "returned_forest_mu": _("Farmland returned to forest"),
        "orchard_mu": _("Orchards"),
        "grassland_mu": _("Grassland"),
        "water_mu": _("Water surface"),
    }
    return [(label, getattr(profile, name)) for name, label in names.items()]


class SurveyTab(VillageTab):
    """Two years' surveys beside each other: `?year=` and `?with=`, otherwise the newest two."""

    template_name: ClassVar[str] = "villages/_survey.html"

    def content(self, village: Village) -> dict[str, Any]:
        surveys = {
            survey.year: survey
            for survey in VillageSurvey.objects.filter(village=village).select_related("recorded_by").order_by("-year")
        }
        known = list(surveys)
        newest = self.asked("year", known) or (known[0] if known else None)
        before = self.asked("with", known) or next((year for year in known if newest and year < newest), None)
        chosen = sorted({year for year in (newest, before) if year is not None})
        shown = [surveys[year] for year in chosen]
        return {
            "known": known,
            "chosen": chosen,
            "surveys": shown,
            "groups": comparing.compare(list(shown)) if shown else [],
            "due_year": due_year(clock.today()),
        }

    def asked(self, name: str, known: list[int]) -> int | None:
        """A year of the address, if there is a survey of it."""
        text = self.request.GET.get(name, "")
        return int(text) if text.isdecimal() and text.isascii() and int(text[:6]) in known else None


@dataclass(frozen=True)
class Line:
    """A number of households, of their persons, and where each opens."""

    label: Label
    households: int
    persons: int
    url: str
    persons_url: str


@dataclass(frozen=True)
class GroupLine:
    """A villagers' group: (number, where it opens) of households on file, on the roll, exited."""

    label: Label
    cells: list[tuple[int, str]]


class HouseholdsTab(VillageTab):
    """The village's households by status, tier, cause and group; each number opens its list."""

    template_name: ClassVar[str] = "villages/_households.html"
    permission: ClassVar[str] = VIEW_HOUSEHOLDS

    def content(self, village: Village) -> dict[str, Any]:
        today = clock.today()
        everybody = Household.objects.visible_to(self.request.user).filter(village=village)
        roll, on = everybody.filter(on_roll(today)), {"roll_on": today}
        tiers = {**dict(Tier.choices), "": _("without a tier")}
        causes = {**dict(PovertyCause.choices), "": _("not recorded")}
        return {
            "tables": [
                ("status", self.lines(village, everybody, "status", dict(HouseholdStatus.choices), "status", {})),
                ("tier", self.lines(village, roll, "tier", tiers, "tier", on)),
                ("cause", self.lines(village, roll, "main_cause", causes, "cause", on)),
            ],
            "groups": self.groups(village, everybody),
            "all_url": households_url(village),
            "roll_url": households_url(village, **on),
        }

    def lines(
        self,
        village: Village,
        households: QuerySet[Household],
        column: str,
        labels: dict[str, Any],
        param: str,
        kept: dict[str, Any],
    ) -> list[Line]:
        """One line a value that some household has, in the order of the labels."""
        today = clock.today()
        counts = dict(households.order_by().values_list(column).annotate(Count("pk")))
        people = Member.objects.present(today).filter(household__in=households.order_by().values("pk"))
        persons = dict(people.order_by().annotate(of=F(f"household__{column}")).values_list("of").annotate(Count("pk")))
        lines = []
        for value, label in labels.items():
            if not counts.get(value):
                continue
            asked = {**kept, param: value or NONE}
            lines.append(
                Line(
                    label,
                    counts[value],
                    persons.get(value, 0),
                    households_url(village, **asked),
                    households_url(village, **asked, sum="persons"),
                )
            )
        return lines

    def groups(self, village: Village, households: QuerySet[Household]) -> list[GroupLine]:
        """One line a group that has households."""
        today = clock.today()
        rows = households.order_by().values_list("group")
        counted = rows.annotate(
            Count("pk"),
            roll=Count("pk", filter=on_roll(today)),
            exited=Count("pk", filter=Q(status=HouseholdStatus.EXITED)),
        )
        counts = {group: numbers for group, *numbers in counted}
        names: dict[int | None, Any] = dict(village.children.order_by("path").values_list("pk", "name"))
        names[None] = _("without a group")
        asked: tuple[dict[str, Any], ...] = ({}, {"roll_on": today}, {"status": HouseholdStatus.EXITED.value})
        return [
            GroupLine(
                name,
                [
                    (number, households_url(village, group=group or NONE, **more))
                    for number, more in zip(counts[group], asked, strict=True)
                ],
            )
            for group, name in names.items()
            if group in counts
        ]


class ExitTab(VillageTab):
    """The list of poor villages, what speaks for striking off, rectifications."""

    template_name: ClassVar[str] = "villages/_exit.html"

    def content(self, village: Village) -> dict[str, Any]:
        today = clock.today()
        rows = Rectification.objects.filter(village=village).select_related("recorded_by", "closed_by")
        rectifications = list(rows.order_by("-starts_on", "-pk"))
        return {
            "numbers": numbers_of(self.request, village, on=today),
            "limit_ratio": numbers.limit_ratio(today),
            "rectifications": rectifications,
            "has_open": any(row.ends_on is None for row in rectifications),
        }


class HistoryTab(VillageTab):
    """Who changed what."""

    template_name: ClassVar[str] = "villages/_history.html"

    def content(self, village: Village) -> dict[str, Any]:
        return {"entries": history.entries(village)}
