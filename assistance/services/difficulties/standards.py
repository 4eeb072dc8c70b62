"""The dated rules of difficulties: which kinds are offered, how soon each is to be solved."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.models import DifficultyKind, DifficultyStandard

# Where no standard of a kind is in force any more, as for one that was raised before it was given up.
DAYS_WITHOUT_STANDARD = 30


class Standards:
    """Standards by kind, those of a day loaded once."""

    def __init__(self) -> None:
        self._of_day: dict[dt.date, dict[str, DifficultyStandard]] = {}

    def of(self, kind: str, *, on: dt.date) -> DifficultyStandard | None:
        """The standard of a kind on a day."""
        return self.in_force(on).get(kind)

    def in_force(self, on: dt.date) -> dict[str, DifficultyStandard]:
        """The standard of each kind on a day."""
        if on not in self._of_day:
            found: dict[str, DifficultyStandard] = {}
            for standard in DifficultyStandard.objects.in_force(on):
                found.setdefault(standard.kind, standard)
            self._of_day[on] = found
        return self._of_day[on]

    def due_on(self, kind: str, *, since: dt.date) -> dt.date:
        """By when a difficulty of a kind is to be solved that is raised, or opened again, on a day."""
        standard = self.of(kind, on=since)
        return since + dt.timedelta(days=standard.due_days if standard is not None else DAYS_WITHOUT_STANDARD)

    def check_offered(self, kind: str, *, on: dt.date) -> None:
        """Raises ValidationError for a kind that is not asked for on the day."""
        standard = self.of(kind, on=on)
        if standard is None or not standard.is_offered:
            message = _("Difficulties of this kind are not asked for on %(day)s.")
            raise ValidationError(message, code="not_offered", params={"day": on})


def offered_kinds(on: dt.date) -> list[DifficultyKind]:
    """The kinds that can be raised on a day, in their order."""
    offered = {kind for kind, standard in Standards().in_force(on).items() if standard.is_offered}
    return [kind for kind in DifficultyKind if kind in offered]
