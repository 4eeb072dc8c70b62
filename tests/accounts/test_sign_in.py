"""Signing in and out, the lockout and its end, one's own password, the language."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
WRONG = "not-the-password"
NEW = "another-long-password-7"


@pytest.fixture
def person():
    return factories.user("zhengli", role=roles.DISTRICT_OFFICER)


def sign_in(client, password=factories.PASSWORD, username="zhengli", **extra):
    return client.post("/login/", {"username": username, "password": password}, **extra)


def actions(user=None) -> list[str]:
    entries = AuditEntry.objects.filter(model="accounts.user").order_by("pk")
    return list((entries.filter(object_id=user.pk) if user else entries).values_list("action", flat=True))


class TestSigningIn:
    def test_the_page_asks_for_name_and_password_without_a_menu(self, client):
        body = client.get("/login/").content.decode()
        assert 'name="username"' in body
        assert 'autocomplete="current-password"' in body
        assert "/households/" not in body

    def test_the_right_password_opens_the_first_page(self, client, person):
        answer = sign_in(client)
        assert answer["Location"] == "/"
        assert get_user(client) == person
        assert actions(person) == ["signed_in"]

    def test_one_comes_to_the_page_that_was_asked_for(self, client, person):
        asked = client.get("/households/?tier=A")
        assert asked["Location"] == "/login/?next=/households/%3Ftier%3DA"
        answer = client.post(asked["Location"], {"username": "zhengli", "password": factories.PASSWORD})
        assert answer["Location"] == "/households/?tier=A"

    def test_but_never_to_another_site(self, client, person):
        answer = client.post(
            "/login/?next=https://evil.example/", {"username": "zhengli", "password": factories.PASSWORD}
        )
        assert answer["Location"] == "/"

    @pytest.mark.parametrize(
        ("language", "words"), [("zh-hans", "密码"), ("en", "Please enter a correct username and password")]
    )
    def test_a_wrong_password_is_refused_in_words(self, client, person, language, words):
        client.cookies["django_language"] = language
        answer = sign_in(client, WRONG)
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()
        assert not get_user(client).is_authenticated

    def test_an_unknown_name_is_refused_in_the_same_words(self, client, person):
        known = sign_in(client, WRONG).context["form"].non_field_errors()
        assert sign_in(client, WRONG, username="nobody").context["form"].non_field_errors() == known

    def test_the_password_is_never_sent_back(self, client, person):
        assert WRONG not in sign_in(client, WRONG).content.decode()

    def test_a_deactivated_account_does_not_open(self, client, person):
        person.is_active = False
        person.save()
        assert sign_in(client).status_code == 200
        assert not get_user(client).is_authenticated

    def test_a_session_of_an_account_deactivated_meanwhile_is_over(self, client, person):
        sign_in(client)
        type(person).objects.update(is_active=False)
        assert client.get("/households/").status_code == 302

    def test_who_is_signed_in_is_not_asked_again(self, client, person):
        sign_in(client)
        assert client.get("/login/")["Location"] == "/"

    def test_a_new_session_key_is_given(self, client, person):
        client.cookies["sessionid"] = "chosen-by-somebody-else"
        sign_in(client)
        assert client.cookies["sessionid"].value != "chosen-by-somebody-else"

    def test_the_form_needs_its_token(self, person):
        answer = sign_in(Client(enforce_csrf_checks=True))
        assert answer.status_code == 403
        assert "Content-Security-Policy" in answer.headers


class TestSigningOut:
    def test_only_by_post(self, client, person):
        sign_in(client)
        assert client.get("/logout/").status_code == 405
        assert get_user(client) == person
        answer = client.post("/logout/")
        assert answer["Location"] == "/login/"
        assert not get_user(client).is_authenticated
        assert actions(person) == ["signed_in", "signed_out"]

    def test_the_page_of_before_is_closed(self, client, person):
        sign_in(client)
        client.post("/logout/")
        assert client.get("/households/").status_code == 302

    def test_without_the_forms_token_it_is_refused(self, person):
        careful = Client(enforce_csrf_checks=True)
        careful.force_login(person)
        assert careful.post("/logout/").status_code == 403

    def test_who_is_not_signed_in_may_ask_too(self, client):
        assert client.post("/logout/")["Location"] == "/login/"
        assert actions() == []


class TestLockout:
    @pytest.fixture(autouse=True)
    def locking(self, settings, person):
        settings.AXES_ENABLED = True

    def fail(self, client, times, **extra):
        for _attempt in range(times):
            answer = sign_in(client, WRONG, **extra)
        return answer

    @pytest.mark.parametrize(("language", "words"), [("zh-hans", "暂停登录"), ("en", "a quarter of an hour")])
    def test_after_five_wrong_passwords_the_right_one_does_not_help(self, client, language, words):
        client.cookies["django_language"] = language
        assert self.fail(client, 4).status_code == 200
        answer = self.fail(client, 1)
        assert answer.status_code == 429
        assert words in answer.content.decode()
        assert sign_in(client).status_code == 429
        assert not get_user(client).is_authenticated

    def test_it_is_logged(self, client):
        self.fail(client, 5)
        entry = AuditEntry.objects.get(action="refused")
        assert (entry.label, entry.reason, entry.actor_name) == ("zhengli", "locked out", "system")

    def test_it_ends_after_a_quarter_of_an_hour_however_often_one_tries_meanwhile(self, client, person):
        self.fail(client, 5)
        AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=14))
        assert sign_in(client).status_code == 429
        AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=2))
        assert sign_in(client).status_code == 429
        AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=15, seconds=1))
        assert sign_in(client)["Location"] == "/"

    def test_trying_while_it_is_closed_does_not_start_the_time_again(self, client):
        self.fail(client, 5)
        at = timezone.now() - dt.timedelta(minutes=10)
        AccessAttempt.objects.update(attempt_time=at)
        self.fail(client, 2)
        assert list(AccessAttempt.objects.values_list("attempt_time", flat=True)) == [at]

    def test_success_forgets_the_failures(self, client):
        self.fail(client, 4)
        sign_in(client)
        client.post("/logout/")
        assert self.fail(client, 4).status_code == 200

    def test_the_colleague_at_the_next_desk_is_not_locked_out(self, client):
        self.fail(client, 5)
        factories.user("liulan")
        assert sign_in(client, username="liulan")["Location"] == "/"

    def test_nobody_locks_a_colleague_out_from_elsewhere(self, client):
        self.fail(client, 5, REMOTE_ADDR="10.0.0.9")
        assert sign_in(client, REMOTE_ADDR="10.0.0.7")["Location"] == "/"

    def test_nobody_locks_a_colleague_out_through_the_same_proxy(self, client, settings):
        settings.TRUSTED_PROXIES = 1
        self.fail(client, 5, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
        assert sign_in(client, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")["Location"] == "/"

    def test_nobody_escapes_by_inventing_an_address(self, client, settings):
        settings.TRUSTED_PROXIES = 1
        for number in range(5):
            forwarded = f"198.51.100.{number}, 203.0.113.9"
            answer = sign_in(client, WRONG, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
        assert answer.status_code == 429


class TestOwnPassword:
    def change(self, client, old=factories.PASSWORD, new=NEW, again=None):
        return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": again or new})

    def test_the_new_password_opens_and_the_old_one_does_not(self, client, person):
        sign_in(client)
        assert self.change(client)["Location"] == "/password/done/"
        assert get_user(client) == person
        assert client.get("/password/done/").status_code == 200
        assert not Client().login(username="zhengli", password=factories.PASSWORD)
        assert Client().login(username="zhengli", password=NEW)

    def test_other_devices_are_signed_out(self, client, person):
        elsewhere = Client()
        sign_in(elsewhere)
        sign_in(client)
        self.change(client)
        assert elsewhere.get("/account/").status_code == 302
        assert client.get("/account/").status_code == 200

    def test_it_is_logged_without_the_password(self, client, person):
        sign_in(client)
        self.change(client)
        entry = AuditEntry.objects.get(action="changed")
        assert (entry.object_id, entry.actor_id, entry.reason) == (person.pk, person.pk, "password")
        assert NEW not in str(AuditEntry.objects.values().get(pk=entry.pk))

    @pytest.mark.parametrize(
        ("old", "new", "again"),
        [
            (WRONG, NEW, NEW),
            (factories.PASSWORD, NEW, NEW + "x"),
            (factories.PASSWORD, "short7x", "short7x"),
            (factories.PASSWORD, "1234567890123", "1234567890123"),
            (factories.PASSWORD, "password1234", "password1234"),
            (factories.PASSWORD, "zhengli2015", "zhengli2015"),
            (factories.PASSWORD, factories.PASSWORD, factories.PASSWORD),
        ],
        ids=["wrong old one", "two new ones", "short", "digits only", "common", "the user's name", "the same again"],
    )
    def test_what_is_refused(self, client, person, old, new, again):
        sign_in(client)
        answer = self.change(client, old, new, again)
        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert Client().login(username="zhengli", password=factories.PASSWORD)

    def test_a_password_that_somebody_else_chose_is_changed_first(self, client, person):
        type(person).objects.update(must_change_password=True)
        sign_in(client)
        assert client.get("/households/")["Location"] == "/password/"
        fragment = client.get("/households/", headers={"HX-Request": "true"})
        assert fragment["HX-Redirect"] == "/password/"
        assert client.get("/api/v1/households/").status_code == 403
        assert client.get("/password/").status_code == 200
        assert self.change(client)["Location"] == "/password/done/"
        person.refresh_from_db()
        assert person.must_change_password is False
        assert client.get("/households/").status_code == 200

    def test_and_who_will_not_may_leave(self, client, person):
        type(person).objects.update(must_change_password=True)
        sign_in(client)
        assert client.post("/logout/")["Location"] == "/login/"


class TestLanguage:
    def choose(self, client, language):
        return client.post("/i18n/setlang/", {"language": language, "next": "/login/"})

    def test_chinese_unless_chosen_otherwise_whatever_the_browser_speaks(self, client):
        answer = client.get("/login/", headers={"Accept-Language": "en-GB,en"})
        assert answer["Content-Language"] == "zh-hans"
        assert 'lang="zh-hans"' in answer.content.decode().lower()
        assert "登录" in answer.content.decode()

    def test_the_switch_persists_over_sign_in_and_the_end_of_the_browser(self, client, person):
        answer = self.choose(client, "en")
        cookie = answer.cookies["django_language"]
        assert int(cookie["max-age"]) >= 300 * 24 * 3600
        assert cookie["samesite"] == "Lax"
        sign_in(client)
        page = client.get("/")
        assert page["Content-Language"] == "en"
        assert 'lang="en"' in page.content.decode()

    def test_and_back(self, client):
        self.choose(client, "en")
        self.choose(client, "zh-hans")
        assert client.get("/login/")["Content-Language"] == "zh-hans"

    @pytest.mark.parametrize("language", ["fr", "<script>", ""])
    def test_an_unknown_language_changes_nothing(self, client, language):
        self.choose(client, language)
        assert client.get("/login/")["Content-Language"] == "zh-hans"

    def test_a_cookie_that_somebody_wrote_by_hand_changes_nothing(self, client):
        client.cookies["django_language"] = "xx"
        assert client.get("/login/")["Content-Language"] == "zh-hans"

    def test_the_switch_leads_to_no_other_site(self, client):
        answer = client.post("/i18n/setlang/", {"language": "en", "next": "https://evil.example/"})
        assert answer["Location"] == "/"
