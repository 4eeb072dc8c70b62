"""What a visit may say, and who may say it: everything that is asked before it is written."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.models import DifficultyKind, FollowUp, Visit, VisitStandard
from assistance.rules.visit_facts import GONE
from assistance.services.difficulties.standards import Standards
from assistance.services.drafts import VisitDraft, tidy
from assistance.services.writing import Writer
from households.models import HelperAssignment, Household
from jiangjin.common.clock import month_end

# Made by the services themselves, out of what is checked.
UNCHECKED = ["household", "helper", "recorded_by", "withdrawn_by"]
Problem: TypeAlias = tuple[str, ValidationError]


@dataclass
class Desk:
    """What is needed to judge visits to some households, loaded in a few statements. The households are locked, so that two
    at the same visit come one after the other. Open it inside `transaction.atomic`."""

    households: dict[int, Household]
    writer: Writer
    assignments: dict[tuple[int, int], list[HelperAssignment]] = field(default_factory=dict)
    standards: dict[dt.date, VisitStandard | None] = field(default_factory=dict)
    difficulty_standards: Standards = field(default_factory=Standards)

    @classmethod
    def opened(cls, household_ids: Iterable[int], *, by: Any) -> "Desk":
        rows = Household.objects.select_for_update(of=("self",), no_key=True).select_related("village")
        households = {row.pk: row for row in rows.filter(pk__in=set(household_ids)).order_by("pk")}
        return cls(households, Writer(by, households.values()))

    def load_assignments(self, visits: Sequence[Visit]) -> None:
        """Of the helpers named, to the households visited."""
        rows = HelperAssignment.objects.filter(
            household__in={visit.household_id for visit in visits}, helper__in={visit.helper_id for visit in visits}
        )
        for row in rows.order_by("starts_on", "pk"):
            self.assignments.setdefault((row.household_id, row.helper_id), []).append(row)

    def check(self, visit: Visit, *, today: dt.date, draft: VisitDraft | None = None) -> None:
        """Raises PermissionDenied, or ValidationError with all that is wrong, by field."""
        self.writer.check(visit.household, on=visit.visited_on)
        self.writer.check_helper(visit.household, visit.helper)
        by_field: dict[str, list[ValidationError]] = {}
        for name, error in self._problems(visit, draft, today=today):
            by_field.setdefault(name, []).append(error)
        if by_field:
            raise ValidationError(by_field)

    def is_backdated(self, visit: Visit) -> bool:
        """Whether it was written down later than the standard of its month allows."""
        last = month_end(visit.visited_on)
        if last not in self.standards:
            self.standards[last] = VisitStandard.objects.in_force(last).first()
        standard = self.standards[last]
        return standard is not None and (visit.recorded_on - visit.visited_on).days > standard.late_after_days

    def _problems(self, visit: Visit, draft: VisitDraft | None, *, today: dt.date) -> Iterator[Problem]:
        yield from _wrong_values(visit)
        yield from self._wrong_day(visit, today=today)
        yield from _wrong_difficulty(visit)
        if draft is not None:
            yield from self._kind_not_offered(visit)
            yield from _wrong_promise(draft)

    def _wrong_day(self, visit: Visit, *, today: dt.date) -> Iterator[Problem]:
        on, household = visit.visited_on, visit.household
        if on > today:
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
            yield from self._wrong_helper(visit)

    def _kind_not_offered(self, visit: Visit) -> Iterator[Problem]:
        if visit.difficulty_kind in DifficultyKind.values:
            try:
                self.difficulty_standards.check_offered(visit.difficulty_kind, on=visit.visited_on)
            except ValidationError as error:
                yield "difficulty_kind", error

    def _wrong_helper(self, visit: Visit) -> Iterator[Problem]:
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


def _wrong_values(visit: Visit) -> Iterator[Problem]:
    """Of each field for itself: what it may hold, how long it may be."""
    try:
        visit.clean_fields(exclude=UNCHECKED)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            for one in errors:
                yield name, one
    for name in ("money_fen", "goods_value_fen"):
        if getattr(visit, name) < 0:
            yield name, ValidationError(_("Money and goods cannot be less than nothing."), code="negative")


def _wrong_difficulty(visit: Visit) -> Iterator[Problem]:
    if visit.difficulty_kind and not visit.difficulty:
        yield "difficulty", ValidationError(_("Say in words what the difficulty is."), code="difficulty")
    if visit.difficulty and not visit.difficulty_kind:
        yield "difficulty_kind", ValidationError(_("Say what kind of difficulty it is."), code="difficulty_kind")


def _wrong_promise(draft: VisitDraft) -> Iterator[Problem]:
    text, due_on = tidy(draft.follow_up), draft.follow_up_due_on
    if due_on is not None and not text:
        yield "follow_up", ValidationError(_("Say what is to be done by that day."), code="follow_up")
    if text and due_on is None:
        yield "follow_up_due_on", ValidationError(_("Say by when it is to be done."), code="follow_up_due_on")
    if due_on is not None and due_on < draft.visited_on:
        message = _("It cannot be due before the visit.")
        yield "follow_up_due_on", ValidationError(message, code="follow_up_due_on")
    try:
        FollowUp(text=text or "-", due_on=due_on or draft.visited_on).clean_fields(exclude=["visit"])
    except ValidationError as error:
        for one in error.error_dict["text"]:
            yield "follow_up", one


def _error(message: Any, code: str, day: dt.date) -> ValidationError:
    return ValidationError(message, code=code, params={"day": day})
