"""Yearly income of a household."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet

# The six transfers (转移性收入), then what else comes in; `business_cost` is subtracted.
TRANSFER_ITEMS = [
    "family_planning_fen",
    "allowance_fen",
    "five_guarantees_fen",
    "pension_fen",
    "ecological_fen",
    "other_transfer_fen",
]
INCOME_ITEMS = ["wages_fen", "business_fen", "property_fen", *TRANSFER_ITEMS]
ALL_ITEMS = [*INCOME_ITEMS, "business_cost_fen"]


def _sum(names: list[str]) -> Any:
    total: Any = F(names[0])
    for name in names[1:]:
        total = total + F(name)
    return total


class IncomeStatement(Scoped):
    """Income of one household in one year, in 分.

    net = wages + business + property + transfers - business cost (national form; DOMAIN 1.4). It is a generated column: nobody
    types it. Disposable income is another measure, surveyed on its own.
    """

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="incomes",
        verbose_name=_("household"),
        db_index=False,  # a composite index begins with it
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    wages_fen = models.BigIntegerField(_("wages"), default=0)
    business_fen = models.BigIntegerField(_("business income"), default=0)
    property_fen = models.BigIntegerField(_("property income"), default=0)
    family_planning_fen = models.BigIntegerField(_("family planning payment"), default=0)
    allowance_fen = models.BigIntegerField(_("subsistence allowance"), default=0)
    five_guarantees_fen = models.BigIntegerField(_("five-guarantees support"), default=0)
    pension_fen = models.BigIntegerField(_("pension"), default=0)
    ecological_fen = models.BigIntegerField(_("ecological compensation"), default=0)
    other_transfer_fen = models.BigIntegerField(_("other transfers"), default=0)
    business_cost_fen = models.BigIntegerField(_("business cost"), default=0)
    transfer_income_fen = models.GeneratedField(
        expression=_sum(TRANSFER_ITEMS), output_field=models.BigIntegerField(_("transfer income")), db_persist=True
    )
    gross_income_fen = models.GeneratedField(
        expression=_sum(INCOME_ITEMS), output_field=models.BigIntegerField(_("gross income")), db_persist=True
    )
    net_income_fen = models.GeneratedField(
        expression=_sum(INCOME_ITEMS) - F("business_cost_fen"),
        output_field=models.BigIntegerField(_("net income")),
        db_persist=True,
    )
    disposable_income_fen = models.BigIntegerField(
        _("disposable income"),
        null=True,
        blank=True,
        help_text=_("Another measure than net income; empty where it was not surveyed."),
    )
    reported_on = models.DateField(_("reported on"))
    source = models.CharField(_("source"), max_length=100, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("income statement")
        verbose_name_plural = _("income statements")
        ordering = ["household", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                name="income_once_a_year",
                violation_error_message=_("The household's income of this year is on file already."),
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 0 for name in ALL_ITEMS}),
                name="income_items_not_negative",
                violation_error_message=_("An income item cannot be negative; costs have a column of their own."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.year}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path
