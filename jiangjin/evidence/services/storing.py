"""Taking files in: each is checked by itself, and is there whole or not at all."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change, record_many
from jiangjin.evidence.models import EvidenceFile, EvidenceKind
from jiangjin.evidence.services.names import clean_name, shown_name
from jiangjin.evidence.services.reading import Content, read, too_large

FOLDER = "evidence"


@dataclass(frozen=True)
class Taken:
    """What came of files: those that were stored, in the order given, and what is wrong with the others."""

    stored: list[EvidenceFile]
    errors: list[ValidationError]


@dataclass(frozen=True)
class _Good:
    """A file that may be stored."""

    name: str
    sha256: str
    content: Content


def store(*, files: Sequence[File], by: Any, caption: str = "", taken_on: dt.date | None = None) -> list[EvidenceFile]:
    """Store all of the files, or none. Raises ValidationError with one sentence for each file that cannot be taken.

    They belong to nobody until `attach` ties them to a record, and are removed after EVIDENCE_UNUSED_DAYS without one.
    """
    if len(files) > settings.EVIDENCE_MAX_FILES:
        raise too_many()
    good, errors = _checked(files, known=set())
    if errors:
        raise ValidationError(errors)
    return _written(good, by=by, caption=caption, taken_on=taken_on)


def take(
    *,
    files: Sequence[File],
    by: Any,
    caption: str = "",
    taken_on: dt.date | None = None,
    besides: Collection[EvidenceFile] = (),
) -> Taken:
    """As `store`, for forms: the good ones are stored whatever the others are. What is there already (`besides`, or twice among
    them) is not stored again."""
    good, errors = _checked(files, known={file.sha256 for file in besides})
    return Taken(_written(good, by=by, caption=caption, taken_on=taken_on), errors)


def too_many() -> ValidationError:
    return ValidationError(
        _("No more than %(limit)s files at a time."), code="too_many", params={"limit": settings.EVIDENCE_MAX_FILES}
    )


def _checked(files: Sequence[File], *, known: set[str]) -> tuple[list[_Good], list[ValidationError]]:
    good, errors = [], []
    for file in files:
        try:
            one = _look(file)
        except ValidationError as refusal:
            errors.append(_named(file, refusal))
            continue
        if one.sha256 not in known:
            known.add(one.sha256)
            good.append(one)
    return good, errors


def _look(file: File) -> _Good:
    if file.size > settings.EVIDENCE_MAX_BYTES:
        raise too_large()
    file.seek(0)
    body = file.read()
    content = read(body)
    stem = _now("Document") if content.kind == EvidenceKind.DOCUMENT else _now("Photo")
    name = clean_name(str(file.name or ""), stem=stem, extension=content.extension)
    return _Good(name, hashlib.sha256(body).hexdigest(), content)


def _named(file: File, refusal: ValidationError) -> ValidationError:
    """The refusal with the name of the file in front."""
    params = {"name": shown_name(str(file.name or "")) or "?", "why": " ".join(refusal.messages)}
    return ValidationError(_("%(name)s: %(why)s"), code=refusal.code, params=params)


def _written(good: list[_Good], *, by: Any, caption: str, taken_on: dt.date | None) -> list[EvidenceFile]:
    """The rows, their files before them: a row never names a file that is not there. Where the rows fail, the files go again;
    what a killed process leaves behind is found by `removing`."""
    caption = " ".join(caption.split())
    EvidenceFile._meta.get_field("caption").run_validators(caption)  # type: ignore[union-attr]
    with cleared_on_error() as written:
        rows = [
            row_of(one.content, written, name=one.name, sha256=one.sha256, caption=caption, taken_on=taken_on, by=by)
            for one in good
        ]
        with transaction.atomic():
            EvidenceFile.objects.bulk_create(rows)
            record_many([Change(row, AuditAction.CREATED, None, _told(row)) for row in rows], by=by)
    return rows


@contextmanager
def cleared_on_error() -> Iterator[list[str]]:
    """Names of files that are written; they go again if the block fails."""
    written: list[str] = []
    try:
        yield written
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise


def row_of(
    content: Content,
    written: list[str],
    *,
    name: str,
    sha256: str,
    caption: str,
    taken_on: dt.date | None,
    by: Any,
    key: uuid.UUID | None = None,
) -> EvidenceFile:
    """The row of a file, which is written and whose name is added to `written`; the caller stores the row."""
    key = key or uuid.uuid4()
    place = f"{FOLDER}/{key.hex[:2]}/{key.hex}"
    file = default_storage.save(place, ContentFile(content.body))
    written.append(file)
    preview = ""
    if content.preview:
        preview = default_storage.save(f"{place}-preview", ContentFile(content.preview))
        written.append(preview)
    return EvidenceFile(
        key=key,
        kind=content.kind,
        name=name,
        content_type=content.content_type,
        size=len(content.body),
        sha256=sha256,
        width=content.width,
        height=content.height,
        caption=caption,
        taken_on=taken_on,
        file=file,
        preview=preview,
        uploaded_by=by,
    )


def _told(row: EvidenceFile) -> dict[str, Any]:
    return {"key": str(row.key), "kind": row.kind, "name": row.name, "size": row.size, "sha256": row.sha256}
