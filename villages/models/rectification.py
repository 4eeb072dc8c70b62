"""Rectification of weak grass-roots organisations (后进基层组织整顿)."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class RectificationQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        """Those that are not closed."""
        return self.filter(ends_on=None)

    def running(self, on: dt.date) -> Self:
        """Those under way on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class Rectification(Scoped):
    """A village whose Party branch or committee was weak is put right: what was wrong, what is done, who answers for it, and
    what came of it."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        related_name="rectifications",
        verbose_name=_("village"),
        db_index=False,  # a composite index begins with it
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    problem = models.CharField(_("what is wrong"), max_length=500)
    measures = models.CharField(_("what is done about it"), max_length=500)
    responsible = models.CharField(_("who answers for it"), max_length=120)
    result = models.CharField(_("what came of it"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification of a weak village organisation")
        verbose_name_plural = _("rectifications of weak village organisations")
        ordering = ["village", "-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")) & ~Q(result=""),
                name="rectification_ends_with_a_result",
                violation_error_message=_("A rectification ends after it began, and with a result."),
            ),
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(ends_on=None),
                name="rectification_open_once",
                violation_error_message=_("A rectification of this village is open already; close that first."),
            ),
        ]
        indexes = [models.Index(fields=["village", "starts_on"], name="rectification_village_day")]

    def __str__(self) -> str:
        return f"{self.village} {self.starts_on} – {self.ends_on or ''}"

    @property
    def audit_area_path(self) -> str:
        return self.village.path
