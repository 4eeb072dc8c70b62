"""The tabs of the village's page, alone and inside it; the leader in the household file."""

import pytest

from jiangjin.accounts import roles
from jiangjin.common.registries import village_tabs
from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.situations import day
from villages.models import PostKind, PublicityKind
from villages.services import posts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
CODE = "500116108205"
HTMX = {"HX-Request": "true"}


def tab(client, name, code=CODE, **headers):
    response = client.get(f"/villages/{name}/village/{code}/", headers=headers or HTMX)
    assert response.status_code == 200
    return response.content.decode()


def test_they_are_registered_and_take_a_villages_code(client, district):
    ours = [each for each in village_tabs if each.code in ("posts", "trained", "publicity")]
    assert len(ours) == 3
    for each in ours:
        assert each.url_name == f"villages:tab_{each.code}"
        fragment = tab(client, each.code)
        assert "<html" not in fragment
        whole = tab(client, each.code, Accept="text/html")
        assert "<html" in whole
        assert fragment.strip()[:200] in whole


def test_they_stand_on_the_villages_page_with_what_happened(client, district):
    made = situations.complete()
    situations.post(
        PostKind.TECHNOLOGY_COMMISSIONER, "走了的", village=made.village, ends_on=day(6, 1), end_reason="退休"
    )
    situations.board(topic="名单")
    page = client.get(f"/villages/{CODE}/?tab=posts").content.decode()
    for each in ("posts", "trained", "publicity"):
        assert f"/villages/{each}/village/{CODE}/" in page
    happened = page.partition("What happened")[2]
    for text in ("复建村扶贫集团", "冉启明", "严思远", "走了的", "退休", "名单", "The resident team was formed"):
        assert text in happened, text


def test_the_villages_history_names_units(client, district):
    situations.poor()
    unit = factories.unit("区教委")
    post = posts.appoint(
        village=factories.village(), kind="first_secretary", name="冉启明", unit=unit, starts_on=day(1, 12), by=district
    )
    posts.correct(post=post, changes={"unit": None}, by=district, version=1, reason="笔误")
    page = client.get(f"/villages/{CODE}/history/").content.decode()
    assert "区教委" in page


def test_who_helps(client, district):
    made = situations.complete()
    situations.post(name="历任的", village=made.village, starts_on=day(1, 2), ends_on=day(1, 11), end_reason="退休")
    body = tab(client, "posts")
    for text in ("严思远", "冉启明", "蒲正兴", "阳晓雪", "殷长青", "复建村扶贫集团", "区农委", "历任的", "退休"):
        assert text in body, text
    assert "Complete: every norm is met" in body
    made.village.support_groups.update(ends_on=day(11, 30), end_reason="调整")
    assert "1 norm is not met" in tab(client, "posts")
    assert "No support group helps this village." in tab(client, "posts")


def test_a_village_that_is_not_poor_is_not_asked(client, district):
    situations.post()
    body = tab(client, "posts")
    assert "冉启明" in body
    assert "norm" not in body


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (roles.DISTRICT_OFFICER, ["replace", "links/new", "teams/new", "support-groups/new", "phone"], []),
        (roles.TOWN_OFFICER, ["replace", "teams/new", "phone"], ["links/new", "support-groups/new"]),
        (roles.VILLAGE_TEAM, ["phone"], ["replace", "posts/new", "links/new", "support-groups/new", "teams/new"]),
        (roles.INSPECTOR, [], ["replace", "posts/new", "links/new", "phone", "teams/new"]),
    ],
)
def test_only_what_may_be_done_is_offered(client, sign_in, role, shown, hidden):
    situations.post(phone="13812345678")
    areas = {roles.TOWN_OFFICER: factories.town(), roles.VILLAGE_TEAM: factories.village()}
    sign_in(factories.user(role=role, area=areas.get(role)))
    body = tab(client, "posts")
    assert "138****5678" in body
    assert "13812345678" not in body
    assert [text for text in shown if f"/{text}/" not in body] == []
    assert [text for text in hidden if f"/{text}/" in body] == []


def test_the_number_is_shown_in_its_place(client, team_user):
    post = situations.post(phone="13812345678")
    url = f"/villages/posts/{post.pk}/phone/"
    asked = client.get(url, headers=HTMX)
    assert "Why do you need the number?" in asked.content.decode()
    assert "13812345678" not in asked.content.decode()
    refused = client.post(url, {"reason": " "}, headers=HTMX)
    assert refused.status_code == 422
    answer = client.post(url, {"reason": "联系入户"}, headers=HTMX)
    assert "13812345678" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "138****5678" in client.get(f"{url}?hide=1", headers=HTMX).content.decode()
    assert "<html" in client.post(url, {"reason": "联系入户"}).content.decode()
    assert client.get(f"/villages/posts/{situations.post(PostKind.GRADUATE_OFFICIAL).pk}/phone/").status_code == 404


def test_who_was_trained_by_kind(client, team_user):
    situations.trained()
    situations.trained(name="撤销的", withdrawn_at="2015-07-02T00:00Z", withdrawn_reason="重复")
    body = tab(client, "trained")
    assert "敖小琴" in body
    assert "撤销的" not in body
    assert body.count("Nobody on file yet.") == 3
    assert "/villages/trained/new/?village=" in body


def test_what_it_was_told(client, team_user):
    situations.meeting(topic="五月的会")
    situations.board(topic="还在张贴的")
    situations.board(PublicityKind.POLICY, topic="已撕下的", ends_on=day(12, 14))
    body = tab(client, "publicity")
    on_show, _heading, events = body.partition("Meetings and postings")
    assert "还在张贴的" in on_show
    assert "已撕下的" not in on_show
    for text in ("五月的会", "还在张贴的", "已撕下的"):
        assert text in events


@pytest.mark.parametrize("name", ["posts", "trained", "publicity"])
def test_other_villages_are_not_there(client, team_user, name):
    for code in ("500116114205", "500116108", "1", "500116108999"):
        assert client.get(f"/villages/{name}/village/{code}/").status_code == 404


def test_the_household_file_names_its_leader(client, sign_in):
    household = factories.household(members=1)
    leader = situations.leader("穆远", title="区政协副主席")
    situations.link(leader, household)
    former = situations.leader("离任者", title="副区长")
    situations.link(former, household, ends_on=day(6, 30))
    helper = factories.user(role=roles.HELPER)
    factories.assignment(household, factories.helper(user=helper))
    for user, opens in ((factories.user(role=roles.DISTRICT_OFFICER), True), (helper, False)):
        sign_in(user)
        page = client.get(f"/households/{household.number}/").content.decode()
        head, _heading, timeline = page.partition("What happened")
        assert "穆远" in head
        assert "区政协副主席" in head
        assert "离任者" not in head
        assert "离任者（副区长)" in timeline or "离任者 (副区长)" in timeline
        assert (f"/villages/leaders/{leader.pk}/" in head) == opens
    other = factories.household(members=1)
    sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    assert "穆远" not in client.get(f"/households/{other.number}/").content.decode()
