"""My households: who comes first, what stands beside them, and numbers that open their lists."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from assistance.models import FollowUp, VisitState
from households.models import Household, HouseholdStatus
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common import clock
from jiangjin.jobs.models import JobRun
from tests import factories
from tests.assistance.situations import away, check, december, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
NOVEMBER = {"month": dt.date(2015, 11, 1), "as_of": dt.date(2015, 11, 30)}


def rows(client, query=""):
    return list(client.get(f"/visits/mine/{query}").context["page"].object_list)


def numbers(client, query=""):
    return [row.household.number for row in rows(client, query)]


@pytest.fixture
def five(helper):
    """Households of the helper in every state: never visited, visited long ago, missed last month, visited, not due."""

    def make(name, *visits, **kwargs):
        made = factories.household(members=1, number=f"50011610820500{len(made_ones):02d}", **kwargs)
        made.members.update(name=name)
        factories.assignment(made, helper, **({"starts_on": december(25)} if name == "新户" else {}))
        for day in visits:
            visit(made, helper, day)
        made_ones[name] = made
        return made

    made_ones: dict[str, Household] = {}
    make("从未", registered_on=dt.date(2015, 11, 25))
    make("久等", dt.date(2015, 9, 1), dt.date(2015, 11, 2))
    make("上月未访", dt.date(2015, 10, 1))
    make("已访", dt.date(2015, 11, 5), december(3))
    make("新户")
    check(**NOVEMBER)
    check(as_of=december(30))
    return made_ones


def test_who_waits_longest_comes_first_and_who_was_visited_last(client, five):
    found = [row.household.head_name for row in rows(client)]
    assert found == ["从未", "上月未访", "久等", "新户", "已访"]
    states = {row.household.head_name: row.household.check_state for row in rows(client)}
    assert states["久等"] == VisitState.PENDING
    assert states["已访"] == VisitState.MET
    assert states["新户"] == VisitState.NOT_DUE
    assert [row.household.head_name for row in rows(client) if row.missed_before] == ["上月未访"]


def test_the_page_says_what_there_is_to_know(client, five):
    visited = five["久等"].visits.first()
    FollowUp.objects.create(visit=visited, text="x", due_on=december(20))
    FollowUp.objects.create(visit=visited, text="y", due_on=dt.date(2016, 1, 20))
    row = next(row for row in rows(client) if row.household.head_name == "久等")
    assert (row.promises.open, row.promises.late, row.household.last_visit_on) == (2, 1, dt.date(2015, 11, 2))
    page = client.get("/visits/mine/").content.decode()
    for text in ("1 late", "missed last month", "Had a helper on too few days of the month", "never", "12-03"):
        assert text in page, text
    assert page.count("/visits/new/?household=") == 5


def test_a_phone_call_is_not_the_last_visit_that_counts(client, helper, five):
    visit(five["久等"], helper, december(29), method="phone")
    row = next(row for row in rows(client) if row.household.head_name == "久等")
    assert row.household.last_visit_on == dt.date(2015, 11, 2)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?state=waiting", {"从未", "上月未访", "久等"}),
        ("?state=met", {"已访"}),
        ("?state=not_due", {"新户"}),
        ("?state=unchecked", set()),
        ("?missed_before=on", {"上月未访"}),
        ("?q=久等", {"久等"}),
        ("?q=nobody", set()),
        ("?state=rich", set()),
    ],
)
def test_filters(client, five, query, names):
    assert {row.household.head_name for row in rows(client, query)} == names


def test_on_the_last_day_of_a_closed_month_who_was_missed_is_still_to_be_visited(client, five):
    check(as_of=december(31))
    assert {row.household.head_name for row in rows(client, "?state=waiting")} == {"从未", "上月未访", "久等"}
    assert rows(client)[0].household.check_state == VisitState.MISSED


def test_each_number_opens_its_list(client, five, helper):
    FollowUp.objects.create(visit=five["久等"].visits.first(), text="x", due_on=december(20))
    response = client.get("/visits/mine/")
    figures = response.context["figures"]
    assert [figure.value for figure in figures] == [3, 1, 1, 1]
    for figure in figures:
        assert escape(figure.url) in response.content.decode()
        assert client.get(figure.url).context["page"].paginator.count == figure.value, figure.label


def test_a_helper_sees_who_is_assigned_today(client, helper, five):
    stranger = factories.household(members=1)
    factories.assignment(stranger, factories.helper("徐兴"))
    gone = factories.household(members=1)
    factories.assignment(gone, helper, ends_on=december(30))
    check(as_of=december(30))
    assert len(rows(client)) == 5
    assert not {stranger.number, gone.number} & set(numbers(client))


def test_who_is_not_on_the_roll_is_left_out(client, helper, five):
    Household.objects.filter(pk=five["久等"].pk).update(status=HouseholdStatus.REMOVED, status_on=dt.date(2015, 11, 20))
    mark_households([five["久等"].pk], facts=[Fact.HOUSEHOLD])
    check(as_of=december(29))
    assert five["久等"].number not in numbers(client)
    unchecked = factories.household(members=1, status=HouseholdStatus.DISSOLVED)
    factories.assignment(unchecked, helper)
    assert unchecked.number not in numbers(client)


def test_a_month_that_was_not_checked_is_said_to_be_so(client, helper, family):
    factories.assignment(family, helper)
    response = client.get("/visits/mine/")
    assert "2015-12 has not been checked yet" in response.content.decode()
    assert "Check the month now" not in response.content.decode()
    assert rows(client)[0].household.check_state is None
    assert numbers(client, "?state=unchecked") == [family.number]


def test_the_district_starts_the_check_from_there(client, sign_in, family):
    officer = sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    page = client.get("/visits/mine/").content.decode()
    assert "Check the month now" in page
    response = client.post("/visits/checks/start/?area=500116", {"month": "2015-12"})
    assert response["Location"] == "/visits/checks/?area=500116"
    job = JobRun.objects.get()
    assert (job.kind, job.created_by, job.params) == (
        "check_visits",
        officer,
        {"month": "2015-12", "as_of": "2015-12-30"},
    )


def test_a_household_filed_after_the_check_is_not_checked_yet(client, helper, five):
    late = factories.household(members=1)
    factories.assignment(late, helper)
    assert numbers(client, "?state=unchecked") == [late.number]
    assert "has not been checked yet" not in client.get("/visits/mine/").content.decode()


# --- offices ----------------------------------------------------------------------------------------------
@pytest.fixture
def two_villages():
    """Households of two villages of 白沙镇 and of one of 嘉平镇, checked."""
    who = factories.helper("徐兴")
    found = {}
    for name in ("复建村", "河口村", "紫荆村"):
        found[name] = [factories.household(members=1, area=factories.village(name)) for _number in range(2)]
        for household in found[name]:
            factories.assignment(household, who)
        visit(found[name][0], who, december(5))
        visit(found[name][1], who, dt.date(2015, 10, 5))
    check(as_of=december(30))
    return found


def test_a_town_sees_its_villages_with_their_helpers(client, officer, two_villages):
    response = client.get("/visits/mine/")
    parts = response.context["parts"]
    assert [(part.area.name, part.to_visit, len(part.rows)) for part in parts] == [("复建村", 1, 2), ("河口村", 1, 2)]
    assert [shown.row.household for shown in parts[0].rows] == list(reversed(two_villages["复建村"]))
    assert "徐兴" in response.content.decode()


def test_the_district_is_put_together_by_town_and_a_village_by_nothing(client, sign_in, two_villages):
    sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    parts = client.get("/visits/mine/").context["parts"]
    assert [(part.area.name, part.to_visit, len(part.rows)) for part in parts] == [("白沙镇", 2, 4), ("嘉平镇", 1, 2)]
    narrowed = client.get("/visits/mine/?area=500116108").context["parts"]
    assert [part.area.name for part in narrowed] == ["复建村", "河口村"]
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village("复建村")))
    parts = client.get("/visits/mine/").context["parts"]
    assert [(part.area, len(part.rows)) for part in parts] == [(None, 2)]


def test_another_order_leaves_the_parts_out(client, officer, two_villages):
    for sort in ("-last", "name", "village", "-waiting"):
        parts = client.get(f"/visits/mine/?sort={sort}").context["parts"]
        assert [(part.area, len(part.rows)) for part in parts] == [(None, 4)]
    latest = client.get("/visits/mine/?sort=-last").context["parts"][0].rows
    assert [shown.row.household.last_visit_on for shown in latest] == [december(5)] * 2 + [dt.date(2015, 10, 5)] * 2


def test_the_households_of_one_helper(client, officer, two_villages):
    other = factories.helper("刘洋")
    factories.assignment(two_villages["复建村"][1], other)
    response = client.get(f"/visits/mine/?helper={other.pk}")
    assert response.context["page"].paginator.count == 1
    assert "刘洋" in [str(chip.text) for chip in response.context["chips"]]
    for figure in response.context["figures"]:
        assert client.get(figure.url).context["page"].paginator.count == figure.value, figure.label


def test_the_number_of_queries_does_not_grow(client, officer, two_villages):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/visits/mine/").status_code == 200
        return len(captured)

    before = queries()
    who = factories.helper("刘洋")
    for _number in range(6):
        household = factories.household(members=1)
        factories.assignment(household, who)
        FollowUp.objects.create(visit=visit(household, who, december(2)), text="x", due_on=december(5))
        away(household, december(1), december(3))
    check(as_of=december(30))
    assert queries() == before


def test_pages_of_a_long_list_fit_together(client, officer):
    who = factories.helper("徐兴")
    for _number in range(27):
        factories.assignment(factories.household(members=1), who)
    check(as_of=december(30))
    seen = numbers(client) + numbers(client, "?page=2")
    assert len(seen) == len(set(seen)) == 27
    assert len(numbers(client, "?page=2")) == 2


# --- the first page, the inbox, the bar -------------------------------------------------------------------
def test_the_first_page_opens_what_it_counts(client, helper, five):
    FollowUp.objects.create(visit=five["久等"].visits.first(), text="x", due_on=december(20))
    home = client.get("/")
    figures = next(figures for card, figures in home.context["cards"] if card.code == "visits")
    assert [figure.value for figure in figures] == [3, 1, 1, 1]
    for figure in figures:
        assert client.get(figure.url).context["page"].paginator.count == figure.value, figure.label
    waiting = {link.url: link.count for link in home.context["inbox"]}
    assert waiting == {"/visits/mine/?state=waiting&mine=on": 3, "/visits/follow-ups/?state=late": 1}
    for url, count in waiting.items():
        assert client.get(url).context["page"].paginator.count == count, url


def test_who_helps_and_leads_a_village_is_told_of_their_own_households(client, helper, five):
    Grant.objects.create(
        user=helper.user, role=roles.VILLAGE_TEAM.code, area=factories.village(), valid_from=factories.START
    )
    colleague = factories.helper("徐兴")
    others = [factories.household(members=1) for _number in range(2)]
    for household in others:
        factories.assignment(household, colleague)
    mark_households([household.pk for household in others], facts=[Fact.ASSIGNMENT])
    check(as_of=december(30))
    response = client.get("/visits/mine/?state=waiting&mine=on")
    assert {link.url: link.count for link in response.context["inbox"]} == {"/visits/mine/?state=waiting&mine=on": 3}
    assert response.context["page"].paginator.count == 3
    assert "myself" in [str(chip.text) for chip in response.context["chips"]]
    for figure in response.context["figures"]:
        assert client.get(figure.url).context["page"].paginator.count == figure.value, figure.label
    assert client.get("/visits/mine/?state=waiting").context["page"].paginator.count == 5


def test_an_office_is_told_of_late_promises_only(client, officer, two_villages):
    FollowUp.objects.create(visit=two_villages["复建村"][0].visits.first(), text="x", due_on=december(20))
    FollowUp.objects.create(visit=two_villages["紫荆村"][0].visits.first(), text="x", due_on=december(20))
    home = client.get("/")
    assert {link.url: link.count for link in home.context["inbox"]} == {"/visits/follow-ups/?state=late": 1}
    assert client.get("/visits/follow-ups/?state=late").context["page"].paginator.count == 1
    figures = next(figures for card, figures in home.context["cards"] if card.code == "visits")
    assert [figure.value for figure in figures] == [2, 2, 0, 1]
    for figure in figures:
        assert client.get(figure.url).context["page"].paginator.count == figure.value, figure.label


def test_before_the_first_check_the_first_page_says_nothing_of_visits(client, helper, family):
    factories.assignment(family, helper)
    assert "visits" not in [card.code for card, _figures in client.get("/").context["cards"]]


def test_the_bar_of_a_helpers_phone(client, helper):
    bar = [link.code for link in client.get("/visits/mine/").context["phone_menu"]]
    assert bar == ["home", "my_households", "visits"]


def test_who_may_not_see_visits_has_no_part_in_them(client, sign_in, family):
    sign_in(factories.user(role=roles.FINANCE))
    for url in ("/visits/", "/visits/mine/", "/visits/follow-ups/", "/visits/checks/", "/visits/export/"):
        assert client.get(url).status_code == 403, url
    assert not {"visits", "my_households"} & {link.code for link in client.get("/").context["menu"]}


def test_the_month_is_the_domains(client, helper, five):
    with clock.pin(dt.date(2016, 1, 1)):
        assert "2016-01 has not been checked yet" in client.get("/visits/mine/").content.decode()
