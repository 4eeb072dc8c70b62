"""Forms of the admin: accounts, grants, areas."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.models import Grant, User
from jiangjin.accounts.services import may_grant, set_password
from jiangjin.areas.models import Area, AreaLevel

ABOVE = {AreaLevel.TOWN: AreaLevel.COUNTY, AreaLevel.VILLAGE: AreaLevel.TOWN, AreaLevel.GROUP: AreaLevel.VILLAGE}


class NewUserForm(UserCreationForm):
    """A new account. Its password is the administrator's, so the user changes it at the first sign-in."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "name", "unit")

    def save(self, commit: bool = True) -> User:
        self.instance.must_change_password = True
        user: User = super().save(commit=commit)
        return user


class UserForm(UserChangeForm):
    """An account on file."""

    class Meta(UserChangeForm.Meta):
        model = User


class NewPasswordForm(AdminPasswordChangeForm):
    """A password given out by the administrator `by`, who is set on the user that the page loads."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        # An account is closed by deactivating it; there is no sign-in without a password.
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True

    def save(self, commit: bool = True) -> User:
        user: Any = self.user
        set_password(user=user, password=self.cleaned_data["password1"], by=user.changed_by)
        return self.user


class GrantForm(forms.ModelForm):
    """A grant: given anew, or ended. What was given when stays known, so nothing else of it changes."""

    by: ClassVar[Any]
    today: ClassVar[dt.date]

    class Meta:
        model = Grant
        fields: ClassVar = ["role", "area", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in ("role", "area", "valid_from"):
                self.fields[name].disabled = True
        else:
            self.fields["valid_from"].initial = self.today

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.instance.pk is not None and "valid_to" in self.changed_data and values.get("valid_to") is None:
            self.add_error("valid_to", _("A role that has ended is not opened again: give it anew."))
        area, user = values.get("area"), self.instance.user
        if self.has_changed() and area is not None and not may_grant(by=self.by, user=user, area=area):
            self.add_error("area", _("You give and end roles within your own area only, and never your own."))
        return values


class GrantFormSet(forms.BaseInlineFormSet):
    """The grants of one user."""

    def clean(self) -> None:
        """(Constraints that involve the user are checked here: the forms of an inline leave their parent out.)"""
        super().clean()
        held = set()
        for form in self.forms:
            values = getattr(form, "cleaned_data", {})
            if not values.get("role") or not values.get("area") or values.get("valid_to") is not None:
                continue
            role = (values["role"], values["area"].pk)
            if role in held:
                form.add_error("role", _("The user holds this role over this area already."))
            held.add(role)


class AreaForm(forms.ModelForm):
    """An area; its level follows from the area above it."""

    class Meta:
        model = Area
        fields: ClassVar = ["level", "parent", "name", "code", "vintage", "predecessor"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code and not (code.isascii() and code.isdigit() and len(code) in {6, 9, 12}):
            raise forms.ValidationError(_("A statistical code has 6, 9 or 12 digits."))
        return code

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        level = values.get("level", self.instance.level)
        parent = values.get("parent", self.instance.parent)
        if parent is not None and level in ABOVE and parent.level != ABOVE[level]:
            expected = AreaLevel(ABOVE[level]).label
            self.add_error("parent", _("The area above must be of the level: %(level)s.") % {"level": expected})
        return values
