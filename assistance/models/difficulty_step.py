"""What happened to a difficulty, step by step."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.models.difficulty import DifficultyState
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.append_only import AppendOnly, AppendOnlyQuerySet


class DifficultyAct(models.TextChoices):
    """What somebody does to a difficulty."""

    RAISE = "raise", _("Raised")
    ASSIGN = "assign", _("Assigned")
    TRANSFER = "transfer", _("Passed on")
    BEGIN = "begin", _("Taken in hand")
    REPORT = "report", _("Progress reported")
    SOLVE = "solve", _("Solved")
    CONFIRM = "confirm", _("Confirmed by the household")
    DENY = "deny", _("Denied by the household")
    REOPEN = "reopen", _("Opened again")
    CLOSE = "close", _("Closed as not to be solved")
    CORRECT = "correct", _("Corrected")
    WITHDRAW = "withdraw", _("Withdrawn")
    ESCALATE = "escalate", _("Escalated")


class DifficultyStepQuerySet(ScopedQuerySet, AppendOnlyQuerySet):  # type: ignore[override]
    """Scoped, and only ever added to."""


class DifficultyStep(Scoped, AppendOnly):
    """One act on a difficulty: each version of it was made by exactly one. Never changed or deleted.

    `happened_on` is the day of the domain, `recorded_at` when it was written. `details` say what the act set (unit, day, level,
    what stood there before), as a person reads it. Steps of the system itself have no `by`, and name the job that took them.
    """

    view_permission: ClassVar[str] = "difficulties.view"
    scoped_through: ClassVar[str] = "difficulty"

    difficulty = models.ForeignKey(
        "assistance.Difficulty",
        models.PROTECT,
        related_name="steps",
        verbose_name=_("difficulty"),
        db_index=False,  # the unique constraint begins with it
    )
    version = models.PositiveIntegerField(_("version"), help_text=_("The version of the difficulty that this made."))
    act = models.CharField(_("act"), max_length=8, choices=DifficultyAct)
    happened_on = models.DateField(_("happened on"))
    from_state = models.CharField(_("state before"), max_length=10, choices=DifficultyState, blank=True)
    to_state = models.CharField(_("state after"), max_length=10, choices=DifficultyState)
    note = models.CharField(_("note"), max_length=500, blank=True)
    details = models.JSONField(_("details"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    job = models.ForeignKey("jobs.JobRun", models.PROTECT, null=True, related_name="+", verbose_name=_("job"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = DifficultyStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a difficulty")
        verbose_name_plural = _("steps of difficulties")
        ordering = ["difficulty", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["difficulty", "version"],
                name="difficulty_step_once",
                violation_error_message=_("Somebody else changed this difficulty meanwhile."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.difficulty_id} v{self.version} {self.get_act_display()}"

    @property
    def audit_household_id(self) -> int | None:
        return self.difficulty.household_id

    @property
    def audit_area_path(self) -> str:
        return self.difficulty.village.path
