"""REST of village helpers and publicity: scope, filters, no phones, constant work."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from jiangjin.accounts import roles
from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.situations import day
from villages.api import post_checks, posts
from villages.models import LeaderLink, PostKind, SupportGroup
from villages.services.post_checks import checks_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
RESOURCES = [*posts.ROUTES, *post_checks.ROUTES]


def client(user) -> APIClient:
    made = APIClient()
    made.force_authenticate(user)
    return made


@pytest.fixture
def district_client():
    return client(factories.user(role=roles.DISTRICT_OFFICER))


@pytest.fixture
def two_towns():
    """A poor village in 白沙镇 and one in 嘉平镇, each with everything the API knows."""
    made = []
    for name in ("复建村", "紫荆村"):
        poor = situations.complete(name)
        situations.post(name="有电话的", village=poor.village, kind="graduate_official", phone="13812345678")
        situations.trained(village=poor.village)
        situations.meeting(village=poor.village)
        situations.board(village=poor.village)
        situations.link(situations.leader(f"联系{name}"), factories.household(area=poor.village, members=1))
        made.append(poor)
    return made


def results(asker, resource, query=""):
    response = asker.get(f"/api/v1/{resource}/{query}")
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_town_sees_its_own_and_not_the_other(two_towns, district_client, resource):
    baisha = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
    everything, seen = results(district_client, resource), results(baisha, resource)
    assert 0 < len(seen) < len(everything)
    assert "紫荆村" not in str(seen)
    for key in {row["id"] for row in everything} - {row["id"] for row in seen}:
        assert baisha.get(f"/api/v1/{resource}/{key}/").status_code == 404
    for row in seen:
        assert baisha.get(f"/api/v1/{resource}/{row['id']}/").json() == row


@pytest.mark.parametrize("resource", RESOURCES)
def test_who_reads(two_towns, resource):
    assert results(client(factories.user(role=roles.API_CLIENT)), resource)
    assert client(factories.user()).get(f"/api/v1/{resource}/").status_code == 403
    assert client(factories.user(role=roles.HELPER)).get(f"/api/v1/{resource}/").status_code == 403
    assert APIClient().get(f"/api/v1/{resource}/").status_code in {401, 403}


@pytest.mark.parametrize("resource", RESOURCES)
def test_no_phone_is_told(two_towns, district_client, resource):
    text = str(results(district_client, resource))
    for secret in ("138", "phone"):
        assert secret not in text


@pytest.mark.parametrize("resource", RESOURCES)
def test_nothing_is_written(two_towns, district_client, resource):
    assert district_client.post(f"/api/v1/{resource}/", {}).status_code in {403, 405}


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_number_of_queries_does_not_grow(two_towns, resource):
    user = factories.user(role=roles.DISTRICT_OFFICER)

    def queries() -> int:
        fresh = client(type(user).objects.get(pk=user.pk))
        with CaptureQueriesContext(connection) as captured:
            assert fresh.get(f"/api/v1/{resource}/").status_code == 200
        return len(captured)

    before = queries()
    for name in ("关胜村", "龙山村", "百燕村"):
        poor = situations.complete(name)
        situations.trained(village=poor.village)
        situations.meeting(village=poor.village)
        situations.board(village=poor.village)
    assert queries() == before


@pytest.mark.parametrize(
    ("resource", "query", "count"),
    [
        ("posts", "?area=500116108", 6),
        ("posts", "?kind=first_secretary", 2),
        ("posts", "?kind=team_leader&kind=team_member", 4),
        ("posts", "?on=2015-01-11", 0),
        ("posts", "?on=2015-01-12", 12),
        ("posts", "?unit=区农委&area=500116114", 6),
        ("posts", "?unit=区教委", 0),
        ("resident-teams", "?on=2015-12-31", 2),
        ("resident-teams", "?on=2015-01-11", 0),
        ("leaders", "?area=500116", 4),
        ("leaders", "?area=500116114", 3),
        ("leaders", "?office=party", 0),
        ("leaders", "?on=2013-01-04", 0),
        ("leader-links", "?area=500116108", 3),
        ("leader-links", "?to=household", 2),
        ("leader-links", "?to=village&area=500116114", 2),
        ("leader-links", "?to=town", 0),
        ("leader-links", "?on=2015-01-11", 0),
        ("support-groups", "?unit=区农委", 2),
        ("support-groups", "?unit=区教委", 0),
        ("support-groups", "?on=2015-12-31&area=500116108", 1),
        ("trained-people", "?kind=medic&finished_to=2015-06-30", 2),
        ("trained-people", "?finished_from=2015-07-01", 0),
        ("trained-people", "?withdrawn=true", 0),
        ("publicity", "?kind=meeting", 2),
        ("publicity", "?starts_from=2015-12-01&starts_to=2015-12-31", 2),
        ("publicity", "?on_show=2015-12-31", 2),
        ("publicity", "?on_show=2015-05-08", 0),
        ("publicity", "?withdrawn=false", 4),
        ("post-checks", "?area=500116108", 1),
        ("post-checks", "?complete=true", 0),
        ("post-checks", "?complete=false", 2),
        ("post-checks", "?lacks=helpers", 2),
        ("post-checks", "?lacks=teams&lacks=leaders", 0),
        ("post-checks", "?on=2015-01-11&lacks=teams", 2),
        ("post-checks", "?on=2014-01-01", 0),
    ],
)
def test_filters(two_towns, district_client, resource, query, count):
    assert len(results(district_client, resource, query)) == count


@pytest.mark.parametrize(
    "address",
    [
        *(f"{resource}/?wrong=1" for resource in RESOURCES),
        *(f"{resource}/?area=999" for resource in RESOURCES),
        *(f"{resource}/?ordering=phone" for resource in RESOURCES),
        "posts/?on=yesterday",
        "posts/?kind=king",
        "posts/?team=x",
        "post-checks/?on=2015-13-01",
        "post-checks/?lacks=everything",
        "post-checks/?complete=maybe",
        "leader-links/?to=king",
    ],
)
def test_what_is_not_understood_is_refused(district_client, address):
    assert district_client.get(f"/api/v1/{address}").status_code == 400


def test_a_check_says_what_the_page_says(two_towns, district_client):
    poor = two_towns[0]
    SupportGroup.objects.filter(village=poor.village).update(ends_on=day(11, 30), end_reason="调整")
    rows = {row["village_code"]: row for row in results(district_client, "post-checks", "?on=2015-12-31")}
    for check in checks_of(type(poor).objects.all(), on=day(12, 31)):
        row = rows[check.poor.village.code]
        assert row["as_of"] == "2015-12-31"
        assert row["missing"] == check.missing
        assert [(norm["norm"], norm["count"], norm["wanted"], norm["met"]) for norm in row["norms"]] == [
            (found.norm.code, found.count, found.wanted, found.met) for found in check.findings
        ]
    assert rows[poor.village.code]["trained"] == {
        "prosperity_leader": 0,
        "entrepreneur": 0,
        "medic": 1,
        "preschool_teacher": 0,
    }
    before = district_client.get(f"/api/v1/post-checks/{poor.pk}/?on=2015-06-29").json()
    assert (before["as_of"], before["trained"]["medic"], before["norms"][1]["met"]) == ("2015-06-29", 0, True)


def test_a_group_tells_its_units(two_towns, district_client):
    (row,) = results(district_client, "support-groups", "?area=500116108")
    assert [(member["unit"], member["is_lead"]) for member in row["members"]] == [("区农委", True)]


def test_a_link_tells_what_it_leads_to(two_towns, district_client):
    made = LeaderLink.objects.exclude(household=None).first()
    row = district_client.get(f"/api/v1/leader-links/{made.pk}/").json()
    assert (row["household"], row["area_code"], row["area_level"]) == (made.household.number, None, None)
    of_village = results(district_client, "leader-links", "?to=village")[0]
    assert (of_village["household"], of_village["area_level"]) == (None, "village")


def test_members_of_a_team(two_towns, district_client):
    (team,) = results(district_client, "resident-teams", "?area=500116108")
    people = results(district_client, "posts", f"?team={team['id']}")
    assert {row["kind"] for row in people} == {PostKind.TEAM_LEADER, PostKind.TEAM_MEMBER}
