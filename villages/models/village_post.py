"""Resident teams (驻村工作队) and who holds a post in a village."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.common.personal import EncryptedTextField
from villages.models.dated import Dated, DatedQuerySet, NamedPerson


class PostKind(models.TextChoices):
    """Who is sent to a village."""

    FIRST_SECRETARY = "first_secretary", _("First secretary")
    TEAM_LEADER = "team_leader", _("Resident team leader")
    TEAM_MEMBER = "team_member", _("Resident team member")
    GRADUATE_OFFICIAL = "graduate_official", _("Graduate village official")
    TECHNOLOGY_COMMISSIONER = "technology_commissioner", _("Technology commissioner")


TEAM_KINDS = [PostKind.TEAM_LEADER, PostKind.TEAM_MEMBER]
# Of whom a village has one at a time.
SINGLE_KINDS = [PostKind.FIRST_SECRETARY, PostKind.TEAM_LEADER]


class ResidentTeam(Dated):
    """A team that works and lives in a village from one day to another. Its leader and members are posts of the team."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="resident_teams", verbose_name=_("village"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident team")
        verbose_name_plural = _("resident teams")
        ordering = ["village", "-starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(ends_on=None),
                name="resident_team_open_once",
                violation_error_message=_("The village has a resident team already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.village)

    @property
    def audit_area_path(self) -> str:
        return self.village.path


class VillagePostQuerySet(DatedQuerySet):
    def in_post(self, on: dt.date) -> Self:
        """Who holds a post on the day; of a team, while the team is there."""
        there = Q(team=None) | Q(team__in=ResidentTeam.objects.active(on).order_by())
        return self.active(on).filter(there)


class VillagePost(Dated, NamedPerson):
    """A person holds a post in a village from one day to another."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="posts", verbose_name=_("village"))
    kind = models.CharField(_("post"), max_length=24, choices=PostKind)
    team = models.ForeignKey(
        "villages.ResidentTeam",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("resident team"),
    )
    unit = models.ForeignKey(
        "accounts.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="village_posts",
        verbose_name=_("sending unit"),
    )
    title = models.CharField(_("position in the unit"), max_length=60, blank=True)
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_digest = models.CharField(_("phone digest"), max_length=64, blank=True, default="", editable=False)
    phone_masked = models.CharField(_("phone (masked)"), max_length=20, blank=True, default="", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="village_posts",
        verbose_name=_("user"),
    )
    is_concurrent = models.BooleanField(
        _("held concurrently"), default=False, help_text=_("The person holds another post besides this one.")
    )

    objects = VillagePostQuerySet.as_manager()

    class Meta:
        verbose_name = _("village post")
        verbose_name_plural = _("village posts")
        ordering = ["village", "kind", "-starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=TEAM_KINDS, team__isnull=False) | ~Q(kind__in=TEAM_KINDS) & Q(team=None),
                name="village_post_in_a_team",
                violation_error_message=_("Leader and members belong to a resident team, other posts do not."),
            ),
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(kind=PostKind.FIRST_SECRETARY, ends_on=None),
                name="village_post_one_secretary",
                violation_error_message=_("The village has a first secretary already."),
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(kind=PostKind.TEAM_LEADER, ends_on=None),
                name="village_post_one_team_leader",
                violation_error_message=_("The resident team has a leader already."),
            ),
        ]
        indexes = [models.Index(fields=["village", "kind", "starts_on"], name="village_post_kind_day")]

    def __str__(self) -> str:
        return f"{self.village} {self.get_kind_display()} {self.name}"

    @property
    def audit_area_path(self) -> str:
        return self.village.path
