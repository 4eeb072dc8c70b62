"""The form of a village's year."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from households.forms.changing import shown
from households.forms.fields import model_field, number_input, reason_field
from households.imports.values import MAX_FEN
from jiangjin.common.forms import YuanField
from jiangjin.common.money import FEN_PER_YUAN
from jiangjin.common.registries import Label
from jiangjin.common.set_based import concrete_field
from villages.forms.changing import VillageForm
from villages.models import VillageSurvey
from villages.services.survey_parts import PARTS, SURVEY_FIELDS

# The databases differ in what they take: what one refuses, the form refuses for both.
MOST, MOST_OF_FEW = 10_000_000, 32_767


def answer(name: str) -> forms.Field:
    """A question of the survey: an amount, a number, or yes, no and not answered."""
    column: Any = concrete_field(VillageSurvey, name)
    if isinstance(column, models.BigIntegerField):
        return YuanField(
            label=capfirst(column.verbose_name), required=False, min_value=0, max_value=MAX_FEN // FEN_PER_YUAN
        )
    if isinstance(column, models.BooleanField):
        field: forms.Field = model_field(VillageSurvey, name)
        return field
    mode = "decimal" if isinstance(column, models.DecimalField) else "numeric"
    limits: dict[str, int] = {"min_value": 0}
    if isinstance(column, models.IntegerField):
        limits["max_value"] = MOST_OF_FEW if isinstance(column, models.PositiveSmallIntegerField) else MOST
    field = model_field(VillageSurvey, name, widget=number_input(mode=mode), **limits)
    return field


@dataclass(frozen=True)
class ShownPart:
    """A part of the form as the page folds it: how many of its questions are answered, and whether it stands open."""

    label: Label
    fields: list[BoundField]
    answered: int
    is_open: bool


class SurveyForm(VillageForm):
    """The answers of one year, those of the year before beside them. What is left empty is not verified."""

    reported_on = model_field(VillageSurvey, "reported_on")
    source = model_field(
        VillageSurvey, "source", help_text=_("Such as the village's statistics, or a check by the town.")
    )
    reason = reason_field(required=False, help_text=_("Why it is corrected; it stands in the change log."))

    def __init__(
        self,
        data: Any = None,
        *,
        known: VillageSurvey | None,
        before: VillageSurvey | None,
        **kwargs: Any,
    ) -> None:
        empty = VillageSurvey()
        on_file = {name: getattr(known or empty, name) for name in SURVEY_FIELDS}
        super().__init__(data, known=known, on_file=on_file, **kwargs)
        self.initial["source"] = known.source if known is not None else ""
        self.initial.setdefault("reported_on", self.today)
        for name in SURVEY_FIELDS if before is not None else ():
            field, value = self.fields[name], getattr(before, name)
            if value is not None:
                told = _("%(year)s: %(answer)s") % {"year": before.year, "answer": shown(field, value)}  # type: ignore[union-attr]
                field.help_text = f"{field.help_text} {told}".strip()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and "source" in self.changed_data and not self.changes():
            self.add_error(
                None,
                ValidationError(_("The answers are those on file; the day and the source follow a change of them.")),
            )
        return values

    def parts(self) -> list[ShownPart]:
        """The questions as the page shows them: what is complete stands folded."""
        shown_parts = []
        for part in PARTS:
            fields = [self[name] for name in part.fields]
            answered = sum(1 for bound in fields if bound.value() not in (None, "", "unknown"))
            is_open = answered < len(fields) or any(bound.errors for bound in fields)
            shown_parts.append(ShownPart(part.label, fields, answered, is_open))
        return shown_parts


# The questions are those of the model, in the order of the parts; the day, the source and the reason follow.
SurveyForm.base_fields = {**{name: answer(name) for name in SURVEY_FIELDS}, **SurveyForm.base_fields}
