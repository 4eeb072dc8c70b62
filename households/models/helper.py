"""Helpers (帮扶责任人) and which households they owe a visit."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.personal import EncryptedTextField


class HelperQuerySet(ScopedQuerySet):
    def answering(self, on: dt.date) -> Self:
        """Who answers for at least one household on the day."""
        return self.filter(Exists(HelperAssignment.objects.active(on).filter(helper=OuterRef("pk"))))


class Helper(Scoped):
    """A cadre or volunteer who answers for households. Many never get a login: `user` is empty until they do."""

    view_permission: ClassVar[str] = "households.view"
    area_lookup: ClassVar[str] = "town__path"

    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=120, editable=False)
    name_initials = models.CharField(_("initials of the name"), max_length=60, editable=False)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="helpers", verbose_name=_("unit")
    )
    town = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="helpers", verbose_name=_("town"), help_text=_("Where they help.")
    )
    title = models.CharField(_("position"), max_length=60, blank=True)
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_digest = models.CharField(_("phone digest"), max_length=64, blank=True, default="", editable=False)
    phone_masked = models.CharField(_("phone (masked)"), max_length=20, blank=True, default="", editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="helper", verbose_name=_("user")
    )

    objects = HelperQuerySet.as_manager()

    class Meta:
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        ordering = ["town", "name_pinyin", "pk"]
        indexes = [models.Index(fields=["town", "name"], name="helper_town_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_area_path(self) -> str:
        return self.town.path


class HelperAssignmentQuerySet(ScopedQuerySet):
    def active(self, on: dt.date) -> Self:
        """Assignments in force on the day; `ends_on` is the last day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class HelperAssignment(Scoped):
    """A helper answers for a household from one day to another. A change ends the row and opens a new one."""

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="assignments", verbose_name=_("household")
    )
    helper = models.ForeignKey(
        "households.Helper", models.PROTECT, related_name="assignments", verbose_name=_("helper")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)

    objects = HelperAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("helper assignment")
        verbose_name_plural = _("helper assignments")
        ordering = ["household", "-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["household", "helper"],
                condition=Q(ends_on=None),
                name="assignment_open_once",
                violation_error_message=_("This helper answers for the household already."),
            ),
        ]
        indexes = [
            models.Index(fields=["helper", "ends_on"], name="assignment_helper_end"),
            models.Index(fields=["starts_on"], name="assignment_start"),
        ]

    def __str__(self) -> str:
        return f"{self.helper} → {self.household}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path
