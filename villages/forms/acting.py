"""Forms of acts: putting on the list and striking off, rectifications."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from households.forms.fields import DayField, model_field, reason_field
from villages.forms.changing import VillageForm
from villages.models import PoorVillage, PoorVillageEvidence, Rectification
from villages.services import poor_list, rectifications

INVENTED = PoorVillageEvidence.PLACEHOLDER
WHY = _("It stands in the village's history.")


def text(name: str, **kwargs: Any) -> Any:
    """A text of a rectification, as long as its column allows."""
    return model_field(Rectification, name, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


class ListingForm(VillageForm):
    """Why and since when the village stands on the list."""

    listed_on = model_field(PoorVillage, "listed_on")
    evidence = forms.ChoiceField(
        label=pgettext_lazy("poor village", "Evidence"), widget=forms.Select(attrs={"data-select": "1"})
    )
    source = model_field(
        PoorVillage,
        "source",
        required=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The document that names it, with its number and day."),
    )
    planned_exit_year = model_field(
        PoorVillage, "planned_exit_year", widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        # That the demo invented it stands there only where it does already.
        stored = self.on_file.get("evidence")
        chosen = [choice for choice in PoorVillageEvidence if choice == stored or choice != INVENTED]
        options = [(choice.value, choice.label) for choice in chosen]
        self.fields["evidence"].choices = options if stored else [("", _("choose")), *options]  # type: ignore[attr-defined]


class CorrectListingForm(ListingForm):
    """The same, of a village that stands there."""

    reason = reason_field(help_text=WHY)

    def __init__(self, data: Any = None, *, known: PoorVillage, **kwargs: Any) -> None:
        on_file = {name: getattr(known, name) for name in poor_list.CORRECTABLE}
        super().__init__(data, known=known, on_file=on_file, **kwargs)


class StrikeOffForm(VillageForm):
    """The village leaves the list."""

    aliases = {"delisted_reason": "reason"}

    delisted_on = DayField(label=_("Struck off on"))
    reason = reason_field(length=200, help_text=WHY)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.initial.setdefault("delisted_on", self.today)


class TakeBackForm(VillageForm):
    """The striking off was wrong."""

    reason = reason_field(help_text=WHY)


class RectificationForm(VillageForm):
    """A rectification begins."""

    starts_on = model_field(Rectification, "starts_on", label=_("Begins on"))
    problem = text("problem", help_text=_("What is weak about the Party branch or the committee."))
    measures = text("measures")
    responsible = model_field(
        Rectification,
        "responsible",
        help_text=_("Name and office, such as the deputy secretary of the town who is sent there."),
    )


class CorrectRectificationForm(RectificationForm):
    """The same, of one on file; its end and result only once it is closed."""

    ends_on = DayField(label=_("Last day"))
    result = text("result", required=True)
    reason = reason_field(help_text=WHY)

    def __init__(self, data: Any = None, *, known: Rectification, **kwargs: Any) -> None:
        on_file = {name: getattr(known, name) for name in rectifications.CORRECTABLE}
        if known.ends_on is None:
            on_file = {name: value for name, value in on_file.items() if name not in {"ends_on", "result"}}
        super().__init__(data, known=known, on_file=on_file, **kwargs)
        if known.ends_on is None:
            del self.fields["ends_on"], self.fields["result"]


class CloseRectificationForm(VillageForm):
    """A rectification ends with what came of it."""

    ends_on = DayField(label=_("Last day"))
    result = text("result", required=True)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.initial.setdefault("ends_on", self.today)
