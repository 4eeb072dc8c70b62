"""Rows of roll-ups as text with commas and as a workbook."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from rest_framework.renderers import BaseRenderer

BYTE_ORDER_MARK = "\ufeff"  # Excel takes the text for UTF-8 by it


class CsvRenderer(BaseRenderer):
    """Comma-separated values, the fields' names in the first line."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        rows: Sequence[Mapping[str, Any]] = data
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        if rows:
            writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)
        return (BYTE_ORDER_MARK + text.getvalue()).encode()


class XlsxRenderer(BaseRenderer):
    """A workbook of one sheet, the fields' names in the first row."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        rows: Sequence[Mapping[str, Any]] = data
        buffer = io.BytesIO()
        # In memory, values only: a name that begins with "=" must not become a formula.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(buffer, options) as workbook:
            sheet = workbook.add_worksheet("rollups")
            if rows:
                sheet.write_row(0, 0, list(rows[0]), workbook.add_format({"bold": True, "bottom": 1}))
                sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, list(row.values()))
            sheet.autofit()
        return buffer.getvalue()
