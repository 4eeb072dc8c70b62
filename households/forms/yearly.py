"""Forms of a household's year: income and living conditions."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from households.forms.changing import ChangeForm, shown
from households.forms.fields import model_field, number_input, reason_field
from households.imports.values import MAX_FEN
from households.models import IncomeStatement, LivingConditions
from households.models.income import ALL_ITEMS, INCOME_ITEMS, TRANSFER_ITEMS
from households.services.facts import CONDITION_FIELDS, INCOME_FIELDS
from jiangjin.common.forms import YuanField
from jiangjin.common.money import FEN_PER_YUAN

SOURCE_HELP = _("Such as a visit, the village's survey or a bank's list.")
WHY_HELP = _("Why it is corrected; it stands in the change log.")


def amount(name: str, help_text: Any = "") -> YuanField:
    """An item of the statement, in yuan."""
    column: Any = IncomeStatement._meta.get_field(name)
    return YuanField(
        label=capfirst(column.verbose_name),
        required=False,
        min_value=0,
        max_value=MAX_FEN // FEN_PER_YUAN,
        help_text=help_text,
    )


@dataclass(frozen=True)
class Totals:
    """What the typed items come to, in 分."""

    transfers_fen: int
    gross_fen: int
    net_fen: int


class YearForm(ChangeForm):
    """Base: the answers of one year, those of the year before beside them, the day and the source."""

    def __init__(self, data: Any = None, *, before: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in self.on_file if before is not None else []:
            field, answer = self.fields[name], getattr(before, name)
            if answer is not None and answer != "":
                told = _("%(year)s: %(answer)s") % {"year": before.year, "answer": shown(field, answer)}
                field.help_text = f"{field.help_text} {told}".strip()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "source" in self.changed_data and not self.errors and not self.changes():
            self.add_error(
                None,
                ValidationError(_("The answers are those on file; the day and the source follow a change of them.")),
            )
        return values


class IncomeForm(YearForm):
    """Income of one year by item. Totals are computed, never typed."""

    wages_fen = amount("wages_fen")
    business_fen = amount("business_fen", _("Farming, livestock and trade, before costs."))
    business_cost_fen = amount("business_cost_fen", _("Seed, feed, fertiliser and the like; it is subtracted."))
    property_fen = amount("property_fen", _("Rent of land or house, dividends, interest."))
    family_planning_fen = amount("family_planning_fen")
    allowance_fen = amount("allowance_fen")
    five_guarantees_fen = amount("five_guarantees_fen")
    pension_fen = amount("pension_fen")
    ecological_fen = amount("ecological_fen")
    other_transfer_fen = amount("other_transfer_fen")
    disposable_income_fen = amount(
        "disposable_income_fen", _("Another measure than net income; leave it empty where it was not surveyed.")
    )
    reported_on = model_field(IncomeStatement, "reported_on")
    source = model_field(IncomeStatement, "source", help_text=SOURCE_HELP)
    reason = reason_field(required=False, help_text=WHY_HELP)

    def __init__(self, data: Any = None, *, known: IncomeStatement | None, **kwargs: Any) -> None:
        self.known = known
        on_file = {name: getattr(known, name) if known is not None else None for name in INCOME_FIELDS}
        super().__init__(data, on_file=on_file, **kwargs)
        if known is not None:
            self.initial["source"] = known.source
        self.initial.setdefault("reported_on", self.today)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.known is None and not self.errors and all(values.get(name) is None for name in ALL_ITEMS):
            self.add_error("wages_fen", ValidationError(_("Write at least one amount; 0 is an answer, too.")))
        return values

    def changes(self) -> dict[str, Any]:
        """Items that were emptied are nothing: 0. Only the disposable income may be unknown."""
        changes = super().changes()
        return {name: 0 if value is None and name in ALL_ITEMS else value for name, value in changes.items()}

    def totals(self) -> Totals | None:
        """The sums of what stands in the form; None while an amount cannot be read. Nothing counts as 0."""
        items = {}
        for name in ALL_ITEMS:
            try:
                value = self.fields[name].clean(self.data.get(name)) if self.is_bound else self.on_file[name]
            except ValidationError:
                return None
            items[name] = value or 0
        gross = sum(items[name] for name in INCOME_ITEMS)
        return Totals(
            transfers_fen=sum(items[name] for name in TRANSFER_ITEMS),
            gross_fen=gross,
            net_fen=gross - items["business_cost_fen"],
        )


def condition(name: str, **kwargs: Any) -> Any:
    """A question of the survey."""
    return model_field(LivingConditions, name, **kwargs)


def measured(name: str, label: Any, unit: Any, mode: str = "numeric") -> Any:
    """A figure of the survey; the unit stands behind the box instead of in the label."""
    return condition(name, label=label, widget=number_input(unit, mode), min_value=0)


class ConditionsForm(YearForm):
    """The survey of one year."""

    food_secure = condition("food_secure")
    clothing_secure = condition("clothing_secure")
    house_grade = condition("house_grade", help_text=_("By the appraisal of dangerous houses; A and B are safe."))
    house_area_m2 = measured("house_area_m2", _("Floor area"), "m²")
    water_safe = condition("water_safe")
    water_difficult = condition("water_difficult")
    sanitary_toilet = condition("sanitary_toilet")
    power_for_living = condition("power_for_living")
    power_for_production = condition("power_for_production")
    broadcast = condition("broadcast")
    road_kind = condition("road_kind")
    road_distance_m = measured("road_distance_m", _("Distance to the village main road"), "m")
    fuel = condition("fuel")
    in_cooperative = condition("in_cooperative")
    farmland_mu = measured("farmland_mu", _("Farmland"), _("mu"), "decimal")
    irrigated_mu = measured("irrigated_mu", _("Irrigated land"), _("mu"), "decimal")
    forest_mu = measured("forest_mu", _("Forest"), _("mu"), "decimal")
    returned_forest_mu = measured("returned_forest_mu", _("Farmland returned to forest"), _("mu"), "decimal")
    surveyed_on = condition("surveyed_on")
    source = condition("source", help_text=SOURCE_HELP)
    reason = reason_field(required=False, help_text=WHY_HELP)

    def __init__(self, data: Any = None, *, known: LivingConditions | None, **kwargs: Any) -> None:
        on_file = {name: getattr(known, name) if known is not None else _empty(name) for name in CONDITION_FIELDS}
        super().__init__(data, on_file=on_file, **kwargs)
        if known is not None:
            self.initial["source"] = known.source
        self.initial.setdefault("surveyed_on", self.today)


def _empty(name: str) -> Any:
    column: Any = LivingConditions._meta.get_field(name)
    return None if column.null else ""
