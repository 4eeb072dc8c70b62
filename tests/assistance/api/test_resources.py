"""REST of visits: scope, filters, writing once, conflicts, constant work."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assistance.api.views import ROUTES
from assistance.models import FollowUp, Visit, VisitState
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.situations import away, check, checked, december, held, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
NOVEMBER = {"month": dt.date(2015, 11, 1), "as_of": dt.date(2015, 11, 30)}


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
    made = []
    for village, town in (("复建村", "白沙镇"), ("紫荆村", "嘉平镇")):
        household, helper = held(area=factories.village(village), who=factories.helper(area=factories.town(town)))
        seen = visit(household, helper, december(10), condition="屋顶已修好", money_fen=12_345)
        FollowUp.objects.create(visit=seen, text="送柑橘苗", due_on=december(20))
        away(household, december(1), december(5))
        made.append(household)
    check(as_of=december(30))
    return made


def results(asker, resource, query=""):
    response = asker.get(f"/api/v1/{resource}/{query}")
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize("resource", list(ROUTES))
def test_a_town_sees_its_own_and_not_the_other(two_towns, district, resource):
    _here, there = two_towns
    baisha = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
    everything, seen = results(district, resource), results(baisha, resource)
    assert seen
    assert len(everything) == 2 * len(seen)
    hidden = {row["id"] for row in everything} - {row["id"] for row in seen}
    for key in hidden:
        assert baisha.get(f"/api/v1/{resource}/{key}/").status_code == 404
    assert there.number not in str(seen)


@pytest.mark.parametrize("resource", list(ROUTES))
def test_nobody_without_a_role_reads(two_towns, resource):
    assert client(factories.user()).get(f"/api/v1/{resource}/").status_code == 403
    assert client(factories.user(role=roles.FINANCE)).get(f"/api/v1/{resource}/").status_code == 403
    assert APIClient().get(f"/api/v1/{resource}/").status_code in {401, 403}


@pytest.mark.parametrize("resource", list(ROUTES))
def test_a_helper_sees_the_households_of_the_day(two_towns, resource):
    here, _there = two_towns
    user = factories.user(role=roles.HELPER)
    assignment = here.assignments.get()
    assignment.helper.user = user
    assignment.helper.save()
    assert {row["household"] for row in results(client(user), resource)} == {here.number}
    assignment.ends_on = december(30)
    assignment.save()
    assert results(client(type(user).objects.get(pk=user.pk)), resource) == []


@pytest.mark.parametrize("resource", list(ROUTES))
def test_the_number_of_queries_does_not_grow(two_towns, district, resource):
    user = factories.user(role=roles.DISTRICT_OFFICER)

    def queries() -> int:
        fresh = client(type(user).objects.get(pk=user.pk))
        with CaptureQueriesContext(connection) as captured:
            assert fresh.get(f"/api/v1/{resource}/").status_code == 200
        return len(captured)

    before = queries()
    for _number in range(5):
        household, helper = held()
        made = visit(household, helper, december(3))
        FollowUp.objects.create(visit=made, text="x", due_on=december(20))
        away(household, december(1), december(5))
    check(as_of=december(31))
    assert queries() == before


@pytest.mark.parametrize(
    ("resource", "query", "count"),
    [
        ("visits", "?area=500116108", 1),
        ("visits", "?household={number}", 1),
        ("visits", "?helper={helper}", 1),
        ("visits", "?visited_from=2015-12-10&visited_to=2015-12-10", 2),
        ("visits", "?visited_from=2015-12-11", 0),
        ("visits", "?method=home", 2),
        ("visits", "?method=phone&method=field", 0),
        ("visits", "?is_backdated=true", 0),
        ("visits", "?withdrawn=true", 0),
        ("visits", "?withdrawn=false", 2),
        ("visits", "?difficulty_kind=water", 0),
        ("follow-ups", "?area=500116108", 1),
        ("follow-ups", "?open=true", 2),
        ("follow-ups", "?open=false", 0),
        ("follow-ups", "?late=true", 2),
        ("follow-ups", "?late=false", 0),
        ("follow-ups", "?due_to=2015-12-19", 0),
        ("follow-ups", "?helper={helper}", 1),
        ("absences", "?on=2015-12-05", 2),
        ("absences", "?on=2015-12-06", 0),
        ("absences", "?household={number}", 1),
        ("visit-checks", "?month=2015-12", 2),
        ("visit-checks", "?month=2015-11", 0),
        ("visit-checks", "?state=met", 2),
        ("visit-checks", "?state=missed&state=pending", 0),
        ("visit-checks", "?helper={helper}", 1),
        ("visit-checks", "?area=500116108&month=2015-12&state=met", 1),
    ],
)
def test_filters(two_towns, district, resource, query, count):
    here, _there = two_towns
    filled = query.format(number=here.number, helper=here.assignments.get().helper_id)
    assert len(results(district, resource, filled)) == count


@pytest.mark.parametrize(
    "query",
    [
        *("visits/?methd=home", "visits/?method=drone", "visits/?visited_from=x", "visits/?is_backdated=maybe"),
        *("visits/?area=999", "visits/?helper=x", "visits/?ordering=condition", "visit-checks/?month=2015-13"),
        *("visit-checks/?state=rich", "visit-checks/?month=12", "follow-ups/?late=maybe", "absences/?on=x"),
    ],
)
def test_wrong_parameters_are_refused_and_never_widen(two_towns, district, query):
    response = district.get(f"/api/v1/{query}")
    assert response.status_code == 400, response.json()
    assert response.json()["errors"]


def test_how_a_visit_and_a_check_read(two_towns, district):
    here, _there = two_towns
    row = results(district, "visits", f"?household={here.number}")[0]
    assert (row["visited_on"], row["method"], row["money_yuan"]) == ("2015-12-10", "home", "123.45")
    assert (row["helper_name"], row["version"], row["withdrawn_at"]) == ("袁建", 1, None)
    row = results(district, "visit-checks", f"?household={here.number}")[0]
    assert (row["month"], row["state"], row["counted_visits"]) == ("2015-12-01", "met", 1)
    row = results(district, "follow-ups", f"?household={here.number}")[0]
    assert (row["text"], row["due_on"], row["done_on"]) == ("送柑橘苗", "2015-12-20", None)


def test_promises_of_withdrawn_visits_are_not_there(two_towns, district):
    Visit.objects.update(withdrawn_at=dt.datetime(2015, 12, 11, tzinfo=dt.UTC), withdrawn_reason="x")
    assert results(district, "follow-ups") == []
    assert len(results(district, "visits", "?withdrawn=true")) == 2


# --- writing ----------------------------------------------------------------------------------------------
@pytest.fixture
def assigned():
    """A helper with a login, and their household."""
    user = factories.user(role=roles.HELPER)
    return held(who=factories.helper(user=user))


def body(household, **kwargs):
    said = {"visited_on": "2015-12-20", "condition": "屋顶已修好"}
    return {"client_id": str(uuid.uuid4()), "household": household.number, **said, **kwargs}


def post(helper, sent):
    return client(helper.user).post("/api/v1/visits/", sent, format="json")


def test_a_helper_writes_a_visit(assigned):
    household, helper = assigned
    check(as_of=december(30))
    sent = body(
        household, method="field", money_yuan="12.50", goods="大米", follow_up="送苗", follow_up_due_on="2016-01-05"
    )
    response = post(helper, sent)
    assert response.status_code == 201, response.json()
    stored = Visit.objects.get()
    assert response.json()["id"] == stored.pk
    assert (stored.helper, stored.recorded_by, str(stored.client_id)) == (helper, helper.user, sent["client_id"])
    assert (stored.method, stored.money_fen, stored.goods, stored.recorded_on) == ("field", 1250, "大米", december(31))
    assert stored.follow_ups.get().due_on == dt.date(2016, 1, 5)
    assert checked(household).state == VisitState.MET


def test_sent_again_it_is_stored_once(assigned):
    household, helper = assigned
    sent = body(household)
    first, second = post(helper, sent), post(helper, sent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Visit.objects.count() == 1


def test_another_visit_under_the_same_number_is_a_conflict(assigned):
    household, helper = assigned
    sent = body(household)
    post(helper, sent)
    response = post(helper, {**sent, "condition": "另一次"})
    assert response.status_code == 409
    assert response.json()["errors"]["detail"]
    assert Visit.objects.get().condition == "屋顶已修好"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"client_id": "x"}, "client_id"),
        ({"client_id": None}, "client_id"),
        ({"household": "5001160000000000"}, "household"),
        ({"visited_on": None}, "visited_on"),
        ({"visited_on": "2016-01-01"}, "visited_on"),
        ({"visited_on": "2013-12-31"}, "visited_on"),
        ({"method": "drone"}, "method"),
        ({"method": ""}, "method"),
        ({"income_trend": "rich"}, "income_trend"),
        ({"money_yuan": "-1"}, "money_yuan"),
        ({"money_yuan": "1.234"}, "money_yuan"),
        ({"goods": "x" * 201}, "goods"),
        ({"difficulty_kind": "water"}, "difficulty"),
        ({"difficulty": "x"}, "difficulty_kind"),
        ({"follow_up": "x"}, "follow_up_due_on"),
        ({"follow_up_due_on": "2016-01-05"}, "follow_up"),
        ({"helper": 999_999}, "helper"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(assigned, wrong, field):
    household, helper = assigned
    response = post(helper, {**body(household), **wrong})
    assert response.status_code == 400, response.json()
    assert list(response.json()["errors"]) == [field]
    assert not Visit.objects.exists()


def test_a_household_of_somebody_else_is_as_if_there_were_none(assigned):
    _household, helper = assigned
    theirs, colleague = held(who=factories.helper("徐兴"))
    response = post(helper, body(theirs))
    unknown = post(helper, {**body(theirs), "household": "5001160000000000"})
    assert response.status_code == unknown.status_code == 400
    assert response.json() == unknown.json()
    assert post(helper, body(theirs, helper=colleague.pk)).json() == unknown.json()


def test_a_helper_writes_in_their_own_name_only(assigned):
    household, helper = assigned
    colleague = factories.helper("徐兴")
    factories.assignment(household, colleague)
    response = post(helper, body(household, helper=colleague.pk))
    assert response.status_code == 403
    assert response.json()["errors"]["detail"]
    assert not Visit.objects.exists()


def test_a_visit_before_a_hand_over_may_come_in_late(assigned):
    household, helper = assigned
    household.assignments.update(ends_on=december(20))
    assert post(helper, body(household)).status_code == 201
    assert post(helper, body(household, visited_on="2015-12-21")).status_code == 400


def test_the_office_writes_for_a_helper(assigned):
    household, helper = assigned
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    assert list(town.post("/api/v1/visits/", body(household), format="json").json()["errors"]) == ["helper"]
    response = town.post("/api/v1/visits/", body(household, helper=helper.pk), format="json")
    assert response.status_code == 201
    assert Visit.objects.get().helper == helper


@pytest.mark.parametrize("role", [roles.DISTRICT_OFFICER, roles.INSPECTOR, roles.API_CLIENT])
def test_who_only_reads_writes_nothing(assigned, role):
    household, helper = assigned
    response = client(factories.user(role=role)).post(
        "/api/v1/visits/", body(household, helper=helper.pk), format="json"
    )
    assert response.status_code == 403


@pytest.mark.parametrize("resource", [code for code in ROUTES if code != "visits"])
def test_nothing_else_is_written_here(two_towns, resource):
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    key = results(town, resource)[0]["id"]
    assert town.post(f"/api/v1/{resource}/", {}, format="json").status_code in {403, 405}
    for method in (town.put, town.patch, town.delete):
        assert method(f"/api/v1/{resource}/{key}/").status_code in {403, 405}
