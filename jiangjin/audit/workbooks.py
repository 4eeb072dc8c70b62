"""Lists as workbooks. Who exported what is logged."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import xlsxwriter
from django.db.models import Model, QuerySet

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import plain, record

CHUNK = 2000


def workbook(
    rows: Any,
    cells: Callable[[list[Any]], Iterable[Sequence[Any]]],
    *,
    title: str,
    model: type[Model] | None = None,
    headings: Sequence[str],
    by: Any,
    filters: Mapping[str, Any],
) -> bytes:
    """A workbook of rows in their order; `cells` turns a chunk of them into lists of values. Rows are a queryset, or a list of
    what was worked out about a `model`."""
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
    for chunk in _chunks(rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else iter(rows)):
        for values in cells(chunk):
            count += 1
            sheet.write_row(count, 0, values)
    sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
    workbook.close()
    record(
        by=by,
        action=AuditAction.EXPORTED,
        model=(model or rows.model)._meta.label_lower,
        label=f"{count}",
        after={"rows": count, "filters": {key: plain(value) for key, value in filters.items() if value}},
    )
    return buffer.getvalue()


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
