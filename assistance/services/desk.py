"""What a visit may say, and who may say it: the checks before it is written."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.models import FollowUp, Visit, VisitStandard
from assistance.rules.visit_facts import GONE
from assistance.services.drafts import VisitDraft, tidy
from assistance.services.writing import Writer
from households.models import HelperAssignment, Household
from jiangjin.common.clock import month_end

# Made by the services themselves, out of what is checked.
UNCHECKED = ["household", "helper", "recorded_by", "withdrawn_by"]
Problem: TypeAlias = tuple[str, ValidationError]


@dataclass
class Desk:
    """What is needed to judge visits of some households, loaded in a few statements; the households are locked."""

    households: dict[int, Household]
    writer: Writer
    today: dt.date
    assignments: dict[tuple[int, int], list[HelperAssignment]] = field(default_factory=dict)
    standards: dict[dt.date, VisitStandard | None] = field(default_factory=dict)

    @classmethod
    def opened(cls, household_ids: Iterable[int], *, by: Any, today: dt.date) -> "Desk":
        rows = Household.objects.select_for_update(of=("self",), no_key=True).select_related("village")
        households = {row.pk: row for row in rows.filter(pk__in=set(household_ids)).order_by("pk")}
        return cls(households, Writer(by, households.values()), today)

    def load_assignments(self, visits: Sequence[Visit]) -> None:
        """Of the helpers named to the households visited."""
        rows = HelperAssignment.objects.filter(
            household__in={visit.household_id for visit in visits}, helper__in={visit.helper_id for visit in visits}
        )
        for row in rows.order_by("starts_on", "pk"):
            self.assignments.setdefault((row.household_id, row.helper_id), []).append(row)

    def check(self, visit: Visit) -> None:
        """Raises PermissionDenied, or ValidationError with all that is wrong, by field."""
        household = self.households[visit.household_id]
        self.writer.check(household, on=visit.visited_on)
        self.writer.check_helper(household, visit.helper)
        _raise([*_field_problems(visit), *self._problems(visit, household)])

    def is_backdated(self, visit: Visit) -> bool:
        """Whether it was written down later than the standard of its month allows."""
        last = month_end(visit.visited_on)
        if last not in self.standards:
            self.standards[last] = VisitStandard.objects.in_force(last).first()
        standard = self.standards[last]
        return standard is not None and (visit.recorded_on - visit.visited_on).days > standard.late_after_days

    def _problems(self, visit: Visit, household: Household) -> Iterator[Problem]:
        """What is wrong with the visit itself."""
        on = visit.visited_on
        if on > self.today:
            yield "visited_on", ValidationError(_("The day of the visit lies in the future."), code="future")
        elif on > visit.recorded_on:
            message = _("This was written down on %(day)s; the visit cannot be later than that.")
            yield "visited_on", _error(message, "later", visit.recorded_on)
        elif on < household.registered_on:
            message = _("The household is on the roll only from %(day)s.")
            yield "visited_on", _error(message, "not_registered", household.registered_on)
        elif household.status in GONE and household.status_on <= on:
            message = _("The household has not been on the roll since %(day)s.")
            yield "visited_on", _error(message, "gone", household.status_on)
        else:
            yield from self._helper_problems(visit)
        for name in ("money_fen", "goods_value_fen"):
            if getattr(visit, name) < 0:
                yield name, ValidationError(_("Money and goods cannot be less than nothing."), code="negative")
        if visit.difficulty_kind and not visit.difficulty:
            yield "difficulty", ValidationError(_("Say in words what the difficulty is."), code="difficulty")
        if visit.difficulty and not visit.difficulty_kind:
            yield "difficulty_kind", ValidationError(_("Say what kind of difficulty it is."), code="difficulty_kind")

    def _helper_problems(self, visit: Visit) -> Iterator[Problem]:
        rows = self.assignments.get((visit.household_id, visit.helper_id), [])
        on = visit.visited_on
        if any(row.starts_on <= on and (row.ends_on is None or row.ends_on >= on) for row in rows):
            return
        later = next((row.starts_on for row in rows if row.starts_on > on), None)
        if later is not None:
            message = _("This helper answers for the household only from %(day)s.")
            yield "helper", _error(message, "not_assigned", later)
        else:
            message = _("This helper did not answer for the household on %(day)s.")
            yield "helper", _error(message, "not_assigned", on)


def _promise_problems(draft: VisitDraft) -> Iterator[Problem]:
    """What is wrong with what was promised."""
    text, due_on = tidy(draft.follow_up), draft.follow_up_due_on
    if due_on is not None and not text:
        yield "follow_up", ValidationError(_("Say what is to be done by that day."), code="follow_up")
    if text and due_on is None:
        yield "follow_up_due_on", ValidationError(_("Say by when it is to be done."), code="follow_up_due_on")
    if due_on is not None and due_on < draft.visited_on:
        message = _("It cannot be due before the visit.")
        yield "follow_up_due_on", ValidationError(message, code="follow_up_due_on")
    limit = FollowUp._meta.get_field("text").max_length
    if limit is not None and len(text) > limit:
        message = _("At most %(limit)d characters.")
        yield "follow_up", ValidationError(message, code="max_length", params={"limit": limit})


def _field_problems(visit: Visit) -> Iterator[Problem]:
    try:
        visit.clean_fields(exclude=UNCHECKED)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            for one in errors:
                yield name, one


def _raise(problems: Iterable[Problem]) -> None:
    """Raises ValidationError by field if there are any."""
    by_field: dict[str, list[ValidationError]] = {}
    for name, error in problems:
        by_field.setdefault(name, []).append(error)
    if by_field:
        raise ValidationError(by_field)


def _error(message: Any, code: str, day: dt.date) -> ValidationError:
    return ValidationError(message, code=code, params={"day": day})
