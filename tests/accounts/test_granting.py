"""Who may give which role, and how it ends."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from jiangjin.accounts import roles, services
from jiangjin.accounts.models import Grant
from jiangjin.audit.models import AuditEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
YEAR_END = dt.date(2015, 12, 31)


def grant(*, user, by, area=None, role="town_officer", **kwargs) -> Grant:
    kwargs.setdefault("valid_from", YEAR_END)
    return services.grant_role(user=user, role=role, area=area or factories.town("白沙镇"), by=by, **kwargs)


@pytest.fixture
def administrator():
    """The account administrator of the district."""
    return factories.user("accounts", role=roles.ACCOUNT_ADMIN)


def test_the_administrator_gives_a_role_and_it_is_logged(administrator):
    person = factories.user()
    made = grant(user=person, by=administrator)
    assert person.may("households.import")
    assert made.granted_by == administrator
    entry = AuditEntry.objects.get(model="accounts.grant")
    assert (entry.action, entry.actor_id, entry.area_path) == ("created", administrator.pk, made.area.path)
    assert entry.after["role"] == "town_officer"


def test_an_administrator_of_a_town_gives_roles_there_only():
    administrator = factories.user(role=roles.ACCOUNT_ADMIN, area=factories.town("白沙镇"))
    person = factories.user()
    grant(user=person, by=administrator, area=factories.village("复建村"))
    for area in (factories.county(), factories.town("嘉平镇"), factories.village("紫荆村")):
        with pytest.raises(PermissionDenied):
            grant(user=person, by=administrator, area=area)
    assert Grant.objects.filter(user=person).count() == 1


def test_nobody_gives_roles_to_themselves(administrator):
    with pytest.raises(PermissionDenied):
        grant(user=administrator, by=administrator, role="district_officer")


@pytest.mark.parametrize(
    "role", [role for role in roles.ALL if role != roles.ACCOUNT_ADMIN], ids=lambda role: role.code
)
def test_nobody_else_gives_roles(role):
    with pytest.raises(PermissionDenied):
        grant(user=factories.user(), by=factories.user(role=role))


def test_a_superuser_and_the_system_may():
    grant(user=factories.user(), by=factories.user(is_superuser=True))
    grant(user=factories.user(), by=None)
    assert AuditEntry.objects.filter(model="accounts.grant").count() == 2


def test_who_shall_keep_accounts_comes_into_the_admin(administrator, client, djangos_own_templates):
    person = factories.user()
    client.force_login(person)
    assert client.get("/admin/", follow=True).status_code == 403
    grant(user=person, by=administrator, role="account_admin", area=factories.county())
    assert 'href="/admin/"' in client.get("/account/").content.decode()
    assert client.get("/admin/", follow=True).status_code != 403
    assert AuditEntry.objects.get(model="accounts.user", action="changed").after == {"is_staff": True}


def test_a_role_ends_on_its_last_day_and_stays_known(administrator):
    person = factories.user()
    made = grant(user=person, by=administrator, valid_from=YEAR_END - dt.timedelta(days=9))
    services.end_grant(grant=made, on=YEAR_END - dt.timedelta(days=1), by=administrator, reason="moved")
    assert not type(person).objects.get(pk=person.pk).may("households.view")
    entry = AuditEntry.objects.get(model="accounts.grant", action="changed")
    assert (entry.before, entry.after, entry.reason) == ({"valid_to": None}, {"valid_to": "2015-12-30"}, "moved")


def test_a_role_is_not_ended_by_who_may_not_give_it(administrator):
    made = grant(user=factories.user(), by=administrator)
    for person in (factories.user(role=roles.DISTRICT_OFFICER), made.user):
        with pytest.raises(PermissionDenied):
            services.end_grant(grant=made, on=YEAR_END, by=person, reason="")


@pytest.mark.parametrize(
    "values",
    [{"role": "emperor"}, {"valid_to": YEAR_END - dt.timedelta(days=1)}],
    ids=["no such role", "ends before it begins"],
)
def test_what_makes_no_sense_is_refused(administrator, values):
    with pytest.raises(ValidationError):
        grant(user=factories.user(), by=administrator, **values)


def test_the_same_role_is_not_held_twice_at_once(administrator):
    person = factories.user()
    first = grant(user=person, by=administrator)
    with pytest.raises(ValidationError):
        grant(user=person, by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=person, role=first.role, area=first.area, valid_from=YEAR_END)
    services.end_grant(grant=first, on=YEAR_END, by=administrator, reason="")
    grant(user=person, by=administrator, valid_from=YEAR_END + dt.timedelta(days=1))


def test_the_database_refuses_a_grant_that_ends_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=factories.user(),
            role="helper",
            area=factories.county(),
            valid_from=YEAR_END,
            valid_to=YEAR_END - dt.timedelta(days=1),
        )


class TestWhoseAccount:
    """A new password opens all that its user may."""

    def test_within_the_area(self, administrator):
        assert services.may_manage(by=administrator, user=factories.user(role=roles.TOWN_OFFICER))
        assert services.may_manage(by=administrator, user=factories.user())

    def test_not_beyond_it(self):
        administrator = factories.user(role=roles.ACCOUNT_ADMIN, area=factories.town("白沙镇"))
        assert services.may_manage(
            by=administrator, user=factories.user(role=roles.VILLAGE_TEAM, area=factories.village("复建村"))
        )
        assert not services.may_manage(by=administrator, user=factories.user(role=roles.DISTRICT_OFFICER))

    def test_not_ones_own_and_not_a_superusers(self, administrator):
        assert not services.may_manage(by=administrator, user=administrator)
        assert not services.may_manage(by=administrator, user=factories.user(is_superuser=True))

    def test_not_without_the_role(self):
        assert not services.may_manage(by=factories.user(role=roles.DISTRICT_OFFICER), user=factories.user())

    def test_a_password_that_somebody_else_chose_must_be_changed(self, administrator):
        person = factories.user()
        services.set_password(user=person, password="chosen-by-the-office-1", by=administrator)
        assert person.must_change_password
        services.set_password(user=person, password="chosen-by-myself-99", by=person)
        assert not person.must_change_password
