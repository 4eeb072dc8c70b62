"""The lists: what each filter leaves, in which order, within which area; the same as a workbook; constant work."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.situations import day
from villages.models import PostKind, PublicityKind, TrainingKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
LISTS = {
    "posts": "village-posts",
    "teams": "resident-teams",
    "leaders": "district-leaders",
    "support-groups": "support-groups",
    "trained": "trained-people",
    "publicity": "publicity",
    "completeness": "completeness",
}


def rows(client, name, query=""):
    response = client.get(f"/villages/{name}/{query}")
    assert response.status_code == 200
    return [str(row) for row in response.context["page"].object_list]


def names(client, name, query=""):
    response = client.get(f"/villages/{name}/{query}")
    return [row.name for row in response.context["page"].object_list]


def sheet(response):
    assert response.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


@pytest.fixture
def two_villages():
    """Two poor villages in two towns, each with all that is asked for."""
    for name in ("复建村", "紫荆村"):
        made = situations.complete(name)
        situations.trained(village=made.village)
        situations.meeting(village=made.village)
        situations.board(village=made.village)
        situations.link(situations.leader(f"联系{name}"), factories.household(area=made.village, members=1))


def test_posts_of_the_day_unless_others_are_asked_for(client, district):
    situations.post(name="前任", ends_on=day(6, 30))
    situations.post(name="现任", starts_on=day(7, 1))
    situations.post(PostKind.GRADUATE_OFFICIAL, "阳晓雪", unit=factories.unit("白沙镇人民政府"))
    assert names(client, "posts", "?sort=name") == ["现任", "阳晓雪"]
    assert names(client, "posts", "?on=2015-06-30&sort=-name") == ["阳晓雪", "前任"]
    assert sorted(names(client, "posts", "?when=all")) == ["前任", "现任", "阳晓雪"]
    assert names(client, "posts", "?kind=graduate_official") == ["阳晓雪"]
    for text in ("阳晓", "yangx", "yxx", "白沙镇人民"):
        assert names(client, "posts", f"?q={text}") == ["阳晓雪"], text
    assert names(client, "posts", "?q=紫荆村") == []
    assert names(client, "posts", "?on=yesterday") == []


def test_leaders_of_the_whole_district_or_of_a_part_of_it(client, district):
    linked, former, unlinked = (situations.leader(name) for name in ("严思远", "段立诚", "符昌言"))
    situations.leader("离任", ends_on=day(3, 31))
    situations.link(linked, factories.village())
    situations.link(linked, factories.town("嘉平镇"))
    situations.link(former, factories.village(), ends_on=day(6, 30))
    assert sorted(names(client, "leaders")) == sorted([linked.name, former.name, unlinked.name])
    assert names(client, "leaders", "?area=500116108") == ["严思远"]
    assert sorted(names(client, "leaders", "?area=500116108&on=2015-06-30")) == ["严思远", "段立诚"]
    assert sorted(names(client, "leaders", "?area=500116108&when=all")) == ["严思远", "段立诚"]
    assert names(client, "leaders", "?to=town") == ["严思远"]
    assert names(client, "leaders", "?area=500116108&to=town") == []
    assert names(client, "leaders", "?area=500116108205&to=village") == ["严思远"]
    assert names(client, "leaders", "?q=副区长&office=government&sort=-name") == ["严思远", "符昌言", "段立诚"]
    page = client.get("/villages/leaders/?area=500116108").content.decode()
    assert "复建村" in page
    assert "嘉平镇" not in page.partition('id="results"')[2]


def test_a_household_is_linked_by_the_name_of_its_head(client, district):
    household = factories.household(members=1)
    situations.link(situations.leader(), household)
    assert "陈建国" in client.get("/villages/leaders/?to=household").content.decode()
    assert rows(client, "leaders", "?to=village") == []


def test_groups_and_their_units(client, district):
    situations.group(name="甲集团", others=(factories.unit("区教委"),))
    situations.group(factories.village("紫荆村"), name="乙集团", lead=factories.unit("区残联"))
    situations.group(factories.village("关胜村"), name="旧集团", ends_on=day(3, 1))
    assert sorted(rows(client, "support-groups")) == ["乙集团", "甲集团"]
    for text in ("区教委", "甲集", "复建"):
        assert rows(client, "support-groups", f"?q={text}") == ["甲集团"], text
    assert "旧集团" in rows(client, "support-groups", "?when=all")
    assert rows(client, "support-groups", "?sort=lead") == ["甲集团", "乙集团"]
    shown = client.get("/villages/support-groups/?q=甲").context["shown"][0]
    assert (shown.lead.name, [unit.name for unit in shown.members]) == ("区农委", ["区教委"])
    shown = client.get("/villages/support-groups/?q=旧&when=all").context["shown"][0]
    assert (shown.lead, shown.members) == (None, [])


def test_teams_and_their_people(client, district):
    team = situations.team()
    situations.post(PostKind.TEAM_LEADER, "冉启明", team=team)
    situations.post(PostKind.TEAM_MEMBER, "走了的", team=team, ends_on=day(3, 1))
    situations.post(PostKind.TEAM_MEMBER, "蒲正兴", team=team)
    situations.team(factories.village("紫荆村"))
    shown = client.get("/villages/teams/?q=蒲正").context["shown"][0]
    assert (shown.leader.name, [post.name for post in shown.members]) == ("冉启明", ["蒲正兴"])
    shown = client.get("/villages/teams/?q=复建&on=2015-02-01").context["shown"][0]
    assert [post.name for post in shown.members] == ["走了的", "蒲正兴"]
    assert len(rows(client, "teams")) == 2


def test_trained_people(client, district):
    situations.trained()
    situations.trained(TrainingKind.ENTREPRENEUR, "蔚德福", finished_on=day(9, 30), subject="中蜂养殖")
    situations.trained(name="撤销的", withdrawn_at="2015-07-02T00:00Z", withdrawn_reason="重复")
    assert names(client, "trained") == ["蔚德福", "敖小琴"]
    assert names(client, "trained", "?kind=medic") == ["敖小琴"]
    assert names(client, "trained", "?q=中蜂") == ["蔚德福"]
    assert names(client, "trained", "?since=2015-07-01") == ["蔚德福"]
    assert names(client, "trained", "?until=2015-07-01") == ["敖小琴"]
    assert names(client, "trained", "?withdrawn=yes") == ["撤销的"]
    assert len(names(client, "trained", "?withdrawn=all")) == 3


def test_publicity(client, district):
    situations.meeting(topic="会")
    situations.board(topic="名单", ends_on=day(12, 14))
    situations.board(PublicityKind.POLICY, topic="政策", starts_on=day(8, 1))

    def topics(query=""):
        response = client.get(f"/villages/publicity/{query}")
        return [event.topic for event in response.context["page"].object_list]

    assert topics() == ["名单", "政策", "会"]
    assert topics("?on_show=on") == ["政策"]
    assert topics("?kind=meeting") == ["会"]
    assert topics("?since=2015-08-01&until=2015-11-30") == ["政策"]
    assert topics("?q=村委会&sort=from") == ["政策", "名单"]


@pytest.mark.parametrize("name", LISTS)
def test_a_town_sees_its_own_and_exports_that(client, town, two_villages, name):
    def everything(query=""):
        return len(client.get(f"/villages/{name}/{query}").context["page"].object_list)

    mine = everything()
    assert mine
    page = client.get(f"/villages/{name}/").content.decode()
    assert "紫荆村" not in page
    assert everything("?area=500116114") == mine
    response = client.get(f"/villages/{name}/export/")
    assert response["Content-Disposition"] == f'attachment; filename="{LISTS[name]}-20151231.xlsx"'
    cells = sheet(response)
    assert len(cells) == mine + 1
    assert "复建村" in str(cells)
    assert "紫荆村" not in str(cells)
    assert AuditEntry.objects.get(action="exported").after["rows"] == mine


@pytest.mark.parametrize("name", LISTS)
def test_an_export_holds_what_is_shown(client, district, two_villages, name):
    shown = client.get(f"/villages/{name}/?q=复建").context["page"].paginator.count
    assert len(sheet(client.get(f"/villages/{name}/export/?q=复建"))) == shown + 1


@pytest.mark.parametrize("name", LISTS)
def test_who_may_not_export_or_see(client, sign_in, two_villages, name):
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village()))
    assert client.get(f"/villages/{name}/").status_code == 200
    assert client.get(f"/villages/{name}/export/").status_code == 403
    sign_in(factories.user(role=roles.HELPER))
    assert client.get(f"/villages/{name}/").status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_the_number_of_queries_does_not_grow(client, district, two_villages, name):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/villages/{name}/").status_code == 200
        return len(captured)

    queries()
    before = queries()
    for village in ("关胜村", "龙山村", "百燕村"):
        made = situations.complete(village)
        situations.trained(village=made.village)
        situations.meeting(village=made.village)
        household = factories.household(area=made.village, members=1)
        situations.link(situations.leader(f"领导{village}"), household)
    assert queries() == before


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_why(client, district, name):
    page = client.get(f"/villages/{name}/").content.decode()
    assert 'class="empty-state"' in page
    filtered = client.get(f"/villages/{name}/?q=nothing").content.decode()
    assert 'class="empty-state"' in filtered
