"""Business entities: entered, corrected, closed with their ties, opened again; who may."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from assistance.models import Business, BusinessLink
from assistance.services import businesses
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.assistance.businesses.situations import SINCE, TODAY, business, tied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
VALUES = {"kind": "cooperative", "name": "复建花椒合作社", "founded_on": dt.date(2014, 6, 1)}


@pytest.fixture
def officer():
    return factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town())


def found(by, *, village=None, **values):
    return businesses.found(village=village or factories.village(), values={**VALUES, **values}, by=by, today=TODAY)


def correct(row, by, *, version=1, reason="核对后更正", **changes):
    return businesses.correct(business=row, changes=changes, by=by, version=version, reason=reason, today=TODAY)


def close(row, by, *, on=TODAY, version=1, reason="注销"):
    return businesses.close(business=row, closed_on=on, by=by, version=version, reason=reason, today=TODAY)


def wrong(act, *args, **kwargs):
    """The fields of a refusal, or its code where it names none."""
    with pytest.raises(ValidationError) as error:
        act(*args, **kwargs)
    return list(error.value.error_dict) if hasattr(error.value, "error_dict") else error.value.code


def test_a_business_is_entered_with_its_entry_in_the_log(officer):
    made = found(officer, line="富硒花椒", in_charge="李建")
    assert Business.objects.active(TODAY).get() == made
    entry = AuditEntry.objects.get(model="assistance.business")
    assert (entry.action, entry.actor_name, entry.after["name"]) == ("created", "经办", VALUES["name"])
    assert entry.area_path == factories.village().path


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "bank"}, "kind"),
        ({"founded_on": TODAY + dt.timedelta(days=1)}, "founded_on"),
        ({"in_charge": "x" * 41}, "in_charge"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(officer, values, field):
    assert wrong(found, officer, **values) == [field]
    assert not Business.objects.exists()


def test_a_village_has_one_business_of_a_name(officer):
    found(officer)
    assert wrong(found, officer) == ["__all__"]
    assert found(officer, village=factories.village("河口村"))


def test_a_business_stands_in_a_village(officer):
    assert wrong(found, officer, village=factories.town()) == ["village"]


def test_it_is_corrected_with_a_reason(officer):
    made = business(name="旧名")
    correct(made, officer, name="新名", note="x")
    made.refresh_from_db()
    assert (made.name, made.version) == ("新名", 2)
    entry = AuditEntry.objects.get(model="assistance.business")
    assert (entry.before["name"], entry.after["name"], entry.reason) == ("旧名", "新名", "核对后更正")
    assert wrong(correct, made, officer, version=2, reason=" ", name="x") == ["reason"]
    assert wrong(correct, made, officer, version=1, name="x") == "conflict"


def test_it_was_not_founded_after_somebody_took_part(officer):
    made = business()
    tied(to=made)
    assert wrong(correct, made, officer, founded_on=SINCE + dt.timedelta(days=1)) == ["founded_on"]
    correct(made, officer, founded_on=SINCE)


def test_closing_ends_the_ties_that_hold(officer):
    made = business()
    holding, ended = tied(to=made), tied(to=made, ends_on=dt.date(2015, 6, 1), end_reason="退股")
    assert close(made, officer, on=dt.date(2015, 12, 1)) == 1
    made.refresh_from_db()
    holding.refresh_from_db()
    ended.refresh_from_db()
    assert (made.closed_on, made.close_reason, made.version) == (dt.date(2015, 12, 1), "注销", 2)
    assert (holding.ends_on, holding.version) == (dt.date(2015, 12, 1), 2)
    assert (ended.ends_on, ended.end_reason) == (dt.date(2015, 6, 1), "退股")
    assert not Business.objects.active(dt.date(2015, 12, 1)).exists()
    assert Business.objects.active(dt.date(2015, 11, 30)).exists()
    entry = AuditEntry.objects.get(model="assistance.businesslink")
    assert (entry.object_id, entry.reason, entry.household_id) == (holding.pk, "注销", holding.household_id)


def test_when_it_cannot_be_closed(officer):
    made = business()
    tied(to=made)
    assert wrong(close, made, officer, reason="") == ["reason"]
    assert wrong(close, made, officer, on=TODAY + dt.timedelta(days=1)) == ["closed_on"]
    assert wrong(close, made, officer, on=SINCE - dt.timedelta(days=1)) == ["closed_on"]
    assert wrong(close, business(), officer, on=dt.date(2012, 5, 3)) == ["__all__"]
    assert wrong(close, made, officer, version=9) == "conflict"
    close(made, officer)
    assert wrong(close, made, officer, version=2) == "closed"


def test_it_opens_again_without_its_ties(officer):
    made = business()
    link = tied(to=made)
    close(made, officer)
    again = businesses.reopen(business=made, by=officer, version=2, reason="误操作")
    link.refresh_from_db()
    assert (again.closed_on, again.close_reason, again.version) == (None, "", 3)
    assert link.ends_on == TODAY
    with pytest.raises(ValidationError):
        businesses.reopen(business=made, by=officer, version=3, reason="x")
    with pytest.raises(ValidationError):
        businesses.reopen(business=made, by=officer, version=3, reason="")


@pytest.mark.parametrize("role", [roles.HELPER, roles.DISTRICT_HEAD, roles.FINANCE, roles.INSPECTOR, roles.AUDITOR])
def test_who_keeps_no_businesses(role):
    made, user = business(), factories.user(role=role)
    for act in (
        lambda: found(user),
        lambda: correct(made, user, name="x"),
        lambda: close(made, user),
        lambda: businesses.reopen(business=made, by=user, version=1, reason="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Business.objects.get() == made


def test_everybody_keeps_those_of_their_own_area():
    village = factories.user(role=roles.VILLAGE_TEAM, area=factories.village())
    assert found(village)
    for area in ("河口村", "紫荆村"):
        with pytest.raises(PermissionDenied):
            found(village, village=factories.village(area))


def test_the_database_keeps_its_promises():
    made = business(name="同名")
    for broken in (
        lambda: business(name="同名"),
        lambda: Business.objects.filter(pk=made.pk).update(closed_on=TODAY),
        lambda: Business.objects.filter(pk=made.pk).update(closed_on=dt.date(2011, 1, 1), close_reason="x"),
        lambda: BusinessLink.objects.filter(pk=tied(to=made).pk).update(ends_on=TODAY),
        lambda: tied(to=made, share_fen=-1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
