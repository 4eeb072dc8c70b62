"""The list of poor villages: the district office puts on it and strikes off, with a day and a reason."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.villages import village_files
from tests.villages.village_files import LISTED, december
from villages.models import PoorVillage
from villages.services import poor_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)


@pytest.fixture
def district():
    return factories.user(name="周明远", role=roles.DISTRICT_OFFICER)


def enlist(by, **kwargs):
    kwargs.setdefault("listed_on", LISTED)
    kwargs.setdefault("source", "渝扶组发〔2014〕1号")
    return poor_list.enlist(
        village=factories.village(), evidence=kwargs.pop("evidence", "certain"), by=by, today=TODAY, **kwargs
    )


def strike_off(row, by, **kwargs):
    kwargs.setdefault("delisted_on", december(28))
    kwargs.setdefault("reason", "达标")
    return poor_list.strike_off(
        poor_village=row, by=by, version=kwargs.pop("version", row.version), today=TODAY, **kwargs
    )


def field_codes(refusal):
    if not hasattr(refusal.value, "error_dict"):
        return refusal.value.code
    return {name: errors[0].code for name, errors in refusal.value.error_dict.items()}


def test_put_on_the_list(district):
    row = enlist(district, planned_exit_year=2015)
    assert (row.listed_on, row.listed_by, row.planned_exit_year, row.version) == (LISTED, district, 2015, 1)
    entry = AuditEntry.objects.get()
    assert (entry.actor_name, entry.area_path) == ("周明远", factories.village().path)


def test_once_only(district):
    enlist(district)
    with pytest.raises(ValidationError) as refusal:
        enlist(district)
    assert field_codes(refusal) == "listed"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"listed_on": dt.date(2016, 1, 1)}, "listed_on"),
        ({"source": " 。"}, "source"),
        ({"evidence": "rumour"}, "evidence"),
        ({"planned_exit_year": 1900}, "planned_exit_year"),
    ],
)
def test_what_is_refused(district, values, field):
    with pytest.raises(ValidationError) as refusal:
        enlist(district, **values)
    assert field in field_codes(refusal)
    assert not PoorVillage.objects.exists()


def test_struck_off_with_a_day_and_a_reason(district):
    row = strike_off(enlist(district), district)
    assert (row.delisted_on, row.delisted_reason, row.delisted_by, row.version) == (
        december(28),
        "达标",
        district,
        2,
    )
    entry = AuditEntry.objects.get(action="changed")
    assert entry.reason == "达标"
    assert entry.before["delisted_on"] is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"delisted_on": LISTED - dt.timedelta(days=1)}, {"delisted_on": "order"}),
        ({"delisted_on": dt.date(2016, 1, 1)}, {"delisted_on": "future"}),
        ({"reason": "  "}, {"reason": "reason"}),
        ({"version": 7}, "conflict"),
    ],
)
def test_a_striking_off_that_is_refused(district, values, expected):
    row = enlist(district)
    with pytest.raises(ValidationError) as refusal:
        strike_off(row, district, **values)
    assert field_codes(refusal) == expected
    row.refresh_from_db()
    assert (row.delisted_on, row.version) == (None, 1)


def test_on_the_day_of_the_listing_at_the_earliest(district):
    assert strike_off(enlist(district), district, delisted_on=LISTED).delisted_on == LISTED


def test_not_twice(district):
    row = strike_off(enlist(district), district)
    with pytest.raises(ValidationError) as refusal:
        strike_off(row, district)
    assert field_codes(refusal) == "struck_off"


def test_taken_back_with_a_reason(district):
    row = strike_off(enlist(district), district)
    with pytest.raises(ValidationError):
        poor_list.take_back(poor_village=row, reason=" ", by=district, version=2)
    row = poor_list.take_back(poor_village=row, reason="公示有异议", by=district, version=2)
    assert (row.delisted_on, row.delisted_reason, row.delisted_by, row.version) == (None, "", None, 3)
    entry = AuditEntry.objects.order_by("pk").last()
    assert (entry.reason, entry.before["delisted_reason"]) == ("公示有异议", "达标")
    with pytest.raises(ValidationError) as refusal:
        poor_list.take_back(poor_village=row, reason="x", by=district, version=3)
    assert field_codes(refusal) == "listed"


def test_the_entry_is_corrected(district):
    row = enlist(district, evidence="implied")
    row = poor_list.correct(
        poor_village=row,
        changes={"evidence": "confirmed", "listed_on": LISTED + dt.timedelta(days=3)},
        by=district,
        version=1,
        reason="找到文件",
        today=TODAY,
    )
    assert (row.evidence, row.listed_on.day, row.version) == ("confirmed", 23, 2)
    strike_off(row, district)
    with pytest.raises(ValidationError) as refusal:
        poor_list.correct(
            poor_village=row, changes={"listed_on": december(29)}, by=district, version=3, reason="x", today=TODAY
        )
    assert field_codes(refusal) == {"listed_on": "order"}


@pytest.mark.parametrize("role", [roles.VILLAGE_TEAM, roles.TOWN_OFFICER, roles.DISTRICT_HEAD, roles.INSPECTOR])
def test_nobody_but_the_district_office(role):
    user = factories.user(role=role)
    with pytest.raises(PermissionDenied):
        enlist(user)
    row = village_files.poor()
    for act in (
        lambda: strike_off(row, user),
        lambda: poor_list.take_back(poor_village=row, reason="x", by=user, version=1),
        lambda: poor_list.correct(poor_village=row, changes={}, by=user, version=1, reason="x", today=TODAY),
    ):
        with pytest.raises(PermissionDenied):
            act()
