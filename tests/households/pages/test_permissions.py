"""Who may open and send which form: 403 without the permission, 404 outside the area."""

import pytest

from jiangjin.accounts import roles
from tests import factories
from tests.households.pages.sending import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FACTS = ["edit/", "members/add/", "members/{member}/", "members/{member}/facts/", "income/", "conditions/"]
DECISIONS = [
    "tier/",
    "assign/",
    "assignments/{assignment}/end/",
    "members/{member}/leave/",
    "head/",
    "end/",
]


@pytest.fixture
def household():
    made = factories.household(members=2)
    factories.assignment(made, factories.helper())
    return made


def addresses(household, pages):
    keys = {"member": household.members.first().pk, "assignment": household.assignments.first().pk}
    return [f"/households/{household.number}/{page.format(**keys)}" for page in pages]


def statuses(client, household, pages):
    """The answers to opening and to sending each page."""
    found = set()
    for url in addresses(household, pages):
        found |= {client.get(url).status_code, client.post(url, {}).status_code}
    return found


def sign_in(client, role, area=None):
    user = factories.user(role=role, area=area)
    client.force_login(user)
    return user


def test_the_town_office_opens_everything(client, household):
    sign_in(client, roles.TOWN_OFFICER, factories.town())
    # 422: an empty form is refused, but it was allowed to be sent.
    assert statuses(client, household, FACTS + DECISIONS) == {200, 422}
    assert client.get("/households/new/").status_code == 200
    assert client.get("/households/imports/").status_code == 200


def test_the_village_team_and_the_helper_correct_facts_and_decide_nothing(client, household):
    helper = sign_in(client, roles.HELPER)
    factories.assignment(household, factories.helper("徐兴", user=helper))
    assert statuses(client, household, FACTS) == {200, 422}
    assert statuses(client, household, DECISIONS) == {403}
    sign_in(client, roles.VILLAGE_TEAM, factories.village())
    assert statuses(client, household, FACTS) == {200, 422}
    assert statuses(client, household, DECISIONS) == {403}
    for url in ("/households/new/", "/households/new/place/", "/households/new/person/", "/households/imports/"):
        assert client.get(url).status_code == 403, url
    assert client.post("/households/new/", {}).status_code == 403


def test_a_helper_sees_no_other_household(client, household):
    helper = sign_in(client, roles.HELPER)
    mine = factories.household()
    factories.assignment(mine, factories.helper("徐兴", user=helper))
    assert statuses(client, household, FACTS) == {404}


@pytest.mark.parametrize("role", [roles.INSPECTOR, roles.AUDITOR, roles.FINANCE, roles.DISTRICT_HEAD])
def test_who_only_reads_writes_nothing(client, household, role):
    sign_in(client, role)
    assert statuses(client, household, FACTS + DECISIONS) == {403}


def test_another_town_finds_nothing(client, household):
    sign_in(client, roles.TOWN_OFFICER, factories.town("嘉平镇"))
    assert statuses(client, household, FACTS + DECISIONS) == {404}
    assert client.post(f"/households/{household.number}/income/totals/", {}).status_code == 404


def test_the_helper_may_not_move_the_household(client, household):
    """Number and place are the office's; sent all the same, they are not taken."""
    helper = sign_in(client, roles.HELPER)
    factories.assignment(household, factories.helper("徐兴", user=helper))
    url = f"/households/{household.number}/edit/"
    form = client.get(url).context["form"]
    assert not {"number", "village", "group"} & set(form.fields)
    sent = {**filled_in(form, note="x"), "number": "5001160000000001", "village": str(factories.village("大垭村").pk)}
    assert client.post(url, sent).status_code == 302
    number, village = household.number, household.village
    household.refresh_from_db()
    assert (household.number, household.village, household.note) == (number, village, "x")


def test_every_form_fits_the_phone_and_carries_what_it_was_opened_with(client, household):
    sign_in(client, roles.TOWN_OFFICER, factories.town())
    for url in addresses(household, FACTS + DECISIONS):
        page = client.get(url).content.decode()
        assert 'name="version"' in page, url
        assert "data-guard" in page, url
        assert "<script>" not in page, url
        assert "style=" not in page, url


def test_no_identity_number_is_sent_into_a_form_or_kept_by_the_browser(client, household):
    sign_in(client, roles.TOWN_OFFICER, factories.town())
    member = household.members.first()
    for url in addresses(household, FACTS + DECISIONS):
        page = client.get(url).content.decode()
        assert member.identity not in page, url
    page = client.get(f"/households/{household.number}/members/{member.pk}/").content.decode()
    assert 'data-no-draft="1"' in page
