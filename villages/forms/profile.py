"""The form of a village's profile."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from households.forms.fields import NameField, model_field, number_input, reason_field
from households.forms.household import PHONE, DigitsField
from villages.forms.changing import VillageForm
from villages.forms.survey import MOST_OF_FEW
from villages.models import VillageProfile
from villages.services.profiles import PROFILE_FIELDS

SEALED = "phone"


def told(name: str, **kwargs: Any) -> Any:
    """A question of the profile."""
    return model_field(VillageProfile, name, **kwargs)


def measured(name: str, label: Any, unit: Any, mode: str = "decimal", **kwargs: Any) -> Any:
    """A figure of the profile; the unit stands behind the box instead of in the label."""
    return told(name, label=label, widget=number_input(unit, mode), **kwargs)


class ProfileForm(VillageForm):
    """Where the village lies, who heads it, its land, where it wants to go."""

    terrain = told("terrain")
    development = told("development", help_text=_("Such as pepper and rice rich in selenium, rural tourism."))
    head_name = told("head_name", form_class=NameField, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = DigitsField(
        label=_("Phone of the head"), required=False, max_length=40, widget=forms.TextInput(attrs=PHONE)
    )
    drop_phone = forms.BooleanField(label=_("Remove the phone number on file"), required=False)
    latitude = measured("latitude", _("Latitude"), "°")
    longitude = measured("longitude", _("Longitude"), "°")
    town_distance_km = measured("town_distance_km", _("Distance to the town"), "km", min_value=0)
    natural_village_count = told("natural_village_count", widget=number_input(), min_value=0, max_value=MOST_OF_FEW)
    group_count = told("group_count", widget=number_input(), min_value=0, max_value=MOST_OF_FEW)
    farmland_mu = measured("farmland_mu", _("Farmland"), _("mu"), min_value=0)
    irrigated_mu = measured("irrigated_mu", _("Irrigated land"), _("mu"), min_value=0)
    forest_mu = measured("forest_mu", _("Forest"), _("mu"), min_value=0)
    returned_forest_mu = measured("returned_forest_mu", _("Farmland returned to forest"), _("mu"), min_value=0)
    orchard_mu = measured("orchard_mu", _("Orchards"), _("mu"), min_value=0)
    grassland_mu = measured("grassland_mu", _("Grassland"), _("mu"), min_value=0)
    water_mu = measured("water_mu", _("Water surface"), _("mu"), min_value=0)
    note = told("note", widget=forms.Textarea(attrs={"rows": 3}))
    reason = reason_field(required=False, help_text=_("Why it is corrected; it stands in the change log."))

    def __init__(self, data: Any = None, *, known: VillageProfile | None, **kwargs: Any) -> None:
        empty = VillageProfile()
        on_file = {name: getattr(known or empty, name) for name in PROFILE_FIELDS if name != SEALED}
        super().__init__(data, known=known, on_file=on_file, **kwargs)
        masked = known.phone_masked if known is not None else ""
        if masked:
            help_text = _("On file: %(masked)s. Leave it empty to keep that.")
            self.fields[SEALED].help_text = help_text % {"masked": masked}
        else:
            del self.fields["drop_phone"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get(SEALED) and values.get("drop_phone"):
            self.add_error(SEALED, ValidationError(_("Either write a new number or remove the one on file.")))
        if (values.get("latitude") is None) != (values.get("longitude") is None) and not self.errors:
            missing = "latitude" if values.get("latitude") is None else "longitude"
            self.add_error(missing, ValidationError(_("Latitude and longitude go together.")))
        return values

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if self.cleaned_data.get(SEALED):
            changes[SEALED] = self.cleaned_data[SEALED]
        elif self.cleaned_data.get("drop_phone"):
            changes[SEALED] = ""
        return changes
