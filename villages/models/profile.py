"""What lasts about a village."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.personal import EncryptedTextField


class Terrain(models.TextChoices):
    PLAIN = "plain", _("Flat land")
    HILLS = "hills", _("Hills")
    MOUNTAINS = "mountains", _("Mountains")


def _land(label: Any) -> models.DecimalField:
    """An area of land in mu."""
    return models.DecimalField(
        label, max_digits=9, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class VillageProfile(Scoped):
    """The lasting part of a village's file, one a village: where it lies, who heads it, its land, where it wants to go."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.OneToOneField(
        "areas.Area", models.PROTECT, related_name="village_profile", verbose_name=_("village")
    )
    terrain = models.CharField(_("terrain"), max_length=9, choices=Terrain, blank=True)
    development = models.CharField(_("direction of development"), max_length=200, blank=True)
    head_name = models.CharField(_("head of the village"), max_length=60, blank=True)
    phone = EncryptedTextField(_("phone of the head"), blank=True, default="")
    phone_digest = models.CharField(_("phone digest"), max_length=64, blank=True, default="", editable=False)
    phone_masked = models.CharField(_("phone (masked)"), max_length=20, blank=True, default="", editable=False)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    town_distance_km = models.DecimalField(
        _("distance to the town (km)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    natural_village_count = models.PositiveSmallIntegerField(_("natural villages"), null=True, blank=True)
    group_count = models.PositiveSmallIntegerField(_("villagers' groups"), null=True, blank=True)
    farmland_mu = _land(_("farmland (mu)"))
    irrigated_mu = _land(_("irrigated land (mu)"))
    forest_mu = _land(_("forest (mu)"))
    returned_forest_mu = _land(_("farmland returned to forest (mu)"))
    orchard_mu = _land(_("orchards (mu)"))
    grassland_mu = _land(_("grassland (mu)"))
    water_mu = _land(_("water surface (mu)"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_demo = models.BooleanField(_("invented for the demo"), default=False, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("village profile")
        verbose_name_plural = _("village profiles")
        ordering = ["village"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="village_profile_both_coordinates",
                violation_error_message=_("Latitude and longitude go together."),
            )
        ]

    def __str__(self) -> str:
        return str(self.village)

    @property
    def audit_area_path(self) -> str:
        return self.village.path
