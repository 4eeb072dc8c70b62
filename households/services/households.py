"""Correcting what stands on the household itself."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.models import Household
from households.services.batch import Batch, one_of
from households.services.concurrency import open_file
from households.services.drafts import Values
from jiangjin.areas.models import Area, AreaLevel

CORRECTABLE = (
    "number",
    "village",
    "group",
    "standard",
    "attribute",
    "main_cause",
    "other_cause",
    "second_other_cause",
    "phone",
    "bank_name",
    "bank_account",
    "military_family",
    "only_child_family",
    "two_daughters_family",
    "note",
)
# Tier, status and registration have services of their own, which write the dated row beside the household.


def correct(
    *, household: Household, changes: Values, by: Any, version: int | None = None, reason: str = ""
) -> Household:
    """Set columns of CORRECTABLE (phone and bank account in plain). Raises ValidationError by field, and for a conflict.

    version: the `Household.version` that the user saw. The given object is brought up to date, too.
    """
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        locked = open_file(household, version=version)
        batch = Batch(by=by, reason=reason)
        put_household(batch, locked, changes)
        validate_places(locked)
        check_causes(locked)
        locked.full_clean(exclude=["phone", "bank_account"])
        batch.write()
    household.refresh_from_db()
    return household


def put_household(batch: Batch, household: Household, changes: Values) -> bool:
    """Collect changes of a stored household; True if anything differs."""
    return batch.change(household, changes, household=household)


def validate_places(household: Household) -> None:
    """The village is a village, and the group is one of its groups; raises ValidationError by field."""
    if household.village.level != AreaLevel.VILLAGE:
        raise ValidationError({"village": _("A household belongs to a village or community.")})
    group: Area | None = household.group
    if group is not None and (group.level != AreaLevel.GROUP or group.parent_id != household.village_id):
        raise ValidationError({"group": _("The group belongs to another village.")})


def check_causes(household: Household) -> None:
    """A cause is named once; raises ValidationError by field. (The database keeps the same promise, one household at a time.)"""
    other, second = household.other_cause, household.second_other_cause
    if other and other == household.main_cause:
        raise ValidationError({"other_cause": _("The other cause must differ from the main one.")})
    if second and second in {household.main_cause, other}:
        raise ValidationError({"second_other_cause": _("The second other cause must differ from the other two.")})
