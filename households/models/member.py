"""Members of households."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.personal import EncryptedTextField


class Sex(models.TextChoices):
    MALE = "1", _("Male")
    FEMALE = "2", _("Female")


class Relation(models.TextChoices):
    """与户主关系, codes of the national form."""

    HEAD = "01", _("Head")
    SPOUSE = "02", _("Spouse")
    SON = "03", _("Son")
    DAUGHTER = "04", _("Daughter")
    DAUGHTER_IN_LAW = "05", _("Daughter-in-law")
    SON_IN_LAW = "06", _("Son-in-law")
    GRANDSON = "07", _("Grandson")
    GRANDDAUGHTER = "08", _("Granddaughter")
    DAUGHTERS_SON = "09", _("Daughter's son")
    DAUGHTERS_DAUGHTER = "10", _("Daughter's daughter")
    FATHER = "11", _("Father")
    MOTHER = "12", _("Mother")
    WIFES_FATHER = "13", _("Wife's father")
    WIFES_MOTHER = "14", _("Wife's mother")
    HUSBANDS_FATHER = "15", _("Husband's father")
    HUSBANDS_MOTHER = "16", _("Husband's mother")
    GRANDFATHER = "17", _("Paternal grandfather")
    GRANDMOTHER = "18", _("Paternal grandmother")
    MOTHERS_FATHER = "19", _("Maternal grandfather")
    MOTHERS_MOTHER = "20", _("Maternal grandmother")
    OTHER = "99", _("Other relation")


class Ethnicity(models.TextChoices):
    """GB/T 3304 codes of the nationalities met in and around Chongqing, and a rest."""

    HAN = "01", _("Han")
    MONGOL = "02", _("Mongol")
    HUI = "03", _("Hui")
    TIBETAN = "04", _("Tibetan")
    UYGUR = "05", _("Uygur")
    MIAO = "06", _("Miao")
    YI = "07", _("Yi")
    ZHUANG = "08", _("Zhuang")
    BUYI = "09", _("Buyi")
    KOREAN = "10", _("Korean")
    MANCHU = "11", _("Manchu")
    DONG = "12", _("Dong")
    YAO = "13", _("Yao")
    BAI = "14", _("Bai")
    TUJIA = "15", _("Tujia")
    HANI = "16", _("Hani")
    DAI = "18", _("Dai")
    LI = "19", _("Li")
    SHE = "22", _("She")
    GELAO = "37", _("Gelao")
    QIANG = "33", _("Qiang")
    OTHER = "97", _("Other nationality")


class MemberChange(models.TextChoices):
    DEATH = "01", _("Death")
    MARRIED_OUT = "02", _("Married out")
    SETTLED_ABROAD = "03", _("Settled abroad")
    IMPRISONED = "04", _("Imprisoned")
    MARRIED_IN = "05", _("Married in")
    NEWBORN = "06", _("Newborn")
    OTHER_IN = "07", _("Moved in otherwise")
    OTHER_OUT = "08", _("Moved out otherwise")


class MemberQuerySet(ScopedQuerySet):
    def present(self, on: dt.date) -> Self:
        """Members on the day. `left_on` is the first day on which the person no longer belongs."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on), joined_on__lte=on)


class Member(Scoped):
    """A person of a household, from the day they joined until the day they left."""

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="members", verbose_name=_("household")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=120, editable=False)
    name_initials = models.CharField(_("initials of the name"), max_length=60, editable=False)
    relation = models.CharField(_("relation to the head"), max_length=2, choices=Relation)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    born_on = models.DateField(_("born on"))
    ethnicity = models.CharField(_("nationality"), max_length=2, choices=Ethnicity, blank=True)
    identity = EncryptedTextField(_("identity number"))
    identity_digest = models.CharField(_("identity digest"), max_length=64, editable=False)
    identity_masked = models.CharField(_("identity number (masked)"), max_length=22, editable=False)
    identity_as_given = EncryptedTextField(
        _("certificate as given"),
        blank=True,
        default="",
        help_text=_("A 15-digit number or a disability card, kept beside the 18-digit identity."),
    )
    joined_on = models.DateField(_("joined on"))
    joined_by = models.CharField(_("joined by"), max_length=2, choices=MemberChange, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_by = models.CharField(_("left by"), max_length=2, choices=MemberChange, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["household", "relation", "born_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_digest"],
                condition=Q(left_on=None),
                name="member_identity_once",
                violation_error_message=_("This person is a member of a household already."),
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(left_on=None, relation="01"),
                name="member_one_head",
                violation_error_message=_("The household has a head already."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="member_leaves_after_joining",
                violation_error_message=_("The day of leaving lies before the day of joining."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) & Q(left_by="") | Q(left_on__isnull=False) & ~Q(left_by=""),
                name="member_leaves_with_a_reason",
                violation_error_message=_("Who leaves has a day and a reason."),
            ),
            models.CheckConstraint(condition=~Q(identity_digest=""), name="member_has_identity"),
        ]
        indexes = [
            models.Index(fields=["name_pinyin"], name="member_pinyin"),
            models.Index(fields=["name_initials"], name="member_initials"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path

    def age(self, on: dt.date) -> int:
        """Full years on the day."""
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))
