"""REST of policy documents: the district's own, with clauses; filters; constant work. And the figure that it adds up to."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assistance.figures.policies import policy_documents
from assistance.models import ClauseBasis, PolicyKind
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant
from jiangjin.accounts.scoping import Scope
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
YEAR_END = dt.date(2015, 12, 31)


def client(user) -> APIClient:
    made = APIClient()
    made.force_authenticate(user)
    return made


@pytest.fixture
def documents():
    """An opinion and two that support it (one no longer in force), a notice, and another district's opinion."""
    opinion = factories.policy(code="opinion", title="实施意见", is_placeholder=True)
    clause = factories.clause(opinion, 1, valid_to=dt.date(2015, 6, 30))
    ClauseBasis.objects.create(norm="tier", clause=clause)
    factories.clause(opinion, 1, text="新写法。", valid_from=dt.date(2015, 7, 1))
    factories.policy(code="pairing", kind=PolicyKind.SUPPORTING, parent=opinion, order=1)
    factories.policy(code="old", kind=PolicyKind.SUPPORTING, parent=opinion, valid_to=dt.date(2015, 12, 30), order=2)
    factories.policy(code="notice", kind=PolicyKind.NOTICE, order=3)
    factories.policy(area=factories.other_county(), code="secret", title="邻县意见")
    return opinion


def codes(asker, query=""):
    response = asker.get(f"/api/v1/policies/{query}")
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()["results"]]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (roles.DISTRICT_OFFICER, factories.county),
        (roles.TOWN_OFFICER, factories.town),
        (roles.VILLAGE_TEAM, factories.village),
        (roles.HELPER, factories.county),
        (roles.API_CLIENT, factories.county),
    ],
)
def test_everybody_reads_the_documents_of_their_district(documents, role, place):
    asker = client(factories.user(role=role, area=place()))
    assert codes(asker) == ["opinion", "pairing", "old", "notice"]
    hidden = type(documents).objects.get(code="secret")
    assert asker.get(f"/api/v1/policies/{hidden.pk}/").status_code == 404


def test_nobody_without_a_role_reads(documents):
    assert client(factories.user()).get("/api/v1/policies/").status_code == 403
    assert client(factories.user(role=roles.ACCOUNT_ADMIN)).get("/api/v1/policies/").status_code == 403
    assert APIClient().get("/api/v1/policies/").status_code in {401, 403}


def test_nothing_is_written_here(documents):
    asker = client(factories.user(role=roles.DISTRICT_OFFICER))
    for method in (asker.post, asker.put, asker.delete):
        assert method(f"/api/v1/policies/{documents.pk}/", {}).status_code in {403, 405}


def test_a_document_brings_its_wordings_and_what_rests_on_them(documents):
    asker = client(factories.user(role=roles.DISTRICT_OFFICER))
    row = asker.get(f"/api/v1/policies/{documents.pk}/").json()
    assert (row["area"], row["supports"], row["is_placeholder"]) == ("500116", None, True)
    assert [(clause["number"], clause["valid_from"], clause["norms"]) for clause in row["clauses"]] == [
        (1, "2015-01-01", ["tier"]),
        (1, "2015-07-01", []),
    ]
    supporting = asker.get("/api/v1/policies/?code=pairing").json()["results"][0]
    assert supporting["supports"] == "opinion"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=opinion", ["opinion"]),
        ("?kind=opinion&kind=supporting", ["opinion", "pairing", "old"]),
        ("?in_force_on=2015-12-31", ["opinion", "pairing", "notice"]),
        ("?in_force_on=2014-12-31", []),
        ("?is_placeholder=true", ["opinion"]),
        ("?code=notice", ["notice"]),
        ("?area=500116", ["opinion", "pairing", "old", "notice"]),
        ("?area=500116108205", ["opinion", "pairing", "old", "notice"]),
        ("?area=990001", []),
        ("?ordering=-order", ["notice", "old", "pairing", "opinion"]),
    ],
)
def test_filters_and_order(documents, query, expected):
    assert codes(client(factories.user(role=roles.DISTRICT_OFFICER)), query) == expected


@pytest.mark.parametrize("query", ["?kinds=opinion", "?kind=law", "?area=1", "?in_force_on=today", "?ordering=title"])
def test_what_it_does_not_know_is_refused(documents, query):
    asker = client(factories.user(role=roles.DISTRICT_OFFICER))
    assert asker.get(f"/api/v1/policies/{query}").status_code == 400


def test_the_number_of_queries_does_not_grow(documents):
    user = factories.user(role=roles.DISTRICT_OFFICER)

    def queries() -> int:
        fresh = client(type(user).objects.get(pk=user.pk))
        with CaptureQueriesContext(connection) as captured:
            assert fresh.get("/api/v1/policies/").status_code == 200
        return len(captured)

    before = queries()
    for number in range(5):
        document = factories.policy(code=f"d{number}", kind=PolicyKind.NOTICE)
        ClauseBasis.objects.create(norm="tier", clause=factories.clause(document, 1))
    assert queries() == before


# --- the figure of the annual report ----------------------------------------------------------------------
def scope(area) -> Scope:
    return Scope(on=YEAR_END, paths=(area.path,))


@pytest.mark.parametrize("place", [factories.county, factories.town, factories.village])
def test_the_figure_counts_what_its_address_lists(documents, place):
    asker = client(factories.user(role=roles.DISTRICT_OFFICER))
    query = f"?in_force_on=2015-12-31&kind=opinion&kind=supporting&area={place().code}"
    assert policy_documents(2015, scope(place())) == len(codes(asker, query)) == 2


def test_nothing_on_file_is_not_reported_and_nothing_in_force_is_none(documents):
    assert policy_documents(2013, scope(factories.county())) == 0
    assert policy_documents(2015, scope(factories.other_county("990002"))) is None
    assert policy_documents(2015, Scope(on=YEAR_END)) is None


def test_two_districts_are_added_up(documents):
    both = Scope(on=YEAR_END, paths=(factories.county().path, factories.other_county().path))
    assert policy_documents(2015, both) == 3
    user = factories.user(role=roles.DISTRICT_OFFICER)
    Grant.objects.create(
        user=user, role=roles.DISTRICT_OFFICER.code, area=factories.other_county(), valid_from=factories.START
    )
    assert len(codes(client(user), "?in_force_on=2015-12-31&kind=opinion&kind=supporting")) == 3
