"""Once a day: files go that nobody ever used, and what a killed process left on the disk without a row."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change, record_many
from jiangjin.evidence.models import EvidenceFile
from jiangjin.evidence.services.storing import FOLDER
from jiangjin.jobs.registry import Due
from jiangjin.jobs.running import JobContext

KIND = "evidence_retention"
CHUNK = 200
KEY = re.compile(r"[0-9a-f]{32}")
# A file without a row may be one whose transaction has not ended yet.
STRAY_HOURS = 24


def due(today: dt.date) -> Iterator[Due]:
    """Once a day, as soon as anything was ever stored."""
    if not EvidenceFile.objects.exists() and not default_storage.exists(FOLDER):
        return
    for county in Area.objects.filter(level=AreaLevel.COUNTY).order_by("path")[:1]:
        yield Due(key=today.isoformat(), area=county)


def retention_job(context: JobContext) -> dict[str, Any]:
    """Handler: removes forgotten files and stray ones. Safe to kill anywhere: rows go first, and files without a row are found."""
    removed = remove_forgotten(now=timezone.now(), job_id=context.run.pk)
    return {"removed": removed, "strays": remove_strays(now=timezone.now())}


def remove_forgotten(*, now: dt.datetime, job_id: int | None = None) -> int:
    """Remove what was uploaded more than EVIDENCE_UNUSED_DAYS before and no record ever held; returns how many files."""
    before = now - dt.timedelta(days=settings.EVIDENCE_UNUSED_DAYS)
    removed = 0
    while rows := _remove_some(before, job_id=job_id):
        for row in rows:
            for stored in (row.file.name, row.preview.name):
                if stored:
                    default_storage.delete(stored)
        removed += len(rows)
    return removed


def _remove_some(before: dt.datetime, *, job_id: int | None) -> list[EvidenceFile]:
    """Delete some rows, locked first so that nobody ties one to a record meanwhile; returns them."""
    with transaction.atomic():
        keys = list(EvidenceFile.objects.forgotten(before).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        locked = list(EvidenceFile.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        still = set(EvidenceFile.objects.forgotten(before).filter(pk__in=keys).order_by().values_list("pk", flat=True))
        rows = [row for row in locked if row.pk in still]
        record_many(
            [Change(row, AuditAction.REMOVED, {"key": str(row.key), "sha256": row.sha256}) for row in rows],
            by=None,
            job_id=job_id,
        )
        EvidenceFile.objects.filter(pk__in=[row.pk for row in rows]).discard()
    return rows


def remove_strays(*, now: dt.datetime) -> int:
    """Remove files on the disk that no row names, older than STRAY_HOURS; returns how many."""
    if not default_storage.exists(FOLDER):
        return 0
    before = now - dt.timedelta(hours=STRAY_HOURS)
    return sum(_remove_strays_of(f"{FOLDER}/{folder}", before) for folder in default_storage.listdir(FOLDER)[0])


def _remove_strays_of(folder: str, before: dt.datetime) -> int:
    names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    strays = sorted(set(names) - _known(names))
    old = [name for name in strays if default_storage.get_modified_time(name) < before]
    for name in old:
        default_storage.delete(name)
    return len(old)


def _known(names: list[str]) -> set[str]:
    """Names of files that rows have, of the rows whose keys the names begin with: asked by the index of the keys."""
    keys = sorted({found[0] for name in names if (found := KEY.match(PurePath(name).name))})
    known: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        rows = EvidenceFile.objects.filter(key__in=keys[start : start + CHUNK]).order_by()
        known |= {name for pair in rows.values_list("file", "preview") for name in pair}
    return known
