"""Roles, grants and scopes: each role its permissions, each grant its days and its area, nothing beyond."""

import datetime as dt

import pytest
from django.utils import translation

from households.models import Household
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant
from jiangjin.areas.models import Area, AreaLevel, path_range
from jiangjin.audit.models import AuditEntry
from jiangjin.common import clock
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
YEAR_END = dt.date(2015, 12, 31)
DAY = dt.timedelta(days=1)

# What the platform and the household file let people do, as the office would tell it. Other apps add theirs.
ALLOWED = {
    "accounts.manage": {"account_admin"},
    "accounts.tokens": {"district_officer", "town_officer", "api_client", "account_admin"},
    "audit.view": {"auditor", "inspector", "district_officer"},
    "households.edit": {"helper", "village_team", "town_officer", "district_officer"},
    "households.manage": {"town_officer", "district_officer"},
    "households.reveal": {"village_team", "town_officer", "district_officer", "auditor"},
    "households.import": {"town_officer", "district_officer"},
    "households.evaluate": {"district_officer"},
}
# Who looks and changes nothing; who keeps accounts and sees no household.
ONLY_READ = [roles.DISTRICT_HEAD, roles.INSPECTOR, roles.AUDITOR, roles.API_CLIENT]
WRITES = ["households.edit", "households.manage", "households.import", "households.evaluate", "accounts.manage"]


@pytest.mark.parametrize("role", roles.ALL, ids=lambda role: role.code)
def test_a_role_may_what_is_attached_to_it_and_nothing_else(role):
    person = factories.user(role=role, unit=factories.unit())
    may = {permission.code for permission in roles.permissions if person.may(permission.code)}
    assert may == {permission.code for permission in roles.permissions if role.code in permission.roles}
    assert {code for code in may if code in ALLOWED} == {code for code, who in ALLOWED.items() if role.code in who}


@pytest.mark.parametrize("role", ONLY_READ, ids=lambda role: role.code)
def test_who_only_looks_changes_nothing(role):
    person = factories.user(role=role)
    assert not [code for code in WRITES if person.may(code)]


def test_the_account_administrator_sees_no_household(client):
    factories.household()
    person = factories.user(role=roles.ACCOUNT_ADMIN)
    assert not [p.code for p in roles.permissions if p.code.startswith("households.") and person.may(p.code)]
    assert not Household.objects.visible_to(person).exists()
    client.force_login(person)
    assert client.get("/households/").status_code == 403


def test_nobody_may_what_no_app_attached():
    person = factories.user(role=roles.DISTRICT_OFFICER, is_superuser=True)
    assert not person.may("households.burn")


def test_without_a_grant_there_is_nothing_not_even_for_a_superuser():
    factories.household()
    for person in (factories.user(), factories.user(is_superuser=True, is_staff=True)):
        assert not [permission.code for permission in roles.permissions if person.may(permission.code)]
        assert not Household.objects.visible_to(person).exists()


def test_every_role_says_in_both_languages_what_it_may():
    for role in roles.ALL:
        with translation.override("en"):
            english = (str(role.label), str(role.description))
        with translation.override("zh-hans"):
            chinese = (str(role.label), str(role.description))
        assert all(english)
        assert all(any("一" <= character <= "鿿" for character in text) for text in chinese), role.code


class TestDays:
    @pytest.mark.parametrize(
        ("first", "last", "works"),
        [
            (YEAR_END, None, True),
            (YEAR_END, YEAR_END, True),
            (YEAR_END - DAY, YEAR_END, True),
            (YEAR_END - DAY, YEAR_END - DAY, False),
            (YEAR_END + DAY, None, False),
        ],
        ids=["from today", "today only", "last day", "ended yesterday", "from tomorrow"],
    )
    def test_a_grant_holds_from_its_first_to_its_last_day(self, first, last, works):
        factories.household()
        person = factories.user()
        Grant.objects.create(
            user=person, role="district_officer", area=factories.county(), valid_from=first, valid_to=last
        )
        assert person.may("households.view") is works
        assert Household.objects.visible_to(person).exists() is works

    def test_it_ends_over_midnight_for_who_is_still_signed_in(self):
        person = factories.user()
        Grant.objects.create(
            user=person, role="district_officer", area=factories.county(), valid_from=YEAR_END, valid_to=YEAR_END
        )
        assert person.may("households.view")
        with clock.pin(YEAR_END + DAY):
            assert not person.may("households.view")

    def test_a_deactivated_user_holds_nothing(self):
        person = factories.user(role=roles.DISTRICT_OFFICER)
        person.is_active = False
        assert not person.may("households.view")


class TestAreas:
    def test_a_town_covers_its_villages_and_not_its_neighbours(self):
        here = factories.household(area=factories.village("复建村"))
        factories.household(area=factories.village("紫荆村"))
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
        assert list(Household.objects.visible_to(person)) == [here]
        scope = person.scope("households.view")
        assert scope.covers(factories.village("复建村").path)
        assert not scope.covers(factories.village("紫荆村").path)
        assert not scope.covers(factories.county().path)

    def test_a_village_is_not_covered_by_a_brother_whose_number_or_code_it_begins_with(self):
        """Areas number 7 and 70, codes 500116996 and 500116996201: a prefix in one, no prefix in the tree."""
        town = factories.town()
        short, long = Area.objects.all().add(
            [
                Area(parent=factories.county(), level=AreaLevel.TOWN, code="500116996", name="短码镇"),
                Area(parent=town, level=AreaLevel.VILLAGE, code="500116996201", name="长码村"),
            ]
        )
        household = factories.household(area=long)
        person = factories.user(role=roles.TOWN_OFFICER, area=short)
        assert long.code.startswith(short.code)
        assert not person.scope("households.view").covers(long.path)
        assert household not in Household.objects.visible_to(person)

    @pytest.mark.parametrize(
        ("path", "other"),
        [
            ("00000007", "00000070"),
            ("00000001", "00000010"),
            ("0000000100000009", "0000000100000090"),
            ("00000099", "00000100"),
        ],
    )
    def test_numbers_that_look_alike_are_not_under_one_another(self, path, other):
        low, high = path_range(path)
        assert low <= path < high
        assert low <= path + "00000001" < high
        assert not low <= other < high

    def test_two_grants_add_up_and_the_inner_one_disappears_in_the_outer(self):
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
        for area in (factories.village("复建村"), factories.town("嘉平镇")):
            Grant.objects.create(user=person, role="town_officer", area=area, valid_from=factories.START)
        expected = sorted([factories.town("白沙镇").path, factories.town("嘉平镇").path])
        assert list(person.scope("households.view").paths) == expected

    def test_a_permission_reaches_only_where_its_own_role_does(self):
        person = factories.user(role=roles.INSPECTOR, area=factories.county())
        Grant.objects.create(
            user=person, role="town_officer", area=factories.town("白沙镇"), valid_from=factories.START
        )
        assert person.scope("households.view").paths == (factories.county().path,)
        assert person.scope("households.edit").paths == (factories.town("白沙镇").path,)

    def test_a_helpers_grant_opens_no_area(self):
        mine, other = factories.household(), factories.household()
        person = factories.user(role=roles.HELPER)
        factories.assignment(mine, factories.helper(user=person))
        assert list(Household.objects.visible_to(person)) == [mine]
        assert not person.scope("households.view").covers(factories.village().path)
        assert other not in Household.objects.visible_to(person)

    def test_ones_own_page_tells_roles_areas_and_rights(self, client):
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
        client.force_login(person)
        client.cookies["django_language"] = "en"
        body = client.get("/account/").content.decode()
        assert "Town office" in body
        assert "白沙镇" in body
        assert "Import rosters" in body
        assert "Start exit evaluations" not in body


def test_looking_at_ones_own_page_changes_nothing(client):
    person = factories.user(role=roles.DISTRICT_OFFICER)
    client.force_login(person)
    before = AuditEntry.objects.count()
    client.get("/account/")
    assert AuditEntry.objects.count() == before
