"""The area tree."""

from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.common.romanise import place_readings

# Digits of one level in a path. Paths hold digits only, so that "starts with" is a range that every database
# and collation orders alike: prefix <= path < next number of the same length.
PATH_STEP = 8


def path_range(path: str) -> tuple[str, str]:
    """[low, high) of all paths that begin with `path`."""
    return path, str(int(path) + 1).zfill(len(path))


def under(path: str, lookup: str = "path") -> Q:
    """Q for rows whose `lookup` (a path column) lies at or below `path`."""
    low, high = path_range(path)
    return Q(**{f"{lookup}__gte": low, f"{lookup}__lt": high})


class AreaLevel(models.TextChoices):
    COUNTY = "county", _("District or county")
    TOWN = "town", _("Town or street")
    VILLAGE = "village", _("Village or community")
    GROUP = "group", _("Villagers' group")


class AreaQuerySet(models.QuerySet["Area"]):
    def under(self, area: "Area") -> Self:
        """The area itself and everything below it."""
        return self.filter(under(area.path))

    def villages(self) -> Self:
        return self.filter(level=AreaLevel.VILLAGE)

    def towns(self) -> Self:
        return self.filter(level=AreaLevel.TOWN)

    def search(self, text: str) -> Self:
        """The areas that are meant by the words: each is part of the name, or the beginning of its pinyin, its initials or the
        code, of the area or of the one above it."""
        result = self
        for word in text.split():
            key = word.lower()
            wanted = Q()
            for prefix in ("", "parent__"):
                wanted |= Q(**{f"{prefix}name__contains": word})
                if key.isascii():
                    wanted |= Q(**{f"{prefix}name_pinyin__startswith": key})
                    wanted |= Q(**{f"{prefix}name_initials__startswith": key})
            result = result.filter(wanted | Q(code__startswith=word))
        return result

    def add(self: "AreaQuerySet", areas: "list[Area]") -> "list[Area]":
        """Insert areas whose parents are stored, paths included, in a fixed number of statements."""
        with transaction.atomic():
            for number, area in enumerate(areas):
                area.romanise()
                area.path = f"-{area.parent_id}-{number}"
            created = self.bulk_create(areas)
            for area in created:
                area.path = Area.path_for(area.pk, area.parent)
            self.bulk_update(created, ["path"], batch_size=500)
        return created

    def visible_to(self, user: Any, permission: str = "") -> Self:
        """The areas a user holds a grant over, what lies below them, and the way up to the county (names only).

        Areas are public facts; the filter keeps pickers and lists to what the user works with.
        """
        scope = user.scope(permission)
        if not scope.paths:
            return self.none()
        condition = Q()
        for path in scope.paths:
            condition |= under(path)
            condition |= Q(path__in=[path[:end] for end in range(PATH_STEP, len(path), PATH_STEP)])
        return self.filter(condition)


class Area(models.Model):
    """A county, town, village or group. The path never changes; codes do, so each carries the vintage of its release."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent area")
    )
    level = models.CharField(_("level"), max_length=8, choices=AreaLevel)
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(_("pinyin"), max_length=240, editable=False, default="")
    name_initials = models.CharField(_("initials"), max_length=60, editable=False, default="")
    code = models.CharField(
        _("statistical code"), max_length=12, blank=True, help_text=_("6, 9 or 12 digits; groups have none.")
    )
    vintage = models.CharField(
        _("code release"), max_length=20, blank=True, help_text=_("Release of the statistical codes, or demo.")
    )
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("predecessor"),
        help_text=_("The area that carried these people before the codes changed."),
    )
    path = models.CharField(_("path"), max_length=64, unique=True, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="area_code_unique",
                violation_error_message=_("Another area carries this code."),
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="area_name_unique_in_parent",
                violation_error_message=_("The parent area has a child of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(level=AreaLevel.COUNTY, parent=None) | ~Q(level=AreaLevel.COUNTY) & Q(parent__isnull=False),
                name="area_only_counties_are_roots",
                violation_error_message=_("Only a county has no parent."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The path is made of the numbers of the area and its ancestors, so it exists only after the first insert."""
        self.romanise()
        if self.path:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self.path = f"-{self.parent_id}-{self.name}"[:60]  # a placeholder: no path begins with a minus
            super().save(*args, **kwargs)
            self.path = self.path_for(self.pk, self.parent)
            type(self).objects.filter(pk=self.pk).update(path=self.path)

    def romanise(self) -> None:
        """How the name is read, for the search."""
        pinyin, initials = place_readings(self.name)
        self.name_pinyin, self.name_initials = pinyin[:240], initials[:60]

    @staticmethod
    def path_for(pk: int, parent: "Area | None") -> str:
        """The path of the area number `pk` below `parent`."""
        return (parent.path if parent else "") + str(pk).zfill(PATH_STEP)

    @property
    def depth(self) -> int:
        return len(self.path) // PATH_STEP

    def ancestor_paths(self) -> list[str]:
        """Paths of the county down to this area itself."""
        return [self.path[:end] for end in range(PATH_STEP, len(self.path) + 1, PATH_STEP)]
