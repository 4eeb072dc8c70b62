"""The evaluation page: starting it, and where its chart leads."""

import datetime as dt

import pytest
from django.conf import settings

from households.services import evaluations
from jiangjin.accounts import roles
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.households.pages.sending import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
START = "/households/evaluations/start/"


@pytest.fixture
def district(client):
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def waiting():
    return JobRun.objects.filter(kind="evaluate_exits", state=JobState.QUEUED)


def test_a_button_pressed_twice_starts_one_evaluation(district):
    assert "has been started" in told(district.post(START, {"as_of": "2015-12-31"}))
    assert "waiting to begin already" in told(district.post(START, {"as_of": "2015-12-31"}))
    assert waiting().count() == 1
    district.post(START, {"as_of": "2015-11-30"})
    assert waiting().count() == 2


def test_one_that_runs_already_may_have_missed_the_latest_fact(district):
    district.post(START, {"as_of": "2015-12-31"})
    waiting().update(state=JobState.RUNNING)
    district.post(START, {"as_of": "2015-12-31"})
    assert waiting().count() == 1


def test_the_chart_leads_to_the_day_that_it_shows(district):
    for name in ["复建村", "紫荆村"]:
        factories.household(area=factories.village(name), members=1)
    for day in [dt.date(2015, 11, 30), dt.date(2015, 12, 31)]:
        evaluations.evaluate(as_of=day, area=factories.county())
    page = district.get("/households/evaluations/?as_of=2015-11-30")
    links = page.context["chart"].links
    assert links
    assert all("as_of=2015-11-30" in link for link in links)
