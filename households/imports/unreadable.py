"""What cannot be taken as a whole."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from households.imports.reading import MAX_CELLS


class UnreadableFile(ValidationError):
    """The file as a whole cannot be taken; the message says why and what to do."""

    def __init__(self, message: str | Promise, code: str, **params: Any) -> None:
        super().__init__(cast(str, message), code=code, params=params)


def damaged() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is damaged and cannot be read. Open it in Excel, save it again and upload that."), "damaged"
    )


def not_a_workbook() -> UnreadableFile:
    return UnreadableFile(_("This is no Excel workbook. Save the roster as .xlsx and upload that."), "not_a_workbook")


def password() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is protected by a password. Remove it and upload the file again."), "password"
    )


def formula_errors() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook has cells with formula errors. Correct them and upload it again."), "formula_errors"
    )


def too_many_cells(sheet: str) -> UnreadableFile:
    return UnreadableFile(
        _("Sheet “%(sheet)s” reaches over more than %(cells)s cells. Delete what stands far outside the table."),
        "too_many_cells",
        sheet=sheet,
        cells=MAX_CELLS,
    )


def unpacks_too_large(limit_bytes: int) -> UnreadableFile:
    return UnreadableFile(
        _("The workbook unpacks to more than %(limit)s MB and is not opened."),
        "unpacks_too_large",
        limit=limit_bytes // 1024**2,
    )
