"""Forms of one's own account."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.models import User
from jiangjin.accounts.services import LONGEST_TOKEN, set_password, token_permissions
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.forms import DateInput


class OwnPasswordForm(PasswordChangeForm):
    """A new password of one's own; the old one again would not be new."""

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the password you have now. Choose another one."), code="same")
        return password

    def save(self, commit: bool = True) -> Any:
        set_password(user=self.user, password=self.cleaned_data["new_password1"], by=self.user)
        return self.user


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What the token is used for."))
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none())
    permissions = forms.MultipleChoiceField(label=_("Permissions"), widget=forms.CheckboxSelectMultiple())
    expires_on = forms.DateField(label=_("Expires on"), widget=DateInput(), help_text=_("At most one year from today."))

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.visible_to(user).filter(level__in=[AreaLevel.COUNTY, AreaLevel.TOWN])
        area_field = self.fields["area"]
        permission_field = self.fields["permissions"]
        if isinstance(area_field, forms.ModelChoiceField) and isinstance(permission_field, forms.MultipleChoiceField):
            area_field.queryset = areas
            area_field.initial = areas.first()
            permission_field.choices = [(entry.code, entry.label) for entry in token_permissions(user)]
        self.fields["expires_on"].initial = today + LONGEST_TOKEN / 4
