"""A personal number in its place on the page: a reason first, the log after, nothing kept by the browser."""

import pytest

from households.services import households
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officer", "year_end")]
HTMX = {"HX-Request": "true"}


def address(household, kind, record, field):
    return f"/households/{household.number}/reveal/{kind}/{record.pk}/{field}/"


@pytest.fixture
def url(family):
    return address(family, "member", family.members.get(relation="01"), "identity")


def entries():
    return AuditEntry.objects.filter(action=AuditAction.REVEALED)


def test_asking_shows_a_form_and_no_number(client, family, url):
    response = client.get(url, headers=HTMX)
    page = response.content.decode()
    member = family.members.get(relation="01")
    assert 'name="reason"' in page
    assert f'hx-post="{url}"' in page
    assert member.identity not in page
    assert response["Cache-Control"] == "no-store"
    assert not entries().exists()


def test_with_a_reason_the_number_is_shown_and_logged(client, family, url, officer):
    member = family.members.get(relation="01")
    response = client.post(url, {"reason": "核对身份证"}, headers=HTMX)
    assert member.identity in response.content.decode()
    assert "<html" not in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    entry = entries().get()
    assert (entry.actor_id, entry.reason, entry.household_id) == (officer.pk, "核对身份证", family.pk)
    assert (entry.model, entry.object_id, entry.after) == ("households.member", member.pk, {"field": "identity"})


@pytest.mark.parametrize("reason", ["", " ", "\u200b", "。。。"])
def test_without_a_reason_nothing_is_shown(client, family, url, reason):
    response = client.post(url, {"reason": reason}, headers=HTMX)
    assert response.status_code == 422
    assert "Say why" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert family.members.get(relation="01").identity not in response.content.decode()
    assert not entries().exists()


def test_it_is_hidden_again(client, family, url):
    page = client.get(f"{url}?hide=1", headers=HTMX).content.decode()
    assert family.members.get(relation="01").identity_masked in page
    assert f'hx-get="{url}"' in page


def test_without_htmx_it_is_a_page_of_its_own(client, family, url):
    assert "<html" in client.get(url).content.decode()
    response = client.post(url, {"reason": "核对"})
    assert family.members.get(relation="01").identity in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_phone_and_account_of_the_household_and_the_helpers_phone(client, family):
    households.correct(household=family, changes={"phone": "13812345678", "bank_account": "62284800"}, by=None)
    helper = factories.helper(phone="13900001111", phone_masked="139****1111")
    factories.assignment(family, helper)
    for kind, record, field, number in [
        ("household", family, "phone", "13812345678"),
        ("household", family, "bank_account", "62284800"),
        ("helper", helper, "phone", "13900001111"),
    ]:
        response = client.post(address(family, kind, record, field), {"reason": "x"}, headers=HTMX)
        assert number in response.content.decode(), field
    assert entries().count() == 3


def test_what_does_not_belong_to_the_household_is_not_found(client, family):
    other = factories.household(members=1)
    stranger = factories.helper("周强")
    for asked in [
        address(family, "member", other.members.get(), "identity"),
        address(family, "household", other, "phone"),
        address(family, "helper", stranger, "phone"),
        address(family, "member", family.members.first(), "name"),
        address(family, "member", family.members.first(), "identity_as_given"),
        address(family, "unit", family, "phone"),
    ]:
        assert client.get(asked).status_code == 404, asked
        assert client.post(asked, {"reason": "x"}).status_code == 404, asked
    assert not entries().exists()


@pytest.mark.parametrize(
    ("role", "town", "status"), [(roles.TOWN_OFFICER, "嘉平镇", 404), (roles.FINANCE, "白沙镇", 403)]
)
def test_others_may_not(client, url, role, town, status):
    client.force_login(factories.user(role=role, area=factories.town(town)))
    assert client.get(url).status_code == status
    assert client.post(url, {"reason": "x"}).status_code == status
    assert not entries().exists()
