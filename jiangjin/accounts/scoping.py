"""Access, asked as a query: `Model.objects.visible_to(user)`. No grant, no rows (DESIGN 4.5)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from jiangjin.areas.models import Area, under


@dataclass(frozen=True)
class Scope:
    """What a user reaches with one permission on one day.

    `paths`: area paths below which everything is visible. `assigned_user_id`: rows assigned to this user count too.
    `unit_id`, `unit_paths`: rows given to this unit count too where they lie below one of these paths. `within`: a token's own
    limit; whatever is reached must lie below it as well. `is_whole`: `paths` are all the counties there are, so that there is
    nothing to be left out.
    """

    on: dt.date
    paths: tuple[str, ...] = ()
    assigned_user_id: int | None = None
    within: str = ""
    is_whole: bool = False
    unit_id: int | None = None
    unit_paths: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.paths and self.assigned_user_id is None and self.unit_id is None

    def covers(self, path: str) -> bool:
        """Whether an area lies within the area part of the scope."""
        return any(path.startswith(prefix) for prefix in self.paths)

    def lies_within(self, path: str) -> bool:
        """Whether all of the scope lies at or below an area."""
        return (
            self.assigned_user_id is None and self.unit_id is None and all(own.startswith(path) for own in self.paths)
        )

    def below(self, path: str, lookup: str) -> Q:
        """Q for rows of the scope whose `lookup` lies at or below an area; nothing is asked where all of the scope does."""
        return Q() if self.lies_within(path) else under(path, lookup)


class Scoped(models.Model):
    """Base of models with access. Declare `area_lookup` (to a path column) or `scoped_through` (a foreign key to a scoped
    model), and `view_permission`."""

    view_permission: ClassVar[str] = ""
    area_lookup: ClassVar[str] = ""
    scoped_through: ClassVar[str] = ""

    class Meta:
        abstract = True

    @classmethod
    def scope_q(cls, scope: Scope, prefix: str = "") -> Q:
        """The rows of this model within a scope, as a condition for queries that reach it by `prefix`."""
        if cls.scoped_through:
            related: Any = cls._meta.get_field(cls.scoped_through).related_model
            return related.scope_q(scope, f"{prefix}{cls.scoped_through}__")
        condition = Q()
        for path in scope.paths:
            condition |= under(path, f"{prefix}{cls.area_lookup}")
        if scope.assigned_user_id is not None:
            condition |= cls.assigned_q(scope, prefix)
        if scope.unit_id is not None:
            below = Q()
            for path in scope.unit_paths:
                below |= under(path, f"{prefix}{cls.area_lookup}")
            condition |= cls.unit_q(scope, prefix) & below
        if scope.within:
            condition &= under(scope.within, f"{prefix}{cls.area_lookup}")
        return condition

    @classmethod
    def always_lies_somewhere(cls) -> bool:
        """Whether no row can be without an area: every foreign key on the way to the area's path must be set."""
        model: Any = cls
        for name in (cls.scoped_through or cls.area_lookup.removesuffix("__path")).split("__"):
            field = model._meta.get_field(name)
            if not field.is_relation or field.null:
                return False
            model = field.related_model
        return model is Area if not cls.scoped_through else model.always_lies_somewhere()

    @classmethod
    def assigned_q(cls, scope: Scope, prefix: str) -> Q:
        """Rows assigned to the user; models without assignments have none."""
        return Q(pk__in=[])

    @classmethod
    def unit_q(cls, scope: Scope, prefix: str) -> Q:
        """Rows given to the user's unit; models that are given to nobody have none."""
        return Q(pk__in=[])


class ScopedQuerySet(models.QuerySet):
    """Queryset base with the one door for requests."""

    model: type[Scoped]  # type: ignore[assignment]

    def visible_to(self, user: Any, permission: str = "") -> Self:
        """The rows that `user` may see with `permission` (default: the model's view permission)."""
        scope = user.scope(permission or self.model.view_permission)
        return self.within(scope)

    def within(self, scope: Scope) -> Self:
        """The rows within a scope that was asked for already."""
        if scope.is_empty:
            return self.none()
        if scope.is_whole and self.model.always_lies_somewhere():
            return self.all()
        return self.filter(self.model.scope_q(scope))
