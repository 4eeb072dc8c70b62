"""What a visit said before it was corrected."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.append_only import AppendOnly, AppendOnlyQuerySet


class VisitRevisionQuerySet(ScopedQuerySet, AppendOnlyQuerySet):  # type: ignore[override]
    """Scoped, and only ever added to."""


class VisitRevision(Scoped, AppendOnly):
    """The fields that a correction changed, with the values they had. Never changed or deleted."""

    view_permission: ClassVar[str] = "visits.view"
    scoped_through: ClassVar[str] = "visit"

    visit = models.ForeignKey("assistance.Visit", models.PROTECT, related_name="revisions", verbose_name=_("visit"))
    version = models.PositiveIntegerField(_("version"), help_text=_("The version that said this."))
    values = models.JSONField(_("values before"))
    reason = models.CharField(_("reason"), max_length=200)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now_add=True)

    objects = VisitRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("former version of a visit")
        verbose_name_plural = _("former versions of visits")
        ordering = ["visit", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "version"],
                name="visit_revision_once",
                violation_error_message=_("Somebody else corrected this visit meanwhile."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit} v{self.version}"

    @property
    def audit_household_id(self) -> int:
        return self.visit.household_id

    @property
    def audit_area_path(self) -> str:
        return self.visit.household.village.path
