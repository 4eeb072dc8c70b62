"""Pages of business entities: list, one business, forms, gains, survey beside ties, tabs."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from assistance.models import Business, BusinessGain, BusinessLink
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from tests import factories
from tests.assistance.businesses.situations import SINCE, TODAY, business, gained, tied
from tests.households.pages.sending import errors, filled_in, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def some():
    """Businesses of two towns, one closed, with households of both."""
    made = {
        "coop": business(name="复建花椒合作社", line="花椒", in_charge="李建"),
        "inn": business(name="白沙农家乐", kind="farm_inn"),
        "closed": business(name="旧合作社", closed_on=dt.date(2015, 6, 1), close_reason="x"),
        "elsewhere": business(name="紫荆合作社", area=factories.village("紫荆村")),
    }
    own = factories.household(members=2, number="5001161082050001")
    tied(own, made["coop"])
    tied(own, made["coop"], tie="land", land_mu="1.50")
    tied(factories.household(members=1), made["coop"], ends_on=dt.date(2015, 8, 1))
    tied(factories.household(members=1, area=factories.village("紫荆村")), made["coop"])
    return made


def listed(client, query=""):
    return [row.name for row in client.get(f"/businesses/{query}").context["page"].object_list]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"复建花椒合作社", "白沙农家乐", "紫荆合作社"}),
        ("?kind=cooperative", {"复建花椒合作社", "紫荆合作社"}),
        ("?state=closed", {"旧合作社"}),
        ("?state=all&kind=cooperative", {"复建花椒合作社", "旧合作社", "紫荆合作社"}),
        ("?active_on=2015-05-31&kind=cooperative", {"复建花椒合作社", "旧合作社", "紫荆合作社"}),
        ("?active_on=2011-01-01", set()),
        ("?area=500116114", {"紫荆合作社"}),
        ("?q=花椒", {"复建花椒合作社"}),
        ("?q=李建", {"复建花椒合作社"}),
        ("?q=nobody", set()),
        ("?kind=bank", set()),
        ("?active_on=x", set()),
    ],
)
def test_filters_of_the_list(client, district, some, query, names):
    assert set(listed(client, query)) == names


def test_households_are_counted_once_and_only_those_that_the_user_may_see(client, sign_in, some):
    for role, area, households in (
        (roles.DISTRICT_OFFICER, None, 2),
        (roles.TOWN_OFFICER, factories.town(), 1),
    ):
        sign_in(factories.user(role=role, area=area))
        page = client.get("/businesses/?kind=cooperative&q=复建").context["page"]
        assert [row.households for row in page.object_list] == [households]
        detail = client.get(f"/businesses/{some['coop'].pk}/").context
        assert detail["households"] == households


def test_the_kinds_above_open_the_businesses_they_count(client, district, some):
    for _kind, _label, count, url in client.get("/businesses/").context["kinds"]:
        assert client.get(url).context["page"].paginator.count == count


def test_the_number_of_queries_does_not_grow(client, district, some):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    urls = [
        "/businesses/",
        f"/businesses/{some['coop'].pk}/",
        f"/businesses/{some['coop'].pk}/gains/",
        "/businesses/survey/",
    ]
    gained(tied(factories.household(members=1), some["coop"]), 10)
    before = [queries(url) for url in urls]
    for _number in range(5):
        gained(tied(factories.household(members=1), some["coop"]), 10)
        tied(factories.household(members=1), business())
    assert [queries(url) for url in urls] == before


def sheet(response):
    assert response["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def test_the_workbooks_hold_what_the_lists_show(client, district, some):
    gained(some["coop"].links.get(tie="land"), 1234)
    rows = sheet(client.get("/businesses/export/?kind=cooperative"))
    assert {row[0] for row in rows[1:]} == {"复建花椒合作社", "紫荆合作社"}
    assert next(row for row in rows if row[0] == "复建花椒合作社")[10] == "2.0"
    rows = sheet(client.get(f"/businesses/{some['coop'].pk}/export/?year=2015&tie=land"))
    assert len(rows) == 1 + 1
    assert {"5001161082050001", "陈建国", "1.5", "1234.0"} <= set(rows[1])
    entries = AuditEntry.objects.filter(action=AuditAction.EXPORTED).order_by("pk")
    assert [(entry.model, entry.after["rows"]) for entry in entries] == [
        ("assistance.business", 2),
        ("assistance.businesslink", 1),
    ]


def test_who_may_not_export_gets_no_workbook(client, sign_in, some):
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village()))
    assert client.get("/businesses/export/").status_code == 403
    assert client.get(f"/businesses/{some['coop'].pk}/export/").status_code == 403


# --- one business ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?state=ended", 1),
        ("?state=all", 4),
        ("?tie=land", 1),
        ("?gain=reported", 1),
        ("?gain=unreported", 2),
        ("?gain=unreported&year=2014", 3),
        ("?q=5001161082050001", 2),
        ("?tie=gift", 0),
    ],
)
def test_ties_of_a_business(client, district, some, query, count):
    gained(some["coop"].links.get(tie="land"), 1234)
    page = client.get(f"/businesses/{some['coop'].pk}/{query}").context["page"]
    assert page.paginator.count == count


def test_its_numbers_open_and_add_up(client, district, some):
    gained(some["coop"].links.get(tie="land"), 3000)
    gained(some["coop"].links.exclude(ends_on=None).get(), 500)
    context = client.get(f"/businesses/{some['coop'].pk}/").context
    assert (context["gains"].gain_fen, context["gains"].households, context["gains"].persons) == (350_000, 2, 3)
    silent = client.get(f"/businesses/{some['coop'].pk}/{context['unreported_url']}").context["page"]
    assert silent.paginator.count == context["unreported"] == 2
    told_ones = client.get(f"/businesses/{some['coop'].pk}/?gain=reported&state=all&year=2015").context["page"]
    assert sum(row.gain_fen for row in told_ones.object_list) == context["gains"].gain_fen
    assert [(year, sums.households) for year, sums in context["by_year"]] == [(2015, 2)]


def test_what_was_not_reported_is_said_not_to_be(client, district, some):
    text = client.get(f"/businesses/{some['inn'].pk}/").content.decode()
    assert text.count("not reported") >= 2
    assert "No household takes part yet" in text


def test_a_business_of_another_town_is_not_there(client, town, some):
    assert client.get(f"/businesses/{some['elsewhere'].pk}/").status_code == 404
    assert client.get(f"/businesses/{some['elsewhere'].pk}/correct/").status_code == 404


def test_its_history_says_who_and_why(client, town, some):
    send(client, f"/businesses/{some['coop'].pk}/correct/", name="复建合作社", reason="更名")
    text = client.get(f"/businesses/{some['coop'].pk}/").content.decode()
    assert "经办" in text
    assert "更名" in text


# --- forms -------------------------------------------------------------------------------------------------
def test_a_business_is_entered(client, town):
    village = factories.village()
    typed = {"kind": "cooperative", "name": "新社", "village": str(village.pk), "founded_on": "2015-03-01"}
    response = send(client, "/businesses/new/", **typed)
    made = Business.objects.get()
    assert response["Location"] == f"/businesses/{made.pk}/"
    assert (made.name, made.village) == ("新社", village)
    assert errors(send(client, "/businesses/new/", **typed))
    other = str(factories.village("紫荆村").pk)
    assert list(errors(send(client, "/businesses/new/", **{**typed, "village": other}))) == ["village"]


def test_who_comes_second_is_told_what_stands_there_now(client, town, some):
    url = f"/businesses/{some['coop'].pk}/correct/"
    opened = client.get(url).context["form"]
    send(client, url, name="甲", reason="x")
    response = client.post(url, filled_in(opened, name="乙", note="y", reason="z"))
    found = errors(response)
    assert "经办" in str(found["__all__"])
    assert "甲" in str(found["name"])
    some["coop"].refresh_from_db()
    assert some["coop"].name == "甲"


def test_nothing_changed_is_said(client, town, some):
    response = send(client, f"/businesses/{some['coop'].pk}/correct/", reason="x")
    assert "Nothing was changed" in told(response)


def test_closing_says_how_many_ties_end(client, town, some):
    url = f"/businesses/{some['coop'].pk}/close/"
    assert "3 household ties" in client.get(url).content.decode()
    response = send(client, url, closed_on="2015-12-31", reason="注销")
    assert "3 ties ended with it" in told(response)
    response = client.post(f"/businesses/{some['coop'].pk}/reopen/", {"version": 2, "reason": "误操作"})
    assert "existing again" in told(response)
    assert errors(send(client, url, closed_on="2011-01-01", reason="x"))


def test_a_household_is_tied_from_its_file(client, town, some):
    household = factories.household(members=2)
    url = f"/businesses/ties/new/?household={household.number}"
    response = send(client, url, business=str(some["coop"].pk), tie="share", share_fen="5000", starts_on="2015-03-01")
    assert response["Location"].endswith(f"/households/{household.number}/?tab=businesses")
    link = household.business_links.get()
    assert (link.business, link.share_fen, link.starts_on) == (some["coop"], 500_000, SINCE)
    assert list(errors(send(client, url, business=str(some["coop"].pk), tie="share", starts_on="2015-03-01"))) == [
        "tie"
    ]


def test_a_household_is_tied_from_a_business_by_its_number(client, town, some):
    household = factories.household(members=1)
    url = f"/businesses/ties/new/?business={some['coop'].pk}"
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in household.number)
    response = send(client, url, number=wide, tie="order", starts_on="2015-03-01")
    assert response.status_code == 302
    assert household.business_links.get().tie == "order"
    hidden = factories.household(members=1, area=factories.village("紫荆村"))
    assert list(errors(send(client, url, number=hidden.number, tie="order", starts_on="2015-03-01"))) == ["number"]
    assert list(errors(send(client, url, number="1", tie="order", starts_on="2015-03-01"))) == ["number"]


def test_a_household_may_take_part_in_a_business_of_another_town(client, town, some):
    """Which businesses a district has is no secret; the household stays its town's."""
    household = factories.household(members=1)
    url = f"/businesses/ties/new/?household={household.number}"
    assert send(client, url, business=str(some["elsewhere"].pk), tie="wage", starts_on="2015-03-01").status_code == 302
    text = client.get(f"/businesses/household/{household.number}/").content.decode()
    assert "紫荆合作社" in text
    assert f"/businesses/{some['elsewhere'].pk}/" not in text


def test_what_cannot_be_tied_is_not_there(client, town, some):
    hidden = factories.household(members=1, area=factories.village("紫荆村"))
    for query in (
        f"household={hidden.number}",
        "household=1",
        "business=999999",
        "business=x",
        f"business={some['closed'].pk}",
    ):
        assert client.get(f"/businesses/ties/new/?{query}").status_code == 404, query


def test_a_tie_is_corrected_and_ended(client, town, some):
    link = some["coop"].links.get(tie="land")
    response = send(client, f"/businesses/ties/{link.pk}/correct/", land_mu="2.5", reason="复核")
    assert "corrected" in told(response)
    link.refresh_from_db()
    assert (str(link.land_mu), link.version) == ("2.50", 2)
    response = send(client, f"/businesses/ties/{link.pk}/end/", ends_on="2015-12-31", reason="到期")
    assert "ended on 2015-12-31" in told(response)
    found = errors(send(client, f"/businesses/ties/{link.pk}/end/", ends_on="2015-12-31", reason="x"))
    assert list(found) == ["__all__"]


def test_who_may_change_what(client, sign_in, some):
    link = some["coop"].links.get(tie="land")
    urls = [
        *("/businesses/new/", f"/businesses/{some['coop'].pk}/correct/", f"/businesses/{some['coop'].pk}/close/"),
        *(f"/businesses/ties/{link.pk}/correct/", f"/businesses/ties/{link.pk}/end/", "/businesses/ties/new/"),
        f"/businesses/{some['coop'].pk}/gains/",
    ]
    for role in (roles.HELPER, roles.DISTRICT_HEAD, roles.AUDITOR, roles.INSPECTOR, roles.FINANCE):
        sign_in(factories.user(role=role))
        assert {client.get(url).status_code for url in urls} == {403}
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village()))
    assert {client.get(url).status_code for url in urls} == {200}


# --- gains -------------------------------------------------------------------------------------------------
def gains_url(row, year=2015):
    return f"/businesses/{row.pk}/gains/?year={year}"


def test_gains_of_a_business_are_reported_on_one_page(client, town, some):
    land, share = (
        some["coop"].links.get(tie="land"),
        some["coop"].links.get(household__number="5001161082050001", tie="share"),
    )
    page = client.get(gains_url(some["coop"]))
    assert {link for link, _head, _field in page.context["rows"]} == {
        *some["coop"].links.filter(household__village=factories.village())
    }
    response = send(client, gains_url(some["coop"]), **{f"gain-{land.pk}": "1,200.50", "basis": "年终核算"})
    assert response.status_code == 302
    assert "1 gain of 2015 is on file" in told(response)
    row = BusinessGain.objects.get()
    assert (row.link, row.gain_fen, row.basis, row.recorded_by) == (land, 120_050, "年终核算", town)
    response = send(client, gains_url(some["coop"]), **{f"gain-{land.pk}": "1300", f"gain-{share.pk}": "0"})
    assert list(errors(response)) == [f"gain-{land.pk}"]
    assert BusinessGain.objects.get(link=share).gain_fen == 0
    response = send(client, gains_url(some["coop"]), **{f"gain-{land.pk}": "1300", "reason": "补发"})
    assert "replaced another amount" in told(response)
    assert "Nothing was changed" in told(send(client, gains_url(some["coop"])))


def test_a_year_without_ties_offers_no_form(client, town, some):
    assert "No household took part in this year" in client.get(gains_url(some["coop"], 2014)).content.decode()
    assert list(errors(client.post(gains_url(some["coop"]), {f"gain-{some['coop'].links.first().pk}": "-1"})))


# --- survey, tabs ------------------------------------------------------------------------------------------
def test_disagreements_are_listed_with_the_ways_to_mend_them(client, town):
    household = factories.household(members=1)
    factories.conditions(household, in_cooperative=True)
    denied = factories.household(members=1)
    factories.conditions(denied, in_cooperative=False)
    tied(denied)
    hidden = factories.household(members=1, area=factories.village("紫荆村"))
    factories.conditions(hidden, in_cooperative=True)
    response = client.get("/businesses/survey/")
    assert {row[0] for row in response.context["shown"]} == {household, denied}
    text = response.content.decode()
    assert f"/businesses/ties/new/?household={household.number}" in text
    assert f"/households/{denied.number}/conditions/?year=2015" in text
    kinds = client.get("/businesses/survey/?kind=untied").context["shown"]
    assert [row[0] for row in kinds] == [household]
    assert client.get("/businesses/survey/?kind=x").context["page"].paginator.count == 0
    assert client.get(f"/businesses/survey/?q={denied.number}").context["page"].paginator.count == 1
    send(
        client,
        f"/businesses/ties/new/?household={household.number}",
        business=str(Business.objects.get().pk),
        tie="share",
    )
    assert household not in {row[0] for row in client.get("/businesses/survey/").context["shown"]}


def test_where_everything_agrees_the_page_says_so(client, town):
    assert "Survey and ties agree" in client.get("/businesses/survey/").content.decode()


def test_the_households_tab_shows_ties_with_what_they_brought(client, town, some):
    link = some["coop"].links.get(tie="land")
    gained(link, 1234, basis="土地租金")
    text = client.get("/businesses/household/5001161082050001/").content.decode()
    for words in ("复建花椒合作社", "1,234.00", "1.50", "not reported", f"/businesses/{some['coop'].pk}/"):
        assert words in text, words
    assert (
        "takes part in no business"
        in client.get(f"/businesses/household/{factories.household(members=1).number}/").content.decode()
    )


def test_a_helper_sees_the_ties_of_their_households_and_changes_none(client, sign_in, some):
    user = sign_in(factories.user(role=roles.HELPER))
    household = some["coop"].links.get(tie="land").household
    assert client.get(f"/businesses/household/{household.number}/").status_code == 404
    factories.assignment(household, factories.helper(user=user))
    sign_in(type(user).objects.get(pk=user.pk))
    text = client.get(f"/businesses/household/{household.number}/").content.decode()
    assert "复建花椒合作社" in text
    assert "Tie to a business" not in text


def test_the_villages_tab_shows_its_businesses(client, town, some):
    response = client.get("/businesses/village/500116108205/")
    assert {row.name for row in response.context["businesses"]} == {"复建花椒合作社", "白沙农家乐", "旧合作社"}
    assert response.context["households"] == 1
    assert client.get("/businesses/village/500116114205/").status_code == 404
    assert client.get("/businesses/village/500116108/").status_code == 404


def test_ties_stand_in_the_timeline(client, town, some):
    link = some["coop"].links.get(tie="land")
    BusinessLink.objects.filter(pk=link.pk).update(ends_on=TODAY, end_reason="到期")
    text = client.get("/households/5001161082050001/").content.decode()
    assert "Takes part in 复建花椒合作社" in text
    assert "No longer takes part in 复建花椒合作社" in text
    assert "到期" in text
