"""Support groups (扶贫集团): a lead unit and member units that help one village."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from villages.models.dated import Dated, DatedQuerySet


class SupportGroup(Dated):
    """Units that help one village together from one day to another."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    name = models.CharField(_("name"), max_length=100)
    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="support_groups", verbose_name=_("village"))
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("The document that pairs the group with the village.")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("support group")
        verbose_name_plural = _("support groups")
        ordering = ["village", "-starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(ends_on=None),
                name="support_group_open_once",
                violation_error_message=_("The village has a support group already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_area_path(self) -> str:
        return self.village.path


class SupportGroupMember(Dated):
    """A unit belongs to a support group from one day to another; one of them leads it."""

    view_permission: ClassVar[str] = "villages.view"
    scoped_through: ClassVar[str] = "group"

    group = models.ForeignKey(
        "villages.SupportGroup", models.PROTECT, related_name="members", verbose_name=_("support group")
    )
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, related_name="support_group_members", verbose_name=_("unit")
    )
    is_lead = models.BooleanField(_("leads the group"), default=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("support group member")
        verbose_name_plural = _("support group members")
        ordering = ["group", "-is_lead", "starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["group", "unit"],
                condition=Q(ends_on=None),
                name="support_group_member_open_once",
                violation_error_message=_("This unit belongs to the group already."),
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(is_lead=True, ends_on=None),
                name="support_group_one_lead",
                violation_error_message=_("The group has a lead unit already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} · {self.unit}"

    @property
    def audit_area_path(self) -> str:
        return self.group.village.path
