"""Counting exit channels: distinct within a channel, never added; beside the same in plain Python, on invented populations."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.models import Batch, ExitChannel
from assistance.services import channel_counts
from assistance.services.channel_counts import batches_of, mask_of
from households.models import StatusEvent, StatusEventKind
from jiangjin.areas.models import under
from tests import factories
from tests.assistance.channels.situations import channel, event, exit_of, exited, members, of_all

pytestmark = pytest.mark.django_db
VILLAGES = ("复建村", "河口村", "紫荆村")


def exits(year: int = 2015, area=None):
    area = area or factories.county()
    return StatusEvent.objects.exits_in(year).filter(under(area.path, "household__village__path"))


def counts(**kwargs):
    return channel_counts.count(exits(**kwargs))


def test_a_mask_is_its_channels():
    assert batches_of(mask_of(["medical", "industry"])) == [Batch.INDUSTRY, Batch.MEDICAL]
    assert mask_of([]) == 0
    assert len({mask_of([batch]) for batch in Batch}) == len(Batch)


def test_whoever_has_two_channels_is_one_person_of_one_household():
    exit = exited(members=3)
    first, second, _third = members(exit)
    channel(exit, "industry", "medical", member=first)
    channel(exit, "industry", member=second)
    found = counts()
    assert (found.households, found.persons) == (1, 3)
    industry, medical = found.line(Batch.INDUSTRY), found.line(Batch.MEDICAL)
    assert (industry.households, industry.persons) == (1, 2)
    assert (medical.households, medical.persons) == (1, 1)
    assert (found.person_overlap.total, found.person_overlap.distinct, found.person_overlap.excess) == (3, 2, 1)
    assert (found.households_without, found.persons_without) == (0, 1)


def test_households_of_medical_aid_are_derived_and_not_in_the_sum():
    """The channel reports persons: its households are named as derived and stand outside the sum and the overlap."""
    both, only = exited(), exited()
    channel(both, "medical", "industry", "education")
    channel(only, "medical")
    found = counts()
    medical = found.line(Batch.MEDICAL)
    assert medical.is_derived
    assert (medical.reported_households, medical.households, medical.persons) == (None, 2, 2)
    assert not found.line(Batch.EDUCATION).is_derived
    assert found.line(Batch.EDUCATION).reported_households == 1
    overlap = found.household_overlap
    assert (overlap.total, overlap.distinct, overlap.excess) == (2, 1, 1)
    assert found.households_with_any == 2


def test_nothing_said_is_not_nothing():
    assert not counts().is_said
    exited()
    found = counts()
    assert not found.is_said
    assert (found.households, found.households_without, found.persons_without) == (1, 1, 2)


def test_a_household_without_a_channel_is_shown_beside_the_others():
    of_all(exited(members=2), "industry")
    exited(members=3)
    found = counts()
    assert (found.households, found.households_with_any, found.households_without) == (2, 1, 1)
    assert (found.persons, found.persons_without) == (5, 3)


def test_only_those_with_exactly_this_channel():
    of_all(exited(members=2), "industry")
    mixed = exited(members=2)
    of_all(mixed, "industry")
    channel(mixed, "medical")
    line = counts().line(Batch.INDUSTRY)
    assert (line.households, line.only_households) == (2, 1)
    assert (line.persons, line.only_persons) == (4, 3)


def test_combinations_come_the_most_frequent_first():
    for _number in range(2):
        of_all(exited(members=1), "industry", "medical")
    of_all(exited(members=1), "education")
    found = counts().combinations
    assert found == [([Batch.INDUSTRY, Batch.MEDICAL], 2, 2), ([Batch.EDUCATION], 1, 1)]


def test_an_exit_that_did_not_stand_counts_nowhere():
    exit = exited()
    channel(exit, "industry")
    event(exit.household, StatusEventKind.REMOVED, dt.date(2015, 12, 1))
    assert (counts().households, counts().is_said) == (0, False)


def test_a_year_counts_its_own_exits():
    """A household that exited twice has the channels of each exit."""
    first = exited(on=dt.date(2014, 12, 1))
    channel(first, "relocation")
    event(first.household, StatusEventKind.RELAPSED, dt.date(2015, 3, 1))
    second = exit_of(first.household, persons=2)
    channel(second, "industry")
    assert counts(year=2014).line(Batch.RELOCATION).persons == 1
    assert counts(year=2014).line(Batch.INDUSTRY).persons == 0
    assert [line.batch for line in counts().lines if line.persons] == [Batch.INDUSTRY]


def test_by_area_each_stands_for_itself_and_the_sum_is_the_area():
    of_all(exited(members=2), "industry")
    of_all(exited(members=1, area=factories.village("河口村")), "education", "industry")
    of_all(exited(members=3, area=factories.village("紫荆村")), "industry")
    county = factories.county()
    rows, total = channel_counts.by_child_area(exits(), parent=county)
    assert [(area.name, found.line(Batch.INDUSTRY).persons) for area, found in rows] == [("白沙镇", 3), ("嘉平镇", 3)]
    assert total == counts()
    rows, total = channel_counts.by_child_area(exits(area=factories.town()), parent=factories.town())
    assert {area.name: found.persons for area, found in rows} == {"复建村": 2, "河口村": 1}
    village = factories.village()
    rows, total = channel_counts.by_child_area(exits(area=village), parent=village)
    assert [(area, found.persons) for area, found in rows] == [(village, 2)]
    assert total.persons == 2


def test_it_is_one_statement_however_many(django_assert_num_queries):
    for _number in range(5):
        of_all(exited(), "industry", "medical")
    selected = exits()
    with django_assert_num_queries(1):
        channel_counts.count(selected)


# --- beside plain Python -----------------------------------------------------------------------------------
people = st.lists(st.sets(st.sampled_from(Batch.values)), min_size=1, max_size=4)
population = st.lists(st.tuples(st.sampled_from(VILLAGES), st.sampled_from([2014, 2015]), people), max_size=7)


def oracle(some, year, villages):
    """The same numbers by looping over households and persons."""
    there = [people for village, exited_in, people in some if exited_in == year and village in villages]
    batches = {}
    for batch in Batch.values:
        batches[batch] = (
            sum(any(batch in own for own in people) for people in there),
            sum(batch in own for people in there for own in people),
            sum(set().union(*people) == {batch} for people in there),
            sum(own == {batch} for people in there for own in people),
        )
    with_any = sum(any(people) for people in there)
    reported = sum(bool(set().union(*people) - {"medical"}) for people in there)
    combos = {}
    for people in there:
        if union := frozenset(set().union(*people)):
            combos.setdefault(union, [0, 0])[0] += 1
        for own in filter(None, people):
            combos.setdefault(frozenset(own), [0, 0])[1] += 1
    return {
        "households": len(there),
        "persons": sum(map(len, there)),
        "batches": batches,
        "household_sum": sum(batches[batch][0] for batch in Batch.values if batch != "medical"),
        "household_distinct": reported,
        "person_sum": sum(numbers[1] for numbers in batches.values()),
        "person_distinct": sum(bool(own) for people in there for own in people),
        "without": len(there) - with_any,
        "combinations": {key: tuple(value) for key, value in combos.items()},
    }


def counted(found):
    return {
        "households": found.households,
        "persons": found.persons,
        "batches": {
            line.batch.value: (line.households, line.persons, line.only_households, line.only_persons)
            for line in found.lines
        },
        "household_sum": found.household_overlap.total,
        "household_distinct": found.household_overlap.distinct,
        "person_sum": found.person_overlap.total,
        "person_distinct": found.person_overlap.distinct,
        "without": found.households_without,
        "combinations": {
            frozenset(batch.value for batch in batches): (households, persons)
            for batches, households, persons in found.combinations
        },
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=population)
def test_the_statement_and_plain_counting_agree(some):
    with transaction.atomic():
        for village, year, own in some:
            exit = exited(members=len(own), on=dt.date(year, 11, 20), area=factories.village(village))
            for member, batches in zip(members(exit), own, strict=True):
                channel(exit, *sorted(batches), member=member)
        found = {year: counted(counts(year=year)) for year in (2014, 2015)}
        town = counted(counts(area=factories.town()))
        rows, _total = channel_counts.by_child_area(exits(), parent=factories.county())
        by_town = {area.name: counted(each) for area, each in rows}
        transaction.set_rollback(True)
    assert found == {year: oracle(some, year, VILLAGES) for year in (2014, 2015)}
    assert town == oracle(some, 2015, VILLAGES[:2])
    for name, villages in (("白沙镇", VILLAGES[:2]), ("嘉平镇", VILLAGES[2:])):
        expected = oracle(some, 2015, villages)
        assert by_town.get(name) == (expected if expected["households"] else None)
    assert not ExitChannel.objects.exists()
