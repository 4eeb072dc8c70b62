"""The catalogue of measures, kept by the district office. What was enrolled stays as it is."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import Measure
from assistance.permissions import EDIT_CATALOGUE
from assistance.rules.eligibility import BY_CODE
from households.services.batch import changed_entry, created_entry, one_of
from jiangjin.audit.services import record_many as log

# What may be changed once somebody was enrolled: whom it enrols and how often would make nonsense of what is on file.
EDITABLE = (
    *("name", "batch", "clause", "description", "quantity_unit", "amount_fen", "eligibility", "mandatory_tiers"),
    *("valid_from", "valid_to", "order"),
)
FIXED_BY_ENROLMENTS = ("target", "recurrence", "detail")


def add(*, values: Mapping[str, Any], by: Any) -> Measure:
    """Enter a measure. Raises ValidationError by field, PermissionDenied."""
    _check_right(by)
    one_of(values, ("code", *EDITABLE, *FIXED_BY_ENROLMENTS))
    row = Measure(**values)
    _check(row)
    try:
        with transaction.atomic():
            row.save()
            log([created_entry(Measure)(row)], by=by)
    except IntegrityError as error:
        raise ValidationError({"code": ValidationError(_("Another measure has this code."), code="code")}) from error
    return row


def change(*, measure: Measure, values: Mapping[str, Any], by: Any, version: int, reason: str) -> Measure:
    """Change a measure. Raises ValidationError by field, with the code "conflict" if it is not the `version` that was read, and
    PermissionDenied."""
    _check_right(by)
    one_of(values, (*EDITABLE, *FIXED_BY_ENROLMENTS))
    with transaction.atomic():
        row = Measure.objects.select_for_update(of=("self",)).select_related("clause").get(pk=measure.pk)
        if row.version != version:
            raise ValidationError(
                _(
                    "Somebody else changed this measure after you opened it. Nothing was written; load the page again and "
                    "repeat your change."
                ),
                code="conflict",
            )
        before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        if not before:
            return row
        fixed = [name for name in before if name in FIXED_BY_ENROLMENTS]
        if fixed and row.enrolments.exists():
            message = _("Somebody is enrolled already; this cannot be changed any more. Add another measure.")
            raise ValidationError({name: ValidationError(message, code="enrolled") for name in fixed})
        for name in before:
            setattr(row, name, values[name])
        _check(row)
        row.version += 1
        row.save(update_fields=[*before, "version"])
        log([changed_entry(row, before)], by=by, reason=reason.strip())
    return row


def may_edit(by: Any) -> bool:
    """Whether the user keeps the catalogue: it is one for all districts of the installation."""
    return by is None or bool(by.may(EDIT_CATALOGUE))


def _check_right(by: Any) -> None:
    if not may_edit(by):
        raise PermissionDenied


def _check(row: Measure) -> None:
    """Of each field for itself, and what two of them promise each other."""
    row.full_clean(validate_unique=row._state.adding)
    errors: dict[str, ValidationError] = {}
    rule = BY_CODE.get(row.eligibility)
    if row.eligibility and rule is None:
        errors["eligibility"] = ValidationError(_("There is no such rule."), code="eligibility")
    elif rule is not None and rule.target != row.target:
        message = _("This rule asks other subjects than the measure enrols.")
        errors["eligibility"] = ValidationError(message, code="target")
    if set(row.mandatory_tiers) - set("ABC"):
        errors["mandatory_tiers"] = ValidationError(_("Tiers are A, B and C."), code="tiers")
    if row.mandatory_tiers and not row.eligibility:
        message = _("Say who qualifies; otherwise nobody can tell who lacks what is mandatory.")
        errors["mandatory_tiers"] = ValidationError(message, code="rule")
    if errors:
        raise ValidationError(errors)
