"""Tokens narrow what their owner reaches; they never widen it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework.test import APIClient

from jiangjin.accounts import roles, services
from jiangjin.accounts.models import ApiToken
from jiangjin.audit.models import AuditEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = timezone.localdate


def make(user, *, area=None, permissions=("households.view",), days=30):
    return services.make_token(
        user=user,
        name="市级平台",
        area=area or factories.county(),
        permissions=list(permissions),
        expires_on=TODAY() + dt.timedelta(days=days),
        today=TODAY(),
    )


def get(plain: str, path: str = "/api/v1/households/"):
    return APIClient().get(path, headers={"Authorization": f"Bearer {plain}"})


def test_a_token_reads_within_its_area_only():
    factories.household(area=factories.village("复建村"))
    factories.household(area=factories.village("紫荆村"))
    user = factories.user(role=roles.DISTRICT_OFFICER)
    assert get(make(user)[1]).json()["count"] == 2
    assert get(make(user, area=factories.town("白沙镇"))[1]).json()["count"] == 1


def test_a_token_does_only_what_it_was_made_for():
    user = factories.user(role=roles.DISTRICT_OFFICER)
    plain = make(user, permissions=["areas.view"])[1]
    assert get(plain, "/api/v1/areas/").status_code == 200
    assert get(plain).status_code == 403


def test_a_token_of_a_town_does_not_reach_the_district():
    factories.household(area=factories.village("紫荆村"))
    user = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
    with pytest.raises(ValidationError):
        make(user, area=factories.county())
    token, plain = make(user, area=factories.town("白沙镇"))
    ApiToken.objects.filter(pk=token.pk).update(area=factories.county())  # even if somebody widened the row
    assert get(plain).json()["count"] == 0


def test_a_token_gives_no_permission_that_its_owner_lacks():
    user = factories.user(role=roles.API_CLIENT)
    with pytest.raises(ValidationError):
        make(user, permissions=["households.edit"])
    with pytest.raises(ValidationError):
        make(user, permissions=["accounts.tokens"])


def test_a_helpers_token_keeps_to_assigned_households():
    user = factories.user(role=roles.HELPER)
    mine, other = factories.household(), factories.household()
    factories.assignment(mine, factories.helper(user=user))
    plain = make(user)[1]
    assert [row["number"] for row in get(plain).json()["results"]] == [mine.number]
    assert get(plain, f"/api/v1/households/{other.number}/").status_code == 404


def test_revoked_expired_unknown_and_malformed_tokens_are_refused():
    user = factories.user(role=roles.DISTRICT_OFFICER)
    token, plain = make(user)
    services.revoke_token(token=token, by=user)
    old, old_plain = make(user)
    ApiToken.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - dt.timedelta(days=9), expires_at=timezone.now() - dt.timedelta(seconds=1)
    )
    for wrong in (plain, old_plain, "jj_unknown", "", "two words"):
        assert get(wrong).status_code == 401, wrong


def test_a_token_of_a_deactivated_user_is_refused():
    user = factories.user(role=roles.DISTRICT_OFFICER)
    plain = make(user)[1]
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert get(plain).status_code == 401


def test_only_a_digest_is_stored_and_making_is_logged():
    user = factories.user(role=roles.DISTRICT_OFFICER)
    token, plain = make(user)
    assert plain not in str(ApiToken.objects.values().get(pk=token.pk))
    entry = AuditEntry.objects.get(model="accounts.apitoken", action="created")
    assert plain not in str(entry.after)
    assert entry.actor_id == user.pk


def test_a_token_lasts_at_most_a_year():
    user = factories.user(role=roles.DISTRICT_OFFICER)
    with pytest.raises(ValidationError):
        make(user, days=400)
    with pytest.raises(ValidationError):
        make(user, days=0)


def test_the_page_shows_the_token_once(client):
    user = factories.user(role=roles.DISTRICT_OFFICER)
    client.force_login(user)
    body = {
        "name": "市级平台",
        "area": factories.county().pk,
        "permissions": ["households.view"],
        "expires_on": (TODAY() + dt.timedelta(days=30)).isoformat(),
    }
    answer = client.post("/account/tokens/", body)
    token = ApiToken.objects.get()
    assert token.hint in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "jj_" in answer.content.decode()
    later = client.get("/account/tokens/").content.decode()
    assert token.name in later
    assert later.count("jj_") == 1  # the hint
    client.post(f"/account/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_nobody_revokes_somebody_elses_token(client):
    token, _plain = make(factories.user(role=roles.DISTRICT_OFFICER))
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
