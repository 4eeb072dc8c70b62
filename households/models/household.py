"""The household (户)."""

import datetime as dt
from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scope, Scoped, ScopedQuerySet
from jiangjin.areas.models import Area, under
from jiangjin.common.personal import EncryptedTextField


class HouseholdStatus(models.TextChoices):
    ON_ROLL = "on_roll", _("On the roll")
    PRE_EXIT = "pre_exit", _("Exit in preparation")
    EXITED = "exited", _("Exited poverty")
    RELAPSED = "relapsed", _("Returned to poverty")
    REMOVED = "removed", _("Removed after review")
    DISSOLVED = "dissolved", _("Household dissolved")
    MOVED_OUT = "moved_out", _("Moved out of the district")


# Who counts as poor now (在册), and who is still followed.
REGISTERED = [HouseholdStatus.ON_ROLL, HouseholdStatus.PRE_EXIT, HouseholdStatus.RELAPSED]
FOLLOWED = [*REGISTERED, HouseholdStatus.EXITED]


class Tier(models.TextChoices):
    """Degree of difficulty; what the letters mean is a project assumption (A hardest, C nearest the line)."""

    A = "A", _("Tier A")
    B = "B", _("Tier B")
    C = "C", _("Tier C")


class PovertyAttribute(models.TextChoices):
    GENERAL = "01", _("General poor household")
    ALLOWANCE = "02", _("Poor household on subsistence allowance")
    FIVE_GUARANTEES = "03", _("Five-guarantees household")
    ALLOWANCE_ONLY = "04", _("Subsistence allowance household")
    ORDINARY = "05", _("Ordinary farming household")


class PovertyStandard(models.TextChoices):
    NATIONAL = "01", _("National standard")
    MUNICIPAL = "02", _("Municipal standard")
    DISTRICT = "03", _("District standard")


class PovertyCause(models.TextChoices):
    ILLNESS = "01", _("Illness")
    DISABILITY = "02", _("Disability")
    SCHOOLING = "03", _("Schooling costs")
    DISASTER = "04", _("Disaster")
    LAND = "05", _("Lack of land")
    WATER = "06", _("Lack of water")
    SKILLS = "07", _("Lack of skills")
    LABOUR = "08", _("Lack of labour")
    CAPITAL = "09", _("Lack of capital")
    TRANSPORT = "10", _("Poor transport")
    MOTIVATION = "11", _("Lack of own drive")
    OTHER = "12", _("Other cause")
    MARRIAGE = "13", _("Marriage costs")


class HouseholdQuerySet(ScopedQuerySet):
    def registered(self) -> Self:
        """Poor now (在册): on the roll, in preparation of exit, or returned."""
        return self.filter(status__in=REGISTERED)

    def in_area(self, area: Area) -> Self:
        """Households at or below an area; a group's are those whose group it is."""
        return self.filter(under(area.path, "village__path") | Q(group=area))

    def with_head(self) -> Self:
        """Adds `head_name` and `head_pinyin` of the present head (户主)."""
        return self.annotate(
            head=FilteredRelation("members", condition=Q(members__relation="01", members__left_on=None)),
            head_name=F("head__name"),
            head_pinyin=F("head__name_pinyin"),
        )

    def with_member_count(self, on: dt.date) -> Self:
        """Adds `member_count`: persons of the household on the day."""
        from households.models.member import Member

        present = (
            Member.objects.present(on)
            .filter(household=OuterRef("pk"))
            .order_by()
            .values("household")
            .annotate(count=models.Count("pk"))
        )
        return self.annotate(
            member_count=Coalesce(Subquery(present.values("count")), 0),
        )

    def with_income(self, year: int) -> Self:
        """Adds `net_income_fen` of a year, NULL where there is no statement."""
        return self.annotate(
            income=FilteredRelation("incomes", condition=Q(incomes__year=year)),
            net_income_fen=F("income__net_income_fen"),
        )

    def search(self, text: str) -> Self:
        """Households whose number begins with the text, or with a member whose name contains it as characters, full pinyin
        or initials."""
        from households.models.member import Member

        words = text.split()
        result = self
        for word in words:
            key = word.lower()
            names = Q(name__contains=word)
            if key.isascii():
                names = Q(name_pinyin__startswith=key) | Q(name_initials__startswith=key)
            found = Member.objects.filter(names, household=OuterRef("pk"), left_on=None)
            result = result.filter(Q(number__startswith=word) | Exists(found))
        return result


class Household(Scoped):
    """A household on file. Its number (户编号) is an external code; yearly facts, tiers and status have dated rows beside it.

    `tier` and `status` repeat the latest TierDecision and StatusEvent, written by the same service in one transaction.
    """

    view_permission: ClassVar[str] = "households.view"
    area_lookup: ClassVar[str] = "village__path"

    number = models.CharField(
        _("household number"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{8,20}$", _("A household number has 8 to 20 digits."))],
        help_text=_("12-digit village code and 4-digit sequence."),
        error_messages={"unique": _("There is a household of this number already.")},
    )
    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="households", verbose_name=_("village"))
    group = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="group_households",
        verbose_name=_("villagers' group"),
    )
    standard = models.CharField(
        _("identification standard"), max_length=2, choices=PovertyStandard, default=PovertyStandard.NATIONAL
    )
    attribute = models.CharField(_("household attribute"), max_length=2, choices=PovertyAttribute, blank=True)
    main_cause = models.CharField(_("main cause of poverty"), max_length=2, choices=PovertyCause, blank=True)
    other_cause = models.CharField(_("other cause of poverty"), max_length=2, choices=PovertyCause, blank=True)
    second_other_cause = models.CharField(
        _("second other cause of poverty"), max_length=2, choices=PovertyCause, blank=True
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True, db_index=True)
    status = models.CharField(
        _("status"), max_length=10, choices=HouseholdStatus, default=HouseholdStatus.ON_ROLL, db_index=True
    )
    status_on = models.DateField(_("status since"))
    registered_on = models.DateField(_("registered on"), help_text=_("First identified as poor."))
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_digest = models.CharField(_("phone digest"), max_length=64, blank=True, default="", editable=False)
    phone_masked = models.CharField(_("phone (masked)"), max_length=20, blank=True, default="", editable=False)
    bank_name = models.CharField(_("bank"), max_length=60, blank=True)
    bank_account = EncryptedTextField(_("bank account"), blank=True, default="")
    bank_account_digest = models.CharField(
        _("bank account digest"), max_length=64, blank=True, default="", editable=False, db_index=True
    )
    bank_account_masked = models.CharField(
        _("bank account (masked)"), max_length=30, blank=True, default="", editable=False
    )
    military_family = models.BooleanField(_("military or martyr's family"), null=True, blank=True)
    only_child_family = models.BooleanField(_("only-child family"), null=True, blank=True)
    two_daughters_family = models.BooleanField(_("two-daughters family"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_demo = models.BooleanField(_("invented for the demo"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other_cause="") | ~Q(other_cause=F("main_cause")),
                name="household_other_cause_differs",
                violation_error_message=_("The other cause must differ from the main one."),
            ),
            models.CheckConstraint(
                condition=Q(second_other_cause="")
                | ~Q(second_other_cause=F("main_cause")) & ~Q(second_other_cause=F("other_cause")),
                name="household_second_cause_differs",
                violation_error_message=_("The second other cause must differ from the other two."),
            ),
        ]
        indexes = [
            models.Index(fields=["village", "status", "tier"], name="household_village_status"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def assigned_q(cls, scope: Scope, prefix: str) -> Q:
        """Households with an assignment of the user's helper record on the day."""
        from households.models.helper import HelperAssignment

        assigned = HelperAssignment.objects.active(scope.on).filter(helper__user=scope.assigned_user_id)
        return Q(**{f"{prefix}pk__in": assigned.values("household_id")})

    @property
    def audit_household_id(self) -> int:
        return self.pk

    @property
    def audit_area_path(self) -> str:
        return self.village.path
