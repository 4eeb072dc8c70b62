"""The list of visits and the rows of the monthly check: filters, order, workbooks."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from assistance.models import VisitState
from households.models import Tier
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant
from jiangjin.audit.models import AuditAction, AuditEntry
from tests import factories
from tests.assistance.situations import away, check, december, held, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
NOVEMBER = dt.date(2015, 11, 1)


def listed(client, query="", url="/visits/"):
    return list(client.get(f"{url}{query}").context["page"].object_list)


@pytest.fixture
def visits(family):
    """Five visits that differ in what the filters ask for, and one of another town."""
    first, second = factories.helper("徐兴"), factories.helper("刘洋")
    other = factories.household(area=factories.village("河口村"), members=1)
    other.members.update(name="王小明", name_pinyin="wangxiaoming", name_initials="wxm")
    factories.assignment(family, first)
    factories.assignment(other, second)
    elsewhere, stranger = held(area=factories.village("紫荆村"))
    return {
        "plain": visit(family, first, december(10), condition="屋顶已修好"),
        "phone": visit(other, second, december(12), method="phone"),
        "november": visit(family, first, dt.date(2015, 11, 3)),
        "late": visit(other, second, december(2), is_backdated=True, recorded_on=december(20)),
        "water": visit(family, first, december(20), difficulty_kind="water", difficulty="x"),
        "withdrawn": visit(
            family, first, december(21), withdrawn_at=dt.datetime(2015, 12, 22, tzinfo=dt.UTC), withdrawn_reason="x"
        ),
        "elsewhere": visit(elsewhere, stranger, december(1)),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["water", "phone", "plain", "late", "november"]),
        ("?month=2015-12", ["water", "phone", "plain", "late"]),
        ("?since=2015-12-10&until=2015-12-12", ["phone", "plain"]),
        ("?since=2015-12-13", ["water"]),
        ("?until=2015-11-30", ["november"]),
        ("?since=soon", []),
        ("?method=phone", ["phone"]),
        ("?difficulty=water", ["water"]),
        ("?difficulty=any", ["water"]),
        ("?difficulty=roads", []),
        ("?backdated=yes", ["late"]),
        ("?backdated=no", ["water", "phone", "plain", "november"]),
        ("?withdrawn=yes", ["withdrawn"]),
        ("?withdrawn=all&method=home&month=2015-12", ["withdrawn", "water", "plain", "late"]),
        ("?q=wxm", ["phone", "late"]),
        ("?q=刘洋", ["phone", "late"]),
        ("?q=xuxing", ["water", "plain", "november"]),
        ("?q=5001161080010001", ["water", "plain", "november"]),
        ("?q=nobody", []),
        ("?area=500116108205", ["water", "plain", "november"]),
        ("?area=500116114", ["water", "phone", "plain", "late", "november"]),
        ("?sort=visited", ["november", "late", "plain", "phone", "water"]),
        ("?sort=recorded&method=home&month=2015-12", ["plain", "late", "water"]),
        ("?month=2015-13", []),
        ("?month=12", []),
        ("?method=drone", []),
    ],
)
def test_filters_and_order(client, officer, visits, query, names):
    by_key = {made.pk: name for name, made in visits.items()}
    assert [by_key[made.pk] for made in listed(client, query)] == names


def test_a_wrong_month_is_told(client, officer, visits):
    assert "2015-12" in str(client.get("/visits/?month=12").context["form"].errors["month"])


def test_the_visits_of_one_helper_are_said_to_be_theirs(client, officer, visits):
    helper = visits["phone"].helper
    response = client.get(f"/visits/?helper={helper.pk}")
    assert {made.pk for made in response.context["page"].object_list} == {visits["phone"].pk, visits["late"].pk}
    assert [str(chip.text) for chip in response.context["chips"]] == ["刘洋"]


def test_a_helper_sees_visits_to_their_own_households(client, helper, visits, family):
    assert listed(client) == []
    factories.assignment(family, helper)
    assert {made.household for made in listed(client)} == {family}


def test_the_number_of_queries_does_not_grow(client, officer, visits, family):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    check(as_of=december(30))
    urls = ["/visits/", "/visits/follow-ups/?state=all", "/visits/checks/list/"]
    before = [queries(url) for url in urls]
    for _number in range(6):
        household, who = held(members=1)
        made = visit(household, who, december(3))
        made.follow_ups.create(text="x", due_on=december(9))
    visits["plain"].follow_ups.create(text="x", due_on=december(9))
    check(as_of=december(31))
    after = [queries(url) for url in urls]
    # The list of follow-ups was empty before: it asks for heads and for who may write.
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] == queries(urls[1]) <= before[1] + 4


def sheet(response):
    """The rows of a workbook as lists of texts."""
    assert response["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def test_the_workbook_holds_what_the_list_shows(client, officer, visits):
    visits["plain"].money_fen = 12_345
    visits["plain"].condition = "=1+1"
    visits["plain"].save()
    rows = sheet(client.get("/visits/export/?month=2015-12&withdrawn=all"))
    assert len(rows) == 1 + 5
    plain = next(row for row in rows if "=1+1" in row)
    assert plain[:5] == ["5001161080010001", "陈建国", "白沙镇", "复建村", ""]
    assert plain[5].startswith("2015-12-10")
    assert {"Home visit", "徐兴", "123.45"} <= set(plain)
    entry = AuditEntry.objects.get(action=AuditAction.EXPORTED)
    assert (entry.actor_name, entry.model) == ("经办", "assistance.visit")
    assert entry.after == {"rows": 5, "filters": {"month": "2015-12", "withdrawn": "all"}}


def test_who_may_not_export_gets_no_workbook(client, sign_in, visits):
    for role in (roles.VILLAGE_TEAM, roles.HELPER, roles.API_CLIENT):
        sign_in(factories.user(role=role))
        assert client.get("/visits/export/").status_code == 403
        assert client.get("/visits/checks/export/").status_code == 403
    sign_in(factories.user(role=roles.FINANCE))
    assert client.get("/visits/export/").status_code == 403


def test_what_is_seen_and_what_is_exported_are_asked_apart(client, sign_in, visits):
    """The village's team sees a village of one town and exports nothing; as officer of another town they export that one's."""
    user = sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village()))
    Grant.objects.create(
        user=user, role=roles.TOWN_OFFICER.code, area=factories.town("嘉平镇"), valid_from=factories.START
    )
    assert len(listed(client, "?area=500116108205")) == 3
    assert len(sheet(client.get("/visits/export/?area=500116108205"))) == 1
    assert len(sheet(client.get("/visits/export/?area=500116114"))) == 2


# --- rows of the monthly check ----------------------------------------------------------------------------
@pytest.fixture
def months():
    """Households of two villages in every state of November and December."""
    first, second = factories.helper("徐兴"), factories.helper("刘洋")
    group = factories.village().children.create(name="3组", level="group")
    made = {
        "met": factories.household(members=1, tier=Tier.A, group=group),
        "missed": factories.household(members=1, tier=Tier.B),
        "alone": factories.household(members=1),
        "short": factories.household(members=1),
        "off": factories.household(members=1, registered_on=dt.date(2016, 1, 1)),
        "away": factories.household(members=1, area=factories.village("河口村")),
    }
    factories.assignment(made["met"], first)
    factories.assignment(made["missed"], first, ends_on=december(20))
    factories.assignment(made["missed"], second, starts_on=december(21))
    factories.assignment(made["short"], first, starts_on=december(25))
    factories.assignment(made["away"], second)
    visit(made["met"], first, december(5))
    visit(made["away"], second, december(6), method="phone")
    away(made["away"], dt.date(2015, 10, 1))
    for month, last in ((NOVEMBER, dt.date(2015, 11, 30)), (december(1), december(31))):
        check(month=month, as_of=last)
    return made


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"met", "missed", "alone", "short", "off", "away"}),
        ("?month=2015-12&state=due", {"met", "missed", "away"}),
        ("?state=met", {"met", "away"}),
        ("?state=missed", {"missed"}),
        ("?state=pending", set()),
        ("?state=not_due", {"alone", "short", "off"}),
        ("?state=not_due&reason=no_helper", {"alone"}),
        ("?reason=too_short", {"short"}),
        ("?reason=off_roll", {"off"}),
        ("?month=2015-11&state=missed", {"met", "missed", "away"}),
        ("?month=2015-10", set()),
        ("?month=x", set()),
        ("?tier=A", {"met"}),
        ("?away=on", {"away"}),
        ("?area=500116108205&state=due", {"met", "missed"}),
        ("?q=nobody", set()),
        ("?state=rich", set()),
        ("?unit=x", set()),
    ],
)
def test_filters_of_the_check(client, officer, months, query, names):
    by_key = {household.pk: name for name, household in months.items()}
    assert {by_key[row.household_id] for row in listed(client, query, "/visits/checks/list/")} == names


def test_who_answered_and_where(client, officer, months):
    """The helper on the last day answers; the unit's people are asked together; households without a group are found."""
    first, second = months["met"].assignments.get().helper, months["away"].assignments.get().helper
    by_key = {household.pk: name for name, household in months.items()}

    def found(query):
        response = client.get(f"/visits/checks/list/?month=2015-12&{query}")
        assert response.context["chips"], query
        return {by_key[row.household_id] for row in response.context["page"].object_list}

    assert found(f"helper={first.pk}&state=due") == {"met"}
    assert found(f"helper={second.pk}&state=due") == {"missed", "away"}
    assert found(f"unit={first.unit_id}&state=due") == {"met", "missed", "away"}
    assert found("unit=none&state=due") == set()
    assert found(f"group={months['met'].group_id}&state=due") == {"met"}
    assert found("group=none&state=due") == {"missed", "away"}


def test_a_tier_is_that_of_the_months_end(client, officer, months):
    met = months["met"]
    met.tier_decisions.create(tier="C", decided_on=dt.date(2015, 11, 15), reason="x")
    met.tier_decisions.create(tier="A", decided_on=december(15), reason="x")
    url = "/visits/checks/list/"
    assert [row.household for row in listed(client, "?month=2015-11&tier=C", url)] == [met]
    assert listed(client, "?month=2015-11&tier=A", url) == []
    assert [row.household for row in listed(client, "?month=2015-12&tier=A", url)] == [met]


def test_the_reasons_stand_in_words(client, officer, months):
    page = client.get("/visits/checks/list/").content.decode()
    for text in (
        "Nobody answered for it",
        "Not on the roll",
        "Had a helper on too few days of the month",
        "Not visited",
    ):
        assert text in page, text


def test_the_workbook_of_the_check(client, officer, months):
    rows = sheet(client.get("/visits/checks/export/?month=2015-12"))
    assert len(rows) == 1 + 6
    missed = next(row for row in rows if row[0] == months["missed"].number)
    assert missed[5:7] == ["2015-12", "Not visited"]
    assert missed[-1] == "刘洋"
    alone = next(row for row in rows if row[0] == months["alone"].number)
    assert "Nobody answered for it" in alone
    entry = AuditEntry.objects.get(action=AuditAction.EXPORTED)
    assert (entry.model, entry.after["rows"]) == ("assistance.visitcheck", 6)


def test_helpers_and_strangers_do_not_see_the_check(client, sign_in, helper, months):
    assert client.get("/visits/checks/list/").status_code == 403
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
    assert listed(client, "?month=2015-12", "/visits/checks/list/") == []
    assert months["met"].visit_checks.filter(state=VisitState.MET).exists()
