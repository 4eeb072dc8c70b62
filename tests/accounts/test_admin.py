"""Django's admin: reference data and accounts only, for who keeps them, every change in the log."""

import datetime as dt
import re

import pytest
from django.apps import apps
from django.contrib import admin

from households.models import PovertyLine
from jiangjin.accounts import roles, services
from jiangjin.accounts.models import Grant, Unit, User
from jiangjin.accounts.scoping import Scoped
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditEntry
from jiangjin.common.personal import EncryptedTextField
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end", "djangos_own_templates")]
YEAR_END = dt.date(2015, 12, 31)
PASSWORD = "given-out-by-the-office-1"
STANDARDS = [
    "assistance/difficultystandard",
    "households/povertyline",
    "villages/villagestandard",
    "villages/poststandard",
]
LISTS = ["accounts/user", "accounts/unit", "areas/area", *STANDARDS]


@pytest.fixture
def superuser(client):
    """A superuser, signed in."""
    person = factories.user("root", is_superuser=True, is_staff=True)
    client.force_login(person)
    return person


@pytest.fixture
def administrator(client):
    """The account administrator of the district, signed in."""
    person = factories.user("accounts", role=roles.ACCOUNT_ADMIN, is_staff=True)
    client.force_login(person)
    return person


def form_values(client, address: str) -> dict:
    """What a browser would send back from a form as it stands."""
    page = client.get(address)
    values = {}
    context = page.context["adminform"].form
    for name, field in context.fields.items():
        values[name] = context[name].value() if context[name].value() is not None else ""
        if field.disabled or values[name] is False:
            del values[name]
    for formset in page.context.get("inline_admin_formsets", []):
        inner = formset.formset
        for bound in [inner.management_form, *inner.forms]:
            for name in bound.fields:
                value = bound[name].value()
                values[bound.add_prefix(name)] = value if value is not None else ""
    return values


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("pk").last()


class TestWhoComesIn:
    def test_only_reference_data_and_accounts_are_there(self):
        models = {model._meta.label_lower for model in admin.site._registry}
        assert models == {name.replace("/", ".") for name in LISTS}

    def test_nothing_with_people_of_the_register_may_ever_be(self):
        for model in admin.site._registry:
            assert not issubclass(model, Scoped), model
            assert not [f for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)], model
        assert len([model for model in apps.get_models() if issubclass(model, Scoped)]) > 5

    @pytest.mark.parametrize("address", ["/admin/", "/admin/login/", *(f"/admin/{name}/" for name in LISTS)])
    def test_a_stranger_is_asked_to_sign_in_at_the_one_door(self, client, address):
        assert client.get(address)["Location"].startswith("/login/?next=/admin/")

    @pytest.mark.parametrize("role", [role for role in roles.ALL if role != roles.ACCOUNT_ADMIN], ids=lambda r: r.code)
    @pytest.mark.parametrize("staff", [True, False], ids=["staff", "not staff"])
    def test_no_other_role_comes_in(self, client, role, staff):
        client.force_login(factories.user(role=role, is_staff=staff))
        for name in ["", *(f"{name}/" for name in LISTS)]:
            answer = client.get(f"/admin/{name}", follow=True)
            assert answer.status_code == 403, name

    def test_the_role_alone_is_not_enough_and_neither_is_the_mark(self, client):
        for person in (factories.user(role=roles.ACCOUNT_ADMIN), factories.user(is_staff=True)):
            client.force_login(person)
            assert client.get("/admin/", follow=True).status_code == 403

    @pytest.mark.parametrize("name", LISTS)
    def test_superusers_and_account_administrators_read_all_of_it(self, client, superuser, name):
        assert client.get(f"/admin/{name}/").status_code == 200
        client.force_login(factories.user(role=roles.ACCOUNT_ADMIN, is_staff=True))
        assert client.get(f"/admin/{name}/").status_code == 200

    @pytest.mark.parametrize("name", ["areas/area", *STANDARDS])
    def test_reference_data_is_changed_by_superusers_only(self, client, administrator, name):
        app_label, model = name.split("/")
        first = apps.get_model(app_label, model).objects.first()
        assert client.get(f"/admin/{name}/add/").status_code == 403
        assert client.post(f"/admin/{name}/{first.pk}/change/", {}).status_code == 403
        assert client.post(f"/admin/{name}/{first.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_it_has_no_password_page_of_its_own(self, client, administrator):
        assert client.get("/admin/password_change/")["Location"] == "/password/"
        assert client.get("/admin/login/")["Location"] == "/admin/"

    def test_its_pages_keep_to_the_policy(self, client, superuser):
        for address in ("/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/areas/area/"):
            answer = client.get(address)
            assert "script-src" not in answer["Content-Security-Policy"]
            assert answer["Content-Security-Policy"].count("'unsafe-inline'") == 1
            body = answer.content.decode()
            assert not re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", body), address
            assert not re.search(r"<style[\s>]", body), address


class TestAccounts:
    def add(self, client, **values):
        body = {"username": "wangwu", "name": "王五", "password1": PASSWORD, "password2": PASSWORD, **values}
        return client.post("/admin/accounts/user/add/", body)

    def test_a_new_account_changes_its_password_first_and_is_logged(self, client, administrator):
        assert self.add(client, unit=factories.unit().pk).status_code == 302
        made = User.objects.get(username="wangwu")
        assert (made.name, made.must_change_password, made.is_staff, made.is_superuser) == ("王五", True, False, False)
        entry = last_entry()
        assert (entry.action, entry.model, entry.object_id) == ("created", "accounts.user", made.pk)
        assert entry.actor_id == administrator.pk
        assert "password" not in entry.after
        assert made.password not in str(entry.after)

    @pytest.mark.parametrize(
        "values",
        [{"password1": "short", "password2": "short"}, {"username": ""}, {"password2": "another-one-entirely"}],
    )
    def test_a_wrong_one_is_refused(self, client, administrator, values):
        assert self.add(client, **values).status_code == 200
        assert not User.objects.filter(name="王五").exists()

    def test_nobody_makes_themselves_or_others_superusers_by_hand_written_forms(self, client, administrator):
        person = factories.user()
        self.add(client, is_superuser="on", is_staff="on")
        address = f"/admin/accounts/user/{person.pk}/change/"
        client.post(address, {**form_values(client, address), "is_superuser": "on", "is_staff": "on"})
        assert not User.objects.exclude(pk=administrator.pk).filter(is_staff=True).exists()
        assert not User.objects.filter(is_superuser=True).exists()

    def test_a_change_is_logged_with_what_was_before(self, client, administrator):
        person = factories.user(name="王五")
        address = f"/admin/accounts/user/{person.pk}/change/"
        assert client.post(address, {**form_values(client, address), "name": "王武"}).status_code == 302
        entry = last_entry()
        assert (entry.action, entry.before, entry.after) == ("changed", {"name": "王五"}, {"name": "王武"})

    def test_a_form_saved_as_it_stands_changes_and_logs_nothing(self, client, administrator):
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
        address = f"/admin/accounts/user/{person.pk}/change/"
        before = AuditEntry.objects.count()
        assert client.post(address, form_values(client, address)).status_code == 302
        assert AuditEntry.objects.count() == before

    def test_an_account_is_closed_and_never_deleted(self, client, superuser):
        person = factories.user()
        address = f"/admin/accounts/user/{person.pk}/"
        assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
        values = form_values(client, f"{address}change/")
        del values["is_active"]
        client.post(f"{address}change/", values)
        person.refresh_from_db()
        assert person.is_active is False
        assert last_entry().after == {"is_active": False}

    def test_a_password_given_out_must_be_changed_and_the_log_keeps_nothing_of_it(self, client, administrator):
        person = factories.user()
        answer = client.post(
            f"/admin/accounts/user/{person.pk}/password/",
            {"password1": PASSWORD, "password2": PASSWORD, "set-password": "yes"},
        )
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person.check_password(PASSWORD)
        assert person.must_change_password
        entry = last_entry()
        assert (entry.action, entry.reason, entry.actor_id) == ("changed", "password", administrator.pk)
        assert PASSWORD not in str(AuditEntry.objects.values().get(pk=entry.pk))

    @pytest.mark.parametrize("who", ["superuser", "beyond the area", "oneself"])
    def test_whose_account_is_out_of_reach(self, client, who):
        baisha = factories.town("白沙镇")
        administrator = factories.user(role=roles.ACCOUNT_ADMIN, area=baisha, is_staff=True)
        client.force_login(administrator)
        person = {
            "superuser": lambda: factories.user(is_superuser=True),
            "beyond the area": lambda: factories.user(role=roles.DISTRICT_OFFICER),
            "oneself": lambda: administrator,
        }[who]()
        address = f"/admin/accounts/user/{person.pk}"
        body = {"password1": PASSWORD, "password2": PASSWORD}
        assert client.post(f"{address}/password/", body).status_code in {302, 403, 404}
        client.post(f"{address}/change/", {"username": "taken-over", "name": "x"})
        person.refresh_from_db()
        assert not person.check_password(PASSWORD)
        assert person.username != "taken-over"

    def test_a_superuser_sees_all_accounts_a_town_its_own(self, client, superuser):
        here = factories.user("here", role=roles.VILLAGE_TEAM, area=factories.village("复建村"))
        there = factories.user("there", role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
        body = client.get("/admin/accounts/user/").content.decode()
        assert {here.username, there.username} <= set(re.findall(r">(\w+)</a>", body))
        client.force_login(factories.user(role=roles.ACCOUNT_ADMIN, area=factories.town("白沙镇"), is_staff=True))
        found = set(re.findall(r">(\w+)</a>", client.get("/admin/accounts/user/").content.decode()))
        assert here.username in found
        assert not {there.username, superuser.username} & found


class TestGrants:
    def save(self, client, person, **values):
        address = f"/admin/accounts/user/{person.pk}/change/"
        return client.post(address, {**form_values(client, address), **values})

    def new(self, number: int, area: Area, role: str = "town_officer", **values) -> dict:
        """The fields of a grant beside `number` others, by their names in the page."""
        fields = {"role": role, "area": area.pk, "valid_from": "2015-12-31", "valid_to": "", "id": ""}
        fields.update({name.removeprefix("its_"): value for name, value in values.items()})
        return {
            "grants-TOTAL_FORMS": number + 1,
            **{f"grants-{number}-{name}": value for name, value in fields.items()},
        }

    def test_a_role_is_given_beside_those_held_and_logged(self, client, administrator):
        person = factories.user(role=roles.VILLAGE_TEAM, area=factories.village())
        baisha = factories.town("白沙镇")
        assert self.save(client, person, **self.new(1, baisha)).status_code == 302
        made = Grant.objects.get(user=person, role="town_officer")
        assert (made.area, made.valid_from, made.valid_to, made.granted_by) == (baisha, YEAR_END, None, administrator)
        entry = last_entry()
        assert (entry.action, entry.model, entry.area_path) == ("created", "accounts.grant", baisha.path)

    def test_a_role_is_ended_by_its_last_day(self, client, administrator):
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
        assert self.save(client, person, **{"grants-0-valid_to": "2015-12-30"}).status_code == 302
        grant = person.grants.get()
        assert grant.valid_to == dt.date(2015, 12, 30)
        entry = last_entry()
        assert (entry.action, entry.before, entry.after) == ("changed", {"valid_to": None}, {"valid_to": "2015-12-30"})

    def test_what_was_given_when_is_not_rewritten(self, client, administrator):
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
        self.save(
            client,
            person,
            **{
                "grants-0-role": "district_officer",
                "grants-0-area": factories.county().pk,
                "grants-0-valid_from": "2010-01-01",
                "grants-0-DELETE": "on",
            },
        )
        grant = person.grants.get()
        assert (grant.role, grant.area, grant.valid_from) == ("town_officer", factories.town("白沙镇"), factories.START)

    def test_a_role_that_ended_is_not_opened_again(self, client, administrator):
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
        services.end_grant(grant=person.grants.get(), on=dt.date(2015, 12, 1), by=None, reason="")
        answer = self.save(client, person, **{"grants-0-valid_to": ""})
        assert answer.status_code == 200
        assert person.grants.get().valid_to == dt.date(2015, 12, 1)

    def test_a_suggested_area_says_which_town_it_lies_in(self, client, administrator, django_assert_max_num_queries):
        asked = {"app_label": "accounts", "model_name": "grant", "field_name": "area", "term": "村"}
        with django_assert_max_num_queries(8):
            results = client.get("/admin/autocomplete/", asked).json()["results"]
        assert len(results) == 20
        baisha = client.get("/admin/autocomplete/", {**asked, "term": "复建村"}).json()["results"]
        assert [row["text"] for row in baisha] == ["白沙镇 复建村"]

    @pytest.mark.parametrize(
        "values",
        [{"its_valid_to": "2015-12-30"}, {"its_role": "emperor"}, {"its_area": ""}, {"its_valid_from": "x"}],
        ids=["ends before it begins", "no such role", "no area", "no date"],
    )
    def test_what_makes_no_sense_comes_back_with_words(self, client, administrator, values):
        person = factories.user()
        answer = self.save(client, person, **self.new(0, factories.town(), **values))
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode()
        assert not person.grants.exists()

    def test_the_same_role_twice_comes_back_with_words(self, client, administrator):
        person = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
        assert self.save(client, person, **self.new(1, factories.town())).status_code == 200
        assert person.grants.count() == 1

    def test_beyond_the_own_area_it_is_refused(self, client):
        client.force_login(factories.user(role=roles.ACCOUNT_ADMIN, area=factories.town("白沙镇"), is_staff=True))
        person = factories.user()
        for area in (factories.county(), factories.town("嘉平镇")):
            assert self.save(client, person, **self.new(0, area)).status_code == 200
        assert not person.grants.exists()
        assert self.save(client, person, **self.new(0, factories.village("复建村"))).status_code == 302

    def test_nobody_gives_roles_to_themselves(self, client, administrator):
        address = f"/admin/accounts/user/{administrator.pk}/change/"
        page = client.get(address)
        assert page.status_code == 200
        body = {"username": "accounts", "name": "x", **self.new(1, factories.county(), "district_officer")}
        assert client.post(address, {**body, "grants-INITIAL_FORMS": 1}).status_code == 403
        assert administrator.grants.count() == 1


class TestReferenceData:
    def test_a_unit_is_added_changed_and_deleted_and_each_is_logged(self, client, administrator, superuser):
        client.force_login(administrator)
        county = factories.county()
        body = {"name": "区水利局", "kind": "department", "county": county.pk, "area": ""}
        assert client.post("/admin/accounts/unit/add/", body).status_code == 302
        made = Unit.objects.get(name="区水利局")
        assert (last_entry().action, last_entry().area_path) == ("created", county.path)
        client.post(f"/admin/accounts/unit/{made.pk}/change/", {**body, "name": "区水务局"})
        assert last_entry().after == {"name": "区水务局"}
        assert client.post(f"/admin/accounts/unit/{made.pk}/delete/", {"post": "yes"}).status_code == 403
        client.force_login(superuser)
        client.post(f"/admin/accounts/unit/{made.pk}/delete/", {"post": "yes"})
        assert not Unit.objects.filter(pk=made.pk).exists()
        assert (last_entry().action, last_entry().before["name"]) == ("removed", "区水务局")

    def test_many_deleted_at_once_are_logged_one_by_one(self, client, superuser):
        units = [factories.unit(f"单位{number}") for number in range(3)]
        client.post(
            "/admin/accounts/unit/",
            {"action": "delete_selected", "_selected_action": [unit.pk for unit in units], "post": "yes"},
        )
        assert not Unit.objects.filter(name__startswith="单位").exists()
        removed = AuditEntry.objects.filter(action="removed", model="accounts.unit")
        assert {entry.object_id for entry in removed} == {unit.pk for unit in units}

    def test_a_unit_that_somebody_belongs_to_stays(self, client, superuser):
        unit = factories.unit()
        factories.user(unit=unit)
        client.post(f"/admin/accounts/unit/{unit.pk}/delete/", {"post": "yes"})
        assert Unit.objects.filter(pk=unit.pk).exists()
        assert not AuditEntry.objects.filter(action="removed").exists()

    def test_a_town_keeps_no_units_of_the_district(self, client):
        client.force_login(factories.user(role=roles.ACCOUNT_ADMIN, area=factories.town(), is_staff=True))
        body = {"name": "区水利局", "kind": "department", "county": factories.county().pk, "area": ""}
        client.post("/admin/accounts/unit/add/", body)
        assert not Unit.objects.filter(name="区水利局").exists()
        unit = factories.unit()
        assert client.post(f"/admin/accounts/unit/{unit.pk}/change/", body).status_code == 403

    def test_an_areas_name_and_code_change_its_place_does_not(self, client, superuser):
        town = factories.town("白沙镇")
        path, parent = town.path, town.parent
        body = {
            "name": "白沙街道",
            "code": "500116099",
            "vintage": "2019-10-31",
            "predecessor": "",
            "level": "county",
            "parent": factories.town("嘉平镇").pk,
        }
        assert client.post(f"/admin/areas/area/{town.pk}/change/", body).status_code == 302
        town.refresh_from_db()
        assert (town.name, town.code, town.level, town.parent, town.path) == (
            "白沙街道",
            "500116099",
            AreaLevel.TOWN,
            parent,
            path,
        )
        assert last_entry().before == {
            "name": "白沙镇",
            "code": "500116108",
            "vintage": "2015-09-30",
            "name_pinyin": "baishazhen",
            "name_initials": "bsz",
        }
        assert client.post(f"/admin/areas/area/{town.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_a_new_village_hangs_below_a_town(self, client, superuser):
        body = {"level": "village", "name": "新村", "code": "", "vintage": "", "predecessor": ""}
        wrong = client.post("/admin/areas/area/add/", {**body, "parent": factories.county().pk})
        assert wrong.status_code == 200
        assert not Area.objects.filter(name="新村").exists()
        client.post("/admin/areas/area/add/", {**body, "parent": factories.town().pk})
        made = Area.objects.get(name="新村")
        assert made.path == f"{factories.town().path}{made.pk:08d}"
        assert last_entry().area_path == made.path

    @pytest.mark.parametrize("code", ["50011", "50011A", "５００１１６"])
    def test_a_code_is_6_9_or_12_digits(self, client, superuser, code):
        town = factories.town()
        body = {"name": town.name, "code": code, "vintage": "", "predecessor": ""}
        assert client.post(f"/admin/areas/area/{town.pk}/change/", body).status_code == 200
        assert Area.objects.get(pk=town.pk).code == town.code

    def test_a_poverty_line_is_typed_in_yuan_and_logged(self, client, superuser):
        body = {"year": 2015, "measure": "net", "amount_fen": "3,050", "basis": "区政府文件", "confidence": ""}
        county = factories.county()
        assert client.post("/admin/households/povertyline/add/", {**body, "area": county.pk}).status_code == 302
        line = PovertyLine.objects.get(area=county)
        assert line.amount_fen == 305_000
        assert (last_entry().after["amount_fen"], last_entry().area_path) == (305_000, county.path)
        page = client.get(f"/admin/households/povertyline/{line.pk}/change/").content.decode()
        assert 'value="3050"' in page
        client.post(
            f"/admin/households/povertyline/{line.pk}/change/", {**body, "amount_fen": "3100.50", "area": county.pk}
        )
        assert last_entry().after == {"amount_fen": 310_050}
        assert "3,100.50" in client.get("/admin/households/povertyline/").content.decode()
        client.post(f"/admin/households/povertyline/{line.pk}/delete/", {"post": "yes"})
        assert last_entry().action == "removed"

    @pytest.mark.parametrize(
        "values", [{"amount_fen": "0"}, {"amount_fen": "-5"}, {"amount_fen": "1.005"}, {"basis": ""}]
    )
    def test_a_line_that_is_none_is_refused(self, client, superuser, values):
        body = {"year": 2030, "measure": "net", "amount_fen": "3000", "basis": "b", "area": "", **values}
        assert client.post("/admin/households/povertyline/add/", body).status_code == 200
        assert not PovertyLine.objects.filter(year=2030).exists()

    def test_a_second_national_line_of_a_year_is_refused_in_words(self, client, superuser):
        body = {"year": 2015, "measure": "net", "amount_fen": "3000", "basis": "b", "area": ""}
        answer = client.post("/admin/households/povertyline/add/", body)
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode()


def test_the_page_of_a_new_account_is_in_chinese(client, administrator):
    page = client.get("/admin/accounts/user/add/").content.decode()
    assert 'name="username"' in page
    assert "After you" not in page
