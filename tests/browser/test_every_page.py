"""Every page at phone and desktop width: nothing sticks out, nothing breaks the rules of accessibility, no error in the console."""

import datetime as dt

import pytest
from django.test import Client

from assistance.models import BulkEnrolment, ClauseBasis, Course, FollowUp, ResettlementSite
from assistance.services import relocations
from households.models import HouseholdStatus, Tier
from households.services import evaluations
from jiangjin.accounts import roles
from jiangjin.evidence.models import EvidenceFile
from tests import factories
from tests.assistance import situations
from tests.assistance.businesses import situations as businesses
from tests.assistance.channels import situations as channels
from tests.assistance.works import situations as works
from tests.browser.axe import violations
from tests.browser.conftest import fits, shoot
from tests.evidence import pictures
from tests.repository.urls import address, patterns
from tests.villages import village_files
from tests.villages.posts import situations as villages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]
# Pages that are no pages: they answer with something else than a document, or end the session.
SKIPPED = {"logout", "set_language", "api-schema", "healthz", "readyz", "home"}
# Pages that are told by `?household=` whom they are about.
ABOUT_A_HOUSEHOLD = {"assistance:write", "assistance:absence", "assistance:tie"}
# And those that are told by `?village=`.
ABOUT_A_VILLAGE = {f"villages:{name}_new" for name in ("post", "team", "support_group", "trained", "publicity")}
# Its insides are not ours (Swagger UI).
FOREIGN = {"/api/docs/"}


@pytest.fixture
def household():
    """A file with something on each tab."""
    village = factories.village("复建村")
    made = factories.over_the_line(area=village, members=4, tier=Tier.B, phone_masked="138****0000")
    factories.income(made, 2014, wages_fen=600_000)
    helper = factories.helper("徐兴")
    factories.assignment(made, helper)
    visit = situations.visit(made, helper, situations.december(10), condition="屋顶已修好，土鸡长势不错。")
    promise = FollowUp.objects.create(visit=visit, text="送危房改造申请", due_on=situations.december(20))
    promise.evidence.set(pictures.stored(caption="屋顶"))
    situations.away(made, dt.date(2015, 11, 20))
    situations.check(as_of=situations.december(30))
    factories.over_the_line(area=village, tier=Tier.A, status=HouseholdStatus.EXITED)
    poor = factories.over_the_line(area=factories.village("紫荆村"), tier=Tier.C)
    poor.incomes.update(wages_fen=100)
    evaluations.evaluate(as_of=dt.date(2015, 12, 31), area=factories.county())
    policy_with_two_wordings()
    village_files.complete(village)
    villages.complete()
    villages.link(villages.leader("穆远", title="区政协副主席"), made)
    group = village.support_groups.get()
    group.members.create(unit=factories.unit("区教委"), starts_on=group.starts_on)
    villages.trained()
    villages.meeting()
    channels.of_all(channels.exit_of(made, persons=4), "industry", "medical")
    channels.exited(members=2)
    businesses.gained(businesses.tied(made, businesses.business(line="富硒花椒", in_charge="李建")), 3200)
    businesses.tied(factories.over_the_line(area=village))
    situations.difficulty(made, what="水管漏水，需更换。")
    place = works.site(village=village)
    move = works.relocation(made)
    works.course().enrolments.add(works.training(made))
    relocations.record(
        enrolment=move,
        values={"site": place, "mode": "03", "moved_on": dt.date(2015, 6, 15)},
        members=list(made.members.all()),
        by=None,
        today=dt.date(2015, 12, 31),
    )
    bulk = BulkEnrolment.objects.create(
        act="propose",
        area=village,
        measure=move.measure,
        year=2015,
        source="名单.xlsx",
        state="checked",
        counts={"rows": 1, "ready": 1, "done": 0, "already": 0, "refused": 0},
    )
    bulk.rows.create(position=1, household=made, outcome="ready", note="备注")
    return made


def policy_with_two_wordings() -> None:
    """An opinion whose clause was amended, and a document that supports it."""
    opinion = factories.policy(code="opinion", title="实施意见", is_placeholder=True, summary="目标和措施。")
    former = factories.clause(opinion, 1, valid_to=dt.date(2015, 6, 30))
    factories.clause(opinion, 1, text="每户每月至少走访两次。", valid_from=dt.date(2015, 7, 1))
    for norm in ("visit_standard", "exit", "exit_rule.safe_water"):
        ClauseBasis.objects.create(norm=norm, clause=former)
    factories.clause(factories.policy(code="pairing", kind="supporting", parent=opinion), 2)


def pages(user, household) -> list[str]:
    """Addresses that answer with a whole document."""
    client = Client()
    client.force_login(user)
    member = household.members.first()
    values = {
        "number": household.number,
        "pk": member.pk,
        "member_pk": member.pk,
        "kind": "member",
        "field": "identity",
        "year": 2015,
        "month": "2015-12",
        "assignment": household.assignments.get().pk,
        "visit": household.visits.get().pk,
        "follow_up": household.visits.get().follow_ups.get().pk,
        "absence": household.absences.get().pk,
        "policy": "opinion",
        "clause": 1,
        "basis": ClauseBasis.objects.get(norm="exit").pk,
        "exit": household.status_events.get(kind="exited").pk,
        "business": household.business_links.get().business_id,
        "link": household.business_links.get().pk,
        "key": EvidenceFile.objects.first().key,
        "code": household.village.code,
        "rectification": household.village.rectifications.get().pk,
        "post": household.village.posts.first().pk,
        "team": household.village.resident_teams.get().pk,
        "leader": household.leader_links.get().leader_id,
        "leader_link": household.leader_links.get().pk,
        "support_group": household.village.support_groups.get().pk,
        "group_member": household.village.support_groups.get().members.get(is_lead=False).pk,
        "trained": household.village.trained_people.get().pk,
        "publicity": household.village.publicity_events.first().pk,
        "difficulty": household.difficulties.get().pk,
        "enrolment": household.enrolments.get(measure__detail="relocation").pk,
        "measure": household.enrolments.get(measure__detail="relocation").measure.code,
        "bulk": BulkEnrolment.objects.get().pk,
        "site": ResettlementSite.objects.get().pk,
        "course": Course.objects.get().pk,
    }
    about = f"?household={household.number}"
    found = ["/"]
    for name, pattern in patterns():
        if name in SKIPPED or name.startswith("api:"):
            continue
        url = address(name, pattern, values)
        url += about if name in ABOUT_A_HOUSEHOLD else ""
        url += f"?village={household.village.code}" if name in ABOUT_A_VILLAGE else ""
        response = client.get(url)
        if response.status_code == 200 and not response.streaming and b"<html" in response.content[:400]:
            found.append(url)
    return found


def test_every_page_as_the_district(page, sign_in, live_server, viewport, household):
    user = factories.user("district", role=roles.DISTRICT_OFFICER)
    check_pages(page, sign_in, live_server, viewport, user, household)


def test_every_page_as_a_town(page, sign_in, live_server, viewport, household):
    user = factories.user("town", role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
    check_pages(page, sign_in, live_server, viewport, user, household)


def check_pages(page, sign_in, live_server, viewport, user, household):
    addresses = pages(user, household)
    assert len(addresses) > 15
    sign_in(user.username)
    problems = {}
    for url in addresses:
        page.goto(live_server.url + url)
        page.wait_for_load_state("networkidle")
        name = f"{user.username}{url.split('?')[0].replace(household.number, 'number').replace('/', '-').rstrip('-')}"
        shoot(page, name, viewport)
        wrong = [] if url in FOREIGN else violations(page)
        if not fits(page):
            wrong.append("wider than the screen")
        if wrong:
            problems[url] = wrong
    assert not problems, "\n".join(f"{url}: {wrong}" for url, wrong in problems.items())
