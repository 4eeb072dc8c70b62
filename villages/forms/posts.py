"""Forms of posts and resident teams."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.forms.fields import DayField, NameField, model_field, reason_field
from households.forms.household import PHONE, DigitsField
from jiangjin.accounts.models import Unit, User
from jiangjin.areas.models import Area
from villages.forms.records import OwnRecordForm
from villages.models import PostKind, VillagePost
from villages.services.posts import CORRECTABLE

PHONE_HELP = _("Sealed; shown in full only to who says why.")


def units_of(village: Area) -> Any:
    """The units of the village's district, departments first."""
    return Unit.objects.filter(county__path=village.ancestor_paths()[0]).order_by("kind", "name", "pk")


def users_of(village: Area, today: dt.date) -> Any:
    """Users with a role over the village itself."""
    return (
        User.objects.filter(is_active=True, grants__in=village.grants.active(today)).distinct().order_by("name", "pk")
    )  # type: ignore[attr-defined]


def unit_field(label: Any, *, required: bool = False, **kwargs: Any) -> forms.ModelChoiceField:
    """A unit of the district; the form sets which there are."""
    kwargs.setdefault("help_text", _("A unit that is missing here is entered by the account administrator."))
    return forms.ModelChoiceField(
        label=label,
        queryset=Unit.objects.none(),
        required=required,
        empty_label=_("choose") if required else _("not stated"),
        **kwargs,
    )


class PersonFields(forms.Form):
    """Who holds a post."""

    name = model_field(VillagePost, "name", form_class=NameField, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    unit = unit_field(_("Sending unit"))
    title = model_field(VillagePost, "title")
    phone = DigitsField(
        label=_("Phone"), required=False, max_length=40, help_text=PHONE_HELP, widget=forms.TextInput(attrs=PHONE)
    )
    user = forms.ModelChoiceField(
        label=_("User"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("none"),
        help_text=_("The person's account, if they have one."),
    )
    is_concurrent = forms.BooleanField(label=_("Held concurrently with another post"), required=False)

    def offer(self, village: Area, today: dt.date) -> None:
        """The units and users that may be chosen."""
        self.fields["unit"].queryset = units_of(village)  # type: ignore[attr-defined]
        users = users_of(village, today)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]
        if not users:
            del self.fields["user"]


class AppointForm(PersonFields, OwnRecordForm):
    """Somebody takes a post."""

    kind = forms.ChoiceField(label=_("Post"), choices=PostKind.choices)
    starts_on = DayField(label=_("From"))

    field_order = ("kind", "name", "unit", "title", "phone", "user", "is_concurrent", "starts_on")

    def __init__(self, data: Any = None, *, village: Area, kinds: list[PostKind], kind: str, today: dt.date) -> None:
        super().__init__(data, today=today, initial={"starts_on": today, "kind": kind})
        self.fields["kind"].choices = [(each.value, each.label) for each in kinds]  # type: ignore[attr-defined]
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]
        self.offer(village, today)


class ReplaceForm(PersonFields, OwnRecordForm):
    """Somebody takes over a post from another."""

    starts_on = DayField(label=_("Takes over on"), help_text=_("The former one's last day is the day before."))
    reason = reason_field(label=_("Why the former one stops"), length=200)

    field_order = ("name", "unit", "title", "phone", "user", "is_concurrent", "starts_on", "reason")

    def __init__(self, data: Any = None, *, post: VillagePost, today: dt.date) -> None:
        super().__init__(data, today=today, version=post.version, initial={"starts_on": today, "unit": post.unit})
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]
        self.offer(post.village, today)


class CorrectPostForm(PersonFields, OwnRecordForm):
    """Change what is on file about somebody in a post. The phone on file is not shown; an empty box leaves it as it is."""

    starts_on = DayField(label=_("From"))
    drop_phone = forms.BooleanField(label=_("Remove the phone on file"), required=False)
    reason = reason_field(length=200)

    field_order = ("name", "unit", "title", "phone", "drop_phone", "user", "is_concurrent", "starts_on", "reason")

    def __init__(self, data: Any = None, *, post: VillagePost, today: dt.date) -> None:
        on_file = {name: getattr(post, name) for name in CORRECTABLE if name != "phone"}
        super().__init__(data, today=today, version=post.version, on_file=on_file)
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]
        self.offer(post.village, today)
        if not post.phone_masked:
            del self.fields["drop_phone"]

    def changes(self) -> dict[str, Any]:
        changed = super().changes()
        if self.cleaned_data["phone"] or self.cleaned_data.get("drop_phone"):
            changed["phone"] = self.cleaned_data["phone"]
        return changed


class EndForm(OwnRecordForm):
    """Something ends: a post, a team, a link, a group, a leader's time in office."""

    ends_on = DayField(label=_("Last day"))
    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, version: int, today: dt.date) -> None:
        super().__init__(data, today=today, version=version, initial={"ends_on": today})
        self.fields["ends_on"].latest = None  # type: ignore[attr-defined]


class TeamForm(OwnRecordForm):
    """A resident team is formed."""

    starts_on = DayField(label=_("From"))

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        super().__init__(data, today=today, initial={"starts_on": today})
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]


class WithdrawForm(OwnRecordForm):
    """Why something is taken back."""

    reason = reason_field(length=200)
