"""Units: departments, towns, villages, enterprises - whoever people belong to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    DEPARTMENT = "department", _("District department")
    TOWN = "town", _("Town or street government")
    VILLAGE = "village", _("Village committee")
    ENTERPRISE = "enterprise", _("Enterprise")
    INSTITUTION = "institution", _("School, hospital or other institution")
    OTHER = "other", _("Other unit")


class Unit(models.Model):
    """A unit (部门, 镇街, 帮扶单位) within one county."""

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="units", verbose_name=_("district"))
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind, default=UnitKind.OTHER)
    area = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seated_units",
        verbose_name=_("area"),
        help_text=_("The town or village that a local unit belongs to."),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "name"],
                name="unit_name_unique_in_county",
                violation_error_message=_("There is a unit of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
