"""REST of exit channels: scope, filters, a summary that equals the page's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assistance.models import Batch
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.channels.situations import channel, enrolled, exited, measure, members, of_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
URL = "/api/v1/exit-channels/"


def client(user) -> APIClient:
    made = APIClient()
    made.force_authenticate(user)
    return made


@pytest.fixture
def district():
    return client(factories.user(role=roles.DISTRICT_OFFICER))


@pytest.fixture
def two_towns():
    """Exits of two towns; in each one person by two channels, one of them on a measure."""
    made = []
    for village in ("复建村", "紫荆村"):
        exit = exited(members=2, area=factories.village(village))
        of_all(exit, "industry")
        channel(exit, "medical", enrolment=enrolled(exit.household, measure("medical")))
        made.append(exit)
    exited(members=3)
    return made


def rows(asker, query=""):
    response = asker.get(f"{URL}{query}")
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 6),
        ("?area=500116108", 3),
        ("?batch=industry", 4),
        ("?batch=industry&batch=medical", 6),
        ("?household={number}", 3),
        ("?exited_in=2015", 6),
        ("?exited_in=2014", 0),
        ("?supported=true", 2),
        ("?supported=false&area=500116108", 2),
    ],
)
def test_filters(two_towns, district, query, count):
    assert len(rows(district, query.format(number=two_towns[0].household.number))) == count


def test_how_a_row_reads(two_towns, district):
    (row,) = rows(district, f"?household={two_towns[0].household.number}&batch=medical")
    member = members(two_towns[0])[0]
    assert (row["exit"], row["exited_on"], row["member"], row["member_name"]) == (
        two_towns[0].pk,
        "2015-11-20",
        member.pk,
        member.name,
    )
    assert row["enrolment"] == two_towns[0].channels.get(batch="medical").enrolment_id


def test_a_town_sees_its_own_and_not_the_other(two_towns, district):
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    seen = rows(town)
    assert {row["household"] for row in seen} == {two_towns[0].household.number}
    for row in rows(district):
        if row["household"] != two_towns[0].household.number:
            assert town.get(f"{URL}{row['id']}/").status_code == 404
    assert client(factories.user()).get(URL).status_code == 403


def test_the_number_of_queries_does_not_grow(two_towns):
    user = factories.user(role=roles.DISTRICT_OFFICER)

    def queries(url):
        fresh = client(type(user).objects.get(pk=user.pk))
        with CaptureQueriesContext(connection) as captured:
            assert fresh.get(url).status_code == 200
        return len(captured)

    urls = [URL, f"{URL}summary/?exited_in=2015"]
    before = [queries(url) for url in urls]
    for _number in range(5):
        of_all(exited(members=3), "education", "employment")
    assert [queries(url) for url in urls] == before


def summary(asker, query="?exited_in=2015"):
    response = asker.get(f"{URL}summary/{query}")
    assert response.status_code == 200, response.content
    return response.json()


def test_the_summary_counts_distinct_and_shows_the_overlap(two_towns, district):
    found = summary(district)
    assert (found["exited_in"], found["area"], found["reported"]) == (2015, None, True)
    assert (found["households"], found["persons"]) == (3, 7)
    by_batch = {row["batch"]: row for row in found["batches"]}
    assert list(by_batch) == Batch.values
    assert by_batch["medical"]["households"] is None
    assert by_batch["medical"]["derived_households"] == by_batch["medical"]["persons"] == 2
    assert (by_batch["industry"]["households"], by_batch["industry"]["persons"]) == (2, 4)
    assert by_batch["relocation"]["households"] == 0
    assert found["person_overlap"] == {"total": 6, "distinct": 4, "excess": 2}
    assert found["household_overlap"] == {"total": 2, "distinct": 2, "excess": 0}
    assert (found["households_without"], found["persons_without"]) == (1, 3)
    assert {"batches": ["industry", "medical"], "households": 2, "persons": 2} in found["combinations"]


def test_before_anybody_said_anything_nothing_is_reported(district):
    exited()
    found = summary(district)
    assert (found["reported"], found["households"], found["combinations"]) == (False, 1, [])


@pytest.mark.parametrize("area", ["500116", "500116108", "500116114", "500116108205"])
def test_the_summary_says_what_the_page_says(two_towns, district, area):
    browser = APIClient()
    browser.force_login(factories.user(role=roles.DISTRICT_HEAD))
    counts = browser.get(f"/channels/?area={area}&year=2015").context["counts"]
    found = summary(district, f"?exited_in=2015&area={area}")
    assert found["households"] == counts.households
    assert found["persons_without"] == counts.persons_without
    assert [row["derived_households"] for row in found["batches"]] == [line.households for line in counts.lines]
    assert [row["persons"] for row in found["batches"]] == [line.persons for line in counts.lines]
    assert found["person_overlap"]["excess"] == counts.person_overlap.excess
    assert len(found["combinations"]) == len(counts.combinations)


def test_the_summary_is_the_users(two_towns):
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    assert summary(town)["households"] == 2
    assert summary(town, "?exited_in=2015&area=500116114")["households"] == 0


@pytest.mark.parametrize(
    "query",
    [
        *("?batch=lottery", "?exited_in=x", "?area=999", "?supported=maybe", "?ordering=member_name", "?year=2015"),
        *("summary/", "summary/?exited_in=x", "summary/?exited_in=99999999999", "summary/?exited_in=1999"),
        *("summary/?exited_in=2015&area=999", "summary/?exited_in=2015&batch=industry"),
    ],
)
def test_wrong_parameters_are_refused_and_never_widen(two_towns, district, query):
    response = district.get(f"{URL}{query}")
    assert response.status_code == 400, response.json()
    assert response.json()["errors"]


def test_unchanged_it_is_not_sent_again(two_towns, district):
    tag = district.get(f"{URL}summary/?exited_in=2015")["ETag"]
    assert district.get(f"{URL}summary/?exited_in=2015", headers={"If-None-Match": tag}).status_code == 304


def test_nothing_is_written_here(two_towns, district):
    key = rows(district)[0]["id"]
    assert district.post(URL, {}, format="json").status_code in {403, 405}
    for method in (district.put, district.patch, district.delete):
        assert method(f"{URL}{key}/").status_code in {403, 405}
