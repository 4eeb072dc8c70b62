"""Exit evaluations (脱贫越线): who meets which condition as of a day, and on what facts."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models.conditions import HouseGrade
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class Verdict(models.IntegerChoices):
    """A missing required answer is "not verified", never a pass."""

    MET = 1, _("Met")
    NOT_MET = 2, _("Not met")
    NOT_VERIFIED = 3, _("Not verified")


class EvaluationRun(Scoped):
    """One evaluation of the households of an area as of a day: with which lines and rules, and what came of it.

    Written in the transaction that writes its evaluations: a run that stands here is complete.
    """

    view_permission: ClassVar[str] = "households.view"
    area_lookup: ClassVar[str] = "area__path"

    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="evaluation_runs", verbose_name=_("area"))
    as_of = models.DateField(_("as of"))
    income_year = models.PositiveSmallIntegerField(_("income year"))
    basis = models.JSONField(_("basis"), help_text=_("The lines and rules that were applied."))
    basis_digest = models.CharField(_("basis digest"), max_length=64)
    job = models.ForeignKey(
        "jobs.JobRun", models.PROTECT, null=True, related_name="evaluation_runs", verbose_name=_("job")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    counts = models.JSONField(_("counts"), default=dict)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation run")
        verbose_name_plural = _("evaluation runs")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["as_of", "basis_digest"], name="run_as_of_basis")]

    def __str__(self) -> str:
        return f"{self.area} {self.as_of}"

    @property
    def audit_area_path(self) -> str:
        return self.area.path


class EvaluationQuerySet(ScopedQuerySet):
    def current(self, as_of: dt.date) -> Self:
        """The verdicts in force for a day: one a household."""
        return self.filter(as_of=as_of, superseded_by=None)


class Evaluation(Scoped):
    """The verdict on one household as of one day, by condition, with the facts used.

    A later run for the same day adds a row only where the verdict or a fact changed, and notes itself on the row it replaces.

    A derived table, written by INSERT … SELECT from households that are never deleted: its foreign keys are not checked row by
    row by the database, which took longer than judging (docs/adr/0004).
    """

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="evaluations",
        verbose_name=_("household"),
        db_constraint=False,
        db_index=False,
    )
    run = models.ForeignKey(
        "households.EvaluationRun",
        models.PROTECT,
        related_name="evaluations",
        verbose_name=_("evaluation run"),
        db_constraint=False,
    )
    superseded_by = models.ForeignKey(
        "households.EvaluationRun",
        models.PROTECT,
        null=True,
        related_name="superseded_evaluations",
        verbose_name=_("superseded by"),
        db_constraint=False,
        db_index=False,
    )
    as_of = models.DateField(_("as of"))
    verdict = models.PositiveSmallIntegerField(_("verdict"), choices=Verdict)
    income_above_line = models.PositiveSmallIntegerField(_("income above the line"), choices=Verdict, null=True)
    food_and_clothing = models.PositiveSmallIntegerField(_("food and clothing"), choices=Verdict, null=True)
    compulsory_schooling = models.PositiveSmallIntegerField(_("compulsory schooling"), choices=Verdict, null=True)
    medical_cover = models.PositiveSmallIntegerField(_("medical cover"), choices=Verdict, null=True)
    safe_housing = models.PositiveSmallIntegerField(_("safe housing"), choices=Verdict, null=True)
    safe_water = models.PositiveSmallIntegerField(_("safe water"), choices=Verdict, null=True)
    # The facts used, as they were.
    persons = models.PositiveSmallIntegerField(_("persons"))
    net_income_fen = models.BigIntegerField(_("net income"), null=True)
    line_fen = models.BigIntegerField(_("poverty line"), null=True)
    food_secure = models.BooleanField(_("no worry about food"), null=True)
    clothing_secure = models.BooleanField(_("no worry about clothing"), null=True)
    school_age = models.PositiveSmallIntegerField(_("members of school age"))
    out_of_school = models.PositiveSmallIntegerField(_("out of school"))
    school_unknown = models.PositiveSmallIntegerField(_("school attendance unknown"))
    uninsured = models.PositiveSmallIntegerField(_("without medical cover"))
    insurance_unknown = models.PositiveSmallIntegerField(_("medical cover unknown"))
    house_grade = models.CharField(_("house grade"), max_length=1, choices=HouseGrade, blank=True)
    water_is_safe = models.BooleanField(_("safe drinking water"), null=True)
    surveyed_on = models.DateField(_("surveyed on"), null=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("exit evaluation")
        verbose_name_plural = _("exit evaluations")
        ordering = ["as_of", "household"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "as_of"],
                condition=models.Q(superseded_by=None),
                name="evaluation_one_in_force",
            )
        ]
        indexes = [
            models.Index(fields=["household", "as_of"], name="evaluation_household_day"),
            models.Index(
                fields=["as_of", "verdict"], condition=models.Q(superseded_by=None), name="evaluation_day_verdict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.as_of}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def is_over_line(self) -> bool:
        return self.income_above_line == Verdict.MET
