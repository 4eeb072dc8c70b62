"""What lists over the chosen area share: chips of filters that only links set, a workbook as a download."""

import functools
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from households.permissions import EXPORT
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.components import chips
from jiangjin.common.lists import ListPage

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AreaList(ListPage):
    """A list over the chosen area whose filter has hidden fields: `form.linked()` gives their chips."""

    @functools.cached_property
    def area(self) -> Area | None:
        """The chosen area; None for who has assigned households only."""
        return chosen_area(self.request)

    def within_area(self, lookup: str) -> Q:
        """Q for rows below the chosen area; everything without one."""
        return within_chosen(self.request, lookup)

    def extra(self, page: Page) -> dict[str, Any]:
        form = self.form()
        linked = form.linked() if form.is_valid() else []  # type: ignore[attr-defined]
        return {"chips": [*chips(form), *linked], "may_export": self.request.user.may(EXPORT)}


class Exported:
    """Mixin, first, of a list that answers with a workbook: whoever may see the list and export."""

    file_name: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may(EXPORT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, rows = self.filtered()  # type: ignore[attr-defined]
        content = self.content(rows.visible_to(request.user, EXPORT), form.cleaned_data)
        response = HttpResponse(content, content_type=EXCEL)
        response["Content-Disposition"] = f'attachment; filename="{self.file_name}-{clock.today():%Y%m%d}.xlsx"'
        return response

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        """The workbook."""
        raise TypeError(f"{type(self).__name__} exports nothing")
