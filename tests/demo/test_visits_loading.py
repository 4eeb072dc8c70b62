"""Loading the year of visits: the same from the same seed, county by county, and something on the list of whoever logs in."""

import hashlib
from fractions import Fraction

import pytest
from django.db import transaction

from assistance.models import Absence, FollowUp, Visit, VisitCheck, VisitRevision, VisitStandard, VisitState
from assistance.services import waiting
from households.models import Helper, Household
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditEntry
from jiangjin.common.demo import DEMO_DAY, DemoRefused
from supervision.services import loading_demo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var", "year_end")]
TINY = Fraction(1, 200)
# What tells two years apart, by natural keys.
TOLD = [
    (
        Visit,
        "client_id household__number helper__name visited_on method people_met income_trend health_trend housing_trend"
        " schooling_trend condition policy_explained money_fen goods goods_value_fen difficulty_kind difficulty confirmation"
        " recorded_by__username recorded_on is_backdated version withdrawn_reason",
    ),
    (VisitRevision, "visit__client_id version values reason changed_by__username"),
    (FollowUp, "visit__client_id text due_on done_on outcome done_by__username"),
    (Absence, "household__number starts_on ends_on reason"),
    (VisitCheck, "household__number month state visits counted_visits late_entries is_away"),
]


def digest_of(seed: int) -> str:
    """The digest of the year that a seed makes; nothing of it stays."""
    with transaction.atomic():
        loading_demo.load(scale=1, seed=seed, share=TINY)
        told = [
            repr(row) for model, fields in TOLD for row in sorted(model.objects.values_list(*fields.split()), key=repr)
        ]
        transaction.set_rollback(True)
    assert len(told) > 500
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def test_the_same_seed_makes_the_same_year_and_another_another():
    assert digest_of(7) == digest_of(7) != digest_of(8)


def test_a_second_county_has_visits_of_its_own():
    loading_demo.load(scale=1, seed=1, share=TINY)
    first = set(Visit.objects.values_list("client_id", flat=True))
    loaded = loading_demo.load(scale=2, seed=1, share=TINY)
    county = Area.objects.get(code="990001")
    own = Visit.objects.filter(household__in=Household.objects.in_area(county))
    assert own.count() == loaded.counts["visits"] == Visit.objects.count() - len(first) > 0
    assert not own.exclude(helper__town__path__startswith=county.path).exists()
    assert not own.exclude(recorded_by=None).exists(), "nobody has a login there"
    checked = VisitCheck.objects.filter(household__in=Household.objects.in_area(county))
    assert checked.count() == 12 * Household.objects.in_area(county).count()


def test_the_county_is_accounted_for_in_one_entry():
    loaded = loading_demo.load(scale=1, seed=1, share=TINY)
    (entry,) = AuditEntry.objects.filter(action="created")
    assert entry.after["visits"] == loaded.counts["visits"]
    assert not AuditEntry.objects.filter(model__startswith="assistance.").exists()


def test_without_a_visit_standard_there_is_no_demo():
    VisitStandard.objects.all().delete()
    with pytest.raises(DemoRefused):
        loading_demo.load(scale=1, seed=1, share=TINY)
    assert not Household.objects.exists()


def test_who_logs_in_finds_something_on_the_list():
    """Enough of the district that each of the three helpers has all households that are theirs."""
    loading_demo.load(scale=1, seed=1, share=Fraction(1, 5))
    standings = {}
    for helper in Helper.objects.exclude(user=None).select_related("user"):
        rows = waiting.households(Household.objects.visible_to(helper.user), on=DEMO_DAY)
        standings[helper.user.username] = waiting.standing(rows)
    one, two, three = (standings[name] for name in ("helper1", "helper2", "helper3"))
    assert (one.households, one.to_visit, one.met, one.missed_before) == (5, 2, 3, 1)
    assert (two.households, two.to_visit, two.met) == (2, 1, 1)
    assert (three.households, three.to_visit, three.met) == (1, 0, 1)
    helper1 = Helper.objects.get(user__username="helper1").user
    promises = FollowUp.objects.visible_to(helper1)
    assert promises.late(DEMO_DAY).count() >= 2
    assert promises.open().filter(due_on__gt=DEMO_DAY).exists()
    assert not VisitCheck.objects.filter(state=VisitState.PENDING).exists()
