"""Writing a difficulty down, and correcting it."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.forms.acting import ActForm
from assistance.models import Difficulty, DifficultySource
from assistance.services.difficulties.recording import CORRECTABLE, DifficultyDraft
from assistance.services.difficulties.standards import offered_kinds
from households.forms.fields import DayField, VillageField, model_field, reason_field
from households.models import Household
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.forms import SearchInput


class PlaceForm(forms.Form):
    """Whose difficulty it is: a household that is looked for, or a village."""

    q = forms.CharField(
        label=_("Household"),
        required=False,
        max_length=60,
        widget=SearchInput(attrs={"placeholder": _("Name, pinyin, initials or number")}),
    )


class VillageForm(forms.Form):
    """A village in common."""

    village = VillageField(to_field_name="code", empty_label=_("choose"))

    def __init__(self, data: Any = None, *, villages: Any) -> None:
        super().__init__(data)
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]


class DifficultyContent(forms.Form):
    """What a difficulty says; the fields bear the names of its columns."""

    kind = forms.ChoiceField(label=_("Kind of difficulty"), widget=forms.Select(attrs={"data-select": "1"}))
    what = model_field(
        Difficulty,
        "what",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in words what the difficulty is.")},
    )
    group = forms.ModelChoiceField(
        label=_("Villagers' group"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("the whole village"),
    )
    source = forms.ChoiceField(label=_("How you learned of it"), choices=DifficultySource.choices)
    raised_on = DayField(label=_("Raised on"))

    def offer(self, *, today: dt.date, village: Area | None, kind: str = "") -> None:
        """The kinds of the day (and the one that stands there), the groups of a village; no group for a household."""
        kinds = offered_kinds(today)
        labels = dict(Difficulty._meta.get_field("kind").flatchoices)  # type: ignore[union-attr]
        choices = [(each.value, each.label) for each in kinds]
        if kind and kind not in kinds:
            choices.append((kind, labels[kind]))
        self.fields["kind"].choices = [("", _("choose")), *choices]  # type: ignore[attr-defined]
        self.fields["raised_on"].latest = today  # type: ignore[attr-defined]
        if village is None:
            del self.fields["group"]
        else:
            groups = Area.objects.filter(parent=village, level=AreaLevel.GROUP).order_by("path")
            self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class RaiseForm(ActForm, DifficultyContent):
    """Write one down. `client_id` was made with the page, so that a double tap or a second sending is one difficulty."""

    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))

    def __init__(
        self, data: Any = None, *, household: Household | None, village: Area | None, source: str, today: dt.date
    ) -> None:
        super().__init__(data, initial={"raised_on": today, "client_id": uuid.uuid4(), "source": source})
        self.household, self.village = household, village
        self.offer(today=today, village=village)

    def draft(self) -> DifficultyDraft:
        """What was written."""
        values = self.cleaned_data
        return DifficultyDraft(
            kind=values["kind"],
            what=values["what"],
            raised_on=values["raised_on"],
            source=values["source"],
            household=self.household,
            village=self.village,
            group=values.get("group"),
        )

    def as_another(self) -> None:
        """The next sending is a difficulty of its own."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("client_id")] = str(uuid.uuid4())  # type: ignore[index]


class CorrectDifficultyForm(ActForm, DifficultyContent):
    """Change what was written down; what stood there stays in the history."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))
    reason = reason_field(help_text=_("It stands in the history."))

    def __init__(self, data: Any = None, *, difficulty: Difficulty, today: dt.date, **_others: Any) -> None:
        on_file = {name: getattr(difficulty, name) for name in CORRECTABLE}
        super().__init__(data, initial={**on_file, "version": difficulty.version})
        village = difficulty.village if difficulty.household_id is None else None
        self.offer(today=today, village=village, kind=difficulty.kind)

    def changes(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in CORRECTABLE if name in self.cleaned_data}
