"""Import a roster workbook, or only check it."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households.imports import service
from households.imports.checking import check_file
from households.imports.findings import whereabouts
from households.models import RosterImport, RosterImportState
from jiangjin.accounts.models import User
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from jiangjin.jobs.services import run_now

COUNTS = (
    "households_in_file",
    "members_in_file",
    "accepted_households",
    "accepted_members",
    "refused_households",
    "errors",
    "warnings",
    "hints",
    "new",
    "changed",
    "unchanged",
    "net_income_yuan_total",
)


class Command(BaseCommand):
    help = (
        "Import a roster workbook: check it, write the households without errors, keep the refused rows as a workbook."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="an .xlsx, .xls or .ods workbook")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--area", default="", help="code of the county or town it is for (default: the county)")
        parser.add_argument("--user", default="", help="user name on whose behalf it is imported (default: the system)")
        parser.add_argument("--refused", type=Path, help="write the refused rows to this file, too")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self.user(options["user"])
        area = self.area(options["area"], by)
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            if not service.may_import(by, area):
                raise CommandError(f"{by} may not import rosters for {area}.")
            if options["dry_run"]:
                counts = self.look(content, area)
            else:
                counts = self.take(path.name, content, area, by, options["refused"])
        except PermissionDenied as error:
            raise CommandError(f"{by} may not import rosters for {area}.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if counts["accepted_households"] and not counts["new"] and not counts["changed"]:
            self.stdout.write(_("Nothing new: the register has every accepted household as the file has it."))
        self.stdout.write(json.dumps({"dry_run": options["dry_run"], **{name: counts[name] for name in COUNTS}}))

    def user(self, username: str) -> User | None:
        if not username:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        return user

    def area(self, code: str, by: User | None) -> Area:
        """The area asked for; else what the user may import for; else the county."""
        if code:
            area = Area.objects.filter(code=code).first()
            if area is None:
                raise CommandError(f"There is no area with the code {code}.")
            return area
        candidates = Area.objects.filter(level=AreaLevel.COUNTY)
        if by is not None:
            paths = by.scope("households.import").paths
            candidates = Area.objects.filter(path__in=paths)
        areas = list(candidates.order_by("path")[:2])
        if len(areas) != 1:
            raise CommandError("Say with --area which area the roster is for.")
        return areas[0]

    def look(self, content: bytes, area: Area) -> dict[str, Any]:
        checked = check_file(content, area=area, max_bytes=settings.UPLOAD_MAX_BYTES)
        for header, number, finding in checked.findings():
            message = _("%(place)s: %(sentence)s") % {
                "place": whereabouts(header, finding),
                "sentence": finding.sentence,
            }
            self.stdout.write(f"{finding.severity.label} {number} {message}")
        return checked.counts()

    def take(self, name: str, content: bytes, area: Area, by: User | None, refused: Path | None) -> dict[str, Any]:
        roster = service.receive(name=name, content=content, area=area, by=by)
        roster.check_job = run_now(kind=service.CHECK, area=area, by=by, params={"roster": roster.pk})
        roster.save(update_fields=["check_job"])
        roster.refresh_from_db()
        if roster.state == RosterImportState.FAILED:
            raise CommandError(roster.error)
        for issue in roster.issues.all():
            self.stdout.write(f"{issue.get_severity_display()} {issue.household_number} {issue.message}")
        service.begin_commit(roster=roster, by=by)
        params = {"roster": roster.pk, "on": clock.today().isoformat()}
        job = run_now(kind=service.COMMIT, area=area, by=by, params=params)
        RosterImport.objects.filter(pk=roster.pk).update(commit_job=job)
        roster.refresh_from_db()
        if refused is not None and roster.refused_file:
            with roster.refused_file.open("rb") as file:
                refused.write_bytes(file.read())
        return dict(roster.counts)
