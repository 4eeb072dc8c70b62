"""Days and reasons: registration, tiers, exits, returns, removals."""

import datetime as dt
import random

from households.demo.incomes import Income
from households.demo.living import GONE, relapse_cause
from households.demo.people import YEAR
from households.demo.planned import PlannedEvent, PlannedHousehold, PlannedTier, working_day
from households.demo.tables import table
from households.demo.yearly_facts import is_able
from households.models import (
    Health,
    HouseGrade,
    HouseholdStatus,
    MemberChange,
    Schooling,
    StatusEventKind,
    Tier,
)
from jiangjin.areas.demo import DemoPlaces

# From the rubric's points (a project assumption): from 9 on tier A, from 4 on tier B.
TIER_A, TIER_B = 9, 4
HEALTH_POINTS: dict[str, int] = {Health.SERIOUS: 3, Health.DISABLED: 2, Health.CHRONIC: 1}
HOUSE_POINTS: dict[str, int] = {HouseGrade.D: 3, HouseGrade.C: 2}
BETTER = {Tier.A: Tier.B, Tier.B: Tier.C, Tier.C: Tier.C}
WORSE = {Tier.A: Tier.A, Tier.B: Tier.A, Tier.C: Tier.B}


class Calendar:
    """Days that a village's households share: two of registration, three on which exits were approved."""

    def __init__(self, rng: random.Random, places: DemoPlaces) -> None:
        self.rng = rng
        self.registrations = {}
        self.exits = {}
        self.tiers = {}
        for village in places.villages:
            # A poor village leaves the list in the last days of the year, when its households have.
            last = dt.date(YEAR, 12, 18 if village.pk in places.poor else 29)
            self.registrations[village.pk] = [
                working_day(rng, dt.date(YEAR - 1, 5, 12), dt.date(YEAR - 1, 10, 24)) for _each in range(2)
            ]
            self.exits[village.pk] = [working_day(rng, dt.date(YEAR, 10, 12), last) for _each in range(3)]
            self.tiers[village.pk] = working_day(rng, dt.date(YEAR, 3, 16), dt.date(YEAR, 4, 24))


def set_registration(rng: random.Random, household: PlannedHousehold, calendar: Calendar) -> None:
    """The day of registration: 2014, or early in 2015 where the roll was adjusted."""
    late = {HouseholdStatus.EXITED: 3, HouseholdStatus.ON_ROLL: 11}.get(HouseholdStatus(household.status), 0)
    if rng.randrange(100) < late and household.situation not in ("withdrawn",):
        household.registered_on = working_day(rng, dt.date(YEAR, 1, 12), dt.date(YEAR, 3, 13))
    else:
        household.registered_on = rng.choice(calendar.registrations[household.village.pk])


def set_history(rng: random.Random, household: PlannedHousehold, calendar: Calendar) -> None:
    """Status events, and the days of surveys and statements that lie before what they are the reason of."""
    phrases = table("phrases")
    late = household.registered_on.year == YEAR
    events = [
        PlannedEvent(
            StatusEventKind.REGISTERED,
            household.registered_on,
            phrases["registered_late" if late else "registered"],
            phrases["prepared_evidence"],
        )
    ]
    surveyed = working_day(rng, dt.date(YEAR, 10, 12), dt.date(YEAR, 12, 11))
    reported = working_day(rng, dt.date(YEAR, 12, 1), dt.date(YEAR, 12, 29))
    if household.status == HouseholdStatus.EXITED:
        exit_on = rng.choice(calendar.exits[household.village.pk])
        surveyed, reported = _days_before(rng, exit_on, 32, 50), _days_before(rng, exit_on, 25, 31)
        events.append(_prepared(_days_before(rng, exit_on, 10, 24)))
        events.append(_exited(rng, exit_on))
    elif household.status == HouseholdStatus.PRE_EXIT or household.situation == "withdrawn":
        prepared_on = working_day(rng, dt.date(YEAR, 11, 30), dt.date(YEAR, 12, 15))
        surveyed, reported = _days_before(rng, prepared_on, 10, 30), _days_before(rng, prepared_on, 1, 9)
        events.append(_prepared(prepared_on))
        if household.situation == "withdrawn":
            withdrawn_on = working_day(rng, dt.date(YEAR, 12, 17), dt.date(YEAR, 12, 30))
            events.append(PlannedEvent(StatusEventKind.EXIT_WITHDRAWN, withdrawn_on, phrases["withdrawn"]))
    elif household.status == HouseholdStatus.RELAPSED:
        before = working_day(rng, dt.date(YEAR - 1, 12, 8), dt.date(YEAR - 1, 12, 26))
        events.append(PlannedEvent(StatusEventKind.EXITED, before, phrases["exited_before"]))
        cause = relapse_cause(household)
        relapsed_on = working_day(rng, dt.date(YEAR, 6, 1), dt.date(YEAR, 11, 20))
        events.append(PlannedEvent(StatusEventKind.RELAPSED, relapsed_on, phrases["relapsed"][cause], cause=cause))
    elif household.status in GONE:
        events.append(_gone(rng, household))
    household.events = events
    household.status_on = events[-1].on
    household.reported_on = {
        YEAR - 1: max(household.registered_on, working_day(rng, dt.date(YEAR - 1, 12, 1), dt.date(YEAR - 1, 12, 31))),
        YEAR: reported,
    }
    for year, survey in household.surveys.items():
        earlier = working_day(rng, dt.date(YEAR - 1, 10, 27), dt.date(YEAR - 1, 12, 26))
        survey.surveyed_on = surveyed if year == YEAR else earlier
    for event in events:
        # Who leaves on the day of the event was still counted in it.
        event.persons = len(household.present(event.on)) or household.size


def set_tiers(rng: random.Random, household: PlannedHousehold, calendar: Calendar, *, line: int) -> None:
    """The first decision by points, and a second one for a few."""
    phrases = table("phrases")
    points = _points(household, line=line)
    tier = Tier.A if points >= TIER_A else Tier.B if points >= TIER_B else Tier.C
    first = max(calendar.tiers[household.village.pk], household.registered_on + dt.timedelta(days=7))
    household.tiers = [PlannedTier(tier, first, phrases["tier_first"].format(score=points))]
    if rng.randrange(100) < 6 and household.status not in GONE:
        better = household.status == HouseholdStatus.EXITED
        second = (BETTER if better else WORSE)[tier]
        if second != tier:
            again = working_day(rng, dt.date(YEAR, 7, 6), dt.date(YEAR, 8, 14))
            household.tiers.append(PlannedTier(second, again, phrases["tier_better" if better else "tier_worse"]))


def _points(household: PlannedHousehold, *, line: int) -> int:
    before = household.incomes.get(YEAR - 1, Income())
    facts = [person.years[YEAR] for person in household.people if YEAR in person.years]
    facts = facts or [person.years[YEAR - 1] for person in household.people if YEAR - 1 in person.years]
    able = sum(map(is_able, facts))
    points = max(0, (line - before.net // household.size) * 6 // line)
    points += 4 if not able else 2 if len(facts) > 3 * able else 0
    points += sum(HEALTH_POINTS.get(each.health, 0) for each in facts)
    points += any(each.schooling >= Schooling.SENIOR_1 for each in facts)
    survey = household.surveys.get(YEAR - 1)
    grade = survey.house_grade if survey else ""
    return points + HOUSE_POINTS.get(grade, 0)


def _prepared(on: dt.date) -> PlannedEvent:
    phrases = table("phrases")
    return PlannedEvent(StatusEventKind.EXIT_PREPARED, on, phrases["exit_prepared"], phrases["prepared_evidence"])


def _exited(rng: random.Random, on: dt.date) -> PlannedEvent:
    phrases = table("phrases")
    evidence = phrases["exit_evidence"].format(year=on.year, number=on.timetuple().tm_yday)
    return PlannedEvent(StatusEventKind.EXITED, on, rng.choice(phrases["exited"]), evidence)


def _gone(rng: random.Random, household: PlannedHousehold) -> PlannedEvent:
    """Removed, dissolved or moved out during 2015; of the last two nobody is left, and no facts of the year are on file."""
    phrases = table("phrases")
    on = working_day(rng, dt.date(YEAR, 4, 13), dt.date(YEAR, 8, 28))
    left_by = {HouseholdStatus.DISSOLVED: MemberChange.DEATH, HouseholdStatus.MOVED_OUT: MemberChange.OTHER_OUT}
    for person in household.people:
        person.years.pop(YEAR)
        if household.status in left_by:
            person.left_on, person.left_by = on, left_by[HouseholdStatus(household.status)]
    household.surveys.pop(YEAR)
    reasons = phrases[str(household.status)]
    reason = rng.choice(reasons) if isinstance(reasons, list) else reasons
    return PlannedEvent(household.status, on, reason, phrases["review_evidence"])


def _days_before(rng: random.Random, day: dt.date, least: int, most: int) -> dt.date:
    return working_day(rng, day - dt.timedelta(days=most), day - dt.timedelta(days=least))
