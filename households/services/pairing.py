"""Helpers and which households they answer for. A change ends one row and opens another; nothing is overwritten."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households.models import Helper, HelperAssignment, Household
from households.services.batch import Batch, sealed_columns
from households.services.concurrency import open_file
from jiangjin.accounts.models import Unit, UnitKind
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.romanise import initials, pinyin

# Who helps: name and unit (empty where nobody said).
Who = tuple[str, str]


def find_or_create_helper(*, name: str, town: Area, by: Any, unit: Unit | None = None, phone: str = "") -> Helper:
    """The helper of that name and unit within the town; a new one, without a login, if there is none."""
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("A helper needs a name.")}, code="name")
    with transaction.atomic():
        lock_town(town)
        known = Helper.objects.filter(town=town, name=name, unit=unit).order_by("pk").first()
        if known is not None:
            return known
        helper = new_helper(name=name, unit=unit, town=town, phone=phone)
        helper.full_clean(exclude=["phone"])
        batch = Batch(by=by)
        batch.add(helper)
        batch.write()
    return helper


def find_or_create_helpers(
    *, wanted: Iterable[Who], town: Area, by: Any, reason: str = "", job_id: int | None = None
) -> dict[Who, Helper]:
    """The same for many, units by name within the county and created as well, in a fixed number of statements."""
    pairs = sorted(set(wanted))
    if not pairs:
        return {}
    with transaction.atomic():
        lock_town(town)
        units = _find_or_create_units(
            {unit for _name, unit in pairs if unit}, town, by=by, reason=reason, job_id=job_id
        )
        known = known_helpers(pairs, town)
        batch = Batch(by=by, reason=reason, job_id=job_id)
        for pair in pairs:
            if pair not in known:
                name, unit = pair
                known[pair] = new_helper(name=name, unit=units.get(unit), town=town)
                batch.add(known[pair])
        batch.write()
    return known


def known_helpers(pairs: Iterable[Who], town: Area) -> dict[Who, Helper]:
    """The helpers of a town among those wanted; the oldest record where there are several."""
    wanted = set(pairs)
    names = {name for name, _unit in wanted}
    found: dict[Who, Helper] = {}
    for helper in Helper.objects.filter(town=town, name__in=names).select_related("unit", "town").order_by("pk"):
        pair = (helper.name, helper.unit.name if helper.unit else "")
        if pair in wanted:
            found.setdefault(pair, helper)
    return found


def new_helper(*, name: str, unit: Unit | None, town: Area, phone: str = "") -> Helper:
    """A helper's row, not yet stored."""
    return Helper(
        name=name,
        name_pinyin=pinyin(name),
        name_initials=initials(name),
        unit=unit,
        town=town,
        **sealed_columns("phone", phone),
    )


def assign(
    *,
    household: Household,
    helper: Helper,
    starts_on: dt.date,
    by: Any,
    reason: str = "",
    version: int | None = None,
) -> HelperAssignment:
    """A helper answers for a household from a day on. Raises ValidationError if they do so already on that day or later."""
    with transaction.atomic():
        locked = open_file(household, version=version)
        batch = Batch(by=by, reason=reason)
        assignment = _put_assignment(batch, locked, helper, starts_on)
        batch.write()
    return assignment


def end_assignment(
    *, assignment: HelperAssignment, ends_on: dt.date, by: Any, reason: str, version: int | None = None
) -> HelperAssignment:
    """The last day on which a helper answers for a household. Raises ValidationError for a day before the first one, an
    assignment that has ended, or a missing reason."""
    with transaction.atomic():
        locked = open_file(assignment.household, version=version)
        batch = Batch(by=by, reason=reason)
        row = _open_row(assignment, locked)
        _put_end(batch, row, ends_on=ends_on, reason=reason)
        batch.write()
    assignment.refresh_from_db()
    return assignment


def hand_over(
    *,
    assignment: HelperAssignment,
    helper: Helper,
    on: dt.date,
    by: Any,
    reason: str,
    version: int | None = None,
) -> HelperAssignment:
    """Another helper takes over on a day: the old assignment ends the day before, a new row opens. Returns the new one."""
    with transaction.atomic():
        locked = open_file(assignment.household, version=version)
        batch = Batch(by=by, reason=reason)
        row = _open_row(assignment, locked)
        if row.helper_id == helper.pk:
            raise ValidationError(_("This helper answers for the household already."), code="same_helper")
        _put_end(batch, row, ends_on=on - dt.timedelta(days=1), reason=reason)
        following = _put_assignment(batch, locked, helper, on)
        batch.write()
    assignment.refresh_from_db()
    return following


def put_hand_over(
    batch: Batch,
    household: Household,
    former: list[HelperAssignment],
    helper: Helper,
    *,
    on: dt.date,
    reason: str,
) -> None:
    """Collect a change of helpers that a roster brings: all former open rows end, one opens. A row that began on the same day
    or later has no day before it, and stays beside the new one."""
    for row in former:
        if row.starts_on < on:
            row.household = household
            batch.change(row, {"ends_on": on - dt.timedelta(days=1), "end_reason": reason[:200]}, household=household)
    batch.add(HelperAssignment(household=household, helper=helper, starts_on=on), household=household)


def lock_town(town: Area) -> None:
    """Helpers and groups of one town are looked for and created by one at a time: two would make them twice."""
    list(Area.objects.select_for_update(no_key=True).filter(pk=town.pk))


def _put_assignment(batch: Batch, household: Household, helper: Helper, starts_on: dt.date) -> HelperAssignment:
    overlapping = HelperAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on), household=household, helper=helper
    )
    if overlapping.exists():
        raise ValidationError(_("This helper answers for the household already."), code="same_helper")
    if starts_on < household.registered_on:
        raise ValidationError(
            {"starts_on": _("The household is on the roll only from %(day)s.") % {"day": household.registered_on}}
        )
    assignment = HelperAssignment(household=household, helper=helper, starts_on=starts_on)
    batch.add(assignment, household=household)
    return assignment


def _open_row(assignment: HelperAssignment, household: Household) -> HelperAssignment:
    row = HelperAssignment.objects.select_related("helper").get(pk=assignment.pk)
    row.household = household
    if row.ends_on is not None:
        raise ValidationError(_("This assignment ended on %(day)s."), code="ended", params={"day": row.ends_on})
    return row


def _put_end(batch: Batch, row: HelperAssignment, *, ends_on: dt.date, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the assignment ends.")}, code="reason")
    if ends_on < row.starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")}, code="ends_on")
    batch.change(row, {"ends_on": ends_on, "end_reason": reason.strip()[:200]}, household=row.household)


def _find_or_create_units(names: set[str], town: Area, *, by: Any, reason: str, job_id: int | None) -> dict[str, Unit]:
    county = Area.objects.get(path=town.ancestor_paths()[0])
    lock_town(county)
    units = {unit.name: unit for unit in Unit.objects.filter(county=county, name__in=names)}
    batch = Batch(by=by, reason=reason, job_id=job_id)
    for name in sorted(names - set(units)):
        units[name] = Unit(county=county, name=name, kind=UnitKind.OTHER)
        batch.add(units[name])
    batch.write()
    return units


def town_of(area: Area) -> Area:
    """The town above a village or group; a town itself. Raises ValueError for a county."""
    if area.level == AreaLevel.COUNTY:
        raise ValueError(f"{area} is not below a town")
    path = area.ancestor_paths()[1]
    return area if area.path == path else Area.objects.get(path=path)
