"""Business entities (经营主体) and the households that take part in them."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class BusinessKind(models.TextChoices):
    LEAD_FIRM = "lead_firm", _("Lead firm")
    COOPERATIVE = "cooperative", _("Farmers' cooperative")
    FARM_INN = "farm_inn", _("Farm inn")
    MUTUAL_AID = "mutual_aid", _("Village mutual-aid association")
    OTHER = "other", _("Other business")


class BusinessTie(models.TextChoices):
    """How a household takes part."""

    SHARE = "share", _("Share")
    LAND = "land", _("Land transferred")
    WAGE = "wage", _("Wage")
    ORDER = "order", _("Contract for produce")


class BusinessQuerySet(ScopedQuerySet):
    def active(self, on: dt.date) -> Self:
        """Businesses that exist on a day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on), founded_on__lte=on)


class Business(Scoped):
    """A lead firm, cooperative, farm inn or mutual-aid association in a village."""

    view_permission: ClassVar[str] = "businesses.view"
    area_lookup: ClassVar[str] = "village__path"

    kind = models.CharField(_("kind"), max_length=12, choices=BusinessKind)
    name = models.CharField(_("name"), max_length=80)
    village = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="businesses", verbose_name=_("village"), db_index=False
    )
    line = models.CharField(_("line of business"), max_length=80, blank=True)
    in_charge = models.CharField(_("person in charge"), max_length=40, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=30, blank=True)
    founded_on = models.DateField(_("founded on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    close_reason = models.CharField(_("why it was closed"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = BusinessQuerySet.as_manager()

    class Meta:
        verbose_name = _("business entity")
        verbose_name_plural = _("business entities")
        ordering = ["village", "kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "name"],
                name="business_name_unique_in_village",
                violation_error_message=_("The village has a business of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("founded_on")) & ~Q(close_reason=""),
                name="business_closed_with_reason",
                violation_error_message=_("A business is closed after it was founded, and with a reason."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "founded_on"], name="business_kind_day")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_area_path(self) -> str:
        return self.village.path


class BusinessLinkQuerySet(ScopedQuerySet):
    def active(self, on: dt.date) -> Self:
        """Ties that hold on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


class BusinessLink(Scoped):
    """A household takes part in a business: by a share, land, wage or contract, from a day on. `member`: who works there."""

    view_permission: ClassVar[str] = "businesses.view"
    scoped_through: ClassVar[str] = "household"

    business = models.ForeignKey(
        Business, models.PROTECT, related_name="links", verbose_name=_("business entity"), db_index=False
    )
    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="business_links", verbose_name=_("household")
    )
    member = models.ForeignKey(
        "households.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    tie = models.CharField(_("takes part by"), max_length=5, choices=BusinessTie)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The first day on which it no longer holds.")
    )
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    share_fen = models.BigIntegerField(_("value of the share"), null=True, blank=True)
    land_mu = models.DecimalField(_("land (mu)"), max_digits=8, decimal_places=2, null=True, blank=True)
    contract = models.CharField(_("contract"), max_length=60, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = BusinessLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie to a business")
        verbose_name_plural = _("ties to businesses")
        ordering = ["business", "household", "starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "household", "tie"],
                condition=Q(ends_on=None),
                name="business_link_open_once",
                violation_error_message=_("The household takes part in this way already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")) & ~Q(end_reason=""),
                name="business_link_ends_with_reason",
                violation_error_message=_("It ends after it began, and with a reason."),
            ),
            models.CheckConstraint(
                condition=(Q(share_fen=None) | Q(share_fen__gte=0)) & (Q(land_mu=None) | Q(land_mu__gte=0)),
                name="business_link_not_negative",
                violation_error_message=_("Shares and land cannot be less than nothing."),
            ),
        ]
        indexes = [models.Index(fields=["business", "starts_on"], name="business_link_day")]

    def __str__(self) -> str:
        return f"{self.business} {self.household} {self.tie}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path


class BusinessGain(Scoped):
    """What a household gained from one tie in a year: dividend, rent, wages, more for its produce."""

    view_permission: ClassVar[str] = "businesses.view"
    scoped_through: ClassVar[str] = "link"

    link = models.ForeignKey(
        BusinessLink, models.PROTECT, related_name="gains", verbose_name=_("tie to a business"), db_index=False
    )
    year = models.PositiveSmallIntegerField(_("year"))
    gain_fen = models.BigIntegerField(_("gain"))
    basis = models.CharField(_("how it was counted"), max_length=200, blank=True)
    reported_on = models.DateField(_("reported on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("gain from a business")
        verbose_name_plural = _("gains from businesses")
        ordering = ["link", "-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "year"],
                name="business_gain_once_a_year",
                violation_error_message=_("The gain of this year is on file already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.link} {self.year}"

    @property
    def audit_household_id(self) -> int:
        return self.link.household_id

    @property
    def audit_area_path(self) -> str:
        return self.link.household.village.path
