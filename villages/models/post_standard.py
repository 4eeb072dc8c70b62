"""How many must answer for a poor village, by date."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PostStandardQuerySet(models.QuerySet["PostStandard"]):
    def in_force(self, on: dt.date) -> Self:
        """The standard of a day: the newest that has begun and not ended."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on).order_by("-valid_from", "-pk")


def norm(label: Any, default: int = 1) -> models.PositiveSmallIntegerField:
    """A least number; 0 asks for none."""
    return models.PositiveSmallIntegerField(label, default=default)


# The fields that hold a number asked for.
NORMS = (
    *("leaders", "support_groups", "first_secretaries", "teams", "team_members"),
    *("graduate_officials", "technology_commissioners", "helpers"),
)


class PostStandard(models.Model):
    """What every poor village must have from one day to another (reference data, kept by the district office)."""

    valid_from = models.DateField(_("from"), unique=True)
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    leaders = norm(_("district leaders, at least"), 2)
    support_groups = norm(_("support groups, exactly"))
    first_secretaries = norm(_("first secretaries, exactly"))
    teams = norm(_("resident teams, exactly"))
    team_members = norm(_("members of the team besides its leader, at least"))
    graduate_officials = norm(_("graduate village officials, at least"))
    technology_commissioners = norm(_("technology commissioners, at least"))
    helpers = norm(_("helpers of each household on the roll, at least"))
    basis = models.CharField(_("basis"), max_length=200)
    is_assumption = models.BooleanField(_("project assumption"), default=False)

    objects = PostStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("post standard")
        verbose_name_plural = _("post standards")
        ordering = ["-valid_from"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="post_standard_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} – {self.valid_to or ''}"

    @classmethod
    def asking_nothing(cls) -> Self:
        """For days on which no standard is in force."""
        return cls(**dict.fromkeys(NORMS, 0))
