"""The list of villages: filters, order, numbers as of a day, workbook."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from tests import factories
from tests.households.rules.test_roll import happened, registered
from tests.villages.village_files import december, poor, survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FUJIAN, ZIJING = "500116108205", "500116114205"


def listed(client, query="", url="/villages/"):
    response = client.get(f"{url}{query}")
    assert response.status_code == 200
    return [row.village.name for row in response.context["page"].object_list]


@pytest.fixture
def villages():
    """复建村 of 白沙镇, still poor; 紫荆村 of 嘉平镇, struck off; 高屋村, ordinary and without a survey."""
    fujian, zijing, gaowu = (factories.village(name) for name in ("复建村", "紫荆村", "高屋村"))
    poor(fujian, evidence="confirmed")
    poor(zijing, struck_off=december(28))
    survey(fujian, agricultural_population=100)
    survey(zijing, agricultural_population=1000)
    survey(gaowu, 2014, agricultural_population=10)
    for village, count in ((fujian, 4), (zijing, 2), (gaowu, 1)):
        factories.household(area=village, members=count)
    happened(registered(), "exited", "2015-11-30")
    return fujian, zijing, gaowu


ASKED = "?q=村&size=100&"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("poor=ever", ["紫荆村", "复建村"]),
        ("poor=listed", ["复建村"]),
        ("poor=struck_off", ["紫荆村"]),
        ("poor=ever&evidence=confirmed", ["复建村"]),
        ("evidence=placeholder", []),
        ("poor=ever&town=500116114", ["紫荆村"]),
        ("poor=ever&area=500116108", ["复建村"]),
        ("incidence=met", ["紫荆村"]),
        ("incidence=not_met", ["复建村", "高屋村"]),
        ("poor=ever&incidence=not_verified", []),
        ("poor=ever&survey=reported", ["紫荆村", "复建村"]),
        ("poor=ever&survey=missing", []),
        ("poor=ever&as_of=2014-12-31", ["紫荆村", "复建村"]),
        ("poor=listed&as_of=2015-12-27", ["紫荆村", "复建村"]),
        ("poor=ever&as_of=2014-01-01", []),
        ("poor=ever&sort=-incidence", ["复建村", "紫荆村"]),
        ("poor=ever&sort=incidence", ["紫荆村", "复建村"]),
        ("poor=ever&sort=-persons", ["复建村", "紫荆村"]),
        ("poor=ever&sort=name", ["复建村", "紫荆村"]),
        ("poor=ever&sort=-exited", ["复建村", "紫荆村"]),
        ("poor=ever&as_of=2016-01-01", []),
        ("poor=rich", []),
        ("poor=ever&as_of=yesterday", []),
    ],
)
def test_filters_and_order(client, district, villages, query, names):
    assert listed(client, f"?{query}") == names


@pytest.mark.parametrize("text", ["复建", "fujian", "fjc", "FJC", FUJIAN, "白沙 复建", "bsz fj", "baisha fujian"])
def test_a_village_is_found_by_characters_pinyin_initials_and_code(client, district, villages, text):
    assert listed(client, f"?q={text}") == ["复建村"]


def test_a_town_finds_all_its_villages_and_a_first_character_is_no_surname(client, district):
    assert set(listed(client, "?q=嘉平&size=100")) >= {"紫荆村", "大垭村"}
    assert listed(client, "?q=heishishan") == ["黑石山村"]
    assert listed(client, "?q=nowhere") == []


def test_poor_villages_come_first(client, district, villages):
    assert listed(client)[:3] == ["紫荆村", "复建村", "琅山社区"]
    page = client.get("/villages/").context["page"]
    assert page.paginator.count == 264


def test_a_town_sees_its_own_and_a_village_itself(client, town, sign_in, villages):
    assert listed(client, "?poor=ever") == ["复建村"]
    assert client.get("/villages/").context["page"].paginator.count == factories.town().children.count()
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village()))
    assert listed(client) == ["复建村"]


def test_a_helper_has_no_list(client, sign_in):
    sign_in(factories.user(role=roles.HELPER))
    assert client.get("/villages/").status_code == 403


def test_the_numbers_are_of_the_day(client, district, villages):
    (now,) = client.get("/villages/?poor=listed").context["page"].object_list
    assert (now.numbers.roll_persons, now.numbers.exited_households) == (4, 1)
    past = client.get("/villages/?q=fjc&as_of=2015-11-29").context["page"].object_list[0]
    assert (past.numbers.roll_persons, past.numbers.exited_households) == (5, 0)


def test_the_number_of_queries_does_not_grow(client, district, villages):
    def queries(url):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    urls = ["/villages/", "/villages/?sort=-incidence", "/villages/?incidence=not_met", "/villages/?poor=ever"]
    before = [queries(url) for url in urls]
    for village in factories.town("柏林镇").children.all():
        poor(village)
        survey(village, agricultural_population=10)
        factories.household(area=village, members=2)
    assert [queries(url) for url in urls] == before
    assert max(before) <= 24


def sheet(response):
    """The rows of a workbook as lists of texts."""
    assert response["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def test_the_workbook_holds_what_the_list_shows(client, district, villages):
    village = villages[0]
    village.village_surveys.update(main_road_hardened=True, collective_income_fen=350_050, source="=1+1")
    head, *rows = sheet(client.get("/villages/export/?poor=ever&sort=-persons"))
    assert [row[0] for row in rows] == ["复建村", "紫荆村"]
    told = dict(zip(head, rows[0], strict=True))
    assert (told["Town"], told["Code"]) == ("白沙镇", FUJIAN)
    assert (told["Persons on the roll"], told["Poverty incidence (%)"], told["Below the limit"]) == ("4.0", "4.0", "no")
    assert (told["Main road hardened"], told["Collective income of the village (yuan)"]) == ("yes", "3500.5")
    assert told["Clinic standardised"] == ""
    assert dict(zip(head, rows[1], strict=True))["Struck off on"].startswith("2015-12-28")
    entry = AuditEntry.objects.get(action=AuditAction.EXPORTED)
    assert (entry.actor_name, entry.model) == ("周明远", "villages.village")
    assert entry.after == {"rows": 2, "filters": {"poor": "ever"}}


def test_the_workbook_has_all_pages(client, district):
    assert len(sheet(client.get("/villages/export/"))) == 1 + 264


def test_who_may_not_export_gets_no_workbook(client, sign_in, villages):
    for role in (roles.VILLAGE_TEAM, roles.FINANCE, roles.API_CLIENT, roles.HELPER):
        sign_in(factories.user(role=role))
        assert client.get("/villages/export/").status_code == 403


def test_a_future_day_is_told(client, district):
    form = client.get("/villages/?as_of=2016-01-01").context["form"]
    assert "future" in str(form.errors["as_of"])
    assert client.get("/villages/?as_of=2016-01-01").context["on"] == dt.date(2015, 12, 31)
