"""The daily job: what nobody used goes after its days, what is held or was held stays, what has no row goes from the disk."""

import datetime as dt

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from assistance.models import FollowUp
from jiangjin.audit.models import AuditEntry
from jiangjin.evidence import services
from jiangjin.evidence.models import EvidenceFile
from jiangjin.evidence.services import removing
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.registry import kinds
from jiangjin.jobs.services import run_now, start_due
from tests import factories
from tests.evidence.pictures import PDF, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = dt.date(2015, 12, 31)


def later(days):
    return timezone.now() + dt.timedelta(days=days)


def test_what_nobody_used_goes_after_its_days(officer):
    photo, document = stored(by=officer)[0], stored(by=officer, content=PDF, name="a.pdf")[0]
    assert removing.remove_forgotten(now=later(project.EVIDENCE_UNUSED_DAYS - 1)) == 0
    assert removing.remove_forgotten(now=later(project.EVIDENCE_UNUSED_DAYS + 1)) == 2
    assert not EvidenceFile.objects.exists()
    for name in (photo.file.name, photo.preview.name, document.file.name):
        assert not default_storage.exists(name)
    entries = AuditEntry.objects.filter(model="evidence.evidencefile", action="removed")
    assert {entry.before["sha256"] for entry in entries} == {photo.sha256, document.sha256}
    assert {entry.actor_name for entry in entries} == {"system"}


def test_what_a_record_holds_or_held_stays(promise, officer):
    held, former = stored(by=officer)[0], stored(by=officer)[0]
    services.attach(record=promise, files=[held, former], by=officer)
    services.detach(record=promise, files=[former], by=officer, reason="拍错户")
    assert removing.remove_forgotten(now=later(1000)) == 0
    assert list(EvidenceFile.objects.order_by("pk")) == [held, former]
    assert default_storage.exists(former.file.name)


def test_more_than_fit_into_one_transaction(officer, monkeypatch):
    monkeypatch.setattr(removing, "CHUNK", 2)
    for _number in range(5):
        stored(by=officer)
    assert removing.remove_forgotten(now=later(30)) == 5


def test_one_that_is_tied_to_a_record_at_the_last_moment_stays(promise, officer, monkeypatch):
    file = stored(by=officer)[0]
    log = removing.EvidenceFile.objects.select_for_update

    def tied_first(*args, **kwargs):
        promise.evidence.add(file)
        return log(*args, **kwargs)

    monkeypatch.setattr(removing.EvidenceFile.objects, "select_for_update", tied_first)
    assert removing.remove_forgotten(now=later(30)) == 0
    assert EvidenceFile.objects.get() == file
    assert FollowUp.objects.get().evidence.get() == file


def test_files_without_a_row_go_when_they_are_old(officer):
    file = stored(by=officer)[0]
    folder = file.file.name.rpartition("/")[0]
    unknown, twin = f"{folder}/{'0' * 32}", f"{file.file.name}_a1b2c3d"
    strays = [unknown, f"{unknown}-preview", f"{folder}/half-written", twin]
    for name in strays:
        default_storage.save(name, ContentFile(b"x"))
    assert removing.remove_strays(now=timezone.now()) == 0
    assert removing.remove_strays(now=later(2)) == 4
    assert not any(default_storage.exists(name) for name in strays)
    assert default_storage.exists(file.file.name)
    assert default_storage.exists(file.preview.name)


def test_the_job_runs_once_a_day_as_soon_as_there_is_something(officer):
    assert list(removing.due(TODAY)) == []
    stored(by=officer)
    for _again in range(2):
        start_due(today=TODAY)
    run = JobRun.objects.get(kind=removing.KIND)
    assert (run.area, run.key, run.created_by) == (factories.county(), "2015-12-31", None)
    start_due(today=TODAY + dt.timedelta(days=1))
    assert JobRun.objects.filter(kind=removing.KIND).count() == 2


def test_what_the_job_counts(officer):
    stored(by=officer)
    run = run_now(kind=removing.KIND, area=factories.county())
    assert (run.state, run.counts) == (JobState.DONE, {"removed": 0, "strays": 0})
    assert str(kinds[removing.KIND].label)
