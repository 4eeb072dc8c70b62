"""One door for rosters, for pages and commands alike: upload, check, commit, discard, and forget the files in time."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import permissions
from households.imports.checking import Checked, check_file, check_sheets
from households.imports.committing import Order, commit_roster
from households.imports.refused import refused_workbook
from households.imports.roster import plain_yuan
from households.imports.storing import restore_refusals, store_findings, store_previews
from households.imports.workbook import UnreadableFile, look_at_file
from households.models import RosterImport, RosterImportState, RosterOutcome, Severity
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from jiangjin.common import clock
from jiangjin.jobs.models import JobRun
from jiangjin.jobs.registry import Due
from jiangjin.jobs.running import JobContext
from jiangjin.jobs.services import start

CHECK = "roster_check"
COMMIT = "roster_commit"
RETENTION = "roster_retention"
SUFFIXES = {".xlsx", ".xlsm", ".xls", ".ods"}


def may_import(by: Any, area: Area) -> bool:
    """Whether the user may import rosters for an area. The system itself (None) may."""
    return by is None or bool(by.scope(permissions.IMPORT).covers(area.path))


def receive(*, name: str, content: bytes, area: Area, by: Any) -> RosterImport:
    """Keep an uploaded file, sealed, without checking it yet.

    Raises PermissionDenied for an area outside the user's grants, UnreadableFile (a ValidationError) for what is plainly no
    workbook or too large.
    """
    if not may_import(by, area):
        raise PermissionDenied
    look_at_file(content, max_bytes=settings.UPLOAD_MAX_BYTES)
    suffix = PurePath(name).suffix.lower()
    stored = f"{uuid.uuid4().hex}{suffix if suffix in SUFFIXES else '.xlsx'}"
    with transaction.atomic():
        roster = RosterImport(
            area=area,
            original_name=PurePath(name).name[:200],
            sha256=hashlib.sha256(content).hexdigest(),
            created_by=by,
        )
        roster.file.save(stored, ContentFile(content), save=False)
        roster.save()
        record(
            by=by,
            action=AuditAction.CREATED,
            obj=roster,
            after={"original_name": roster.original_name, "sha256": roster.sha256, "area_id": area.pk},
        )
    return roster


def upload(*, name: str, content: bytes, area: Area, by: Any) -> RosterImport:
    """Keep an uploaded file and start checking it. Raises as `receive` does."""
    with transaction.atomic():
        roster = receive(name=name, content=content, area=area, by=by)
        roster.check_job = start(kind=CHECK, area=area, by=by, params={"roster": roster.pk})
        roster.save(update_fields=["check_job"])
    return roster


def same_file(roster: RosterImport) -> QuerySet[RosterImport]:
    """Other rosters of the same file for the same area that wait or were committed, newest first: to write it twice changes
    nothing, and whoever confirms one should know of the other."""
    kept = [
        RosterImportState.CHECKING,
        RosterImportState.CHECKED,
        RosterImportState.COMMITTING,
        RosterImportState.COMMITTED,
    ]
    twins = RosterImport.objects.filter(area=roster.area_id, sha256=roster.sha256, state__in=kept)
    return twins.exclude(pk=roster.pk).select_related("created_by").order_by("-pk")


def commit(*, roster: RosterImport, by: Any) -> JobRun:
    """Start writing the accepted households of a checked roster.

    Raises PermissionDenied outside the user's grants, ValidationError if the roster is not waiting for confirmation.
    """
    with transaction.atomic():
        begin_commit(roster=roster, by=by)
        params = {"roster": roster.pk, "on": clock.today().isoformat()}
        job = start(kind=COMMIT, area=roster.area, by=by, params=params)
        RosterImport.objects.filter(pk=roster.pk).update(commit_job=job)
    roster.refresh_from_db()
    return job


def begin_commit(*, roster: RosterImport, by: Any) -> None:
    """Confirm a checked roster: from now on it is being committed. Raises as `commit` does."""
    if not may_import(by, roster.area):
        raise PermissionDenied
    with transaction.atomic():
        confirmed = RosterImport.objects.filter(pk=roster.pk, state=RosterImportState.CHECKED).update(
            state=RosterImportState.COMMITTING
        )
        if not confirmed:
            raise ValidationError(_("This roster is not waiting for confirmation."), code="state")


def discard(*, roster: RosterImport, by: Any) -> None:
    """Throw a roster away that was checked, or could not be read; its files go at once.

    Raises PermissionDenied outside the user's grants, ValidationError in any other state.
    """
    if not may_import(by, roster.area):
        raise PermissionDenied
    with transaction.atomic():
        discarded = RosterImport.objects.filter(
            pk=roster.pk, state__in=[RosterImportState.CHECKED, RosterImportState.FAILED]
        ).update(state=RosterImportState.DISCARDED)
        if not discarded:
            raise ValidationError(_("Only a roster that was checked can be thrown away."), code="state")
        record(by=by, action=AuditAction.CHANGED, obj=roster, after={"state": RosterImportState.DISCARDED})
    roster.refresh_from_db()
    _remove_files(roster)


# --- jobs -------------------------------------------------------------------------------------------------------------


def check_job(context: JobContext) -> dict[str, Any]:
    """Handler of `roster_check`; params: roster. Checks the file, keeps findings and preview, makes the file of refused rows."""
    roster = RosterImport.objects.select_related("area").get(pk=context.params["roster"])
    if roster.state != RosterImportState.CHECKING:
        return dict(roster.counts)
    RosterImport.objects.filter(pk=roster.pk).update(check_job=context.run)
    try:
        checked = check_file(
            _content(roster), area=roster.area, max_bytes=settings.UPLOAD_MAX_BYTES, progress=context.progress
        )
    except UnreadableFile as refusal:
        with transaction.atomic():
            context.hold()
            roster.state, roster.error = RosterImportState.FAILED, refusal.messages[0][:500]
            roster.save(update_fields=["state", "error"])
        return {"unreadable": 1}
    refused = refused_workbook(checked)
    context.progress(3, 3)
    with transaction.atomic():
        context.hold()
        store_findings(roster, checked)
        store_previews(roster, checked)
        roster.state, roster.year, roster.counts = RosterImportState.CHECKED, checked.roster.year, checked.counts()
        _keep_refused(roster, refused)
        roster.save(update_fields=["state", "year", "counts", "refused_file"])
    return dict(roster.counts)


def commit_job(context: JobContext) -> dict[str, Any]:
    """Handler of `roster_commit`; params: roster, on. Goes on after the last chunk that was written, if it was killed."""
    roster = RosterImport.objects.select_related("area").get(pk=context.params["roster"])
    if roster.state != RosterImportState.COMMITTING:
        return dict(roster.counts)
    RosterImport.objects.filter(pk=roster.pk).update(commit_job=context.run)
    by = context.run.created_by
    if not may_import(by, roster.area):
        raise PermissionDenied(_("The user may not import rosters for this area any more."))
    checked, _places = check_sheets(_content(roster), area=roster.area, max_bytes=settings.UPLOAD_MAX_BYTES)
    order = Order(
        roster=roster,
        by=by,
        on=dt.date.fromisoformat(context.params["on"]),
        reason=_("Roster import: %(file)s") % {"file": roster.original_name},
        source=roster.original_name[:100],
        job_id=context.run.pk,
    )
    commit_roster(checked, order, hold=context.hold, progress=context.progress)
    return finish_commit(roster, checked, context)


def finish_commit(roster: RosterImport, checked: Checked, context: JobContext) -> dict[str, Any]:
    """Count what came of every household, and close the roster."""
    counts = {**roster.counts, **_results(roster)}
    refused = None
    refused_late = counts["refused_households"] > roster.counts["refused_households"]
    if refused_late:
        counts["errors"] = roster.issues.filter(severity=Severity.ERROR).count()
        restore_refusals(roster, checked)
        refused = refused_workbook(checked)
    with transaction.atomic():
        context.hold()
        if refused_late:
            _keep_refused(roster, refused)
        roster.state, roster.counts, roster.committed_at = RosterImportState.COMMITTED, counts, timezone.now()
        roster.save(update_fields=["state", "counts", "committed_at", "refused_file"])
        record(by=context.run.created_by, action=AuditAction.CHANGED, obj=roster, after=counts, job_id=context.run.pk)
    return counts


def _results(roster: RosterImport) -> dict[str, Any]:
    """What came of the households, as counts."""
    found: dict[str, Any] = dict.fromkeys(RosterOutcome.values, 0)
    members = net_fen = 0
    for row in (
        roster.previews.order_by()
        .values("result")
        .annotate(households=Count("pk"), members=Sum("members_count"), net_fen=Sum("net_income_fen"))
    ):
        found[row["result"]] = row["households"]
        if row["result"] != RosterOutcome.REFUSED:
            members, net_fen = members + row["members"], net_fen + (row["net_fen"] or 0)
    refused = found.pop(RosterOutcome.REFUSED)
    return {
        **found,
        "refused_households": refused,
        "accepted_households": sum(found.values()),
        "accepted_members": members,
        "net_income_yuan_total": plain_yuan(net_fen),
    }


def retention_due(today: dt.date) -> Iterator[Due]:
    """Once a day, where files have outlived their time."""
    if not expired(timezone.now()).exists():
        return
    for county in Area.objects.filter(level=AreaLevel.COUNTY).order_by("path")[:1]:
        yield Due(key=today.isoformat(), area=county)


def retention_job(context: JobContext) -> dict[str, Any]:
    """Handler of `roster_retention`: removes the files of old rosters. Counts and findings stay."""
    removed = 0
    for roster in expired(timezone.now()):
        _remove_files(roster)
        removed += 1
    return {"removed": removed}


def expired(now: dt.datetime) -> QuerySet[RosterImport]:
    """Rosters whose files have outlived ROSTER_FILE_DAYS since their commit, or since the upload if there was none."""
    before = now - dt.timedelta(days=settings.ROSTER_FILE_DAYS)
    settled = Q(committed_at__lt=before) | Q(committed_at=None, created_at__lt=before)
    return (
        RosterImport.objects.filter(settled, files_removed_at=None)
        .exclude(state__in=[RosterImportState.CHECKING, RosterImportState.COMMITTING])
        .order_by("pk")
    )


# --- files ------------------------------------------------------------------------------------------------------------


def _content(roster: RosterImport) -> bytes:
    if not roster.file:
        raise UnreadableFile(gettext_lazy("The file has been removed; upload it again."), "file_removed")
    with roster.file.open("rb") as file:
        return bytes(file.read())


def _keep_refused(roster: RosterImport, content: bytes | None) -> None:
    """The file of refused rows instead of an earlier one; the caller saves the roster."""
    former = roster.refused_file.name
    roster.refused_file = ""
    if content is not None:
        roster.refused_file.save(f"{uuid.uuid4().hex}.xlsx", ContentFile(content), save=False)
    if former:
        transaction.on_commit(lambda: default_storage.delete(former))


def _remove_files(roster: RosterImport) -> None:
    """Files first: killed in between, the next run finds the row again, and a file that is gone is no error."""
    for name in (roster.file.name, roster.refused_file.name):
        if name:
            default_storage.delete(name)
    RosterImport.objects.filter(pk=roster.pk).update(file="", refused_file="", files_removed_at=timezone.now())
    roster.refresh_from_db()
