"""Giving back the refused rows of a roster. They hold personal numbers in plain: who took them stands in the change log."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from households.imports.service import may_import
from households.models import RosterImport
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record


def refused_rows(*, roster: RosterImport, by: Any) -> bytes | None:
    """The workbook of refused rows; None where there is none (any more). Raises PermissionDenied outside the user's grants."""
    if not may_import(by, roster.area):
        raise PermissionDenied
    if not roster.refused_file:
        return None
    with roster.refused_file.open("rb") as file:
        content = bytes(file.read())
    with transaction.atomic():
        record(
            by=by,
            action=AuditAction.EXPORTED,
            obj=roster,
            after={"refused_households": roster.counts.get("refused_households")},
        )
    return content
