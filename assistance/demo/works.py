"""Relocation, house repair and courses of the demo: sites, who moved, which houses were mended, who learnt what.

Runs before the other enrolments, which leave alone what stands here.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from assistance.demo.enrolment_days import Days, draw_days
from assistance.demo.enrolment_rows import write
from assistance.demo.known import YEAR
from assistance.demo.moved import Home, choose_learners, choose_moved, choose_repaired, homes, season
from assistance.demo.tables import table
from assistance.models import (
    Course,
    Enrolment,
    EnrolmentState,
    HouseRepair,
    Measure,
    PolicyClause,
    Relocation,
    RelocationMode,
    RepairMethod,
    ResettlementSite,
    SubsidyRate,
)
from households.models.conditions import HouseGrade
from jiangjin.accounts import roles
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.accounts.models import Grant
from jiangjin.areas.demo import JIANGJIN, DemoPlaces
from jiangjin.areas.models import Area, under
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from jiangjin.common.money import yuan_to_fen

ONE_DAY = dt.timedelta(days=1)
ARRIVAL = dt.timedelta(days=12)


def fill(context: DemoContext) -> Counts:
    """Make the county's sites, relocations, repairs and courses."""
    rates = enter_rates()
    places = context.get(DemoPlaces)
    known = homes(places.county, today=context.today)
    works = Works(context, known)
    sites = works.sites()
    moved = works.relocations(sites)
    repaired = works.repairs(moved)
    courses, learners = works.courses()
    return {
        "subsidy_rates": rates,
        "resettlement_sites": len(sites),
        "relocated_households": len(moved),
        "relocated_persons": works.persons_moved,
        "houses_repaired": repaired,
        "courses": courses,
        "course_participants": learners,
    }


def enter_rates() -> int:
    """Enter the subsidy rates that are not there yet; they rest on the shipped district's clauses, as the catalogue does."""
    words = table("works")
    measures = {measure.code: measure for measure in Measure.objects.all()}
    clauses = {
        (clause.document.code, clause.number): clause
        for clause in PolicyClause.objects.filter(document__area__code=JIANGJIN).select_related("document")
    }
    made = [
        SubsidyRate(
            measure=measures[row["measure"]],
            grade=row["grade"],
            amount_fen=yuan_to_fen(row["yuan"]),
            clause=clauses[tuple(row["clause"])],
            valid_from=measures[row["measure"]].valid_from,
        )
        for row in words["rates"]
        if not SubsidyRate.objects.filter(measure__code=row["measure"], grade=row["grade"]).exists()
    ]
    SubsidyRate.objects.bulk_create(made)
    return len(made)


class Works:
    """One county's works."""

    def __init__(self, context: DemoContext, known: list[Home]) -> None:
        self.context = context
        self.places: DemoPlaces = context.get(DemoPlaces)
        self.known = known
        self.rng = context.rng("works")
        self.words: dict[str, Any] = table("works")
        self.measures = {measure.code: measure for measure in Measure.objects.all()}
        self.rates = {(rate.measure_id, rate.grade): rate.amount_fen for rate in SubsidyRate.objects.all()}
        accounts = context.get(DemoAccounts)
        self.units = {unit.name: unit.pk for unit in accounts.departments}
        officer = accounts.officer.pk if accounts.officer is not None else None
        towns = dict(
            Grant.objects.filter(under(self.places.county.path, "area__path"), role=roles.TOWN_OFFICER.code)
            .order_by("pk")
            .values_list("area", "user")
        )
        # By village: who proposes, and who approves that.
        self.people = {
            village.pk: (towns.get(self.places.town_of(village).pk), officer) for village in self.places.villages
        }
        self.persons_moved = 0

    # --- relocation ---------------------------------------------------------------------------------------------------

    def sites(self) -> list[ResettlementSite]:
        """Sites in villages of mountain towns, poor ones first, a village each."""
        wanted = max(1, self.context.part_of(self.words["resettlement_sites"]))
        villages = [village for village in self.places.villages if self._is_mountain(village)]
        self.rng.shuffle(villages)
        villages.sort(key=lambda village: village.pk not in self.places.poor)
        names = self.rng.sample(self.words["site_names"], wanted)
        rows = []
        for village, name in zip(villages, names, strict=False):
            begun_on = dt.date(YEAR - 1, 9, 1) + dt.timedelta(days=self.rng.randrange(0, 100))
            opened_on = dt.date(YEAR, 3, 10) + dt.timedelta(days=self.rng.randrange(0, 60))
            rows.append(
                ResettlementSite(
                    village=village,
                    name=self.words["site_name"].format(name=name),
                    households_planned=self.rng.randrange(14, 36),
                    begun_on=begun_on,
                    opened_on=opened_on,
                )
            )
        return ResettlementSite.objects.bulk_create(rows)

    def relocations(self, sites: list[ResettlementSite]) -> list[Home]:
        """Who moved in the year before the exit, and who is still to move."""
        moved = choose_moved(self.rng, self.known, persons=self.context.part_of(self.words["persons_relocated"]))
        first, last = season(self.words, "relocation")
        by_town: dict[int, list[ResettlementSite]] = {}
        for site in sites:
            by_town.setdefault(site.village.parent_id or 0, []).append(site)
        enrolments, details, members = [], [], []
        for home in moved:
            until = home.until
            days = self._finished(home, first, min(last, until - dt.timedelta(days=40)), (30, 90))
            row = self._enrolment("relocation", home, EnrolmentState.DONE, days, unit="区国土房管局")
            people = home.present(days.done_on or until)
            row.amount_fen = yuan_to_fen(self.words["relocation_yuan_per_person"]) * len(people)
            near = [
                site
                for site in by_town.get(home.town, sites)
                if site.opened_on and site.opened_on <= (days.done_on or until)
            ]
            central = near and self.rng.random() < self.words["central_share"]
            enrolments.append(row)
            details.append(
                Relocation(
                    site=self.rng.choice(near) if central else None,
                    mode=RelocationMode.WHOLE_GROUP if self.rng.random() < 0.18 else RelocationMode.SINGLE,
                    house_area=Decimal(self.rng.randint(*self.words["house_area_per_person"]) * len(people)),
                    moved_on=days.done_on,
                    old_house_cleared_on=self._cleared(days.done_on),
                )
            )
            members.append(people)
            self.persons_moved += len(people)
        for home, state in self._still_to_move(moved):
            stored = self._days(home, first, last, state)
            if stored is None:
                continue
            enrolments.append(self._enrolment("relocation", home, state, stored, unit="区国土房管局"))
            details.append(Relocation(mode=RelocationMode.SINGLE))
            members.append([])
        write(enrolments)
        for row, detail in zip(enrolments, details, strict=True):
            detail.enrolment = row
        Relocation.objects.bulk_create(details)
        through = Relocation.members.through
        through._default_manager.bulk_create(
            through(relocation_id=detail.pk, member_id=person)
            for detail, people in zip(details, members, strict=True)
            for person in people
        )
        return moved

    def _still_to_move(self, moved: list[Home]) -> list[tuple[Home, str]]:
        """Households on the roll in dangerous houses: under way, approved, planned."""
        waiting = [home for home in self.known if not home.is_exited and home.was_dangerous and not home.is_mended]
        self.rng.shuffle(waiting)
        states = [
            state
            for state, count in self.words["relocation_open"].items()
            for _number in range(self.context.part_of(count))
        ]
        return list(zip(waiting, states, strict=False))

    def _cleared(self, moved_on: dt.date | None) -> dt.date | None:
        """Most old houses are cleared within some months; the others stand yet."""
        if moved_on is None or self.rng.random() > 0.7:
            return None
        return min(moved_on + dt.timedelta(days=self.rng.randrange(15, 90)), self.context.today)

    # --- house repair -------------------------------------------------------------------------------------------------

    def repairs(self, moved: list[Home]) -> int:
        """Houses that were mended and accepted before the exit. Returns how many."""
        count = self.context.part_of(self.words["houses_repaired"])
        chosen = choose_repaired(self.rng, self.known, moved, count=count)
        first, last = season(self.words, "house_repair")
        measure = self.measures["house-repair"]
        enrolments, details = [], []
        for home in chosen:
            grade = home.grades[0]
            days = self._finished(home, first, min(last, home.until - dt.timedelta(days=50)), (40, 120))
            row = self._enrolment("house-repair", home, EnrolmentState.DONE, days, unit="区城乡建委")
            row.amount_fen = self.rates[measure.pk, grade]
            row.note = self.rng.choice(self.words["repair_notes"])
            enrolments.append(row)
            size = len(home.present(home.until))
            details.append(
                HouseRepair(
                    grade=grade,
                    method=RepairMethod.REBUILD if grade == HouseGrade.D else RepairMethod.REPAIR,
                    house_area=Decimal(self.rng.randint(*self.words["house_area_per_person"]) * max(2, size)),
                    accepted_on=days.done_on,
                    accepted_by=self.rng.choice(self.words["acceptors"]),
                )
            )
        write(enrolments)
        for row, detail in zip(enrolments, details, strict=True):
            detail.enrolment = row
        HouseRepair.objects.bulk_create(details)
        return len(details)

    # --- courses ------------------------------------------------------------------------------------------------------

    def courses(self) -> tuple[int, int]:
        """Courses in each town, with who took part in them. Returns how many of both."""
        first, last = season(self.words, "course")
        measure = self.measures["skills-training"]
        courses: list[Course] = []
        taking: list[list[Enrolment]] = []
        for town in self.places.towns:
            for told in self.rng.sample(self.words["course_subjects"], self.rng.randint(*self.words["courses_a_town"])):
                starts_on = first + dt.timedelta(days=self.rng.randrange((last - first).days))
                starts_on += dt.timedelta(days=(7 - starts_on.weekday()) * (starts_on.weekday() > 4))
                ends_on = starts_on + dt.timedelta(days=max(1, told["hours"] // 8) - 1)
                course = Course(
                    area=town,
                    name=f"{town.name}{told['name']}",
                    subject=told["subject"],
                    unit_id=self.units.get(told["unit"]),
                    starts_on=starts_on,
                    ends_on=ends_on,
                    hours=told["hours"],
                )
                rows = self._learners(town, course, told, measure, [row for rows in taking for row in rows])
                if rows:
                    courses.append(course)
                    taking.append(rows)
        write([row for rows in taking for row in rows])
        Course.objects.bulk_create(courses)
        through = Course.enrolments.through
        through._default_manager.bulk_create(
            through(course_id=course.pk, enrolment_id=row.pk)
            for course, rows in zip(courses, taking, strict=True)
            for row in rows
        )
        return len(courses), sum(len(rows) for rows in taking)

    def _learners(
        self, town: Area, course: Course, told: dict[str, Any], measure: Measure, so_far: list[Enrolment]
    ) -> list[Enrolment]:
        taken = {row.member_id for row in so_far}
        wanted = self.context.part_of(self.rng.randint(*self.words["participants"])) or 1
        rows = []
        for home, person in choose_learners(self.rng, self.known, town=town.pk, count=3 * wanted):
            planned_on = max(
                course.starts_on - dt.timedelta(days=self.rng.randrange(12, 26)), home.registered_on + ARRIVAL
            )
            if planned_on > course.starts_on - dt.timedelta(days=4) or course.ends_on > home.until or person in taken:
                continue
            days = Days(planned_on, planned_on + 3 * ONE_DAY, course.starts_on, course.ends_on)
            row = self._enrolment("skills-training", home, EnrolmentState.DONE, days, unit=told["unit"])
            row.member_id, row.amount_fen = person, yuan_to_fen(self.words["training_yuan"])
            rows.append(row)
            if len(rows) == wanted:
                break
        return rows

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _finished(self, home: Home, first: dt.date, last: dt.date, span: tuple[int, int]) -> Days:
        """Done before the household's last day, hurried where it must."""
        earliest = max(first, home.registered_on + ARRIVAL)
        days = draw_days(
            self.rng,
            {"days": list(span)},
            first=min(earliest, home.until - dt.timedelta(days=12)),
            last=max(earliest + ONE_DAY, last),
            state=EnrolmentState.DONE,
            until=home.until,
        )
        if days is None:
            raise ValueError(f"household {home.pk}: no time for it")
        return days

    def _days(self, home: Home, first: dt.date, last: dt.date, state: str) -> Days | None:
        earliest = max(first, home.registered_on + ARRIVAL)
        return draw_days(
            self.rng,
            {"days": [60, 120]},
            first=earliest,
            last=max(last, earliest + ONE_DAY),
            state=state,
            until=self.context.today - ONE_DAY,
        )

    def _enrolment(self, code: str, home: Home, state: str, days: Days, *, unit: str) -> Enrolment:
        planner, approver = self.people[home.village]
        reached = [days.approved_on, days.started_on, days.done_on]
        return Enrolment(
            measure_id=self.measures[code].pk,
            household_id=home.pk,
            year=YEAR,
            state=state,
            unit_id=self.units.get(unit),
            planned_on=days.planned_on,
            planned_by_id=planner,
            approved_on=days.approved_on,
            approved_by_id=approver if days.approved_on is not None else None,
            started_on=days.started_on,
            done_on=days.done_on,
            version=1 + sum(day is not None for day in reached),
        )

    def _is_mountain(self, village: Area) -> bool:
        town = self.places.town_of(village).code[len(self.places.county.code) :]
        return town in self.words["mountain_towns"] and village.code[9:] >= "200"


parts.register(DemoPart(code="works", order=59, fill=fill))
