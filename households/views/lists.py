"""What lists of higher apps share: the chosen area, chips of filters that only links set, a workbook as a download."""

import functools
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from households.permissions import EXPORT
from jiangjin.accounts import gate
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area, under
from jiangjin.common import clock
from jiangjin.common.components import chips
from jiangjin.common.lists import ListPage

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AreaList(gate.NeedsPermission, ListPage):
    """A list over the chosen area. Its filter has `linked()`: chips of the fields that only links set."""

    @functools.cached_property
    def area(self) -> Area | None:
        """The chosen area; None for who has assigned households only."""
        return chosen_area(self.request)

    def within_area(self, lookup: str) -> Q:
        """Q for rows below the chosen area; everything without one."""
        return under(self.area.path, lookup) if self.area is not None else Q()

    def extra(self, page: Page) -> dict[str, Any]:
        form = self.form()
        linked = form.linked() if form.is_valid() else []  # type: ignore[attr-defined]
        return {"chips": [*chips(form), *linked], "may_export": self.request.user.may(EXPORT)}


class Exported(gate.NeedsPermission):
    """Mixin of a list that answers with a workbook: whoever may see the list and export."""

    file_name: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may(EXPORT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, rows = self.filtered()  # type: ignore[attr-defined]
        content = self.content(self.exported(rows), form.cleaned_data)
        response = HttpResponse(content, content_type=EXCEL)
        response["Content-Disposition"] = f'attachment; filename="{self.file_name}-{clock.today():%Y%m%d}.xlsx"'
        return response

    def exported(self, rows: Any) -> Any:
        """Those of the rows that the user may export."""
        return rows.visible_to(self.request.user, EXPORT)

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        """The workbook."""
        raise TypeError(f"{type(self).__name__} exports nothing")
