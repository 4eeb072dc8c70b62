"""Nobody sees what lies outside: every URL is asked as users of two villages, two towns, a helper, and a superuser."""

import datetime as dt

import pytest

from assistance.models import BulkEnrolment, ClauseBasis, Course, FollowUp, ResettlementSite
from households.models import Household
from households.services import evaluations
from jiangjin.accounts import roles
from jiangjin.accounts.scoping import Scoped
from jiangjin.evidence.models import EvidenceFile
from jiangjin.jobs.models import JobRun
from tests import factories
from tests.assistance import situations
from tests.assistance.businesses import situations as businesses
from tests.assistance.channels import situations as channels
from tests.assistance.works import situations as works
from tests.evidence import pictures
from tests.repository.urls import address, patterns
from tests.villages import village_files
from tests.villages.posts import situations as villages
from villages.models import PostKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
SECRET_NAME = "诸葛隐秘"
HERE, THERE = "复建村", "紫荆村"
# Arguments of addresses that name a record of the hidden household or of its village.
OWN_RECORDS = {
    "absence",
    "bulk",
    "business",
    "code",
    "course",
    "difficulty",
    "enrolment",
    "exit",
    "follow_up",
    "group_member",
    "key",
    "leader",
    "leader_link",
    "link",
    "policy",
    "post",
    "publicity",
    "rectification",
    "site",
    "support_group",
    "team",
    "trained",
    "visit",
}
# Documents are read throughout their district: what must stay hidden lies in another.
SECRET_POLICY = "kept-secret"


@pytest.fixture
def hidden():
    """A household in 紫荆村 (嘉平镇), with a name that occurs nowhere else."""
    household = factories.over_the_line(area=factories.village(THERE), note=SECRET_NAME)
    household.members.update(name=SECRET_NAME)
    helper = factories.helper(SECRET_NAME, area=factories.town("嘉平镇"))
    factories.assignment(household, helper)
    household.tier_decisions.create(tier="A", decided_on=dt.date(2015, 1, 1), reason=SECRET_NAME)
    evaluations.evaluate(as_of=dt.date(2015, 12, 31), area=factories.town("嘉平镇"))
    visit = situations.visit(household, helper, situations.december(10), condition=SECRET_NAME)
    promise = FollowUp.objects.create(visit=visit, text=SECRET_NAME, due_on=situations.december(20))
    promise.evidence.set(pictures.stored(name=f"{SECRET_NAME}.jpg", caption=SECRET_NAME))
    situations.away(household, situations.december(1), situations.december(5))
    solved = {"state": "solved", "solution": SECRET_NAME, "goods": SECRET_NAME}
    situations.difficulty(household, what=SECRET_NAME, **solved).steps.create(
        version=2, act="report", happened_on=situations.december(2), to_state="solved", note=SECRET_NAME
    )
    situations.difficulty(village=household.village, what=SECRET_NAME)
    situations.check(area=factories.town("嘉平镇"))
    exit = channels.exit_of(household, persons=household.members.count())
    channels.of_all(exit, "industry", "medical")
    # Which measures there are is no secret; who takes part in them is.
    enrolment = channels.enrolled(household, channels.measure("industry", code="secret-measure"), note=SECRET_NAME)
    bulk = BulkEnrolment.objects.create(
        act="propose", area=factories.town("嘉平镇"), measure=enrolment.measure, year=2015, source=SECRET_NAME
    )
    bulk.rows.create(position=1, household=household, note=SECRET_NAME)
    works.site(village=household.village, name=SECRET_NAME)
    works.course(area=factories.town("嘉平镇"), name=SECRET_NAME).enrolments.add(enrolment)
    # The name of a business is no secret within the district; who is in charge of it is.
    business = businesses.business(area=factories.village(THERE), in_charge=SECRET_NAME, note=SECRET_NAME)
    businesses.gained(businesses.tied(household, business, contract=SECRET_NAME), 3200, basis=SECRET_NAME)
    policy = factories.policy(area=factories.other_county(), code=SECRET_POLICY, title=SECRET_NAME, summary=SECRET_NAME)
    clause = factories.clause(policy, 1, heading=SECRET_NAME, text=SECRET_NAME)
    ClauseBasis.objects.create(norm="tier", clause=clause, note=SECRET_NAME)
    village_files.complete(household.village, text=SECRET_NAME)
    hide_helpers_of_the_village(household)
    return household


def hide_helpers_of_the_village(household):
    """Everybody who answers for the village, and what it was told, under the same name."""
    # Which units there are is no secret within the district.
    village, lead = household.village, factories.unit("区审计局")
    team = villages.team(village)
    villages.post(PostKind.TEAM_LEADER, SECRET_NAME, team=team, unit=lead, phone="13812345678")
    villages.post(PostKind.FIRST_SECRETARY, SECRET_NAME, village=village, unit=lead)
    for target in (village, household):
        villages.link(villages.leader(SECRET_NAME, title=f"{SECRET_NAME}{target.pk}"), target)
    villages.group(village, lead=lead, name=SECRET_NAME)
    villages.trained(name=SECRET_NAME, village=village)
    villages.meeting(topic=SECRET_NAME, village=village)
    villages.board(topic=SECRET_NAME, village=village)


def outsiders():
    """Users who have their own work, and nothing to do with the hidden household."""
    mine = factories.over_the_line(area=factories.village(HERE))
    helper_user = factories.user("helper", role=roles.HELPER)
    factories.assignment(mine, factories.helper("徐兴", user=helper_user))
    return {
        "village": factories.user("village", role=roles.VILLAGE_TEAM, area=factories.village(HERE)),
        "town": factories.user("town", role=roles.TOWN_OFFICER, area=factories.town("白沙镇")),
        "other village of the town": factories.user(
            "nextdoor", role=roles.VILLAGE_TEAM, area=factories.village("大垭村")
        ),
        "helper": helper_user,
        "department": factories.user("water", role=roles.DEPARTMENT_OFFICER, unit=factories.unit("区水务局")),
        "department without a unit": factories.user("nobody", role=roles.DEPARTMENT_OFFICER),
        "superuser without a grant": factories.user("root", is_superuser=True, is_staff=True),
        "account administrator": factories.user("admin", role=roles.ACCOUNT_ADMIN, is_staff=True),
    }


def values_of(household):
    member = household.members.first()
    return {
        "number": household.number,
        "pk": member.pk,
        "member_pk": member.pk,
        "kind": "member",
        "field": "identity",
        "visit": household.visits.get().pk,
        "follow_up": FollowUp.objects.get(visit__household=household).pk,
        "absence": household.absences.get().pk,
        "exit": household.status_events.get(kind="exited").pk,
        "business": household.business_links.get().business_id,
        "link": household.business_links.get().pk,
        "policy": SECRET_POLICY,
        "clause": 1,
        "basis": ClauseBasis.objects.get(note=SECRET_NAME).pk,
        "key": EvidenceFile.objects.get().key,
        "code": household.village.code,
        "rectification": household.village.rectifications.get().pk,
        "difficulty": household.difficulties.get().pk,
        "enrolment": household.enrolments.get().pk,
        "measure": "secret-measure",
        "bulk": BulkEnrolment.objects.get().pk,
        "site": ResettlementSite.objects.get().pk,
        "course": Course.objects.get().pk,
        "post": household.village.posts.first().pk,
        "team": household.village.resident_teams.get().pk,
        "leader": household.leader_links.get().leader_id,
        "leader_link": household.leader_links.get().pk,
        "support_group": household.village.support_groups.get().pk,
        "group_member": household.village.support_groups.get().members.get().pk,
        "trained": household.village.trained_people.get().pk,
        "publicity": household.village.publicity_events.first().pk,
    }


def test_no_url_shows_the_hidden_household(client, hidden):
    values = values_of(hidden)
    for who, user in outsiders().items():
        client.force_login(user)
        for name, pattern in patterns():
            if name in {"logout", "set_language"}:
                continue
            url = address(name, pattern, values)
            for asked in (url, f"{url}?area=500116114", f"{url}?q={SECRET_NAME}"):
                response = client.get(asked)
                body = b"".join(response.streaming_content) if response.streaming else response.content
                text = body.decode("utf-8", errors="replace").replace(asked, "").replace(f"q={SECRET_NAME}", "")
                if "q=" in asked:
                    text = text.replace(SECRET_NAME, "", text.count(f'value="{SECRET_NAME}"') + 3)
                assert SECRET_NAME not in text, (who, asked)
                if hidden.number in url or OWN_RECORDS & set(pattern.pattern.converters):
                    assert response.status_code in {302, 403, 404, 405}, (who, asked, response.status_code)


def test_the_district_sees_it_everywhere(client, hidden):
    """The walk above would prove nothing if the pages showed it to nobody."""
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    assert SECRET_NAME in client.get("/households/").content.decode()
    assert SECRET_NAME in client.get(f"/households/{hidden.number}/").content.decode()
    assert SECRET_NAME in client.get("/api/v1/members/").content.decode()
    urls = ["/visits/", "/visits/mine/", "/visits/follow-ups/", "/visits/checks/list/", "/api/v1/visits/"]
    urls += ["/channels/households/", "/channels/persons/", f"/channels/household/{hidden.number}/", "/businesses/"]
    urls += [f"/businesses/household/{hidden.number}/", f"/businesses/village/{hidden.village.code}/"]
    urls += ["/api/v1/exit-channels/", "/api/v1/businesses/", "/api/v1/business-links/", "/api/v1/business-gains/"]
    urls += ["/difficulties/", "/difficulties/?state=solved", "/api/v1/difficulties/", "/api/v1/difficulty-steps/"]
    urls += [f"/difficulties/village/{hidden.village.code}/", f"/difficulties/{hidden.difficulties.get().pk}/"]
    for url in urls:
        assert SECRET_NAME in client.get(url).content.decode(), url
    lists = ["posts", "teams", "leaders", "support-groups", "trained", "publicity"]
    tabs = [f"{name}/village/{hidden.village.code}" for name in ("posts", "trained", "publicity")]
    for url in [f"/villages/{name}/" for name in [*lists, *tabs]]:
        assert SECRET_NAME in client.get(url).content.decode(), url
    for name in ("posts", "leaders", "leader-links", "support-groups", "trained-people", "publicity"):
        assert SECRET_NAME in client.get(f"/api/v1/{name}/").content.decode(), name
    for url in ("/visits/", "/visits/mine/", "/visits/follow-ups/", "/visits/checks/list/", "/api/v1/visits/"):
        assert SECRET_NAME in client.get(url).content.decode(), url


def test_every_scoped_model_is_empty_without_a_grant(hidden):
    nobody = factories.user()
    models = [model for model in all_subclasses(Scoped) if not model._meta.abstract]
    assert Household in models
    for model in models:
        assert model.view_permission, model
        assert not model.objects.visible_to(nobody).exists(), model


def test_jobs_of_another_town_are_not_seen(client):
    job = JobRun.objects.create(kind="evaluate_exits", area=factories.town("嘉平镇"))
    client.force_login(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.get(f"/jobs/{job.pk}/progress/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/retry/").status_code == 404


def all_subclasses(base):
    for child in base.__subclasses__():
        yield child
        yield from all_subclasses(child)
