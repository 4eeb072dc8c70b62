"""Policy documents show what was done under the measures that rest on their clauses; each number opens its list."""

import re
from html import unescape

import pytest

from assistance.models import PolicyClause
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.measures.policies import clauses
from tests.assistance.measures.situations import enrolment, for_persons, measure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
DEED = re.compile(r'<a class="deed" href="([^"]+)"><span class="deed-label">([^<]+)</span> <span class="num">([\d,]+)<')


@pytest.fixture
def help_():
    """Two measures on one clause, one on another document, in two villages and two years."""
    clauses(factories.county())
    on_three = PolicyClause.objects.get(document__code="medical", number=3)
    illness, premium = for_persons(clause=on_three), for_persons(clause=on_three)
    elsewhere = measure(clause=PolicyClause.objects.get(document__code="industry", number=2))
    for village in ("复建村", "紫荆村"):
        family = factories.household(area=factories.village(village), members=3)
        first, second, third = family.members.all()
        enrolment(first, measure=illness, state="done")
        enrolment(second, measure=illness, state="under_way")
        enrolment(third, measure=illness, state="stopped")
        enrolment(first, measure=illness, state="done", year=2014)
        enrolment(first, measure=premium, state="planned")
        enrolment(family, measure=elsewhere, state="done")
    return illness, premium


def deeds_of(client, url):
    found = DEED.findall(client.get(url).content.decode())
    return [(label, int(value), unescape(address)) for address, label, value in found]


@pytest.mark.parametrize(
    ("role", "place", "query", "count"),
    [
        (roles.DISTRICT_OFFICER, "county", "", 2),
        (roles.DISTRICT_OFFICER, "county", "?area=500116114", 1),
        (roles.FINANCE, "county", "", 2),
        (roles.TOWN_OFFICER, "白沙镇", "", 1),
        (roles.VILLAGE_TEAM, "复建村", "", 1),
    ],
)
def test_deeds_of_measures_open_their_lists(client, sign_in, help_, role, place, query, count):
    area = {"county": factories.county, "白沙镇": factories.town, "复建村": factories.village}[place]()
    sign_in(factories.user(role=role, area=area))
    numbers = deeds_of(client, f"/policies/medical/done/{query}")
    assert [(label, value) for label, value, _address in numbers] == [
        ("Enrolments done", count),
        ("Enrolments not done yet", count),
        ("Enrolments not done yet", count),
    ]
    for label, value, address in numbers:
        assert client.get(address).context["page"].paginator.count == value, label


def test_a_helper_counts_their_own_households(client, sign_in, help_):
    user = sign_in(factories.user(role=roles.HELPER))
    assert deeds_of(client, "/policies/medical/done/") == []
    household = factories.household(members=1)
    factories.assignment(household, factories.helper(user=user))
    enrolment(household.members.first(), measure=help_[0], state="done")
    ((label, value, address),) = deeds_of(client, "/policies/medical/done/")
    assert (label, value) == ("Enrolments done", 1)
    assert client.get(address).context["page"].paginator.count == 1


def test_the_contents_name_what_was_done(client, district_office, help_):
    lines = {line.document.code: line.deeds for line in client.get("/policies/done/").context["lines"]}
    assert [(deed.short, deed.value) for deed in lines["medical"]] == [(help_[0].name, 2)]
    assert len(lines["industry"]) == 1


def test_clause_and_measure_lead_to_one_another(client, district_office, help_):
    illness = help_[0]
    assert f'href="/measures/catalogue/{illness.code}/"' in client.get("/policies/medical/").content.decode()
    link = 'href="/policies/medical/#clause-3"'
    assert link in client.get(f"/measures/catalogue/{illness.code}/").content.decode()
    assert link in client.get(f"/measures/enrolments/{illness.enrolments.first().pk}/").content.decode()
