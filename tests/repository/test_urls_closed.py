"""Closed by default: who has not signed in reaches nothing but what one list names."""

import uuid

import pytest
from django.conf import settings

from tests import factories
from tests.repository.urls import address, patterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def values():
    """An argument for every URL parameter of the project; a new kind of parameter must be added here."""
    household = factories.over_the_line()
    return {
        "number": household.number,
        "pk": household.members.first().pk,
        "member_pk": household.members.first().pk,
        "kind": "member",
        "field": "identity",
        "visit": 1,
        "follow_up": 1,
        "absence": 1,
        "policy": "opinion",
        "clause": 1,
        "basis": 1,
        "key": uuid.uuid4(),
        "code": household.village.code,
        "rectification": 1,
    }


def test_every_url_refuses_the_anonymous(client, values):
    checked = 0
    for name, pattern in patterns():
        if name in settings.PUBLIC_URL_NAMES:
            continue
        url = address(name, pattern, values)
        for method in (client.get, client.post):
            response = method(url)
            refused = response.status_code in {401, 403} or (
                response.status_code == 302 and response["Location"].startswith("/login/")
            )
            assert refused, (name, url, response.status_code)
        checked += 1
    assert checked > 40


def test_the_list_of_public_urls_names_only_what_exists():
    assert {name for name, _pattern in patterns()} >= settings.PUBLIC_URL_NAMES


def test_a_fragment_asks_the_whole_window_to_sign_in(client):
    response = client.get("/households/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert response["HX-Redirect"].startswith("/login/")


def test_the_admin_is_for_staff_with_a_reason(client):
    client.force_login(factories.user())
    assert client.get("/admin/").status_code == 302
