"""A list page: filters in the URL, whitelisted sorting, 25/50/100 a page, a fragment for htmx."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from jiangjin.common.components import chips
from jiangjin.common.templatetags.jiangjin import PAGE_SIZES


class ListPage(View):
    """Subclasses give a template, a filter form, sort keys and the rows that the user may see.

    sorts: `?sort=` key → the ordering expressions, ascending; the unique `tie_breaker` is appended to each. Descending, the
    whole order is turned round: an index serves both ways.
    A filter with a wrong value shows its error and no rows: it never widens what is shown.
    """

    template_name: ClassVar[str]
    form_class: ClassVar[type[forms.Form]]
    sorts: ClassVar[dict[str, tuple[str, ...]]]
    default_sort: ClassVar[str]
    tie_breaker: ClassVar[str] = "pk"

    def rows(self, form: forms.Form) -> QuerySet:
        """The visible rows with the form's filters applied."""
        raise TypeError(f"{type(self).__name__} says no rows")

    def form(self) -> forms.Form:
        """The bound filter form."""
        return self.form_class(self.request.GET)

    @property
    def sort(self) -> str:
        """The key of the order, with "-" for descending; one that the list does not know is the default."""
        chosen = self.request.GET.get("sort", self.default_sort)
        return chosen if chosen.removeprefix("-") in self.sorts else self.default_sort

    def ordered(self, rows: QuerySet) -> QuerySet:
        """Rows in the chosen order; NULLs last in both directions."""
        descending = self.sort.startswith("-")
        names = self.sorts[self.sort.removeprefix("-")]
        return rows.order_by(*(_directed(rows, name, descending) for name in (*names, self.tie_breaker)))

    def page(self, rows: Any) -> Page:
        """The page asked for; a number out of range is the nearest page. What is no queryset of records is taken as it stands.

        Its keys come first: what is put in order are numbers, not all that is shown of the rows, with all that they refer to.
        """
        if not isinstance(rows, QuerySet) or rows.query.values_select:
            return self.paginated(rows)
        page = self.paginated(rows.values_list("pk", flat=True))
        keys = list(page.object_list)
        found = {row.pk: row for row in rows.filter(pk__in=keys).order_by()}
        page.object_list = [found[key] for key in keys if key in found]
        return page

    def paginated(self, rows: Any) -> Page:
        """A page of anything that has a length and pieces."""
        size = self.request.GET.get("size", "")
        per_page = int(size) if size.isdecimal() and int(size) in PAGE_SIZES else PAGE_SIZES[0]
        return Paginator(rows, per_page).get_page(self.request.GET.get("page"))

    def filtered(self) -> tuple[forms.Form, QuerySet]:
        """The form and what it leaves, in order."""
        form = self.form()
        rows = self.rows(form) if form.is_valid() else self.rows(self.form_class({})).none()
        return form, self.ordered(rows)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, rows = self.filtered()
        page = self.page(rows)
        context = {"form": form, "chips": chips(form), "page": page, "sort": self.default_sort}
        return render(request, self.template_name, {**context, **self.extra(page)})

    def extra(self, page: Page) -> dict[str, Any]:
        """More context."""
        return {}


def _directed(rows: QuerySet, name: str, descending: bool) -> OrderBy:
    # Where there can be no NULL nothing is said of them: databases take an index only for the order that it has.
    last = True if _may_be_null(rows, name) else None
    return F(name).desc(nulls_last=last) if descending else F(name).asc(nulls_last=last)


def _may_be_null(rows: QuerySet, name: str) -> bool:
    """Whether what is ordered by can be NULL: what was annotated may be, a column if it or a key on the way to it may."""
    if name == "pk":
        return False
    if name.split("__")[0] in rows.query.annotations:
        return True
    model: Any = rows.model
    for part in name.split("__"):
        field = model._meta.get_field(part)
        if field.null or field.one_to_many or field.many_to_many:
            return True
        model = field.related_model
    return False
