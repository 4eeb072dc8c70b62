"""REST: scope, filters, masking, paging, ETags, constant work."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from households.api.views import ROUTES
from households.services import evaluations
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
YEAR_END = dt.date(2015, 12, 31)


def client(user) -> APIClient:
    made = APIClient()
    made.force_authenticate(user)
    return made


@pytest.fixture
def district():
    return client(factories.user(role=roles.DISTRICT_OFFICER))


@pytest.fixture
def two_towns():
    """One household in 白沙镇, one in 嘉平镇, each with everything the API knows."""
    here = factories.over_the_line(area=factories.village("复建村"))
    there = factories.over_the_line(area=factories.village("紫荆村"))
    for household in (here, there):
        household.tier_decisions.create(tier="A", decided_on=YEAR_END, reason="r")
        household.status_events.create(kind="registered", occurred_on=factories.START, persons=2, reason="r")
    factories.assignment(here, factories.helper(area=factories.town("白沙镇")))
    factories.assignment(there, factories.helper("徐兴", area=factories.town("嘉平镇")))
    evaluations.evaluate(as_of=YEAR_END, area=factories.town("白沙镇"))
    evaluations.evaluate(as_of=YEAR_END, area=factories.town("嘉平镇"))
    return here, there


@pytest.mark.parametrize("resource", list(ROUTES))
def test_a_town_sees_its_own_and_not_the_other(two_towns, resource):
    _here, there = two_towns
    baisha = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
    everything = client(factories.user(role=roles.DISTRICT_OFFICER)).get(f"/api/v1/{resource}/").json()["results"]
    seen = baisha.get(f"/api/v1/{resource}/").json()["results"]
    assert seen
    assert len(everything) == 2 * len(seen)
    key = "number" if resource == "households" else "id"
    hidden = {row[key] for row in everything} - {row[key] for row in seen}
    for value in hidden:
        assert baisha.get(f"/api/v1/{resource}/{value}/").status_code == 404
    assert there.number not in str(seen)


@pytest.mark.parametrize("resource", ["areas", "jobs", *(code for code in ROUTES)])
def test_nobody_without_a_role_reads(resource):
    assert client(factories.user()).get(f"/api/v1/{resource}/").status_code == 403
    assert APIClient().get(f"/api/v1/{resource}/").status_code in {401, 403}


def test_a_superuser_without_a_grant_sees_nothing(two_towns):
    superuser = factories.user(is_superuser=True, is_staff=True)
    assert client(superuser).get("/api/v1/households/").status_code == 403


def test_a_helper_sees_the_households_of_the_day(two_towns):
    here, _there = two_towns
    user = factories.user(role=roles.HELPER)
    assignment = here.assignments.get()
    assignment.helper.user = user
    assignment.helper.save()
    numbers = [row["number"] for row in client(user).get("/api/v1/households/").json()["results"]]
    assert numbers == [here.number]
    assignment.ends_on = YEAR_END - dt.timedelta(days=1)
    assignment.save()
    assert client(type(user).objects.get(pk=user.pk)).get("/api/v1/households/").json()["count"] == 0


@pytest.mark.parametrize("resource", list(ROUTES))
def test_sealed_numbers_never_appear(two_towns, district, resource):
    identities = [member.identity for household in two_towns for member in household.members.all()]
    body = district.get(f"/api/v1/{resource}/").content.decode()
    assert not any(identity in body for identity in identities)


def test_amounts_are_yuan_and_net_income_is_computed(two_towns, district):
    row = district.get("/api/v1/incomes/").json()["results"][0]
    assert (row["wages_yuan"], row["net_income_yuan"]) == ("8000.00", "8000.00")
    assert row["disposable_income_yuan"] is None


def test_a_verdict_says_its_reasons(two_towns, district):
    row = district.get("/api/v1/evaluations/?as_of=2015-12-31").json()["results"][0]
    assert row["verdict"] == "met"
    assert row["per_capita_yuan"] == "4000.00"
    assert set(row["conditions"]) >= {"income_above_line", "safe_housing"}
    assert row["conditions"]["safe_water"]["reason"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("area=500116108", 1),
        ("area=500116", 2),
        ("status=on_roll", 2),
        ("status=exited", 0),
        ("q=chenjianguo", 2),
        ("q=cjg", 2),
        ("q=陈建", 2),
        ("q=nobody", 0),
    ],
)
def test_filters(two_towns, district, query, count):
    assert district.get(f"/api/v1/households/?{query}").json()["count"] == count


@pytest.mark.parametrize(
    "query",
    [
        *("area=999", "status=rich", "tier=Z", "statsu=exited", "ordering=phone", "updated_since=yesterday"),
        *("page=0", "page=x", "page_size=0", "page_size=1001", "page_size=-1", "page_size=x", "page_size=²"),
        *("area=%00", "number=%00", "q=%00", "ordering=-", "ordering=number,-", "format=xml"),
    ],
)
def test_wrong_parameters_are_refused_and_never_widen(two_towns, district, query):
    response = district.get(f"/api/v1/households/?{query}")
    assert response.status_code in {400, 404}
    assert response.json()["errors"]


@pytest.mark.parametrize("resource", list(ROUTES))
def test_the_number_of_queries_does_not_grow(two_towns, resource):
    user = factories.user(role=roles.DISTRICT_OFFICER)

    def queries() -> int:
        fresh = client(type(user).objects.get(pk=user.pk))
        with CaptureQueriesContext(connection) as captured:
            assert fresh.get(f"/api/v1/{resource}/").status_code == 200
        return len(captured)

    before = queries()
    for number in range(6):
        household = factories.over_the_line()
        household.tier_decisions.create(tier="B", decided_on=YEAR_END, reason="r")
        household.status_events.create(kind="registered", occurred_on=factories.START, persons=2, reason="r")
        factories.assignment(household, factories.helper(f"张{number}"))
    evaluations.evaluate(as_of=YEAR_END, area=factories.county())
    assert queries() == before


def test_an_unchanged_answer_is_304(two_towns, district):
    first = district.get("/api/v1/households/")
    again = district.get("/api/v1/households/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    two_towns[0].__class__.objects.filter(pk=two_towns[0].pk).update(tier="A")
    assert district.get("/api/v1/households/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_district_starts_an_evaluation(district, django_capture_on_commit_callbacks):
    factories.over_the_line()
    with django_capture_on_commit_callbacks(execute=True):
        response = district.post("/api/v1/evaluation-runs/", {"as_of": "2015-12-31", "area": "500116"}, format="json")
    assert response.status_code == 202
    job = district.get(f"/api/v1/jobs/{response.json()['id']}/").json()
    assert (job["state"], job["counts"]["met"]) == ("done", 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"as_of": "2016-01-01", "area": "500116"},
        {"as_of": "2015-12-31", "area": "1"},
        {"as_of": "x", "area": "500116"},
    ],
)
def test_a_wrong_start_is_refused(district, body):
    response = district.post("/api/v1/evaluation-runs/", body, format="json")
    assert response.status_code == 400
    assert response.json()["errors"]


def test_a_town_starts_no_evaluation():
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    body = {"as_of": "2015-12-31", "area": "500116108"}
    assert town.post("/api/v1/evaluation-runs/", body, format="json").status_code == 403


def test_a_grant_that_ended_gives_nothing(two_towns):
    user = factories.user(role=roles.DISTRICT_OFFICER)
    Grant.objects.filter(user=user).update(valid_to=YEAR_END - dt.timedelta(days=1))
    assert client(user).get("/api/v1/households/").status_code == 403


@pytest.mark.parametrize("number", ["9" * 26, "-" + "9" * 26, "1.5"])
@pytest.mark.parametrize("filtered", ["visits/?helper=", "incomes/?year="])
def test_numbers_that_no_column_holds_are_refused(district, filtered, number):
    assert district.get(f"/api/v1/{filtered}{number}").status_code == 400


def test_what_is_not_there_is_told_in_the_readers_language(district):
    answer = district.get("/api/v1/households/5001160080019999/")
    assert (answer.status_code, answer.json()) == (404, {"errors": {"detail": ["该地址没有内容。"]}})
