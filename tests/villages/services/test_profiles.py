"""The lasting part of a village's file; the phone of its head is sealed."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from households.services import personal
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from villages.models import VillageProfile
from villages.services import profiles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
PHONE, OTHER = "13800001234", "13900005678"


@pytest.fixture
def team():
    return factories.user(role=roles.VILLAGE_TEAM, area=factories.village())


def edit(by, values, **kwargs):
    return profiles.edit(village=kwargs.pop("village", factories.village()), values=values, by=by, **kwargs)


def test_the_phone_is_sealed_masked_and_not_logged(team):
    row = edit(team, {"head_name": "陈祥松", "phone": PHONE, "farmland_mu": Decimal("1166.9")})
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM villages_villageprofile")
        assert PHONE not in cursor.fetchone()[0]
    row = VillageProfile.objects.get()
    assert (row.phone, row.phone_masked, row.recorded_by) == (PHONE, "138****1234", team)
    edit(team, {"phone": OTHER}, reason="换号")
    row.refresh_from_db()
    assert (row.phone, row.phone_masked, row.version) == (OTHER, "139****5678", 2)
    logged = [str(value) for value in AuditEntry.objects.values_list("before", "after")]
    assert not any(PHONE in text or OTHER in text for text in logged)
    assert AuditEntry.objects.get(action="changed").after == {"phone_masked": "139****5678"}


def test_the_same_again_changes_nothing(team):
    edit(team, {"terrain": "hills", "phone": PHONE})
    row = edit(team, {"terrain": "hills", "phone": PHONE})
    assert (row.version, AuditEntry.objects.count()) == (1, 1)


def test_who_comes_second_is_told(team):
    edit(team, {"terrain": "hills"}, version=0)
    edit(team, {"terrain": "plain"}, version=1)
    for version in (0, 1):
        with pytest.raises(ValidationError) as refusal:
            edit(team, {"terrain": "mountains"}, version=version)
        assert refusal.value.code == "conflict"
    assert VillageProfile.objects.get().terrain == "plain"


@pytest.mark.parametrize(
    "values",
    [{"latitude": Decimal("29.1")}, {"latitude": Decimal(91), "longitude": Decimal(0)}, {"terrain": "swamp"}],
)
def test_what_cannot_be_is_refused(team, values):
    with pytest.raises(ValidationError):
        edit(team, values)
    assert not VillageProfile.objects.exists()


def test_another_village_is_not_theirs(team):
    with pytest.raises(PermissionDenied):
        edit(team, {"terrain": "hills"}, village=factories.village("紫荆村"))


class TestRevealing:
    @pytest.fixture
    def row(self, team):
        return edit(team, {"phone": PHONE})

    def test_with_a_reason_and_logged(self, team, row):
        assert personal.reveal(obj=row, field="phone", by=team, reason="通知开会") == PHONE
        entry = AuditEntry.objects.get(action="revealed")
        assert (entry.model, entry.reason, entry.after) == ("villages.villageprofile", "通知开会", {"field": "phone"})

    def test_not_to_who_may_not_see_numbers(self, row):
        for role in (roles.INSPECTOR, roles.DISTRICT_HEAD, roles.FINANCE):
            with pytest.raises(PermissionDenied):
                personal.reveal(obj=row, field="phone", by=factories.user(role=role), reason="x")
        stranger = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
        with pytest.raises(PermissionDenied):
            personal.reveal(obj=row, field="phone", by=stranger, reason="x")

    def test_only_what_is_sealed(self, team, row):
        with pytest.raises(ValueError, match="head_name"):
            personal.reveal(obj=row, field="head_name", by=team, reason="x")
