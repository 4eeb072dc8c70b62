"""The demo's exit channels and businesses, of a small district: whom they fit, what they leave out; the same from the same seed."""

import datetime as dt
import hashlib
import random
from fractions import Fraction

import pytest
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from hypothesis import given
from hypothesis import strategies as st

from assistance.demo.drawing import draw, exchanged, in_order, shared_sizes
from assistance.models import Batch, Business, BusinessGain, BusinessKind, BusinessLink, ExitChannel
from assistance.services import channel_counts, cooperative_survey, gains
from households.models import (
    Health,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    Schooling,
    StatusEvent,
)
from jiangjin.areas.models import Area, under
from jiangjin.common.demo import DEMO_DAY
from supervision.services import loading_demo
from tests.small_district import SmallDistrict

TINY = Fraction(1, 200)


class ChannelsTest(SmallDistrict):
    def exits(self):
        return StatusEvent.objects.exits_in(2015)

    def members_of(self, batch):
        return Member.objects.filter(exit_channels__batch=batch)

    def test_every_channel_is_of_a_member_on_the_day_of_a_standing_exit(self):
        rows = ExitChannel.objects.all()
        assert rows.count() == self.loaded.counts["exit_channels"] > 300
        assert not rows.exclude(exit__in=self.exits()).exists()
        assert not rows.exclude(household=F("exit__household")).exists()
        assert not rows.exclude(household=F("member__household")).exists()
        gone = Q(member__joined_on__gt=F("exit__occurred_on")) | Q(member__left_on__lte=F("exit__occurred_on"))
        assert not rows.filter(gone).exists()

    def test_nearly_everybody_has_a_channel_and_the_channels_overlap(self):
        counts = channel_counts.count(self.exits())
        assert 0 < counts.households_without < counts.households / 50
        assert counts.households_with_any > counts.households * 0.97
        assert counts.household_overlap.excess > counts.households * 0.1
        assert all(line.persons for line in counts.lines)

    def test_who_has_medical_aid_is_ill(self):
        ill = MemberYear.objects.filter(year=2015, health__in=[Health.CHRONIC, Health.SERIOUS], member=OuterRef("pk"))
        assert self.members_of(Batch.MEDICAL).exists()
        assert not self.members_of(Batch.MEDICAL).filter(~Exists(ill)).exists()

    def test_households_of_education_have_students(self):
        taught = Household.objects.filter(exit_channels__batch=Batch.EDUCATION).distinct()
        students = MemberYear.objects.filter(
            year=2015, schooling__gte=Schooling.PRIMARY, member__household=OuterRef("pk")
        )
        assert taught.exists()
        assert not taught.filter(~Exists(students)).exists()

    def test_relocated_households_come_from_mountain_towns_only(self):
        towns = set(
            ExitChannel.objects.filter(batch=Batch.RELOCATION).values_list(
                "household__village__parent__code", flat=True
            )
        )
        assert towns
        assert {code[6:] for code in towns} <= {"106", "107", "112", "113", "114", "115", "120", "123", "125"}

    def test_households_that_live_on_wages_have_somebody_who_works(self):
        at_work = MemberYear.objects.filter(year=2015, member__household=OuterRef("pk")).exclude(work_place="")
        employed = Household.objects.filter(exit_channels__batch=Batch.EMPLOYMENT).distinct()
        assert employed.exists()
        assert not employed.filter(~Exists(at_work)).exists()
        assert self.members_of(Batch.EMPLOYMENT).filter(Exists(at_work_of_member())).exists()

    def test_the_safety_net_is_that_of_the_household_file(self):
        marked = Household.objects.filter(status="exited", attribute__in=["02", "03"])
        netted = Household.objects.filter(exit_channels__batch=Batch.SAFETY_NET).distinct()
        assert set(netted) == set(marked)
        assert (
            self.members_of(Batch.SAFETY_NET).count()
            == Member.objects.filter(household__in=marked, left_on=None).count()
        )

    def test_whole_households_but_for_employment_and_medical_aid(self):
        for batch in (Batch.INDUSTRY, Batch.RELOCATION, Batch.EDUCATION, Batch.SAFETY_NET):
            for exit in (
                self.exits()
                .filter(channels__batch=batch)
                .annotate(count=Count("channels", filter=Q(channels__batch=batch)))
            ):
                assert exit.count == exit.persons, (batch, exit)

    # --- businesses --------------------------------------------------------------------------------------
    def test_businesses_are_there_before_their_ties_and_nothing_is_later_than_the_demo(self):
        assert Business.objects.count() == self.loaded.counts["businesses"] > 0
        assert not Business.objects.filter(founded_on__gt=DEMO_DAY).exists()
        ties = BusinessLink.objects.all()
        assert ties.count() == self.loaded.counts["business_links"]
        assert not ties.filter(starts_on__lt=F("business__founded_on")).exists()
        assert not ties.filter(starts_on__lt=F("household__registered_on")).exists()
        assert not ties.filter(starts_on__gt=DEMO_DAY).exists()
        assert not BusinessGain.objects.filter(Q(reported_on__gt=DEMO_DAY) | Q(gain_fen__lte=0)).exists()
        assert not ties.exclude(tie="share").exclude(share_fen=None).exists()
        assert not ties.filter(tie="land", land_mu=None).exists()

    def test_exactly_the_surveyed_households_are_tied_to_a_cooperative(self):
        surveyed = LivingConditions.objects.filter(year=2015, in_cooperative=True)
        tied = BusinessLink.objects.active(DEMO_DAY).filter(business__kind=BusinessKind.COOPERATIVE)
        assert set(tied.values_list("household", flat=True)) == set(surveyed.values_list("household", flat=True))
        assert surveyed.count() == self.loaded.counts["cooperative_members"] > 20
        assert not cooperative_survey.disagreeing(Household.objects.all(), year=2015).exists()
        later = Q(starts_on__gt=F("household__conditions__surveyed_on"), household__conditions__year=2015)
        assert not tied.filter(later).exists(), "surveyed in one before it took part"

    def test_gains_are_on_average_what_they_shall_be_and_never_more_than_the_income(self):
        found = gains.of_year(BusinessGain.objects.filter(link__business__kind="cooperative"), 2015)
        assert 3050 < found.mean_yuan < 3120
        incomes = dict(IncomeStatement.objects.filter(year=2015).values_list("household", "net_income_fen"))
        by_household: dict[int, int] = {}
        for household, fen in BusinessGain.objects.values_list("link__household", "gain_fen"):
            by_household[household] = by_household.get(household, 0) + fen
        assert all(fen < incomes[household] for household, fen in by_household.items() if household in incomes)
        assert BusinessLink.objects.filter(gains=None).exists(), "some have not reported yet"


def at_work_of_member():
    """The member works away from the farm."""
    return MemberYear.objects.filter(year=2015, member=OuterRef("pk")).exclude(work_place="")


TOLD = [
    (ExitChannel, "household__number member__identity_digest batch"),
    (Business, "kind name village__code line in_charge founded_on closed_on"),
    (BusinessLink, "business__name household__number tie starts_on share_fen land_mu contract"),
    (BusinessGain, "link__business__name link__household__number link__tie year gain_fen reported_on basis"),
]


def digest_of(seed: int) -> str:
    """The digest of what a seed makes; nothing of it stays."""
    with transaction.atomic():
        loading_demo.load(scale=1, seed=seed, share=TINY)
        told = [
            repr(row) for model, fields in TOLD for row in sorted(model.objects.values_list(*fields.split()), key=repr)
        ]
        transaction.set_rollback(True)
    assert len(told) > 100
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@pytest.mark.django_db
@pytest.mark.usefixtures("own_var", "year_end")
def test_the_same_seed_makes_the_same_and_another_another():
    assert digest_of(7) == digest_of(7) != digest_of(8)


@pytest.mark.django_db
@pytest.mark.usefixtures("own_var", "year_end")
def test_a_second_county_has_its_own():
    loading_demo.load(scale=2, seed=1, share=TINY)
    county = Area.objects.get(code="990001")
    here = under(county.path, "household__village__path")
    assert ExitChannel.objects.filter(here).exists()
    assert not BusinessLink.objects.filter(here).exclude(under(county.path, "business__village__path")).exists()
    assert BusinessLink.objects.filter(here).exists()
    assert not ExitChannel.objects.filter(here).exclude(recorded_by=None).exists(), "nobody has a login there"


@pytest.mark.django_db
@pytest.mark.usefixtures("own_var", "year_end")
def test_businesses_that_were_there_refuse_the_demo():
    village = Area.objects.villages().first()
    Business.objects.create(kind="cooperative", name="x", village=village, founded_on=dt.date(2012, 1, 1))
    assert loading_demo.foreign_data(first=True)
    assert not loading_demo.foreign_data(first=False)


# --- drawing -----------------------------------------------------------------------------------------------
class Box:
    def __init__(self, size: int) -> None:
        self.size = size


boxes = st.lists(st.integers(min_value=1, max_value=6).map(Box), min_size=1, max_size=40)


@given(some=boxes, seed=st.integers(0, 5), count=st.integers(0, 40), total=st.integers(0, 200))
def test_a_drawing_has_the_number_and_where_it_can_the_sum(some, seed, count, total):
    chosen = draw(random.Random(seed), some, lambda box: box.size, count=count, total=total)
    assert len(chosen) == min(count, len(some))
    assert len({id(box) for box in chosen}) == len(chosen)
    sizes = sorted(box.size for box in some)
    smallest, largest = sum(sizes[: len(chosen)]), sum(sizes[len(sizes) - len(chosen) :])
    found = sum(box.size for box in chosen)
    if not smallest <= total <= largest:
        assert found == (smallest if total < smallest else largest)
    elif set(sizes) == set(range(min(sizes), max(sizes) + 1)):
        assert abs(found - total) <= 5


def test_who_weighs_nothing_is_never_drawn():
    some = [Box(1), Box(2)]
    assert in_order(random.Random(1), some, lambda box: box.size - 1) == [some[1]]


def test_an_exchange_moves_no_more_than_is_missing():
    inside, outside = [Box(2), Box(2)], [Box(3), Box(6)]
    assert sorted(box.size for box in exchanged(inside, outside, missing=1)) == [2, 3]
    assert sorted(box.size for box in exchanged(inside, outside, missing=5)) == [3, 6]
    assert exchanged(inside, outside, missing=-3) == inside


@given(
    limits=st.lists(st.tuples(st.integers(0, 3), st.integers(3, 6)), min_size=1, max_size=12),
    total=st.integers(0, 80),
    seed=st.integers(0, 3),
)
def test_shared_sizes_keep_their_limits_and_reach_the_sum_where_they_can(limits, total, seed):
    numbers = shared_sizes(random.Random(seed), limits, [4] * len(limits), total=total)
    assert all(least <= number <= most for number, (least, most) in zip(numbers, limits, strict=True))
    smallest, largest = sum(least for least, _most in limits), sum(most for _least, most in limits)
    assert sum(numbers) == min(max(total, smallest), largest)
