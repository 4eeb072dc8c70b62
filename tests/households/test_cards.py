"""Every figure of the first page is the number of rows on the list that it opens, for whoever looks."""

import pytest
from django.utils.html import escape

from households.models import HouseholdStatus, RosterImport, Tier
from households.services import evaluations
from jiangjin.accounts import roles
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def register(year_end):
    """Households of two towns in every state that the cards tell apart, evaluated."""
    for area in (factories.village("复建村"), factories.village("紫荆村")):
        for tier in Tier:
            factories.over_the_line(area=area, tier=tier)
        factories.over_the_line(area=area, tier=Tier.A, status=HouseholdStatus.EXITED)
        factories.household(area=area, members=2, tier=Tier.B, status=HouseholdStatus.RELAPSED)
        poor = factories.over_the_line(area=area, tier=Tier.C)
        poor.incomes.update(wages_fen=100)
    evaluations.evaluate(as_of=year_end, area=factories.county())


@pytest.mark.parametrize("who", ["district", "town", "village"])
def test_each_figure_opens_the_list_that_adds_up_to_it(client, register, who):
    user = {
        "district": lambda: factories.user(role=roles.DISTRICT_OFFICER),
        "town": lambda: factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")),
        "village": lambda: factories.user(role=roles.VILLAGE_TEAM, area=factories.village("复建村")),
    }[who]()
    client.force_login(user)
    home = client.get("/")
    figures = [figure for _card, figures in home.context["cards"] for figure in figures]
    assert len(figures) == 9
    assert sum(figure.value for figure in figures) > 9
    for figure in figures:
        assert escape(figure.url) in home.content.decode()
        assert client.get(figure.url).context["page"].paginator.count == figure.value, figure


def test_what_waits_is_what_the_list_shows(client):
    officer = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
    for town, state in (("白沙镇", "checked"), ("白沙镇", "committed"), ("嘉平镇", "checked")):
        RosterImport.objects.create(area=factories.town(town), original_name="花名册.xlsx", sha256="0", state=state)
    client.force_login(officer)
    (entry,) = client.get("/").context["inbox"]
    assert entry.count == 1
    assert client.get(entry.url).context["page"].paginator.count == 1
