"""Small forms of one act: what a service refuses is shown at its field."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.models import Absence, FollowUp
from households.forms.fields import DayField, model_field, reason_field
from jiangjin.evidence.forms import EvidenceField


class ActForm(forms.Form):
    """Base: takes what the service said."""

    def take(self, refusal: ValidationError) -> None:
        """Each error at the field that it names if the form has it, else at the top."""
        by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"": [refusal]}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, ValidationError(errors))


class AbsenceForm(ActForm):
    """The whole household is away."""

    starts_on = DayField(label=_("Away since"))
    ends_on = DayField(label=_("Last day away"), required=False, help_text=_("Leave it empty as long as nobody knows."))
    reason = model_field(Absence, "reason", help_text=_("Such as work in Guangdong, the whole family."))

    def __init__(self, data: Any = None, *, today: Any) -> None:
        super().__init__(data, initial={"starts_on": today})
        self.fields["starts_on"].latest = today  # type: ignore[attr-defined]


class EndAbsenceForm(ActForm):
    """The household is back."""

    ends_on = DayField(label=_("Last day away"))

    def __init__(self, data: Any = None, *, today: Any) -> None:
        super().__init__(data, initial={"ends_on": today})
        self.fields["ends_on"].latest = today  # type: ignore[attr-defined]


class CloseForm(ActForm):
    """What came of a promise. Several stand on one page: each has the number of its follow-up as prefix of its ids."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.CharField(label=_("What came of it?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    evidence = EvidenceField(
        label=_("Photos or documents that prove it"),
        required=False,
        help_text=_("Such as the mended pipe, the signed receipt."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, follow_up: FollowUp, by: Any = None) -> None:
        super().__init__(data, files, initial={"version": follow_up.version}, auto_id=f"follow-up-{follow_up.pk}-%s")
        self.fields["evidence"].given_by(by)  # type: ignore[attr-defined]


class WithdrawForm(ActForm):
    """Why a visit is taken back, or a promise taken up again."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason_field(length=200)
