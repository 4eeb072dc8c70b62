"""Every number opens the list that adds up to it, under the same access; figures of batches are distinct and never added."""

import random
import re
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Batch, Enrolment
from assistance.services import measure_extents
from households.models import Household, Member
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.measures.situations import TODAY, enrolment, for_persons, measure
from tests.assistance.measures.test_eligibility import by_rule, populate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
LINKED = re.compile(
    r'<a[^>]* href="(/measures/(?:enrolments|gaps)/[^"]*)"[^>]*>(?:<span[^>]*>[^<]*</span><span[^>]*>)?([\d,]+)<'
)
ALSO_STAT = re.compile(
    r'href="(/measures/enrolments/\?[^"]*)"[^>]*>\s*<div class="stat-label">[^<]*</div>\s*<div class="stat-value">([\d,]+)'
)


def figures_of(client, url):
    """(address, number) of every number on a page that opens a list."""
    text = client.get(url).content.decode()
    found = [(unescape(address), int(number.replace(",", ""))) for address, number in LINKED.findall(text)]
    return found + [(unescape(address), int(number.replace(",", ""))) for address, number in ALSO_STAT.findall(text)]


def listed(client, url):
    page = client.get(url).context["page"]
    return page.paginator.count


@pytest.fixture
def population():
    """Households here and elsewhere, with enrolments of every state in measures of several batches."""
    rng = random.Random(11)
    populate(rng, 30)
    catalogue = [by_rule("poor_household"), by_rule("over_fifteen"), by_rule("household_labour"), measure(batch="")]
    for household in Household.objects.all():
        for each in rng.sample(catalogue, 3):
            subject = household if each.target == "household" else household.members.filter(left_on=None).first()
            if subject is not None:
                state = rng.choice(["planned", "approved", "under_way", "done", "done", "stopped"])
                enrolment(subject, measure=each, state=state, amount_fen=rng.choice([None, 100, 250_000]))
    return catalogue


@pytest.mark.parametrize("url", ["/measures/", "/measures/?area=500116108", "/measures/catalogue/over-fifteen/"])
def test_numbers_of_enrolments_open_their_lists(client, district_office, population, url):
    found = [(address, number) for address, number in figures_of(client, url) if "/enrolments/" in address]
    assert len(found) > 5
    for address, number in found:
        shown = client.get(address)
        if "state=standing" in address:
            extent = shown.context["extent"]
            assert number in {extent.households, extent.enrolments}, address
        else:
            assert shown.context["page"].paginator.count == number, address


@pytest.mark.parametrize(
    "url", ["/measures/gaps/", "/measures/gaps/?area=500116108&status=exited", "/measures/gaps/?tier=A"]
)
@pytest.mark.parametrize("who", ["district", "town", "helper"])
def test_numbers_of_gaps_open_their_lists(client, sign_in, population, url, who):
    if who == "helper":
        user = factories.user("helper", role=roles.HELPER)
        helper = factories.helper(user=user)
        for household in Household.objects.filter(village=factories.village())[:6]:
            factories.assignment(household, helper)
    else:
        role = {"district": roles.DISTRICT_OFFICER, "town": roles.TOWN_OFFICER}[who]
        user = factories.user(role=role, area=factories.town() if who == "town" else None)
    sign_in(user)
    found = [(address, number) for address, number in figures_of(client, url) if "/gaps/" in address]
    assert len(found) >= (3 if "?" in url else 6)
    for address, number in found:
        assert listed(client, address) == number, address


def test_the_town_sees_its_own_numbers_only(client, office, population):
    here = Enrolment.objects.filter(household__village=factories.village()).count()
    assert 0 < here < Enrolment.objects.count()
    assert listed(client, "/measures/enrolments/") == here
    assert listed(client, "/measures/enrolments/?area=500116114") == here, "a foreign area is not chosen"


def test_a_batch_counts_households_and_persons_once(client, district_office):
    household = factories.household(members=3)
    for _number in range(2):
        enrolment(household, measure=measure())
    for person in household.members.all():
        enrolment(person, measure=for_persons(batch="industry"))
    stranger = factories.household(members=2)
    enrolment(stranger.members.first(), measure=for_persons(batch="industry"))
    enrolment(stranger.members.last(), measure=for_persons(batch="industry"), state="stopped")
    found = measure_extents.by_batch(Enrolment.objects.all(), on=TODAY)
    assert set(found) == {Batch.INDUSTRY}
    assert (found["industry"].enrolments, found["industry"].households, found["industry"].persons) == (6, 2, 4)
    whole = measure_extents.extent(Enrolment.objects.standing(), on=TODAY)
    assert (whole.households, whole.persons) == (2, 4)
    text = client.get("/measures/").content.decode()
    assert "2 households, 4 persons" in text
    assert "never added up over batches" in text


def test_who_left_is_no_person_of_an_enrolled_household():
    household = factories.household(members=3)
    last = household.members.last()
    Member.objects.filter(pk=last.pk).update(left_on=TODAY, left_by="01")
    enrolment(household)
    assert measure_extents.extent(Enrolment.objects.all(), on=TODAY).persons == 2


def test_amounts_are_those_of_finished_ones(client, district_office):
    help_ = measure()
    enrolment(factories.household(), measure=help_, state="done", amount_fen=123_450_000)
    enrolment(factories.household(), measure=help_, state="approved", amount_fen=999)
    counts = measure_extents.by_measure(Enrolment.objects.all())[help_.pk]
    assert (counts.done_fen, counts.standing, counts.households) == (123_450_000, 2, 2)
    assert "123.45" in client.get("/measures/").content.decode()


def test_what_is_remembered_shows_acts_at_once(client, district_office):
    help_ = measure()
    assert "nobody enrolled" in client.get("/measures/").content.decode()
    from assistance.services import enrolments
    from tests.assistance.measures.situations import draft

    enrolments.propose(draft=draft(factories.household(members=1), measure=help_), by=None, today=TODAY)
    assert "1 households, 1 persons" in client.get("/measures/").content.decode()


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/measures/", 22),
        ("/measures/catalogue/over-fifteen/", 28),
        ("/measures/gaps/", 22),
        ("/measures/gaps/over-fifteen/", 28),
        ("/measures/enrolments/", 28),
    ],
)
def test_as_many_queries_for_few_as_for_many(client, district_office, population, url, most):
    def queries():
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    queries()
    few = queries()
    rng = random.Random(12)
    populate(rng, 30)
    for household in Household.objects.order_by("-pk")[:30]:
        enrolment(household, measure=population[0], year=2014)
        if household.members.exists():
            enrolment(household.members.first(), measure=population[1], year=2014)
    assert queries() <= few + 2 <= most
