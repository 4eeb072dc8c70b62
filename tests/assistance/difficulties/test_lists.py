"""The list and the board: filters, order, workbook; every count is that of the list it opens, for whoever looks."""

import datetime as dt
import html
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from python_calamine import CalamineWorkbook

from assistance.models import Difficulty
from assistance.models import DifficultyState as S
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from tests import factories
from tests.assistance.situations import december, difficulty, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def rows(household, helper):
    """Difficulties that differ in what the filters ask for, and one of another town."""
    household.members.filter(relation="01").update(name="王小明", name_pinyin="wangxiaoming", name_initials="wxm")
    roads = factories.unit("区交通局")
    late = {"due_on": december(1), "escalation": 2, "escalated_on": december(21)}
    other = held(area=factories.village("河口村"))[0]
    elsewhere = held(area=factories.village("紫荆村"))[0]
    return {
        "late": difficulty(household, state=S.UNDER_WAY, **late),
        "town": difficulty(
            other, state=S.ASSIGNED, due_on=december(20), escalation=1, escalated_on=december(28), owner_unit=roads
        ),
        "open": difficulty(household, kind="roads", source="office", due_on=dt.date(2016, 1, 9), what="路烂"),
        "common": difficulty(due_on=dt.date(2016, 1, 10), raised_on=december(5), kind="roads", owner_unit=None),
        "mine": difficulty(household, state=S.UNDER_WAY, due_on=dt.date(2016, 1, 11), helper=helper),
        "solved": difficulty(household, state=S.SOLVED, due_on=december(2), solved_on=december(3)),
        "confirmed": difficulty(other, state=S.CONFIRMED, due_on=december(3), owner_unit=roads),
        "closed": difficulty(household, state=S.UNSOLVABLE, due_on=december(4)),
        "withdrawn": difficulty(household, state=S.WITHDRAWN, due_on=december(6)),
        "elsewhere": difficulty(elsewhere, state=S.UNDER_WAY, **late),
    }


def listed(client, query=""):
    return list(client.get(f"/difficulties/{query}").context["page"].object_list)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["late", "town", "open", "common", "mine"]),
        ("?state=open", ["open", "common"]),
        ("?state=assigned", ["town"]),
        ("?state=solved", ["solved"]),
        ("?state=resolved", ["solved", "confirmed"]),
        ("?state=unsolvable", ["closed"]),
        ("?state=withdrawn", ["withdrawn"]),
        (
            "?state=all",
            ["late", "solved", "confirmed", "closed", "withdrawn", "town", "open", "common", "mine"],
        ),
        ("?late=on", ["late", "town"]),
        ("?late=on&state=assigned", ["town"]),
        ("?escalated=any", ["late", "town"]),
        ("?escalated=town", ["town"]),
        ("?escalated=district", ["late"]),
        ("?kind=roads", ["open", "common"]),
        ("?source=office", ["open"]),
        ("?unit=none", ["open", "common"]),
        ("?unit=%(roads)s", ["town"]),
        ("?unit=%(roads)s&state=all", ["confirmed", "town"]),
        ("?raised_from=2015-12-01", ["common"]),
        ("?raised_to=2015-11-30", ["late", "town", "open", "mine"]),
        ("?solved_from=2015-12-02", ["solved"]),
        ("?solved_to=2015-12-01", ["confirmed"]),
        ("?solved_from=2015-12-01&solved_to=2015-12-31&state=confirmed", ["confirmed"]),
        ("?common=on", ["common"]),
        ("?helper=%(helper)s", ["mine"]),
        ("?q=wxm", ["late", "open", "mine"]),
        ("?q=路烂", ["open"]),
        ("?q=%(number)s", ["late", "open", "mine"]),
        ("?q=nobody", []),
        ("?area=500116108205", ["late", "open", "common", "mine"]),
        ("?place=500116108205", ["late", "open", "common", "mine"]),
        ("?area=500116114", ["late", "town", "open", "common", "mine"]),
        ("?sort=-due", ["mine", "common", "open", "town", "late"]),
        ("?sort=raised", ["late", "town", "open", "mine", "common"]),
        ("?sort=-solved&state=resolved", ["solved", "confirmed"]),
        ("?sort=nonsense", ["late", "town", "open", "common", "mine"]),
        ("?state=nonsense", []),
        ("?unit=nonsense", []),
        ("?unit=999999", []),
        ("?place=nonsense", []),
        ("?solved_from=yesterday", []),
    ],
)
def test_filters_and_order(client, sign_in, town_officer, rows, helper, household, query, names):
    sign_in(town_officer)
    by_key = {row.pk: name for name, row in rows.items()}
    query %= {"roads": rows["town"].owner_unit_id, "helper": helper.pk, "number": household.number}
    assert [by_key[row.pk] for row in listed(client, query)] == names


@pytest.mark.parametrize("key", ["kind", "state", "unit", "village", "solved", "due", "raised"])
def test_every_column_sorts_both_ways(client, sign_in, town_officer, rows, key):
    sign_in(town_officer)
    up, down = (listed(client, f"?state=all&sort={sign}{key}") for sign in ("", "-"))
    assert len(up) == len(down) == 9
    assert up != down


def test_a_row_says_what_it_is(client, sign_in, town_officer, rows):
    sign_in(town_officer)
    page = client.get("/difficulties/?late=on").content.decode()
    for text in ("30 days late", "Escalated to the district", "王小明", "区水务局", "Late", "2015-12-01"):
        assert text in page, text
    assert "in common" in client.get("/difficulties/?common=on").content.decode()


def test_a_hidden_filter_has_its_chip(client, sign_in, town_officer, rows, helper):
    sign_in(town_officer)
    (chip,) = client.get(f"/difficulties/?helper={helper.pk}").context["chips"]
    assert (str(chip.label), chip.text) == ("Helper", "袁建平")


def test_an_empty_list_says_why(client, sign_in, town_officer):
    sign_in(town_officer)
    assert "Nothing is still to be solved" in client.get("/difficulties/").content.decode()
    assert "No difficulty passes these filters" in client.get("/difficulties/?kind=water").content.decode()


@pytest.mark.parametrize("url", ["/difficulties/", "/difficulties/board/", "/difficulties/board/?by=area"])
def test_many_rows_take_as_many_queries_as_few(client, sign_in, town_officer, url):
    sign_in(town_officer)

    def queries(count):
        for number in range(count):
            difficulty(factories.household(members=1), state=S.UNDER_WAY, responsible=town_officer)
            difficulty(state=S.OPEN, kind="roads", raised_by=town_officer, what=f"{number}")
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    assert queries(1) == queries(9)


class TestExport:
    def test_the_workbook_holds_what_the_list_shows(self, client, sign_in, town_officer, rows):
        sign_in(town_officer)
        answer = client.get("/difficulties/export/?kind=roads&sort=-due")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert [row[0] for row in sheet[1:]] == [rows["common"].pk, rows["open"].pk]
        assert sheet[0][8] == "The difficulty in words"
        assert sheet[2][8] == "路烂"
        entry = AuditEntry.objects.get(action=AuditAction.EXPORTED)
        assert (entry.model, entry.after["rows"]) == ("assistance.difficulty", 2)
        assert entry.after["filters"]["kind"] == "roads"

    def test_a_text_is_no_formula(self, client, sign_in, town_officer):
        sign_in(town_officer)
        difficulty(factories.household(), what="=1+1")
        answer = client.get("/difficulties/export/")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert sheet[1][8] == "=1+1"

    def test_who_may_not_export_is_refused(self, client, sign_in, helper_user, water_bureau, rows):
        for user in (helper_user, water_bureau):
            sign_in(user)
            assert client.get("/difficulties/export/").status_code == 403
            assert "Export this list" not in client.get("/difficulties/").content.decode()


LINK = re.compile(r'<a [^>]*href="(/difficulties/\?[^"]*|/difficulties/)"[^>]*>(.*?)</a>', re.DOTALL)
NUMBER = re.compile(r">\s*([\d,]+)\s*<|^\s*([\d,]+)\s*$|^\s*([\d,]+) late\s*$|^All ([\d,]+)$")


def links(page):
    """(address, count) of every link to the list that bears a number."""
    found = []
    for url, words in LINK.findall(page):
        match = NUMBER.search(words.strip())
        if match:
            found.append((html.unescape(url), int(next(group for group in match.groups() if group).replace(",", ""))))
    return found


def people(name):
    return {
        "district": lambda: factories.user(role=roles.DISTRICT_OFFICER),
        "inspector": lambda: factories.user(role=roles.INSPECTOR),
        "town": lambda: factories.user(role=roles.TOWN_OFFICER, area=factories.town()),
        "village": lambda: factories.user(role=roles.VILLAGE_TEAM, area=factories.village()),
        "department": lambda: factories.user(role=roles.DEPARTMENT_OFFICER, unit=factories.unit("区交通局")),
    }[name]()


@pytest.mark.parametrize("who", ["district", "inspector", "town", "village", "department", "helper"])
class TestNumbersOpen:
    @pytest.mark.parametrize("by", ["state", "area", "unit", "kind"])
    def test_each_count_of_the_board_is_that_of_its_list(self, client, sign_in, rows, helper_user, who, by):
        sign_in(helper_user if who == "helper" else people(who))
        Difficulty.objects.filter(pk=rows["confirmed"].pk).update(solved_on=december(2))
        page = client.get(f"/difficulties/board/?by={by}&first=2015-12-02&last=2015-12-30")
        found = links(page.content.decode())
        assert len(found) >= 6
        assert sum(count for _url, count in found) > 3
        for url, count in found:
            assert client.get(url).context["page"].paginator.count == count, (url, count)

    def test_each_figure_of_the_first_page_too(self, client, sign_in, rows, helper_user, who):
        sign_in(helper_user if who == "helper" else people(who))
        home = client.get("/")
        card = [figures for card, figures in home.context["cards"] if card.code == "difficulties"]
        (figures,) = card
        assert len(figures) == 5
        for figure in figures:
            assert escape(figure.url) in home.content.decode()
            assert client.get(figure.url).context["page"].paginator.count == figure.value, figure
        for entry in home.context["inbox"]:
            if entry.url.startswith("/difficulties/"):
                assert client.get(entry.url).context["page"].paginator.count == entry.count, entry

    def test_the_rows_of_a_table_add_up_to_its_total(self, client, sign_in, rows, helper_user, who):
        sign_in(helper_user if who == "helper" else people(who))
        for by in ("area", "unit", "kind"):
            context = client.get(f"/difficulties/board/?by={by}").context
            totals = [cell.count for cell in context["figures"]]
            columns = zip(*([cell.count for cell in row.cells] for row in context["groups"]), strict=True)
            assert [sum(column) for column in columns] == totals


class TestBoard:
    def test_a_column_shows_the_first_ones(self, client, sign_in, town_officer, rows):
        sign_in(town_officer)
        columns = client.get("/difficulties/board/").context["columns"]
        assert [(column.cell.count, column.late.count) for column in columns] == [(2, 0), (1, 1), (2, 1), (1, 0)]
        assert [card.row for card in columns[2].cards] == [rows["late"], rows["mine"]]

    def test_a_county_is_told_by_towns_a_town_by_villages(self, client, sign_in, district_officer, rows):
        sign_in(district_officer)
        names = [row.name for row in client.get("/difficulties/board/?by=area").context["groups"]]
        assert names == ["白沙镇", "嘉平镇"]
        below = client.get("/difficulties/board/?by=area&area=500116108").context["groups"]
        assert {row.name for row in below} == {"复建村", "河口村"}

    def test_a_wrong_period_is_said_and_shows_this_year(self, client, sign_in, town_officer, rows):
        sign_in(town_officer)
        page = client.get("/difficulties/board/?first=2015-12-31&last=2015-01-01")
        assert "The last day lies before the first." in page.content.decode()
        assert page.context["figures"][-1].count == 2

    def test_nothing_on_file(self, client, sign_in, town_officer):
        sign_in(town_officer)
        assert "No difficulties here yet" in client.get("/difficulties/board/?by=unit").content.decode()


class TestInbox:
    def waiting(self, client, user, sign_in):
        sign_in(user)
        entries = client.get("/").context["inbox"]
        return {str(entry.label): entry.count for entry in entries if entry.url.startswith("/difficulties/")}

    def test_each_gets_what_is_theirs_to_do(
        self, client, sign_in, rows, helper_user, team, town_officer, district_officer, water_bureau
    ):
        late, ask = "Late difficulties", "Solutions to ask the household about"
        assert self.waiting(client, helper_user, sign_in) == {late: 1, ask: 1}
        assert self.waiting(client, team, sign_in) == {late: 1, ask: 1}
        assert self.waiting(client, water_bureau, sign_in) == {late: 2}
        assert self.waiting(client, town_officer, sign_in) == {
            "Difficulties to assign": 2,
            "Difficulties escalated to the town": 1,
        }
        assert self.waiting(client, district_officer, sign_in) == {"Difficulties escalated to the district": 2}
