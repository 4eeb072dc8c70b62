"""The households of a county as the demo of their enrolments looks at them, and what each qualifies for by the rules."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistance.demo.known import YEAR
from assistance.models import BusinessLink, EligibilityState, Enrolment, ExitChannel, Measure, MeasureTarget
from assistance.rules.visit_facts import GONE
from assistance.services import gaps
from households.models import Household, HouseholdStatus, Member, PovertyAttribute, StatusEvent
from jiangjin.areas.models import Area, under


@dataclass(slots=True, eq=False)
class EnrolledPerson:
    """A member, with what they qualify for (codes of measures)."""

    pk: int
    age: int
    joined_on: dt.date
    left_on: dt.date | None
    schooling: str = ""
    health: str = ""
    labour: str = ""
    qualifies: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class EnrolledHousehold:
    """A household. `ends_on`: the first day on which nothing is begun any more (exit, removal); None: it goes on.

    channels: of its exit, the persons by batch. has: (measure, member or None) that others have written already. ties: the
    business by its kind.
    """

    pk: int
    village: int
    status: str
    attribute: str
    registered_on: dt.date
    ends_on: dt.date | None
    farmland: bool = False
    qualifies: set[str] = field(default_factory=set)
    people: list[EnrolledPerson] = field(default_factory=list)
    channels: dict[str, list[int]] = field(default_factory=dict)
    has: set[tuple[str, int | None]] = field(default_factory=set)
    ties: dict[str, tuple[int, dt.date]] = field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        return self.status in GONE

    @property
    def is_supported(self) -> bool:
        """Whether the file says that it lives on an allowance."""
        return self.attribute in (PovertyAttribute.ALLOWANCE, PovertyAttribute.FIVE_GUARANTEES)


def enrolled_households(county: Area, measures: Sequence[Measure], *, today: dt.date) -> list[EnrolledHousehold]:
    """All of the county, in the order of their numbers."""
    found = _households(county)
    _add_people(county, found)
    _add_eligibility(county, found, measures, today=today)
    here = under(county.path, "household__village__path")
    for household, batch, member in (
        ExitChannel.objects.filter(here).order_by("pk").values_list("household_id", "batch", "member_id")
    ):
        found[household].channels.setdefault(batch, []).append(member)
    for household, member, code in (
        Enrolment.objects.standing().filter(here).values_list("household_id", "member_id", "measure__code")
    ):
        found[household].has.add((code, member))
    links = BusinessLink.objects.filter(here, ends_on=None).order_by("pk")
    for household, business, kind, since in links.values_list(
        "household_id", "business_id", "business__kind", "starts_on"
    ):
        found[household].ties.setdefault(kind, (business, since))
    return list(found.values())


def _households(county: Area) -> dict[int, EnrolledHousehold]:
    exits = StatusEvent.objects.exits_in(YEAR).filter(under(county.path, "household__village__path")).order_by()
    exited = dict(exits.values_list("household_id", "occurred_on"))
    found = {}
    columns = ["pk", "village_id", "status", "attribute", "registered_on", "status_on"]
    for pk, *row, status_on in Household.objects.in_area(county).order_by("number").values_list(*columns):
        village, status, attribute, registered_on = row
        ends_on = exited.get(pk) or (status_on if status in GONE else None)
        found[pk] = EnrolledHousehold(pk, village, status, attribute, registered_on, ends_on)
        if status == HouseholdStatus.EXITED and ends_on is None:
            found[pk].ends_on = status_on
    return found


def _add_people(county: Area, found: dict[int, EnrolledHousehold]) -> None:
    members = Member.objects.filter(under(county.path, "household__village__path"))
    members = members.order_by("household", "relation", "born_on", "pk")
    for pk, household, born_on, joined_on, left_on in members.values_list(
        "pk", "household_id", "born_on", "joined_on", "left_on"
    ):
        found[household].people.append(EnrolledPerson(pk, YEAR - born_on.year, joined_on, left_on))


def _add_eligibility(
    county: Area, found: dict[int, EnrolledHousehold], measures: Sequence[Measure], *, today: dt.date
) -> None:
    """By the rules themselves. Nothing that was written already takes a right away."""
    people = {person.pk: person for household in found.values() for person in household.people}
    wanted = (EligibilityState.LACKS, EligibilityState.HAS)
    for target, asked, rows in gaps.judged_rows(Household.objects.in_area(county), as_of=today, measures=measures):
        for facts, states in rows:
            codes = {measure.code for measure, state in zip(asked, states, strict=True) if state in wanted}
            if target == MeasureTarget.HOUSEHOLD:
                found[facts["household_id"]].qualifies = codes
                found[facts["household_id"]].farmland = bool(facts["farmland_mu"])
            else:
                person = people[facts["member_id"]]
                person.qualifies = codes
                person.schooling = facts["schooling"] or ""
                person.health = facts["health"] or ""
                person.labour = facts["labour"] or ""
