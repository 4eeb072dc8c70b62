"""Difficulties (困难) that households and villages raise, until they are solved."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.models.visit import Confirmation, DifficultyKind
from households.models import Household
from jiangjin.accounts.scoping import Scope, Scoped, ScopedQuerySet


class DifficultySource(models.TextChoices):
    """How the office learned of a difficulty."""

    VISIT = "visit", _("On a visit")
    PHONE = "phone", _("By phone")
    OFFICE = "office", _("In the office")
    INSPECTION = "inspection", _("On an inspection")
    HOTLINE = "hotline", _("By the hotline")


class DifficultyState(models.TextChoices):
    OPEN = "open", _("To be assigned")
    ASSIGNED = "assigned", _("Assigned")
    UNDER_WAY = "under_way", _("Under way")
    SOLVED = "solved", _("Solved, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed and closed")
    UNSOLVABLE = "unsolvable", _("Cannot be solved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Somebody still has to solve it; it counts as solved; nothing happens any more unless it is opened again.
UNSOLVED = [DifficultyState.OPEN, DifficultyState.ASSIGNED, DifficultyState.UNDER_WAY]
SOLVED = [DifficultyState.SOLVED, DifficultyState.CONFIRMED]
CLOSED = [DifficultyState.UNSOLVABLE, DifficultyState.WITHDRAWN]


class EscalationLevel(models.IntegerChoices):
    """Who is told that a difficulty is late."""

    NONE = 0, _("Not escalated")
    TOWN = 1, _("Escalated to the town")
    DISTRICT = 2, _("Escalated to the district")


class DifficultyQuerySet(ScopedQuerySet):
    def unsolved(self) -> Self:
        """Those that somebody still has to solve."""
        return self.filter(state__in=UNSOLVED)

    def late(self, on: dt.date) -> Self:
        """Unsolved ones whose day has passed."""
        return self.unsolved().filter(due_on__lt=on)

    def solved_within(self, first: dt.date, last: dt.date) -> Self:
        """Those solved from one day to another, whether or not confirmed; a denied solution was none."""
        return self.filter(solved_on__gte=first, solved_on__lte=last)

    def standing(self) -> Self:
        """All but those that never were."""
        return self.exclude(state=DifficultyState.WITHDRAWN)

    def open_on(self, day: dt.date) -> Self:
        """Those that were raised by the end of the day and neither solved nor closed by then, as it is known now."""
        return self.standing().filter(
            Q(solved_on=None) | Q(solved_on__gt=day), Q(closed_on=None) | Q(closed_on__gt=day), raised_on__lte=day
        )


class Difficulty(Scoped):
    """Something that a household, or a village in common, cannot overcome by itself, and what is done about it.

    Who works on it (`owner_unit`, and by name `responsible` or `helper`), until when (`due_on`), how it was solved and whether the
    household says so. Each change of it is a DifficultyStep of the version that it made. `client_id` is made by whoever writes it
    down: sent twice, it is stored once. `solved_on` is empty again when the household denies: a denied solution was none.
    """

    view_permission: ClassVar[str] = "difficulties.view"
    area_lookup: ClassVar[str] = "village__path"

    client_id = models.UUIDField(_("device number"), unique=True, default=uuid.uuid4, editable=False)
    village = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        related_name="difficulties",
        verbose_name=_("village"),
        db_index=False,  # a composite index begins with it
    )
    group = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="group_difficulties",
        verbose_name=_("villagers' group"),
    )
    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("household"),
        db_index=False,
        help_text=_("Empty: of the village or group in common, such as a road."),
    )
    visit = models.ForeignKey(
        "assistance.Visit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("raised on the visit"),
    )
    source = models.CharField(_("source"), max_length=10, choices=DifficultySource)
    kind = models.CharField(_("kind"), max_length=14, choices=DifficultyKind)
    what = models.CharField(_("the difficulty in words"), max_length=500)
    raised_on = models.DateField(_("raised on"))
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    owner_unit = models.ForeignKey(
        "accounts.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("unit in charge"),
        db_index=False,
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("person in charge"),
    )
    helper = models.ForeignKey(
        "households.Helper",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("helper in charge"),
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=DifficultyState, default=DifficultyState.OPEN)
    solved_on = models.DateField(_("solved on"), null=True, blank=True)
    solved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("solved by")
    )
    solution = models.CharField(_("solution in words"), max_length=500, blank=True)
    money_fen = models.BigIntegerField(_("money given"), default=0)
    goods = models.CharField(_("goods given"), max_length=200, blank=True)
    goods_value_fen = models.BigIntegerField(_("value of the goods"), default=0)
    confirmation = models.CharField(
        _("how it was confirmed"), max_length=11, choices=Confirmation, default=Confirmation.NONE
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    confirmed_with = models.CharField(_("who confirmed it"), max_length=60, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmation taken by")
    )
    confirmation_visit = models.ForeignKey(
        "assistance.Visit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_difficulties",
        verbose_name=_("confirmed on the visit"),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_reason = models.CharField(_("why it was closed"), max_length=300, blank=True)
    reopened_count = models.PositiveSmallIntegerField(_("times opened again"), default=0)
    escalation = models.PositiveSmallIntegerField(
        _("escalation"), choices=EscalationLevel, default=EscalationLevel.NONE
    )
    escalated_on = models.DateField(_("escalated on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = DifficultyQuerySet.as_manager()

    class Meta:
        verbose_name = _("difficulty")
        verbose_name_plural = _("difficulties")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SOLVED, solved_on__isnull=False) & ~Q(solution="")
                | ~Q(state__in=SOLVED) & Q(solved_on=None, solution=""),
                name="difficulty_solved_with_solution",
                violation_error_message=_("What is solved has a day and a solution, and nothing else has."),
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_on__isnull=False) & ~Q(confirmation="none")
                | ~Q(state="confirmed") & Q(confirmed_on=None, confirmation="none"),
                name="difficulty_confirmed_somehow",
                violation_error_message=_("What is confirmed has a day and a way, and nothing else has."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_on__isnull=False) & ~Q(closed_reason="")
                | ~Q(state__in=CLOSED) & Q(closed_on=None, closed_reason=""),
                name="difficulty_closed_with_reason",
                violation_error_message=_("What is closed has a day and a reason, and nothing else has."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "under_way"]) | Q(owner_unit__isnull=False),
                name="difficulty_assigned_to_a_unit",
                violation_error_message=_("What is assigned has a unit in charge."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("raised_on"))
                & (Q(solved_on=None) | Q(solved_on__gte=F("raised_on")))
                & (Q(confirmed_on=None) | Q(confirmed_on__gte=F("solved_on")))
                & (Q(closed_on=None) | Q(closed_on__gte=F("raised_on"))),
                name="difficulty_days_in_order",
                violation_error_message=_("The days of a difficulty follow one another."),
            ),
            models.CheckConstraint(
                condition=Q(visit=None) | Q(source="visit", household__isnull=False),
                name="difficulty_of_visit_has_household",
                violation_error_message=_("What was raised on a visit is of the household that was visited."),
            ),
            models.CheckConstraint(
                condition=Q(money_fen__gte=0) & Q(goods_value_fen__gte=0),
                name="difficulty_gifts_not_negative",
                violation_error_message=_("Money and goods cannot be less than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(escalation=0, escalated_on=None) | Q(escalation__gt=0, escalated_on__isnull=False),
                name="difficulty_escalated_since",
                violation_error_message=_("What is escalated has a day."),
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=~Q(state="withdrawn"),
                name="difficulty_once_a_visit",
                violation_error_message=_("The difficulty of this visit is on file already."),
            ),
        ]
        indexes = [
            # Whatever the board counts stands in it, in the order in which it is put together.
            models.Index(
                fields=["village", "owner_unit", "state", "due_on", "escalation", "solved_on", "kind"],
                name="difficulty_board",
            ),
            models.Index(fields=["household", "raised_on"], name="difficulty_household_day"),
            models.Index(fields=["owner_unit", "state", "due_on"], name="difficulty_unit_state"),
            models.Index(fields=["state", "due_on"], name="difficulty_state_due"),
            models.Index(fields=["solved_on"], name="difficulty_solved_day"),
        ]

    def __str__(self) -> str:
        return self.what

    @classmethod
    def assigned_q(cls, scope: Scope, prefix: str) -> Q:
        """What the households raised that the user answers for on the day."""
        return Household.assigned_q(scope, f"{prefix}household__")

    @classmethod
    def unit_q(cls, scope: Scope, prefix: str) -> Q:
        """What is in the charge of the user's unit, and what it has solved."""
        return Q(**{f"{prefix}owner_unit": scope.unit_id})

    @property
    def is_unsolved(self) -> bool:
        return self.state in UNSOLVED

    def is_late(self, on: dt.date) -> bool:
        """Whether its day has passed and somebody still has to solve it."""
        return self.is_unsolved and self.due_on < on

    @property
    def audit_household_id(self) -> int | None:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.village.path
