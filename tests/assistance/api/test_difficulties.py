"""REST of difficulties: scope, filters, what a row says, constant work."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assistance.api.difficulties import ROUTES
from assistance.models import DifficultyState as S
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.api.test_resources import client, results
from tests.assistance.situations import december, difficulty, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def district():
    return client(factories.user(role=roles.DISTRICT_OFFICER))


@pytest.fixture
def rows():
    """Difficulties that differ in what the filters ask for, in two towns."""
    here = held(number="5001161080010001")[0]
    there = held(area=factories.village("紫荆村"))[0]
    late = {"due_on": december(1), "escalation": 1, "escalated_on": december(8)}
    return {
        "late": difficulty(here, state=S.UNDER_WAY, raised_on=dt.date(2015, 10, 1), **late),
        "roads": difficulty(here, kind="roads", source="office", due_on=dt.date(2016, 1, 9)),
        "common": difficulty(raised_on=december(5)),
        "solved": difficulty(
            here, state=S.SOLVED, solved_on=december(3), money_fen=12_345, owner_unit=factories.unit("区水务局")
        ),
        "there": difficulty(there, state=S.CONFIRMED, raised_on=dt.date(2015, 10, 2)),
    }


def test_a_row_says_what_it_is(district, rows):
    (row,) = results(district, "difficulties", "?state=solved")
    assert {name: row[name] for name in ("household", "village", "kind", "state", "unit", "escalation")} == {
        "household": "5001161080010001",
        "village": factories.village().code,
        "kind": "water",
        "state": "solved",
        "unit": "区水务局",
        "escalation": "none",
    }
    assert (row["money_yuan"], row["solved_on"], row["solution"]) == ("123.45", "2015-12-03", "管网已接通")
    (common,) = results(district, "difficulties", "?common=true")
    assert (common["household"], common["unit"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["common", "roads", "solved", "there", "late"]),
        ("?area=500116108", ["common", "roads", "solved", "late"]),
        ("?household=5001161080010001", ["roads", "solved", "late"]),
        ("?state=solved&state=confirmed", ["solved", "there"]),
        ("?kind=roads", ["roads"]),
        ("?source=office", ["roads"]),
        ("?unit=区水务局", ["solved", "late"]),
        ("?late=true", ["common", "late"]),
        ("?late=false", ["roads", "solved", "there"]),
        ("?escalation=town", ["late"]),
        ("?escalation=none&escalation=district", ["common", "roads", "solved", "there"]),
        ("?raised_from=2015-11-01", ["common", "roads", "solved"]),
        ("?raised_to=2015-10-01", ["late"]),
        ("?solved_from=2015-12-02&solved_to=2015-12-31", ["solved"]),
        ("?due_to=2015-12-01", ["solved", "there", "late"]),
        ("?common=false", ["roads", "solved", "there", "late"]),
        ("?ordering=due_on", ["there", "solved", "late", "common", "roads"]),
    ],
)
def test_filters(district, rows, query, names):
    by_key = {row.pk: name for name, row in rows.items()}
    found = [by_key[row["id"]] for row in results(district, "difficulties", query)]
    assert sorted(found) == sorted(names)
    if "ordering" in query or not query:
        days = [rows[name].due_on if query else rows[name].raised_on for name in found]
        assert days == sorted(days, reverse=not query)


@pytest.mark.parametrize(
    "query",
    ["?colour=red", "?state=lost", "?late=maybe", "?escalation=moon", "?visit=1.5", "?ordering=what", "?area=9"],
)
def test_what_it_does_not_know_is_refused(district, rows, query):
    assert district.get(f"/api/v1/difficulties/{query}").status_code == 400


def test_steps_are_told_in_their_order(district, rows):
    row = rows["late"]
    row.steps.create(
        version=2, act="escalate", happened_on=december(8), to_state=S.UNDER_WAY, details={"escalation": 1}
    )
    steps = results(district, "difficulty-steps", f"?difficulty={row.pk}")
    assert [(step["version"], step["act"], step["details"]) for step in steps] == [
        (1, "raise", {}),
        (2, "escalate", {"escalation": 1}),
    ]
    assert results(district, "difficulty-steps", "?act=escalate&happened_from=2015-12-08")[0]["id"] == steps[1]["id"]
    assert results(district, "difficulty-steps", "?household=5001161080010001&area=500116114") == []


@pytest.mark.parametrize("resource", list(ROUTES))
class TestScope:
    def test_a_town_sees_its_own_and_not_the_other(self, rows, district, resource):
        baisha = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
        hidden = {row["id"] for row in results(district, resource)} - {row["id"] for row in results(baisha, resource)}
        assert len(hidden) == 1
        assert baisha.get(f"/api/v1/{resource}/{hidden.pop()}/").status_code == 404

    def test_a_department_sees_what_it_was_given(self, rows, resource):
        asker = client(factories.user(role=roles.DEPARTMENT_OFFICER, unit=factories.unit("区水务局")))
        seen = {row.get("difficulty", row["id"]) for row in results(asker, resource)}
        assert seen == {rows["late"].pk, rows["solved"].pk}

    def test_nobody_without_a_role_reads(self, rows, resource):
        for user in (factories.user(), factories.user(role=roles.FINANCE)):
            assert client(user).get(f"/api/v1/{resource}/").status_code == 403
        assert APIClient().get(f"/api/v1/{resource}/").status_code in {401, 403}

    def test_nothing_is_written_here(self, rows, district, resource):
        assert district.post(f"/api/v1/{resource}/", {}).status_code in {403, 405}

    def test_many_rows_take_as_many_queries_as_few(self, rows, district, resource):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                results(district, resource)
            return len(captured)

        queries()  # grants are read once
        few = queries()
        for _number in range(10):
            difficulty(factories.household(), state=S.UNDER_WAY, responsible=factories.user())
        assert queries() == few

    def test_unchanged_since_is_304(self, rows, district, resource):
        tag = district.get(f"/api/v1/{resource}/")["ETag"]
        assert district.get(f"/api/v1/{resource}/", HTTP_IF_NONE_MATCH=tag).status_code == 304
