"""Dirty marks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DirtyMark(models.Model):
    """Something that `consumer` computed about a household or an area is out of date.

    Marks are claimed by number, never by "up to this number": a row that commits late is simply claimed next time.
    """

    consumer = models.CharField(_("consumer"), max_length=40)
    household_id = models.BigIntegerField(_("household number"), null=True)
    area_id = models.BigIntegerField(_("area number"), null=True)
    month = models.DateField(_("month"), null=True)
    claimed_by = models.BigIntegerField(_("claimed by job"), null=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("dirty mark")
        verbose_name_plural = _("dirty marks")
        indexes = [models.Index(fields=["consumer", "claimed_by", "household_id"], name="dirty_consumer_claim")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.household_id or self.area_id} {self.month or ''}"
