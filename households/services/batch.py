"""A unit of work: rows to add and to change, written with their audit entries, versions and dirty marks in a few statements.

One household or a thousand take the same number of statements, so that forms and imports share one way of writing.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from households.models import (
    Helper,
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    StatusEvent,
    TierDecision,
)
from jiangjin.accounts.models import Unit
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change, plain, record_many
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.personal import BANK_ACCOUNT, IDENTITY, PHONE, EncryptedTextField, Kind, seal
from jiangjin.common.set_based import add_rows, concrete_field

# Rows are inserted in this order, so that what they refer to is there.
ORDER: list[type[models.Model]] = [
    Unit,
    Helper,
    Household,
    Member,
    MemberYear,
    IncomeStatement,
    LivingConditions,
    TierDecision,
    StatusEvent,
    HelperAssignment,
]
# From here on it pays to take the keys first.
MANY = 100
# Which facts of a household a row tells.
FACTS: dict[type[models.Model], Fact] = {
    Household: Fact.HOUSEHOLD,
    StatusEvent: Fact.HOUSEHOLD,
    Member: Fact.MEMBERS,
    MemberYear: Fact.YEAR,
    IncomeStatement: Fact.YEAR,
    LivingConditions: Fact.YEAR,
    TierDecision: Fact.TIER,
    HelperAssignment: Fact.ASSIGNMENT,
}
# Fields in which thousands of rows say the same few things.
REPEATING = (models.BooleanField, models.DateField, models.PositiveSmallIntegerField)
SEALED: dict[str, Kind] = {"identity": IDENTITY, "phone": PHONE, "bank_account": BANK_ACCOUNT}


def sealed_columns(field: str, value: str) -> dict[str, str]:
    """The three columns of a personal number: sealed, digest and masked."""
    sealed = seal(SEALED[field], value)
    return {field: sealed.cipher, f"{field}_digest": sealed.digest, f"{field}_masked": sealed.masked}


class Batch:
    """Collects; `write()` stores everything collected so far. Use inside one short `transaction.atomic`."""

    def __init__(self, *, by: Any, reason: str = "", job_id: int | None = None) -> None:
        self.by = by
        self.reason = reason
        self.job_id = job_id
        self._added: dict[type[models.Model], list[models.Model]] = {}
        self._changed: dict[models.Model, dict[str, Any]] = {}
        self._touched: dict[int, Household] = {}
        self._advanced: set[int] = set()

    def add(self, row: models.Model, *, household: Household | None = None) -> None:
        """A new row; `household` is the one whose facts it changes, if that is on file already."""
        self._added.setdefault(type(row), []).append(row)
        self.touch(household)

    def change(self, row: models.Model, values: Mapping[str, Any], *, household: Household | None = None) -> bool:
        """Set attributes of a stored row; True if any of them differs from what was there.

        Personal numbers in plain (`phone`, `identity`, `bank_account`) bring their digest and mask along.
        """
        columns: dict[str, Any] = {}
        for name, value in values.items():
            columns |= sealed_columns(name, value) if name in SEALED else {name: value}
        differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
        if not differing:
            return False
        before = self._changed.setdefault(row, {})
        for name, value in differing.items():
            before.setdefault(name, getattr(row, name))
            setattr(row, name, value)
        self.touch(household)
        return True

    def touch(self, household: Household | None) -> None:
        """The household's facts change: its version goes up and whatever was computed of it is out of date."""
        if household is not None and household.pk is not None:
            self._touched[household.pk] = household

    @property
    def is_empty(self) -> bool:
        return not self._added and not self._changed

    def write(self) -> None:
        """Store; raises ValidationError where the database keeps a promise that somebody else's change broke meanwhile."""
        if self.is_empty:
            return
        try:
            with transaction.atomic():
                self._write()
        except IntegrityError as error:
            raise ValidationError(explain(error), code="integrity") from error
        self._added, self._changed, self._touched = {}, {}, {}

    def _write(self) -> None:
        entries: list[Change] = []
        self._update(entries)
        for model in ORDER:
            rows = self._added.get(model, [])
            if rows:
                _insert(model, rows)
                log = created_entry(model)
                entries.extend(log(row) for row in rows)
        households = [row for row in self._added.get(Household, []) if isinstance(row, Household)]
        self._advance()
        record_many(entries, by=self.by, reason=self.reason, job_id=self.job_id)
        written = {*self._added, *(type(row) for row in self._changed)}
        facts = {FACTS[model] for model in written if model in FACTS}
        mark_households([*self._touched, *(household.pk for household in households)], facts=facts)

    def _update(self, entries: list[Change]) -> None:
        by_model: dict[type[models.Model], list[models.Model]] = {}
        for row in self._changed:
            by_model.setdefault(type(row), []).append(row)
        for model, rows in by_model.items():
            names = {name for row in rows for name in self._changed[row]}
            stored = [field.name for field in model._meta.concrete_fields if {field.name, field.attname} & names]
            model._default_manager.bulk_update(rows, stored, batch_size=200)
            entries.extend(changed_entry(row, self._changed[row]) for row in rows)

    def _advance(self) -> None:
        """The version goes up once a batch, however often it is written."""
        fresh = [household for key, household in self._touched.items() if key not in self._advanced]
        if fresh:
            keys = [household.pk for household in fresh]
            Household.objects.filter(pk__in=keys).update(version=F("version") + 1, updated_at=timezone.now())
        for household in fresh:
            household.version += 1
            self._advanced.add(household.pk)


def _insert(model: type[models.Model], rows: list[models.Model]) -> None:
    if len(rows) < MANY:
        model._default_manager.bulk_create(rows)
        return
    add_rows(model, rows)


def created_entry(model: type[models.Model]) -> Any:
    """A function that makes the audit entry of a new row; sealed values, digests and empty columns are left out."""
    kept = [
        field.attname
        for field in model._meta.concrete_fields
        if not (
            isinstance(field, EncryptedTextField)
            or field.generated
            or field.primary_key
            or field.name.endswith(("_digest", "_pinyin", "_initials"))
            or field.name in {"created_at", "updated_at", "recorded_at", "version"}
        )
    ]

    def entry(row: models.Model) -> Change:
        after = {}
        for name in kept:
            value = getattr(row, name)
            if value is not None and value != "":
                after[name] = plain(value)
        return Change(row, AuditAction.CREATED, None, after)

    return entry


def changed_entry(row: models.Model, before: Mapping[str, Any]) -> Change:
    """The audit entry of a changed row: the columns that differ. Of a personal number only the mask is told, even where two
    numbers have the same."""
    names = []
    for name in before:
        field = row._meta.get_field(name)
        if isinstance(field, EncryptedTextField):
            masked = f"{name}_masked"
            if masked not in before and hasattr(row, masked):
                names.append(masked)
        elif not name.endswith(("_digest", "_pinyin", "_initials")):
            names.append(name)
    attname = {name: concrete_field(type(row), name).attname for name in names}
    return Change(
        row,
        AuditAction.CHANGED,
        {attname[name]: plain(_key(before.get(name, getattr(row, name)))) for name in names},
        {attname[name]: plain(_key(getattr(row, name))) for name in names},
    )


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def explain(error: IntegrityError) -> Any:
    """What a person can do about a refused write: the constraint's own sentence where the database names it."""
    text = str(error)
    for model in ORDER:
        for constraint in model._meta.constraints:
            if constraint.name in text or _named_by_columns(model, constraint, text):
                return constraint.get_violation_error_message()
    if "household.number" in text or "households_household_number" in text:
        return Household._meta.get_field("number").error_messages["unique"]
    return _("Somebody else changed this meanwhile. Nothing was written; load the page again and repeat.")


def _named_by_columns(model: type[models.Model], constraint: models.BaseConstraint, text: str) -> bool:
    """SQLite names a broken unique constraint by its columns."""
    if not isinstance(constraint, models.UniqueConstraint) or "UNIQUE" not in text:
        return False
    columns = [f"{model._meta.db_table}.{concrete_field(model, name).column}" for name in constraint.fields]
    return text.endswith(": " + ", ".join(columns))


def check_values(row: models.Model, *, unchecked: Iterable[str] = ()) -> None:
    """`clean_fields` for rows by the thousand: that a code, a day or a yes is valid is found out once, not with every row.
    Raises ValidationError by field."""
    errors = {}
    for name, attname, may_be_blank, clean in _checks(type(row), tuple(unchecked)):
        value = getattr(row, attname)
        if may_be_blank and (value is None or value == ""):
            continue
        try:
            setattr(row, attname, clean(value, None))
        except ValidationError as error:
            errors[name] = error.error_list
    if errors:
        raise ValidationError(errors)


@functools.cache
def _checks(model: type[models.Model], unchecked: tuple[str, ...]) -> list[tuple[str, str, bool, Any]]:
    """(name, attribute, whether it may be blank, how it is cleaned) of every field that is checked."""
    found = []
    for field in model._meta.fields:
        if field.generated or field.name in unchecked:
            continue
        repeats = isinstance(field, REPEATING) or bool(field.choices)
        # Typed, since True and 1 are the same key otherwise. Names and personal numbers are not kept.
        clean = functools.lru_cache(maxsize=512, typed=True)(field.clean) if repeats else field.clean
        found.append((field.name, field.attname, field.blank, clean))
    return found


def one_of(values: Iterable[Any], allowed: Iterable[Any]) -> None:
    """Guards against a programmer's slip: a field that this service does not write."""
    unknown = set(values) - set(allowed)
    if unknown:
        raise ValueError(f"not a field of this service: {', '.join(sorted(unknown))}")
