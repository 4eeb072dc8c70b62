"""REST of business entities, their ties and what these gained."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assistance.api.businesses import ROUTES
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.businesses.situations import business, gained, tied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def client(user) -> APIClient:
    made = APIClient()
    made.force_authenticate(user)
    return made


@pytest.fixture
def district():
    return client(factories.user(role=roles.DISTRICT_OFFICER))


@pytest.fixture
def two_towns():
    """A cooperative with a household and its gain in each of two towns; in the first a closed farm inn, too."""
    made = []
    for name in ("复建村", "紫荆村"):
        village = factories.village(name)
        link = tied(factories.household(members=1, area=village), business(area=village), share_fen=123_450)
        gained(link, 3200)
        made.append(link)
    inn = business(kind="farm_inn", closed_on=dt.date(2015, 8, 1), close_reason="x")
    tied(made[0].household, inn, tie="wage", ends_on=dt.date(2015, 8, 1))
    return made


def results(asker, resource, query=""):
    response = asker.get(f"/api/v1/{resource}/{query}")
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize("resource", list(ROUTES))
def test_a_town_sees_its_own_and_not_the_other(two_towns, district, resource):
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    everything, seen = results(district, resource), results(town, resource)
    assert seen
    assert len(everything) == len(seen) + 1
    (hidden,) = {row["id"] for row in everything} - {row["id"] for row in seen}
    assert town.get(f"/api/v1/{resource}/{hidden}/").status_code == 404
    assert two_towns[1].household.number not in str(seen)


@pytest.mark.parametrize("resource", list(ROUTES))
def test_nobody_without_a_role_reads(two_towns, resource):
    assert client(factories.user()).get(f"/api/v1/{resource}/").status_code == 403
    assert APIClient().get(f"/api/v1/{resource}/").status_code in {401, 403}


@pytest.mark.parametrize("resource", list(ROUTES))
def test_the_number_of_queries_does_not_grow(two_towns, resource):
    user = factories.user(role=roles.DISTRICT_OFFICER)

    def queries() -> int:
        fresh = client(type(user).objects.get(pk=user.pk))
        with CaptureQueriesContext(connection) as captured:
            assert fresh.get(f"/api/v1/{resource}/").status_code == 200
        return len(captured)

    before = queries()
    for _number in range(5):
        gained(tied(), 10)
    assert queries() == before


@pytest.mark.parametrize(
    ("resource", "query", "count"),
    [
        ("businesses", "?kind=cooperative", 2),
        ("businesses", "?kind=cooperative&kind=farm_inn", 3),
        ("businesses", "?active_on=2015-12-31", 2),
        ("businesses", "?active_on=2015-07-31", 3),
        ("businesses", "?area=500116108", 2),
        ("business-links", "?household={number}", 2),
        ("business-links", "?business={business}", 1),
        ("business-links", "?kind=farm_inn", 1),
        ("business-links", "?tie=share", 2),
        ("business-links", "?active_on=2015-12-31", 2),
        ("business-links", "?area=500116114", 1),
        ("business-gains", "?year=2015", 2),
        ("business-gains", "?year=2014", 0),
        ("business-gains", "?kind=farm_inn", 0),
        ("business-gains", "?household={number}", 1),
        ("business-gains", "?business={business}", 1),
    ],
)
def test_filters(two_towns, district, resource, query, count):
    link = two_towns[0]
    filled = query.format(number=link.household.number, business=link.business_id)
    assert len(results(district, resource, filled)) == count


@pytest.mark.parametrize(
    "query",
    [
        *("businesses/?kind=bank", "businesses/?active_on=x", "businesses/?village=1", "businesses/?ordering=note"),
        *("business-links/?tie=gift", "business-links/?business=x", "business-gains/?year=x", "business-gains/?area=9"),
    ],
)
def test_wrong_parameters_are_refused_and_never_widen(two_towns, district, query):
    response = district.get(f"/api/v1/{query}")
    assert response.status_code == 400, response.json()
    assert response.json()["errors"]


def test_how_they_read(two_towns, district):
    link = two_towns[0]
    (row,) = results(district, "businesses", "?area=500116108&kind=cooperative")
    assert (row["name"], row["village"], row["closed_on"]) == (link.business.name, "500116108205", None)
    (row,) = results(district, "business-links", f"?household={link.household.number}&tie=share")
    assert (row["kind"], row["share_yuan"], row["land_mu"]) == ("cooperative", "1234.50", None)
    (row,) = results(district, "business-gains", f"?household={link.household.number}")
    assert (row["link"], row["year"], row["gain_yuan"]) == (link.pk, 2015, "3200.00")


@pytest.mark.parametrize("resource", list(ROUTES))
def test_nothing_is_written_here(two_towns, district, resource):
    key = results(district, resource)[0]["id"]
    assert district.post(f"/api/v1/{resource}/", {}, format="json").status_code in {403, 405}
    for method in (district.put, district.patch, district.delete):
        assert method(f"/api/v1/{resource}/{key}/").status_code in {403, 405}
