"""Over a very large area pages are answered at once and ask for what takes long; what comes then is what a small area shows."""

import re
from html import unescape

import pytest

from assistance.models import FollowUp
from households.services import evaluations, extent
from jiangjin.accounts import roles
from jiangjin.jobs.models import JobRun
from tests import factories
from tests.assistance.situations import check, december, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
ASKED = re.compile(r'hx-get="([^"]+)" hx-trigger="load"')


@pytest.fixture
def district(sign_in):
    """Households of two towns, some visited, judged and checked; the district office looks."""
    who = factories.helper("徐兴")
    for name in ("复建村", "河口村", "紫荆村"):
        for number in range(3):
            household = factories.over_the_line(area=factories.village(name))
            factories.assignment(household, who)
            if number == 0:
                FollowUp.objects.create(visit=visit(household, who, december(5)), text="x", due_on=december(9))
    check(as_of=december(30))
    evaluations.evaluate(as_of=december(31), area=factories.county())
    return sign_in(factories.user(role=roles.DISTRICT_OFFICER))


@pytest.fixture
def large(monkeypatch):
    """From now on five households are many."""

    def now():
        monkeypatch.setattr(extent, "LARGE", 5)

    return now


def part(html, name):
    """The content of an element with an id, up to the end of the page's main part."""
    return html[html.index(f'id="{name}"') : html.index("</main>")]


def asked_for(html):
    """The addresses that the page asks by itself when it is there."""
    return [unescape(address) for address in ASKED.findall(html)]


@pytest.mark.parametrize("url", ["/visits/checks/", "/visits/checks/?by=unit", "/households/evaluations/"])
def test_a_page_of_tables_comes_empty_and_asks_for_them(client, district, large, url):
    small = client.get(url).content.decode()
    assert asked_for(small) == []
    large()
    first = client.get(url)
    (address,) = asked_for(first.content.decode())
    assert "total" not in first.context
    assert address in first.content.decode().replace("&amp;", "&")  # the link of a browser without script
    whole = client.get(address).content.decode()
    assert asked_for(whole) == []
    assert part(whole, "results") == part(small, "results")
    assert "counted=" not in part(whole, "results")


def test_the_list_begins_at_once_and_its_numbers_come(client, district, large):
    small = client.get("/visits/mine/")
    large()
    first = client.get("/visits/mine/")
    (address,) = asked_for(first.content.decode())
    assert "standing" not in first.context
    assert [(one.area, one.to_visit) for one in first.context["parts"]] == [
        (one.area, None) for one in small.context["parts"]
    ]
    shown = [row.household.pk for row in small.context["page"].object_list]
    assert [row.household.pk for row in first.context["page"].object_list] == shown
    whole = client.get(address)
    assert whole.context["standing"] == small.context["standing"]
    assert part(whole.content.decode(), "results") == part(small.content.decode(), "results")


@pytest.mark.parametrize("query", ["?state=waiting", "?q=5001", "?page=2", "?sort=name"])
def test_whoever_asks_for_more_gets_all_of_it(client, district, large, query):
    large()
    response = client.get(f"/visits/mine/{query}")
    assert asked_for(response.content.decode()) == []
    assert response.context["standing"].households > 0


def test_the_first_page_asks_for_each_card_that_takes_long(client, district, large):
    small = {card.code: figures for card, figures in client.get("/").context["cards"]}
    large()
    first = client.get("/?area=500116")
    later = {card.code for card, figures in first.context["cards"] if figures is None}
    assert later == {"visits", "roll", "verdicts"}
    addresses = asked_for(first.content.decode())
    assert len(addresses) == 3
    for code in later:
        (address,) = [one for one in addresses if f"card={code}" in one]
        assert "area=500116" in address
        answer = client.get(f"/{address}")
        ((card, figures),) = answer.context["cards"]
        assert card.code == code
        assert [figure.value for figure in figures] == [figure.value for figure in small[code]]
        assert f'id="figures-{code}"' in answer.content.decode()


def test_a_card_that_nobody_registered_is_none(client, district):
    response = client.get("/?card=nonsense")
    assert response.status_code == 200
    assert response.context["cards"] == []


def test_a_village_is_never_large_because_its_district_is(client, sign_in, district, large):
    large()
    assert asked_for(client.get(f"/visits/mine/?area={factories.village('复建村').code}").content.decode()) == []
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village("复建村")))
    for url in ("/", "/visits/mine/", "/visits/checks/"):
        assert asked_for(client.get(url).content.decode()) == [], url


def test_jobs_and_tasks_are_not_drawn_again_with_a_card(client, district):
    JobRun.objects.create(kind="check_visits", area=factories.county(), state="queued")
    assert "progress" in part(client.get("/").content.decode(), "main")
    assert "progress" not in part(client.get("/?card=roll").content.decode(), "main")
