"""Whose evidence a file is. Whoever may see one of its owners may see the file; apps register their models at start-up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Manager, Model, OuterRef, QuerySet

from jiangjin.common.registries import Registry

FILE = "evidencefile"


@dataclass(frozen=True, kw_only=True)
class EvidenceOwner:
    """A kind of records that hold evidence, as the rows that tie files to them: each has a foreign key `evidencefile`.

    visible: the ties of records that a user may see. ties: all of them, whoever asks.
    """

    code: str
    order: int
    visible: Callable[[Any], QuerySet]
    ties: Callable[[], QuerySet]


evidence_owners: Registry[EvidenceOwner] = Registry("evidence_owners")


@dataclass(frozen=True)
class Ties:
    """The ties of a model that holds files in a many-to-many field. Equal for the same field, so that start-up may run twice."""

    model: type[Model]
    field: str

    def __call__(self) -> QuerySet:
        through: Any = self._field.remote_field.through
        manager: Manager = through._default_manager
        return manager.order_by()

    @property
    def _field(self) -> Any:
        return self.model._meta.get_field(self.field)

    @property
    def record_field(self) -> str:
        """The foreign key to the record."""
        return str(self._field.m2m_field_name())


@dataclass(frozen=True)
class VisibleTies:
    """The ties of those records that a user may see, by the model's own `visible_to`."""

    ties: Ties

    def __call__(self, user: Any) -> QuerySet:
        model: Any = self.ties.model
        records = model.objects.visible_to(user).order_by()
        return self.ties().filter(Exists(records.filter(pk=OuterRef(f"{self.ties.record_field}_id"))))


def code_of(model: type[Model], field: str) -> str:
    """The code under which a model's field is registered."""
    return f"{model._meta.label_lower}.{field}"


def register_owner(model: type[Model], field: str = "evidence", *, order: int = 0) -> EvidenceOwner:
    """The records of `model` hold evidence in the many-to-many field `field`; `model.objects.visible_to(user)` decides."""
    ties = Ties(model, field)
    owner = EvidenceOwner(code=code_of(model, field), order=order, visible=VisibleTies(ties), ties=ties)
    return evidence_owners.register(owner)
