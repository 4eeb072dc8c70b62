"""The completeness check: words and numbers, each of which opens what adds up to it."""

import datetime as dt
import io
import re
from html import unescape

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from households.models import HouseholdStatus, StatusEvent
from jiangjin.accounts import roles
from tests import factories
from tests.supervision.dashboards.crawl import STAT, number
from tests.villages.posts import situations
from tests.villages.posts.situations import TODAY, day
from villages.models import LeaderLink, PoorVillage, PostStandard
from villages.rules import post_check
from villages.services.post_checks import check_of, checks_of, tallies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
CODES = [norm.code for norm in post_check.NORMS]
NUMBER = re.compile(r'<a class="num" href="([^"]+)">([\d,]+)</a>')


def missing(village, on=TODAY):
    """The norms that a village does not meet."""
    return {finding.norm.code for finding in check_of(village, on=on).unmet}


def listed(client, query=""):
    response = client.get(f"/villages/completeness/{query}")
    return [check.poor.village.name for check in response.context["page"].object_list]


def opened(client, html):
    """(address, number) of everything on the page that opens a list."""
    part = html[html.index('id="results"') :]
    return [(unescape(url), number(text)) for url, text in [*NUMBER.findall(part), *STAT.findall(part)]]


@pytest.fixture
def villages():
    """Three poor villages: complete, without a support group, with nothing at all; households with and without helpers."""
    complete = situations.complete()
    lacking = situations.complete("紫荆村")
    lacking.village.support_groups.update(ends_on=day(11, 30), end_reason="调整")
    bare = situations.poor("关胜村")
    situations.link(situations.leader("符昌言"), bare.village)
    helper = factories.helper()
    for poor, helped, alone in ((complete, 2, 0), (lacking, 1, 1), (bare, 0, 2)):
        for position in range(helped + alone):
            household = factories.household(area=poor.village, members=1)
            if position < helped:
                factories.assignment(household, helper)
    factories.household(area=factories.village("高屋村"))
    return complete.village, lacking.village, bare.village


def test_what_is_missing_is_said_of_each(villages):
    complete, lacking, bare = villages
    assert missing(complete) == set()
    assert missing(lacking) == {"support_groups", "helpers"}
    assert missing(bare) == set(CODES)
    assert check_of(factories.village("高屋村"), on=TODAY) is None
    assert missing(lacking, on=day(11, 30)) == {"helpers"}
    assert missing(complete, on=dt.date(2014, 12, 31)) == set(CODES) - {"helpers"}


def test_the_badge_of_one_is_the_row_of_the_list(villages):
    for check in checks_of(PoorVillage.objects.all(), on=TODAY):
        assert check_of(check.poor.village, on=TODAY).findings == check.findings


def test_words_for_too_few_and_too_many(villages):
    complete, _lacking, bare = villages
    situations.post(village=complete, ends_on=TODAY, starts_on=TODAY)
    with translation.override("en"):
        words = {finding.norm.code: finding.word for finding in check_of(complete, on=TODAY).findings}
        assert words["first_secretaries"] == "too many"
        assert words["leaders"] == "met"
        assert {finding.word for finding in check_of(bare, on=TODAY).findings} == {"missing"}


def test_the_list_filters_by_what_is_missing(client, district, villages):
    assert listed(client) == ["关胜村", "紫荆村", "复建村"]
    assert listed(client, "?sort=village") == ["复建村", "紫荆村", "关胜村"]
    assert listed(client, "?missing=nothing") == ["复建村"]
    assert listed(client, "?missing=anything") == ["关胜村", "紫荆村"]
    assert listed(client, "?missing=support_groups") == ["关胜村", "紫荆村"]
    assert listed(client, "?missing=first_secretaries") == ["关胜村"]
    assert listed(client, "?missing=support_groups&on=2015-11-30") == ["关胜村"]
    assert listed(client, "?q=嘉平") == ["紫荆村"]
    assert listed(client, "?area=500116120") == ["关胜村"]
    assert listed(client, "?missing=everything") == []
    assert listed(client, "?on=2014-01-01") == []


@pytest.mark.parametrize("query", ["", "?on=2015-11-30", "?on=2015-01-12", "?area=500116114", "?missing=anything"])
def test_every_number_opens_the_list_that_adds_up_to_it(client, district, villages, query):
    situations.post(name="前任", village=villages[0], starts_on=day(1, 2), ends_on=day(1, 11))
    household = villages[1].households.first()
    situations.link(situations.leader("穆远"), household)
    found = opened(client, client.get(f"/villages/completeness/{query}").content.decode())
    assert len(found) > len(CODES)
    for url, value in found:
        response = client.get(url)
        assert response.status_code == 200, url
        assert response.context["page"].paginator.count == value, url


@pytest.mark.parametrize("role", [roles.TOWN_OFFICER, roles.VILLAGE_TEAM])
def test_so_it_is_for_whoever_sees_less(client, sign_in, villages, role):
    area = factories.town() if role == roles.TOWN_OFFICER else factories.village()
    sign_in(factories.user(role=role, area=area))
    situations.link(LeaderLink.objects.first().leader, factories.household(area=factories.village("紫荆村")))
    response = client.get("/villages/completeness/")
    assert [check.poor.village.name for check in response.context["page"].object_list] == ["复建村"]
    for url, value in opened(client, response.content.decode()):
        assert client.get(url).context["page"].paginator.count == value, url


def test_households_that_lack_a_helper_are_one_click_away(client, district, villages):
    page = client.get("/villages/completeness/?q=关胜").content.decode()
    url = re.search(r'<a class="d-block small" href="([^"]+)">who lacks one</a>', page)[1]
    response = client.get(unescape(url))
    assert response.context["page"].paginator.count == 2
    assert "no helper" in response.content.decode()


def test_the_households_of_a_past_day(client, district, villages):
    household = villages[0].households.first()
    household.status, household.status_on = HouseholdStatus.EXITED, day(12, 10)
    household.save()
    for kind, on in (("registered", factories.START), ("exited", day(12, 10))):
        StatusEvent.objects.create(household=household, kind=kind, occurred_on=on, persons=1, reason="x")

    def numbers(query):
        response = client.get(f"/villages/completeness/households/?area=500116108205{query}")
        return [each.number for each in response.context["page"].object_list]

    assert household.number not in numbers("")
    assert household.number not in numbers("&on=2015-12-10")
    assert household.number in numbers("&on=2015-12-09")
    assert household.number in numbers("&on=2015-12-09&helped=with")
    assert household.number not in numbers("&on=2015-12-09&helped=without")
    assert numbers("&on=2015-12-09&q=nothing") == []
    assert household.number not in numbers("&on=2013-12-31")


def test_households_of_other_apps_roles_stay_hidden(client, sign_in, villages):
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
    response = client.get("/villages/completeness/households/")
    assert {each.village.name for each in response.context["page"].object_list} == {"紫荆村"}


def test_a_struck_off_village_is_asked_until_the_years_end():
    poor = situations.poor(delisted_on=day(3, 31))
    for on, asked in ((day(3, 30), True), (TODAY, True), (dt.date(2016, 1, 1), False), (dt.date(2014, 10, 9), False)):
        assert (check_of(poor.village, on=on) is not None) == asked, on


def test_norms_are_data(client, district, villages):
    complete = villages[0]
    assert PostStandard.objects.get().is_assumption
    PostStandard.objects.create(valid_from=day(12, 1), leaders=3, support_groups=0, helpers=2, basis="区里的新规定")
    assert missing(complete) == {"leaders", "helpers"}
    assert missing(complete, on=day(11, 30)) == set()
    assert "区里的新规定" in client.get("/villages/completeness/").content.decode()
    PostStandard.objects.all().delete()
    assert missing(villages[2]) == set()
    assert "No norms are in force" in client.get("/villages/completeness/").content.decode()


def test_the_workbook_says_the_same(client, district, villages):
    response = client.get("/villages/completeness/export/?missing=anything")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["关胜村", "紫荆村"]
    assert [row[2] for row in rows[1:]] == [len(CODES), 2]
    assert rows[2][3] == "Support group, Helpers of households"
    assert rows[0][4:7] == ["District leaders", "wanted", "state"]
    assert rows[1][4:7] == [1, 2, "missing"]


def test_tallies_are_those_of_the_rows(villages):
    counts = tallies(checks_of(PoorVillage.objects.all(), on=TODAY))
    assert (counts["villages"], counts["nothing"], counts["anything"]) == (3, 1, 2)
    assert counts["support_groups"] == counts["helpers"] == 2
    assert counts["first_secretaries"] == 1


def test_the_first_page_tells_and_opens(client, district, villages):
    html = client.get("/").content.decode()
    found = {url: value for url, value in STAT.findall(html) if "/completeness/" in url}
    assert sorted(found.values()) == ["1", "2"]
    for url, value in found.items():
        assert len(client.get(unescape(url)).context["page"].object_list) == int(value)
    PoorVillage.objects.all().delete()
    assert "/villages/completeness/?" not in client.get("/").content.decode().partition("<main")[2]
