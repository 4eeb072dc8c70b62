"""Villages and communities as the village file sees them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.areas.models import Area, AreaLevel, AreaQuerySet


class VillageQuerySet(ScopedQuerySet, AreaQuerySet):  # type: ignore[misc, override]
    """Scoped by the area itself: unlike the area tree, a village file is not shown to who holds a grant below it only."""


class VillageManager(models.Manager.from_queryset(VillageQuerySet)):  # type: ignore[misc]
    """Areas of village level only."""

    def get_queryset(self) -> VillageQuerySet:
        found: VillageQuerySet = super().get_queryset().filter(level=AreaLevel.VILLAGE)
        return found


class Village(Scoped, Area):  # type: ignore[misc]
    """An area of village level (村, 社区) with its file: profile, surveys, poor-village status, rectifications."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "path"

    objects: ClassVar = VillageManager()

    class Meta:
        proxy = True
        verbose_name = _("village or community")
        verbose_name_plural = _("villages and communities")
        ordering = ["path"]
