"""The households and the persons behind the numbers of the six batches, and the same lists as workbooks."""

import functools
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet, Sum
from django.http import QueryDict

from assistance.forms.channels import ChannelFilter, ExitFilter, PersonFilter
from assistance.services import channel_lists
from assistance.services.heads import heads_of
from assistance.views.channels.links import NeedsPermission, Subject
from households.models import Member, StatusEvent
from households.views.lists import AreaList, Exported


class ChannelList(NeedsPermission, AreaList):
    """Base: exits of a year, which stands in the address or is the one that verdicts look at."""

    form_class: ClassVar[type[forms.Form]]
    default_sort: ClassVar[str] = "village"
    # What the rows of the year have besides their columns.
    annotated: ClassVar[tuple[str, ...]] = ()

    @functools.cached_property
    def subject(self) -> Subject:
        return Subject.of(self.request)

    def form(self) -> ChannelFilter:
        data: QueryDict = self.request.GET.copy()
        data["year"] = str(self.subject.year)
        return self.form_class(data, years=self.subject.years, year=self.subject.year)  # type: ignore[call-arg, return-value]

    def filtered(self) -> tuple[forms.Form, QuerySet]:
        form = self.form()
        rows = self.rows(form) if form.is_valid() else self.everything().none()
        return form, self.ordered(rows)

    def everything(self) -> QuerySet:
        """The rows of the year that the user may see."""
        raise TypeError(f"{type(self).__name__} says no rows")

    def rows(self, form: Any) -> QuerySet:
        return form.apply(self.everything())

    def page(self, rows: QuerySet) -> Page:
        """The page's rows by number first: what is not shown is not joined."""
        page = super().page(rows.values_list("pk", *self.annotated))
        told = list(page.object_list)
        found = self.related(rows.model._default_manager.filter(pk__in=[key for key, *_more in told]).order_by())
        shown = {row.pk: row for row in found}
        for key, *more in told:
            for name, value in zip(self.annotated, more, strict=True):
                setattr(shown[key], name, value)
        page.object_list = [shown[key] for key, *_more in told]
        return page

    def related(self, rows: QuerySet) -> QuerySet:
        """The rows with what is shown of them."""
        return rows.select_related("household__village__parent", "household__group")

    def extra(self, page: Page) -> dict[str, Any]:
        common = super().extra(page)
        return {
            **common,
            # There is always a year: nothing to be removed.
            "chips": [chip for chip in common["chips"] if chip.param != "year"],
            "year": self.subject.year,
            "table_url": self.subject.table(),
        }


class ChannelHouseholds(ChannelList):
    """Exited households with their channels."""

    template_name: ClassVar[str] = "assistance/channels/households.html"
    form_class: ClassVar[type[forms.Form]] = ExitFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("household__village__path", "household__number"),
        "number": ("household__number",),
        "exited": ("occurred_on",),
        "persons": ("persons",),
        "tier": ("household__tier",),
    }

    def everything(self) -> QuerySet[StatusEvent]:
        return self.subject.exits(self.request.user)

    def extra(self, page: Page) -> dict[str, Any]:
        heads = heads_of(row.household_id for row in page.object_list)
        channels = channel_lists.of_exits(row.pk for row in page.object_list)
        return {
            **super().extra(page),
            "shown": [
                (row, heads.get(row.household_id, ""), list(channels.get(row.pk, {}).items()))
                for row in page.object_list
            ],
        }


class ChannelHouseholdsExport(Exported, ChannelHouseholds):
    """The rows of the list as shown, all pages; logged."""

    file_name = "exit-channels-households"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return channel_lists.exits_workbook(self.related(rows), by=self.request.user, filters=filters)


class ChannelPersons(ChannelList):
    """Persons of exited households with their channels."""

    template_name: ClassVar[str] = "assistance/channels/persons.html"
    form_class: ClassVar[type[forms.Form]] = PersonFilter
    annotated: ClassVar[tuple[str, ...]] = ("exit_id", "exited_on")
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("household__village__path", "household__number", "relation"),
        "name": ("name_pinyin",),
        "exited": ("exited_on",),
    }

    def everything(self) -> QuerySet[Member]:
        return self.subject.persons(self.request.user)

    def extra(self, page: Page) -> dict[str, Any]:
        rows: Any = page.object_list
        heads = heads_of(row.household_id for row in rows)
        channels = channel_lists.of_members(row.exit_id for row in rows)
        return {
            **super().extra(page),
            "shown": [
                (row, heads.get(row.household_id, ""), channels.get((row.exit_id, row.pk), []), row.age(row.exited_on))
                for row in rows
            ],
            "beyond": self.beyond(),
        }

    def beyond(self) -> int:
        """Where nothing but the absence of channels is asked for: how many persons more were counted at the exits than are on
        file for their days (fewer, where that is negative)."""
        form = self.form()
        if not form.is_valid() or form.cleaned_data["state"] != ChannelFilter.WITHOUT:
            return 0
        if form.cleaned_data["q"] or form.cleaned_data["tier"]:
            return 0
        counted = (
            self.subject.exits(self.request.user).order_by().aggregate(persons=Sum("persons", default=0))["persons"]
        )
        return int(counted) - self.everything().order_by().count()


class ChannelPersonsExport(Exported, ChannelPersons):
    """The rows of the list as shown, all pages; logged."""

    file_name = "exit-channels-persons"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return channel_lists.members_workbook(self.related(rows), by=self.request.user, filters=filters)
