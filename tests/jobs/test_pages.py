"""Pages of jobs: who sees which, what the bar says, who may start again what failed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiangjin.accounts import roles
from jiangjin.jobs import services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end", "queue")]
EVALUATE = "evaluate_exits"


def a_job(*, area=None, by=None, state=JobState.QUEUED, **values) -> JobRun:
    kind = values.pop("kind", EVALUATE)
    run = services.create(kind=kind, area=area or factories.county(), by=by, params={"as_of": "2015-12-31"})
    JobRun.objects.filter(pk=run.pk).update(state=state, **values)
    run.refresh_from_db()
    return run


@pytest.fixture
def officer(client):
    """The district officer, signed in."""
    person = factories.user(role=roles.DISTRICT_OFFICER)
    client.force_login(person)
    return person


def town_officer(name="白沙镇"):
    return factories.user(role=roles.TOWN_OFFICER, area=factories.town(name))


def test_the_list_shows_jobs_over_ones_areas_and_ones_own(client):
    person = town_officer()
    mine = a_job(by=person)  # over the district, but mine
    ours, theirs = a_job(area=factories.town("白沙镇")), a_job(area=factories.town("嘉平镇"))
    client.force_login(person)
    body = client.get("/jobs/").content.decode()
    assert f'href="/jobs/{mine.pk}/"' in body
    assert f'href="/jobs/{ours.pk}/"' in body
    assert f'href="/jobs/{theirs.pk}/"' not in body


@pytest.mark.parametrize("address", ["/jobs/{}/", "/jobs/{}/progress/"])
def test_a_job_elsewhere_is_not_there(client, address):
    theirs = a_job(area=factories.town("嘉平镇"))
    client.force_login(town_officer())
    assert client.get(address.format(theirs.pk)).status_code == 404


def test_a_job_elsewhere_is_not_started_again(client):
    theirs = a_job(area=factories.town("嘉平镇"), state=JobState.FAILED)
    client.force_login(town_officer())
    assert client.post(f"/jobs/{theirs.pk}/retry/").status_code == 404


def test_who_may_see_no_jobs_sees_the_one_they_started(client):
    person = factories.user(role=roles.HELPER)
    mine, other = a_job(by=person), a_job()
    client.force_login(person)
    assert client.get("/jobs/").status_code == 403
    assert client.get(f"/jobs/{mine.pk}/").status_code == 200
    assert client.get(f"/jobs/{other.pk}/").status_code == 404


def test_the_list_is_filtered(client, officer):
    failed, done = a_job(state=JobState.FAILED), a_job(state=JobState.DONE)
    body = client.get("/jobs/?state=failed&kind=evaluate_exits").content.decode()
    assert f'href="/jobs/{failed.pk}/"' in body
    assert f'href="/jobs/{done.pk}/"' not in body


def test_the_bar_follows_a_running_job(client, officer):
    run = a_job(
        state=JobState.RUNNING,
        progress_done=1,
        progress_total=4,
        stage="towns",
        started_at=timezone.now() - dt.timedelta(minutes=1),
    )
    answer = client.get(f"/jobs/{run.pk}/progress/")
    assert 'max="100" value="25"' in answer.content.decode()
    assert f"/jobs/{run.pk}/progress/" in answer.content.decode()
    assert "HX-Trigger" not in answer.headers


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
def test_the_bar_of_an_ended_job_says_so_and_stops_asking(client, officer, state):
    run = a_job(state=state, error="ValueError: row 7" if state == JobState.FAILED else "")
    answer = client.get(f"/jobs/{run.pk}/progress/")
    assert answer["HX-Trigger"] == "job-finished"
    assert "hx-trigger" not in answer.content.decode()
    assert ("row 7" in answer.content.decode()) is (state == JobState.FAILED)


def test_the_amount_of_work_may_be_unknown(client, officer):
    run = a_job(state=JobState.RUNNING, progress_done=5)
    assert run.percent is None
    bar = client.get(f"/jobs/{run.pk}/progress/").content.decode()
    assert "<progress" in bar
    assert "value=" not in bar


def test_more_done_than_expected_is_still_a_hundred_percent():
    assert a_job(state=JobState.RUNNING, progress_done=7, progress_total=5).percent == 100


def test_who_started_a_failed_job_starts_it_again_once(client, officer, queue, django_capture_on_commit_callbacks):
    run = a_job(by=officer, state=JobState.FAILED, error="x")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/jobs/{run.pk}/retry/")
    again = JobRun.objects.exclude(pk=run.pk).get()
    assert answer["Location"] == f"/jobs/{again.pk}/"
    assert (again.kind, again.params, again.created_by, again.state) == (run.kind, run.params, officer, JobState.QUEUED)
    assert queue == [again.pk]
    assert f"/jobs/{run.pk}/retry/" not in client.get(f"/jobs/{run.pk}/").content.decode()
    assert client.post(f"/jobs/{run.pk}/retry/")["Location"] == f"/jobs/{run.pk}/"
    assert JobRun.objects.count() == 2


def test_two_people_at_once_start_it_again_once(officer):
    run = a_job(by=officer, state=JobState.FAILED)
    services.retry(run=run, by=officer)
    with pytest.raises(ValueError, match="only once"):
        services.retry(run=run, by=officer)


def test_a_failed_run_of_a_month_is_not_started_again_when_the_month_has_run(officer):
    first = services.create(kind=EVALUATE, area=factories.county(), by=None, key="2015-11")
    JobRun.objects.filter(pk=first.pk).update(state=JobState.FAILED)
    second = services.create(kind=EVALUATE, area=factories.county(), by=None, key="2015-11")
    JobRun.objects.filter(pk=second.pk).update(state=JobState.DONE)
    first.refresh_from_db()
    assert not services.may_start_again(first)


def test_a_failed_job_is_not_started_again_by_reading(client, officer):
    run = a_job(by=officer, state=JobState.FAILED)
    assert client.get(f"/jobs/{run.pk}/retry/").status_code == 405


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.DONE])
def test_what_did_not_fail_is_not_started_again(client, officer, state):
    run = a_job(by=officer, state=state)
    client.post(f"/jobs/{run.pk}/retry/")
    assert JobRun.objects.count() == 1


def test_somebody_elses_job_is_seen_and_not_started_again(client, officer):
    run = a_job(by=factories.user(role=roles.DISTRICT_OFFICER), state=JobState.FAILED)
    assert "retry" not in client.get(f"/jobs/{run.pk}/").content.decode()
    client.post(f"/jobs/{run.pk}/retry/")
    assert JobRun.objects.count() == 1


def test_a_run_of_the_schedule_is_started_again_by_who_may_run_its_kind(client, officer):
    run = a_job(state=JobState.FAILED)
    client.post(f"/jobs/{run.pk}/retry/")
    assert JobRun.objects.count() == 2
    other = a_job(state=JobState.FAILED, area=factories.town("嘉平镇"))
    client.force_login(factories.user(role=roles.AUDITOR))
    client.post(f"/jobs/{other.pk}/retry/")
    assert JobRun.objects.count() == 3


def test_the_list_asks_a_fixed_number_of_questions(client, officer):
    def questions():
        with CaptureQueriesContext(connection) as captured:
            client.get("/jobs/")
        return len(captured)

    a_job(by=officer)
    before = questions()
    for _number in range(5):
        a_job(by=officer)
    assert questions() == before
