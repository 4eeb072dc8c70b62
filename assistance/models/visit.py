"""Visits."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class VisitMethod(models.TextChoices):
    HOME = "home", _("Home visit")
    FIELD = "field", _("At work in the field")
    MEETING = "meeting", _("Talk at a meeting")
    PHONE = "phone", _("Phone call")
    OTHER = "other", _("Other contact")


class Trend(models.TextChoices):
    """How something the visitor saw has changed since the last visit."""

    BETTER = "better", _("Better")
    SAME = "same", _("Unchanged")
    WORSE = "worse", _("Worse")


class DifficultyKind(models.TextChoices):
    """八难. Six are named by the source; power and communications are a project assumption."""

    INCOME = "income", _("Raising income")
    ROADS = "roads", _("Getting about")
    WATER = "water", _("Drinking water")
    HOUSING = "housing", _("Housing")
    SCHOOLING = "schooling", _("Schooling")
    MEDICAL = "medical", _("Seeing a doctor")
    POWER = "power", _("Electricity")
    COMMUNICATIONS = "communications", _("Communications")
    OTHER = "other", _("Something else")


class Confirmation(models.TextChoices):
    """How the household confirmed the visit."""

    SIGNED = "signed", _("Signed")
    FINGERPRINT = "fingerprint", _("Fingerprint")
    SPOKEN = "spoken", _("By word of mouth")
    NONE = "none", _("Not confirmed")


class VisitQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        """Visits that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def in_month(self, month: dt.date) -> Self:
        """Visits made in the month that begins on the day."""
        return self.filter(visited_on__gte=month, visited_on__lt=(month + dt.timedelta(days=32)).replace(day=1))


class Visit(Scoped):
    """One visit of a helper to a household, as written down at the door.

    `client_id` is made by the device that wrote it: sent twice, it is stored once. A correction adds a VisitRevision that keeps
    what was said before; a visit that never was is withdrawn with a reason, not deleted.
    """

    view_permission: ClassVar[str] = "visits.view"
    scoped_through: ClassVar[str] = "household"

    client_id = models.UUIDField(_("device number"), unique=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="visits",
        verbose_name=_("household"),
        db_index=False,  # a composite index begins with it
    )
    helper = models.ForeignKey(
        "households.Helper",
        models.PROTECT,
        related_name="visits",
        verbose_name=_("helper"),
        db_index=False,
    )
    visited_on = models.DateField(_("visited on"))
    method = models.CharField(_("method"), max_length=10, choices=VisitMethod, default=VisitMethod.HOME)
    people_met = models.CharField(_("people met"), max_length=120, blank=True)
    income_trend = models.CharField(_("income"), max_length=6, choices=Trend, blank=True)
    health_trend = models.CharField(_("health"), max_length=6, choices=Trend, blank=True)
    housing_trend = models.CharField(_("house and water"), max_length=6, choices=Trend, blank=True)
    schooling_trend = models.CharField(_("children's schooling"), max_length=6, choices=Trend, blank=True)
    condition = models.TextField(_("what was seen"), max_length=1000, blank=True)
    policy_explained = models.CharField(_("policy explained"), max_length=300, blank=True)
    money_fen = models.BigIntegerField(_("money given"), default=0)
    goods = models.CharField(_("goods given"), max_length=200, blank=True)
    goods_value_fen = models.BigIntegerField(_("value of the goods"), default=0)
    difficulty_kind = models.CharField(_("difficulty raised"), max_length=14, choices=DifficultyKind, blank=True)
    difficulty = models.CharField(_("the difficulty in words"), max_length=500, blank=True)
    confirmation = models.CharField(
        _("confirmed by the household"), max_length=11, choices=Confirmation, default=Confirmation.NONE
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    recorded_on = models.DateField(
        _("written on"), help_text=_("Domain day on which it reached the system; later than the visit: entered late.")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    is_backdated = models.BooleanField(
        _("entered late"), default=False, editable=False, help_text=_("Entered later than the visit standard allows.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=200, blank=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(money_fen__gte=0) & Q(goods_value_fen__gte=0),
                name="visit_gifts_not_negative",
                violation_error_message=_("Money and goods cannot be less than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(recorded_on__gte=F("visited_on")),
                name="visit_not_written_beforehand",
                violation_error_message=_("A visit cannot be written down before it was made."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="visit_withdrawn_with_reason",
                violation_error_message=_("Say why the visit is withdrawn."),
            ),
        ]
        indexes = [
            models.Index(fields=["household", "visited_on"], name="visit_household_day"),
            models.Index(fields=["helper", "visited_on"], name="visit_helper_day"),
            models.Index(fields=["visited_on", "household"], name="visit_day_household"),
            # The list of visits, newest first, and how many there are.
            models.Index(fields=["visited_on", "id"], condition=Q(withdrawn_at=None), name="visit_standing_day"),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.visited_on}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path
