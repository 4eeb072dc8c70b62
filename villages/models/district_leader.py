"""District leaders (联系区领导) and whom they are linked to."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from households.models import Household
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import AreaLevel, under
from villages.models.dated import Dated, DatedQuerySet, NamedPerson


class LeaderOffice(models.TextChoices):
    """Which of the district's leading bodies (四大班子) the leader belongs to."""

    PARTY = "party", _("District Party committee")
    CONGRESS = "congress", _("People's congress")
    GOVERNMENT = "government", _("District government")
    CPPCC = "cppcc", _("CPPCC committee")
    OTHER = "other", _("Court, procuratorate, armed forces and others")


class DistrictLeaderQuerySet(DatedQuerySet):
    def linked(self, on: dt.date) -> Self:
        """Leaders with a link in force on the day."""
        return self.filter(Exists(LeaderLink.objects.active(on).filter(leader=OuterRef("pk"))))


class DistrictLeader(Dated, NamedPerson):
    """A leader of the district, from one day to another in an office that is linked to towns, villages and households.

    Seen by whoever sees the whole district, and by whoever sees something that the leader is or was linked to.
    """

    view_permission: ClassVar[str] = "villages.leaders"
    area_lookup: ClassVar[str] = "county__path"

    county = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="district_leaders", verbose_name=_("district")
    )
    office = models.CharField(_("body"), max_length=10, choices=LeaderOffice)
    title = models.CharField(_("title"), max_length=60)
    rank = models.PositiveSmallIntegerField(
        _("order"), default=100, help_text=_("Where the leader stands in lists; the smallest number first.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("user")
    )

    objects = DistrictLeaderQuerySet.as_manager()

    class Meta:
        verbose_name = _("district leader")
        verbose_name_plural = _("district leaders")
        ordering = ["county", "rank", "name_pinyin", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["county", "name", "title"],
                condition=Q(ends_on=None),
                name="district_leader_open_once",
                violation_error_message=_("This leader is on file already."),
            ),
        ]

    @property
    def audit_area_path(self) -> str:
        return self.county.path

    @classmethod
    def scope_q(cls, scope: Scope, prefix: str = "") -> Q:
        linked = LeaderLink.objects.within(scope).order_by().values("leader")
        return super().scope_q(scope, prefix) | Q(**{f"{prefix}pk__in": linked})


class LeaderLink(Dated):
    """A leader answers for a town, a village or a household from one day to another."""

    view_permission: ClassVar[str] = "villages.leaders"
    area_lookup: ClassVar[str] = "area__path"

    leader = models.ForeignKey(
        "villages.DistrictLeader", models.PROTECT, related_name="links", verbose_name=_("leader")
    )
    area = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leader_links",
        verbose_name=_("town or village"),
    )
    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leader_links",
        verbose_name=_("household"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("leader link")
        verbose_name_plural = _("leader links")
        ordering = ["leader", "-starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(area=None, household__isnull=False) | Q(area__isnull=False, household=None),
                name="leader_link_to_one_thing",
                violation_error_message=_("A link leads either to a town or village, or to a household."),
            ),
            models.UniqueConstraint(
                fields=["leader", "area"],
                condition=Q(ends_on=None, area__isnull=False),
                name="leader_link_area_open_once",
                violation_error_message=_("This leader is linked there already."),
            ),
            models.UniqueConstraint(
                fields=["leader", "household"],
                condition=Q(ends_on=None, household__isnull=False),
                name="leader_link_household_open_once",
                violation_error_message=_("This leader is linked to the household already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader} → {self.target}"

    @property
    def target(self) -> object:
        """The town, the village or the household."""
        return self.household if self.household is not None else self.area

    @property
    def is_to_town(self) -> bool:
        return self.area is not None and self.area.level == AreaLevel.TOWN

    @property
    def audit_area_path(self) -> str:
        if self.household is not None:
            return self.household.village.path
        return self.area.path if self.area is not None else ""

    @property
    def audit_household_id(self) -> int | None:
        return self.household_id

    @classmethod
    def scope_q(cls, scope: Scope, prefix: str = "") -> Q:
        """Links to areas within the scope, and to households within it or assigned to the user."""
        return super().scope_q(scope, prefix) | Household.scope_q(scope, f"{prefix}household__")

    @staticmethod
    def below(path: str, prefix: str = "") -> Q:
        """Links to areas at or below a path, and to households there."""
        return under(path, f"{prefix}area__path") | under(path, f"{prefix}household__village__path")
