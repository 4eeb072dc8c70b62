"""The SQL of the completeness check beside the same rules in plain Python, on invented villages, as of any day."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.models import StatusEvent, StatusEventKind
from households.models.household import REGISTERED
from households.models.status import STATUS_AFTER
from tests import factories
from tests.villages.posts import situations
from villages.models import PoorVillage, PostKind, PostStandard, SupportGroupMember
from villages.models.post_standard import NORMS as NUMBERS
from villages.rules import post_check
from villages.rules.post_check import CHECKED, NORMS

pytestmark = pytest.mark.django_db
START = dt.date(2014, 11, 1)
DAYS = 560  # until May 2016
VILLAGES = ["复建村", "紫荆村", "关胜村"]
EXACT = {"support_groups", "first_secretaries", "teams"}
Span = tuple[int, int | None]


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def within(number: int, span: Span) -> bool:
    return span[0] <= number and (span[1] is None or number <= span[1])


@dataclass(frozen=True)
class Family:
    """A household: registered on a day, what happened to it, who helped it (helper, span)."""

    registered: int
    events: list[tuple[str, int]]
    helpers: list[tuple[int, Span]]


@dataclass(frozen=True)
class Place:
    """A village: on the list, and its spans of everything. Leaders by number; members with the team they belong to."""

    listed: int
    delisted: int | None
    leaders: list[tuple[int, Span]]
    groups: list[Span]
    secretaries: list[Span]
    teams: list[Span]
    members: list[tuple[int, Span]]
    officials: list[Span]
    commissioners: list[Span]
    families: list[Family]


@dataclass(frozen=True)
class Expected:
    """What the check must say of a place."""

    counts: dict[str, int]
    on_roll: int
    missing: set[str] = field(default_factory=set)


def on_roll(family: Family, number: int) -> bool:
    told = [STATUS_AFTER[kind] for kind, on in family.events if on <= number]
    return family.registered <= number and (told[-1] if told else REGISTERED[0]) in REGISTERED


def expected(place: Place, number: int, norms: dict[str, int]) -> Expected | None:
    """The rules, written again; None for a village that is not asked."""
    year = day(number).year
    if place.listed > number or (place.delisted is not None and day(place.delisted).year < year):
        return None

    def now(spans: list[Span]) -> int:
        return sum(within(number, span) for span in spans)

    teams = [index for index, span in enumerate(place.teams) if within(number, span)]
    there = [family for family in place.families if on_roll(family, number)]
    helped = [
        family
        for family in there
        if len({who for who, span in family.helpers if within(number, span)}) >= norms["helpers"]
    ]
    counts = {
        "leaders": len({who for who, span in place.leaders if within(number, span)}),
        "support_groups": now(place.groups),
        "first_secretaries": now(place.secretaries),
        "teams": len(teams),
        "team_members": sum(team in teams and within(number, span) for team, span in place.members),
        "graduate_officials": now(place.officials),
        "technology_commissioners": now(place.commissioners),
        "helpers": len(helped),
    }
    missing = {
        code
        for code, count in counts.items()
        if code != "helpers" and ((count != norms[code] and norms[code] > 0) if code in EXACT else count < norms[code])
    }
    if len(helped) < len(there):
        missing.add("helpers")
    return Expected(counts, len(there), missing)


spans = st.builds(
    lambda first, length: (first, None if length is None else first + length),
    st.integers(0, DAYS),
    st.one_of(st.none(), st.integers(0, 300)),
)


@st.composite
def apart(draw, most: int) -> list[Span]:
    """Spans that do not overlap; the last may be open."""
    cuts = sorted(draw(st.lists(st.integers(0, DAYS), max_size=2 * most, unique=True)))
    found: list[Span] = [(first, last) for first, last in zip(cuts[::2], cuts[1::2], strict=False)]
    if len(cuts) % 2:
        found.append((cuts[-1], None))
    return found


@st.composite
def families(draw) -> Family:
    registered = draw(st.integers(0, DAYS))
    events = [(StatusEventKind.REGISTERED, registered)]
    for kind in draw(
        st.sampled_from([[], ["exit_prepared"], ["exit_prepared", "exited"], ["exited", "relapsed"], ["removed"]])
    ):
        events.append((kind, events[-1][1] + draw(st.integers(0, 200))))
    helpers = [(who, span) for who in range(3) for span in draw(apart(1))]
    return Family(registered, events if draw(st.booleans()) else events[:1], helpers)


@st.composite
def places(draw) -> Place:
    listed = draw(st.integers(0, 400))
    teams = draw(apart(2))
    members = st.tuples(st.integers(0, len(teams) - 1), spans)
    return Place(
        listed,
        draw(st.one_of(st.none(), st.integers(listed, DAYS))),
        [(who, span) for who in range(3) for span in draw(apart(1))],
        draw(apart(2)),
        draw(apart(2)),
        teams,
        draw(st.lists(members, max_size=3)) if teams else [],
        draw(st.lists(spans, max_size=2)),
        draw(st.lists(spans, max_size=2)),
        draw(st.lists(families(), max_size=3)),
    )


def dates(span: Span) -> dict:
    return {"starts_on": day(span[0]), "ends_on": day(span[1]) if span[1] is not None else None}


def store(name: str, place: Place, leaders: list, helpers: list) -> PoorVillage:
    made = situations.poor(
        name, listed_on=day(place.listed), delisted_on=day(place.delisted) if place.delisted is not None else None
    )
    village = made.village
    for who, span in place.leaders:
        situations.link(leaders[who], village, **dates(span))
    for span in place.groups:
        situations.group(village, **dates(span))
    for span in place.secretaries:
        situations.post(village=village, **dates(span))
    teams = [situations.team(village, **dates(span)) for span in place.teams]
    for position, (team, span) in enumerate(place.members):
        situations.post(PostKind.TEAM_MEMBER, f"队员{position}", team=teams[team], **dates(span))
    for kind, held in (("graduate_official", place.officials), ("technology_commissioner", place.commissioners)):
        for span in held:
            situations.post(kind, village=village, **dates(span))
    for family in place.families:
        kind, on = family.events[-1]
        household = factories.household(
            area=village, registered_on=day(family.registered), status=STATUS_AFTER[kind], status_on=day(on)
        )
        StatusEvent.objects.bulk_create(
            StatusEvent(household=household, kind=kind, occurred_on=day(on), persons=1, reason="x", cause="01")
            for kind, on in family.events
        )
        for who, span in family.helpers:
            factories.assignment(household, helpers[who], **dates(span))
    return made


norms = st.fixed_dictionaries({name: st.integers(0, 2) for name in NUMBERS})


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=st.lists(places(), min_size=3, max_size=3), asked=st.integers(0, DAYS), numbers=norms)
def test_the_check_says_what_the_rules_say(made, asked, numbers):
    with transaction.atomic():
        leaders = [situations.leader(f"领导{number}") for number in range(3)]
        helpers = [factories.helper(f"帮扶{number}") for number in range(3)]
        stored = {store(name, place, leaders, helpers).pk: place for name, place in zip(VILLAGES, made, strict=True)}
        standard = PostStandard(valid_from=START, basis="x", **numbers)
        statement = post_check.checked(PoorVillage.objects.all(), on=day(asked), standard=standard)
        rows = {row[0]: dict(zip(CHECKED, row, strict=True)) for row in statement.rows()}
        for key, place in stored.items():
            wanted = expected(place, asked, numbers)
            assert (key in rows) == (wanted is not None)
            if wanted is not None:
                row = rows[key]
                assert {norm.code: row[norm.code] for norm in NORMS} == wanted.counts
                assert (row["on_roll"], row["missing"]) == (wanted.on_roll, len(wanted.missing))
                assert {norm.code for norm in NORMS if not row[f"has_{norm.code}"]} == wanted.missing
        transaction.set_rollback(True)
    assert not SupportGroupMember.objects.exists()
