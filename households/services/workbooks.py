"""Lists as workbooks. Who exported what is logged."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import xlsxwriter
from django.db import models

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import plain, record

CHUNK = 2000


def workbook(rows: Any, cells: Any, *, title: str, headings: Sequence[str], by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of a queryset's rows in their order; `cells` turns a chunk of them into lists of values. Logged."""
    chunks = _chunks(rows.iterator(chunk_size=CHUNK))
    values = (each for chunk in chunks for each in cells(chunk))
    return sheet_of(values, model=rows.model, title=title, headings=headings, by=by, filters=filters)


def sheet_of(
    rows: Iterable[Sequence[Any]],
    *,
    model: type[models.Model],
    title: str,
    headings: Sequence[str],
    by: Any,
    filters: dict[str, Any],
) -> bytes:
    """A workbook of lists of values, which tell records of `model`. Logged."""
    buffer = io.BytesIO()
    # In memory, values only: a text that begins with "=" must not become a formula.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    workbook = xlsxwriter.Workbook(buffer, options)
    sheet = workbook.add_worksheet(title)
    sheet.write_row(0, 0, headings, workbook.add_format({"bold": True, "bg_color": "#eceff3", "bottom": 1}))
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, len(headings) - 1, 14)
    count = 0
    for count, values in enumerate(rows, start=1):
        sheet.write_row(count, 0, values)
    sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
    workbook.close()
    record(
        by=by,
        action=AuditAction.EXPORTED,
        model=model._meta.label_lower,
        label=f"{count}",
        after={"rows": count, "filters": {key: plain(value) for key, value in filters.items() if value}},
    )
    return buffer.getvalue()


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
