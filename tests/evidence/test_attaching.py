"""Tying files to a record: one's own, once; taking them off leaves a trace."""

import pytest
from django.core.exceptions import ValidationError

from assistance.models import FollowUp, Visit
from jiangjin.audit.models import AuditEntry
from jiangjin.evidence import services
from jiangjin.evidence.models import EvidenceDetachment, EvidenceFile
from tests.evidence.pictures import stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def refused(record, files, by):
    with pytest.raises(ValidationError) as error:
        services.attach(record=record, files=files, by=by)
    return error.value.error_dict["evidence"][0].code


def logged(record):
    return AuditEntry.objects.filter(model="assistance.followup", object_id=record.pk).order_by("pk")


def test_the_record_holds_them_and_the_log_says_so(promise, officer):
    first, second = stored(by=officer)[0], stored(by=officer)[0]
    services.attach(record=promise, files=[first], by=officer)
    services.attach(record=promise, files=[first, second], by=officer)
    assert list(promise.evidence.all()) == [first, second]
    entry = logged(promise).last()
    assert (entry.action, entry.actor_id) == ("changed", officer.pk)
    assert (entry.before, entry.after) == (
        {"evidence": [str(first.key)]},
        {"evidence": [str(first.key), str(second.key)]},
    )
    assert entry.household_id == promise.visit.household_id
    assert entry.area_path == promise.audit_area_path


def test_nothing_new_writes_nothing(promise, officer):
    file = stored(by=officer)[0]
    services.attach(record=promise, files=[file], by=officer)
    services.attach(record=promise, files=[file], by=officer)
    services.attach(record=promise, files=[], by=officer)
    assert logged(promise).count() == 1


def test_somebody_elses_file_is_not_taken(promise, officer, stranger):
    mine, theirs = stored(by=officer)[0], stored(by=stranger)[0]
    assert refused(promise, [mine, theirs], officer) == "gone"
    assert not promise.evidence.exists()


def test_a_file_proves_one_record(promise, officer):
    file = stored(by=officer)[0]
    services.attach(record=promise, files=[file], by=officer)
    again = FollowUp.objects.create(visit=promise.visit, text="送猪苗", due_on=promise.due_on)
    assert refused(again, [file], officer) == "gone"


def test_one_that_was_taken_off_is_not_used_again(promise, officer):
    file = stored(by=officer)[0]
    services.attach(record=promise, files=[file], by=officer)
    services.detach(record=promise, files=[file], by=officer, reason="拍错户")
    assert refused(promise, [file], officer) == "gone"


def test_one_that_was_removed_meanwhile(promise, officer):
    file = stored(by=officer)[0]
    EvidenceFile.objects.filter(pk=file.pk).discard()
    assert refused(promise, [file], officer) == "gone"


def test_taken_off_with_a_reason_it_stays(promise, officer):
    kept, gone = stored(by=officer)[0], stored(by=officer)[0]
    services.attach(record=promise, files=[kept, gone], by=officer)
    services.detach(record=promise, files=[gone], by=officer, reason=" 拍错户 ")
    assert list(promise.evidence.all()) == [kept]
    row = EvidenceDetachment.objects.get()
    assert (row.file, row.model, row.object_id, row.label) == (gone, "assistance.followup", promise.pk, "修水管")
    assert (row.reason, row.detached_by, row.area_path) == ("拍错户", officer, promise.audit_area_path)
    entry = logged(promise).last()
    assert (entry.reason, entry.after) == ("拍错户", {"evidence": [str(kept.key)]})
    assert gone.file.storage.exists(gone.file.name)


def test_taking_off_needs_a_reason(promise, officer):
    file = stored(by=officer)[0]
    services.attach(record=promise, files=[file], by=officer)
    with pytest.raises(ValidationError) as error:
        services.detach(record=promise, files=[file], by=officer, reason=" ")
    assert list(error.value.error_dict) == ["reason"]
    assert promise.evidence.exists()


def test_what_the_record_does_not_hold_is_left_alone(promise, officer):
    file = stored(by=officer)[0]
    services.detach(record=promise, files=[file], by=officer, reason="拍错户")
    assert not EvidenceDetachment.objects.exists()
    assert not logged(promise).exists()


def test_a_model_that_is_not_registered_holds_nothing(promise, officer):
    with pytest.raises(ValueError, match=r"Visit\.evidence is not registered"):
        services.attach(record=Visit.objects.get(), files=stored(by=officer), by=officer)
