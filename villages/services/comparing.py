"""Two surveys of a village beside each other: what each answered, the share of its whole, what changed."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jiangjin.common.money import fen_to_yuan
from jiangjin.common.registries import Label
from jiangjin.common.set_based import concrete_field
from villages.models import VillageSurvey
from villages.models.survey import WHOLES
from villages.services.survey_parts import PARTS

# Shares are shown of these only; of people they say little.
SHARED = {part for part, whole in WHOLES.items() if whole != "population"} | {
    "medical_insured_persons",
    "pension_insured_persons",
    "agricultural_population",
}
LESS_IS_BETTER = {
    "reported_poor_households",
    "reported_poor_persons",
    "unhardened_km",
    "water_difficult_households",
    "dangerous_house_households",
}
NEITHER = {
    "household_count",
    "population",
    "agricultural_population",
    "minority_population",
    "women_population",
    "disabled_population",
    "labour_force",
    "away_workers",
    "party_members",
    "allowance_households",
    "allowance_persons",
    "five_guarantees_households",
    "five_guarantees_persons",
    "group_count",
    "settlement_count",
    "medical_assistance_cases",
    "waste_produced_t",
}


@dataclass(frozen=True)
class Answer:
    """One answer: `value` True, False, a number (money in yuan) or None, not verified; `share` of its whole (0 to 1)."""

    value: Any
    share: Decimal | None = None

    @property
    def is_yes_or_no(self) -> bool:
        return isinstance(self.value, bool)


@dataclass(frozen=True)
class Row:
    """A question with the answers of the years, oldest first. `change`: by how much the last differs from the first, None
    where one is missing; `tone`: met where it got better, blocked where it got worse."""

    label: str
    answers: list[Answer]
    change: Decimal | int | None
    tone: str

    @property
    def is_yes_or_no(self) -> bool:
        return any(answer.is_yes_or_no for answer in self.answers)


@dataclass(frozen=True)
class Group:
    """The rows of one part."""

    label: Label
    rows: list[Row]


def compare(surveys: list[VillageSurvey | None]) -> list[Group]:
    """The surveys, oldest first, by part; None where there is none of a year."""
    return [Group(part.label, [_row(name, surveys) for name in part.fields]) for part in PARTS]


def answer(survey: VillageSurvey | None, name: str) -> Answer:
    """What a survey says."""
    value = getattr(survey, name) if survey is not None else None
    if value is None:
        return Answer(None)
    if name.endswith("_fen"):
        return Answer(fen_to_yuan(value))
    whole = getattr(survey, WHOLES[name]) if name in SHARED else None
    share = (Decimal(value) / whole).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP) if whole else None
    return Answer(value, share)


def _row(name: str, surveys: list[VillageSurvey | None]) -> Row:
    answers = [answer(survey, name) for survey in surveys]
    first, last = answers[0].value, answers[-1].value
    change = None
    if len(answers) > 1 and first is not None and last is not None:
        change = int(last) - int(first) if isinstance(last, bool) else last - first
    return Row(question(name), answers, change, _tone(name, change))


def question(name: str) -> str:
    """What is asked, with the unit of an amount."""
    label = str(capfirst(concrete_field(VillageSurvey, name).verbose_name))
    return _("%(what)s (yuan)") % {"what": label} if name.endswith("_fen") else label


def _tone(name: str, change: Decimal | int | None) -> str:
    if not change or name in NEITHER:
        return "plain"
    return "met" if (change > 0) != (name in LESS_IS_BETTER) else "blocked"
