"""Files that were taken off a record."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.permissions import VIEW_AUDIT
from jiangjin.areas.models import under
from jiangjin.common.append_only import AppendOnly, AppendOnlyQuerySet


class EvidenceDetachmentQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of areas whose change log the user reads."""
        within = Q(pk__in=[])
        for path in user.scope(VIEW_AUDIT).paths:
            within |= under(path, "area_path")
        return self.filter(within)


class EvidenceDetachment(AppendOnly):
    """A record gave a file up, with the reason; the file itself stays. The record is named by kind and number, since records stand
    above this app."""

    file = models.ForeignKey(
        "evidence.EvidenceFile", models.PROTECT, related_name="detachments", verbose_name=_("evidence file")
    )
    model = models.CharField(_("kind of record"), max_length=60, help_text=_("app.model in lower case"))
    object_id = models.BigIntegerField(_("record number"))
    label = models.CharField(_("record"), max_length=200)
    area_path = models.CharField(_("path"), max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    detached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("detached by")
    )
    detached_at = models.DateTimeField(_("detached at"), auto_now_add=True)

    objects = EvidenceDetachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence detachment")
        verbose_name_plural = _("evidence detachments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.file} – {self.label}"
