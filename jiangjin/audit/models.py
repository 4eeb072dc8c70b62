"""The change log. Written by services in the transaction of the change; derived tables are accounted for by their JobRun."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangjin.common.append_only import AppendOnly, AppendOnlyQuerySet


class AuditAction(models.TextChoices):
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    REMOVED = "removed", _("Removed")
    REVEALED = "revealed", _("Personal data revealed")
    EXPORTED = "exported", _("Exported")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGNED_OUT = "signed_out", _("Signed out")
    REFUSED = "refused", _("Refused")


class AuditEntry(AppendOnly):
    """One fact about one record.

    The actor is a number and a name, not a foreign key: the log outlives accounts, and stands below them in the layers.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(_("actor number"), null=True)
    actor_name = models.CharField(_("actor"), max_length=150)
    action = models.CharField(_("action"), max_length=10, choices=AuditAction)
    model = models.CharField(_("kind of record"), max_length=60, help_text=_("app.model in lower case"))
    object_id = models.BigIntegerField(_("record number"), null=True)
    label = models.CharField(_("record"), max_length=200, blank=True)
    area_path = models.CharField(_("path"), max_length=64, blank=True, db_index=True)
    household_id = models.BigIntegerField(_("household number"), null=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    job_id = models.BigIntegerField(_("job number"), null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["model", "object_id"], name="audit_model_object"),
            models.Index(fields=["household_id", "-at"], name="audit_household_at"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.label}"
