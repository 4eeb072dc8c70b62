"""Loading: alone in the register, the same from the same seed, whole or not at all."""

import hashlib
import io
import json
from collections.abc import Iterator
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from households.models import (
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    PovertyLine,
    RosterImport,
    StatusEvent,
    TierDecision,
)
from jiangjin.accounts.models import User
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditEntry
from jiangjin.common.demo import DemoPart, DemoRefused, parts
from supervision.services import loading_demo
from tests import factories
from villages.models import PoorVillage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
TINY = Fraction(1, 200)
# What tells two registers apart, by natural keys; row numbers and times are not the seed's.
TOLD = [
    (
        Household,
        "number village__code group__name attribute main_cause other_cause second_other_cause tier status status_on"
        " registered_on phone_digest bank_account_digest military_family only_child_family two_daughters_family note",
    ),
    (
        Member,
        "household__number name relation sex born_on ethnicity identity_digest joined_on joined_by left_on left_by",
    ),
    (MemberYear, "member__identity_digest year education schooling health labour work_place work_months on_allowance"),
    (IncomeStatement, "household__number year net_income_fen gross_income_fen disposable_income_fen reported_on"),
    (
        LivingConditions,
        "household__number year surveyed_on house_grade house_area_m2 water_safe farmland_mu in_cooperative",
    ),
    (StatusEvent, "household__number kind occurred_on persons cause reason evidence"),
    (TierDecision, "household__number tier decided_on reason"),
    (HelperAssignment, "household__number helper__name helper__unit__name helper__title starts_on ends_on end_reason"),
    (PoorVillage, "village__code evidence listed_on delisted_on"),
]


def rows() -> Iterator[str]:
    """Every row of the register as text, in an order that does not depend on row numbers."""
    for model, fields in TOLD:
        yield from sorted(map(repr, model.objects.order_by().values_list(*fields.split())))


def digest_of(seed: int) -> str:
    """The digest of the register that a seed makes; nothing of it stays."""
    with transaction.atomic():
        loading_demo.load(scale=1, seed=seed, share=TINY)
        told = list(rows())
        transaction.set_rollback(True)
    assert len(told) > 1000
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def last_line(*args: str) -> dict:
    """What a load_demo prints last."""
    out = io.StringIO()
    call_command("load_demo", *args, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_same_seed_makes_the_same_rows_and_another_others():
    assert digest_of(7) == digest_of(7) != digest_of(8)


def test_household_files_are_not_mixed_with_the_demo():
    factories.household()
    with pytest.raises(CommandError):
        call_command("load_demo", stdout=io.StringIO())
    assert not Household.objects.filter(is_demo=True).exists()


def a_roster() -> None:
    RosterImport.objects.create(area=factories.county(), original_name="a.xlsx", sha256="0" * 64)


@pytest.mark.parametrize(
    "make",
    [factories.helper, lambda: factories.user("district"), a_roster],
    ids=["helpers", "a user of the demo's name", "a roster"],
)
def test_other_data_refuse_the_demo(make):
    make()
    with pytest.raises(DemoRefused):
        loading_demo.load(scale=1, seed=1, share=TINY)
    assert not Household.objects.exists()


def test_a_poor_village_on_the_list_refuses_the_demo():
    PoorVillage.objects.create(village=factories.village(), evidence="certain", listed_on=factories.START)
    assert loading_demo.foreign_data(first=True)
    assert not loading_demo.foreign_data(first=False)


def test_if_empty_leaves_other_data_alone():
    factories.household()
    assert last_line("--if-empty") == {"loaded": False, "reason": "other data", "households": 1}


def test_if_empty_leaves_the_demo_alone():
    loading_demo.load(scale=1, seed=1, share=TINY)
    households = Household.objects.count()
    entries = AuditEntry.objects.count()
    assert last_line("--if-empty") == {"loaded": False, "reason": "demo", "households": households}
    assert last_line() == {"loaded": False, "made": 0, "found": 1}
    assert (Household.objects.count(), AuditEntry.objects.count()) == (households, entries)


def test_once_loaded_the_demo_is_refused_beside_what_came_since():
    loading_demo.load(scale=1, seed=1, share=TINY)
    factories.household()
    with pytest.raises(DemoRefused):
        loading_demo.load(scale=2, seed=1, share=TINY)


def test_a_second_county_is_invented_from_name_to_number():
    loading_demo.load(scale=1, seed=1, share=TINY)
    users = User.objects.count()
    loaded = loading_demo.load(scale=2, seed=1, share=TINY)
    assert (loaded.found, loaded.made) == ([0], [1])
    county = Area.objects.get(code="990001")
    own = Household.objects.in_area(county)
    assert own.count() == loaded.counts["households"] == Household.objects.count() / 2
    assert not Area.objects.under(county).exclude(vintage="demo").exists()
    assert User.objects.count() == users
    assert PoorVillage.objects.filter(evidence="placeholder").count() == 7 + 15
    digests = list(Member.objects.values_list("identity_digest", flat=True))
    assert len(set(digests)) == len(digests)
    assert loaded.counts["evaluation_met"] > 0


def test_counties_do_not_depend_on_how_many_are_made():
    with transaction.atomic():
        loading_demo.load(scale=1, seed=3, share=TINY)
        alone = sorted(Household.objects.values_list("number", "main_cause", "tier"))
        transaction.set_rollback(True)
    loading_demo.load(scale=2, seed=3, share=TINY)
    together = Household.objects.in_area(factories.county()).values_list("number", "main_cause", "tier")
    assert sorted(together) == alone


def test_a_county_is_there_whole_or_not_at_all(monkeypatch):
    def broken(_context):
        raise RuntimeError("killed")

    monkeypatch.setitem(parts._entries, "broken", DemoPart(code="broken", order=80, fill=broken))
    areas = Area.objects.count()
    with pytest.raises(RuntimeError, match="killed"):
        loading_demo.load(scale=1, seed=1, share=TINY)
    assert not Household.objects.exists()
    assert not User.objects.exists()
    assert Area.objects.count() == areas


def test_passwords_stay_when_another_database_is_filled(own_var):
    for _database in range(2):
        with transaction.atomic():
            loading_demo.load(scale=1, seed=1, share=TINY)
            logins = (own_var / "demo_logins.txt").read_text(encoding="utf-8")
            username, password = logins.split("\t")[:2]
            assert User.objects.get(username=username).check_password(password)
            transaction.set_rollback(True)
        assert (own_var / "demo_logins.txt").read_text(encoding="utf-8") == logins


def test_without_poverty_lines_there_is_no_demo():
    PovertyLine.objects.all().delete()
    with pytest.raises(DemoRefused):
        loading_demo.load(scale=1, seed=1, share=TINY)


@pytest.mark.parametrize("scale", ["0", "-1", "161", "many"])
def test_a_wrong_scale_is_refused(scale):
    with pytest.raises(CommandError):
        call_command("load_demo", "--scale", scale)
