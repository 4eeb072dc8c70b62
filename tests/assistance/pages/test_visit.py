"""One visit, and the household file's tab and timeline."""

import datetime as dt

import pytest

from assistance.models import Absence, FollowUp
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.situations import away, check, december, visit
from tests.households.pages.sending import errors, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def made(family):
    """A visit with something in every part."""
    who = factories.helper("徐兴")
    factories.assignment(family, who)
    return visit(
        family,
        who,
        december(10),
        people_met="陈建国",
        condition="屋顶已修好。",
        income_trend="better",
        policy_explained="新农合报销",
        money_fen=50_000,
        goods="大米",
        goods_value_fen=12_000,
        difficulty_kind="water",
        difficulty="水源干涸",
        confirmation="fingerprint",
    )


def test_everything_that_was_written_is_shown(client, officer, made):
    FollowUp.objects.create(visit=made, text="联系水务局", due_on=december(20))
    page = client.get(f"/visits/{made.pk}/").content.decode()
    for text in (
        "徐兴",
        "陈建国",
        "屋顶已修好。",
        "Better",
        "新农合报销",
        "500.00",
        "大米",
        "120.00",
        "Drinking water",
        "水源干涸",
    ):
        assert text in page, text
    for text in ("Fingerprint", "联系水务局", "late", f"/visits/{made.pk}/correct/", 'data-dialog="withdraw"'):
        assert text in page, text


def test_who_only_reads_is_offered_nothing(client, sign_in, made):
    sign_in(factories.user(role=roles.INSPECTOR))
    page = client.get(f"/visits/{made.pk}/").content.decode()
    assert "屋顶已修好。" in page
    assert "/correct/" not in page
    assert "withdraw" not in page


def test_nobody_outside_finds_it(client, sign_in, made):
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village("大垭村")))
    assert client.get(f"/visits/{made.pk}/").status_code == 404
    sign_in(factories.user(role=roles.FINANCE))
    assert client.get(f"/visits/{made.pk}/").status_code == 403


# --- the household file -----------------------------------------------------------------------------------
def tab(household):
    return f"/visits/household/{household.number}/"


def test_the_tab_says_how_the_months_stand(client, officer, family, made):
    check(month=dt.date(2015, 11, 1), as_of=dt.date(2015, 11, 30))
    page = client.get(tab(family)).content.decode()
    assert "not checked yet" in page
    assert "2015-11" in page
    assert "Not visited" in page
    check(as_of=december(30))
    page = client.get(tab(family)).content.decode()
    assert "not checked yet" not in page
    assert "Visited" in page
    assert f"/visits/{made.pk}/" in page
    assert f"/visits/new/?household={family.number}" in page
    assert "<html" not in page


def test_the_file_has_the_tab_and_the_events(client, officer, family, made):
    FollowUp.objects.create(visit=made, text="联系水务局", due_on=december(20), done_on=december(21), outcome="已通水")
    away(family, dt.date(2015, 11, 1), dt.date(2015, 11, 20))
    response = client.get(f"/households/{family.number}/?tab=visits")
    assert tab(family) in response.content.decode()
    titles = [str(event.title) for event in response.context["events"]]
    assert titles[:2] == ["Kept: 联系水务局", "Home visit"]
    assert {"Absence begins", "Last day away"} <= set(titles)


def test_finance_sees_the_file_without_visits(client, sign_in, family, made):
    sign_in(factories.user(role=roles.FINANCE))
    page = client.get(f"/households/{family.number}/").content.decode()
    assert tab(family) not in page
    assert "屋顶已修好。" not in page
    assert client.get(tab(family)).status_code == 403


def test_the_tab_is_not_found_outside(client, helper, family, made):
    assert client.get(tab(family)).status_code == 404


# --- absences ---------------------------------------------------------------------------------------------
def test_an_absence_is_recorded_and_ended(client, officer, family):
    url = f"/visits/absences/new/?household={family.number}"
    assert url in client.get(tab(family)).content.decode()
    response = send(client, url, starts_on="2015-12-01", reason="去广东务工")
    assert response["Location"] == f"/households/{family.number}/?tab=visits"
    absence = Absence.objects.get()
    assert (absence.starts_on, absence.ends_on, absence.reason) == (december(1), None, "去广东务工")
    end = f"/visits/absences/{absence.pk}/end/"
    assert end in client.get(tab(family)).content.decode()
    assert list(errors(send(client, end, ends_on="2015-11-30"))) == ["ends_on"]
    assert list(errors(send(client, end, ends_on="2016-01-01"))) == ["ends_on"]
    send(client, end, ends_on="2015-12-20")
    absence.refresh_from_db()
    assert absence.ends_on == december(20)
    assert client.get(end).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"starts_on": "2016-01-01"}, "starts_on"),
        ({"starts_on": "2013-12-31"}, "starts_on"),
        ({"ends_on": "2015-11-30"}, "ends_on"),
        ({"starts_on": "2015-10-15"}, "__all__"),
    ],
)
def test_a_wrong_absence_is_refused_at_its_field(client, officer, family, typed, field):
    away(family, dt.date(2015, 10, 1), dt.date(2015, 10, 31))
    url = f"/visits/absences/new/?household={family.number}"
    refused = send(client, url, **{"starts_on": "2015-12-01", "reason": "务工", **typed})
    assert list(errors(refused)) == [field]
    assert Absence.objects.count() == 1


def test_an_absence_of_another_town_is_not_found(client, sign_in, family):
    absence = away(family, december(1))
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
    assert client.get(f"/visits/absences/{absence.pk}/end/").status_code == 404
    assert client.get(f"/visits/absences/new/?household={family.number}").status_code == 404
    assert client.get("/visits/absences/new/").status_code == 404
