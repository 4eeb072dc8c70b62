"""The user, and what they may do where."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts import roles
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel
from jiangjin.common import clock

if TYPE_CHECKING:
    from jiangjin.accounts.models.grant import Grant
    from jiangjin.accounts.models.token import ApiToken


class User(AbstractUser):
    """A person (or REST client) who signs in. A superuser manages reference data and accounts but sees no household
    without a grant."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("full name"), max_length=60)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("unit")
    )
    must_change_password = models.BooleanField(_("must change password"), default=False)

    REQUIRED_FIELDS = ["name"]

    # Set by token authentication: a token narrows what its user reaches, never widens it.
    token: "ApiToken | None" = None

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def active_grants(self) -> "list[Grant]":
        """Grants in force today, with their areas; asked once a request."""
        today = clock.today()
        cached: tuple | None = self.__dict__.get("_active_grants")
        if cached is None or cached[0] != today:
            cached = (today, list(self.grants.active(today).select_related("area")) if self.is_active else [])
            self.__dict__["_active_grants"] = cached
        return cached[1]

    def scope(self, permission: str = "") -> Scope:
        """What the user reaches today with a permission; without one, with any of their roles."""
        today = clock.today()
        grants = self._grants_with(permission)
        paths = {grant.area.path for grant in grants if not roles.BY_CODE[grant.role].assigned_only}
        outermost = {path for path in paths if not any(path != other and path.startswith(other) for other in paths)}
        assigned = any(roles.BY_CODE[grant.role].assigned_only for grant in grants)
        within = ""
        if self.token is not None:
            within = self.token.area.path
            outermost = {max(path, within, key=len) for path in outermost if _nested(path, within)}
        return Scope(
            on=today,
            paths=tuple(sorted(outermost)),
            assigned_user_id=self.pk if assigned else None,
            within=within if assigned else "",
            is_whole=self._holds_everything(outermost),
        )

    def _holds_everything(self, paths: set[str]) -> bool:
        """Whether the areas are all the counties there are; asked once a request, and only for who holds a county."""
        if not any(len(path) == PATH_STEP for path in paths):
            return False
        if "_all_counties" not in self.__dict__:
            counties = Area.objects.filter(level=AreaLevel.COUNTY)
            self.__dict__["_all_counties"] = set(counties.values_list("path", flat=True))
        return self.__dict__["_all_counties"] <= paths

    def county_paths(self, permission: str) -> list[str]:
        """Paths of the districts somewhere in which the user holds the permission today. For what is no secret within a
        district, such as its policy documents; households are asked for by `scope`."""
        paths = {grant.area.path[:PATH_STEP] for grant in self._grants_with(permission)}
        if self.token is not None:
            paths &= {self.token.area.path[:PATH_STEP]}
        return sorted(paths)

    def _grants_with(self, permission: str) -> "list[Grant]":
        """Today's grants whose role has the permission; without one, all."""
        grants = self.active_grants()
        if not permission:
            return grants
        if self.token is not None and permission not in self.token.permissions:
            return []
        allowed = roles.permissions[permission].roles if permission in roles.permissions else frozenset()
        return [grant for grant in grants if grant.role in allowed]

    def may(self, permission: str) -> bool:
        """Whether any of today's roles has the permission somewhere."""
        return not self.scope(permission).is_empty

    def role_codes(self) -> list[str]:
        """Codes of today's roles, in the order of `roles.ALL`."""
        held = {grant.role for grant in self.active_grants()}
        return [role.code for role in roles.ALL if role.code in held]


def _nested(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
