"""Storing: sealed on disk, whole or not at all, each refusal with the name of its file."""

import hashlib

import pytest
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from jiangjin.audit.models import AuditEntry
from jiangjin.common.append_only import AppendOnlyError
from jiangjin.evidence import services
from jiangjin.evidence.models import EvidenceDetachment, EvidenceFile, EvidenceKind
from jiangjin.evidence.services import storing
from tests.evidence.pictures import PDF, picture, sent, stored

pytestmark = pytest.mark.django_db


def on_disk():
    """Names of all stored files."""
    root = project.MEDIA_ROOT
    return sorted(path.name for path in root.rglob("*") if path.is_file()) if root.exists() else []


def refusals(files, **kwargs):
    with pytest.raises(ValidationError) as error:
        services.store(files=files, by=None, **kwargs)
    return [(one.code, one.messages[0]) for one in error.value.error_list]


def test_a_photo_is_stored(officer, year_end):
    content = picture(900, 600, form="PNG")
    file = services.store(files=[sent(content, "新房.png")], by=officer, caption=" 新房 正面 ", taken_on=year_end)[0]
    file.refresh_from_db()
    assert (file.kind, file.name, file.content_type) == (EvidenceKind.PHOTO, "新房.jpg", "image/jpeg")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.width, file.height, file.caption, file.taken_on) == (900, 600, "新房 正面", year_end)
    assert (file.uploaded_by, file.is_photo) == (officer, True)
    assert file.file.read().startswith(b"\xff\xd8\xff")
    assert len(file.file.open().read()) == file.size
    assert file.preview.read().startswith(b"\xff\xd8\xff")


def test_a_document_is_stored():
    file = stored(content=PDF, name="收条.pdf")[0]
    assert (file.kind, file.name, file.preview.name, file.width) == (EvidenceKind.DOCUMENT, "收条.pdf", "", None)
    assert file.file.read() == PDF


def test_nothing_readable_lies_on_the_disk():
    file = stored(content=PDF, name="收条.pdf")[0]
    raw = (project.MEDIA_ROOT / file.file.name).read_bytes()
    assert b"PDF" not in raw
    assert "收条" not in file.file.name


def test_each_file_is_logged(officer):
    file = stored(by=officer)[0]
    entry = AuditEntry.objects.get(model="evidence.evidencefile")
    assert (entry.action, entry.object_id, entry.actor_id) == ("created", file.pk, officer.pk)
    assert entry.after["sha256"] == file.sha256


def test_all_or_none_and_each_refusal_names_its_file():
    files = [sent(), sent(b"MZ", "setup.jpg"), sent(b"", "empty.png"), sent(PDF[:-8], "a/b\u202e.pdf")]
    found = refusals(files)
    assert [code for code, _text in found] == ["kind", "empty", "damaged"]
    assert [text.partition("：")[0] for _code, text in found] == ["setup.jpg", "empty.png", "b.pdf"]
    assert not EvidenceFile.objects.exists()
    assert on_disk() == []


def test_take_keeps_the_good_ones(officer):
    taken = services.take(files=[sent(), sent(b"MZ", "setup.jpg"), sent(PDF, "a.pdf")], by=officer)
    assert [file.name for file in taken.stored] == ["photo.jpg", "a.pdf"]
    assert [error.code for error in taken.errors] == ["kind"]


def test_the_same_file_is_taken_once(officer):
    content = picture()
    before = stored(by=officer, content=content)
    taken = services.take(files=[sent(content), sent(PDF, "a.pdf"), sent(PDF, "b.pdf")], by=officer, besides=before)
    assert ([file.name for file in taken.stored], taken.errors) == (["a.pdf"], [])


def test_too_large_is_told_without_reading_it(settings):
    class Unread(type(sent())):
        def read(self, *args):
            raise AssertionError("read")

    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    assert refusals([Unread("big.jpg", b"x" * (1024 * 1024 + 1))])[0][0] == "too_large"


def test_too_many_at_a_time(settings):
    settings.EVIDENCE_MAX_FILES = 2
    assert refusals([sent(), sent(), sent()])[0][0] == "too_many"
    assert len(services.store(files=[sent(), sent()], by=None)) == 2


def test_a_caption_that_is_too_long_leaves_nothing_behind():
    with pytest.raises(ValidationError):
        stored(caption="长" * 201)
    assert on_disk() == []


def test_where_the_rows_fail_the_files_go_again(monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("no")

    monkeypatch.setattr(storing, "record_many", fail)
    with pytest.raises(DatabaseError):
        services.store(files=[sent(), sent(PDF, "a.pdf")], by=None)
    assert not EvidenceFile.objects.exists()
    assert on_disk() == []


def test_where_the_disk_fails_nothing_is_written(monkeypatch):
    written = default_storage.save
    names = []

    def save(name, content):
        names.append(name)
        if len(names) == 3:
            raise OSError("disk full")
        return written(name, content)

    monkeypatch.setattr(default_storage, "save", save)
    with pytest.raises(OSError, match="disk full"):
        services.store(files=[sent(), sent()], by=None)
    assert not EvidenceFile.objects.exists()
    assert not AuditEntry.objects.filter(model="evidence.evidencefile").exists()
    assert on_disk() == []


def test_a_stored_file_is_never_changed_nor_deleted():
    file = stored()[0]
    file.caption = "另一个说明"
    for act in (
        file.save,
        file.delete,
        EvidenceFile.objects.all().delete,
        lambda: EvidenceFile.objects.update(caption="x"),
        EvidenceDetachment.objects.all().delete,
    ):
        with pytest.raises(AppendOnlyError):
            act()


def test_the_database_refuses_to_change_one():
    """PostgreSQL by a trigger; SQLite has the models alone."""
    stored()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute("UPDATE evidence_evidencefile SET sha256 = 'x'")
        cursor.execute("SELECT count(*) FROM evidence_evidencefile WHERE sha256 = 'x'")
        assert cursor.fetchone() == (0,)


def test_a_photo_without_preview_is_refused_by_the_database():
    file = EvidenceFile(kind=EvidenceKind.PHOTO, name="x.jpg", content_type="image/jpeg", size=1, sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        file.save()
    with pytest.raises(ValidationError) as error:
        file.validate_constraints()
    assert "照片须有尺寸和缩略图" in str(error.value.messages)
