"""What most of a village's help has in common: it holds from one day to another, and people have names that are looked for."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class DatedQuerySet(ScopedQuerySet):
    def active(self, on: dt.date) -> Self:
        """Rows in force on the day; `ends_on` is the last day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def touching(self, first: dt.date, last: dt.date | None) -> Self:
        """Rows in force on any day from `first` to `last` (None: for good)."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=first))
        return rows if last is None else rows.filter(starts_on__lte=last)


class Dated(Scoped):
    """Holds from one day to another. A change ends the row and opens a new one; nothing is overwritten or deleted."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | ~Q(end_reason=""),
                name="%(class)s_ends_with_a_reason",
                violation_error_message=_("What ends, ends with a reason."),
            ),
        ]

    def holds(self, on: dt.date) -> bool:
        """Whether it is in force on the day."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class NamedPerson(models.Model):
    """A person's name with its readings, for the search."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=120, editable=False)
    name_initials = models.CharField(_("initials of the name"), max_length=60, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
