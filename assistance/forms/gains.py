"""Forms of gains: of one business's households for a year, of a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from assistance.forms.acting import ActForm
from assistance.models import BusinessGain, BusinessLink
from assistance.services.business_gains import GainEntry
from households.forms.fields import reason_field
from households.forms.rosters import ACCEPTED
from jiangjin.common.forms import YuanField

SALT = "business gains"
MAX_AGE_SECONDS = 24 * 60 * 60


class GainsForm(ActForm):
    """What the households of one business gained in a year: one amount a tie, empty where nobody knows yet."""

    PREFIX: ClassVar[str] = "gain-"

    basis = forms.CharField(
        label=_("How it was counted"), required=False, max_length=200, help_text=_("For all that are reported here.")
    )
    reason = reason_field(required=False, length=200, help_text=_("Needed only where an amount on file is replaced."))

    def __init__(
        self, data: Any = None, *, links: Sequence[BusinessLink], on_file: Mapping[int, BusinessGain], year: int
    ) -> None:
        super().__init__(data)
        self.links, self.on_file, self.year = list(links), on_file, year
        for link in self.links:
            self.fields[f"{self.PREFIX}{link.pk}"] = YuanField(
                label=_("Gain"),
                required=False,
                min_value=0,
                initial=on_file[link.pk].gain_fen if link.pk in on_file else None,
            )

    def row_field(self, link: int) -> Any:
        """The bound field of a tie."""
        return self[f"{self.PREFIX}{link}"]

    @property
    def entries(self) -> list[GainEntry]:
        """The amounts that were typed and are not on file as they are."""
        found = []
        for link in self.links:
            fen = self.cleaned_data[f"{self.PREFIX}{link.pk}"]
            known = self.on_file.get(link.pk)
            if fen is not None and (known is None or known.gain_fen != fen):
                found.append(GainEntry(link=link.pk, year=self.year, gain_fen=fen, basis=self.cleaned_data["basis"]))
        return found


class GainUpload(forms.Form):
    """A workbook of gains."""

    file = forms.FileField(
        label=_("Workbook of gains"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": _("The file is empty.")},
    )
    year = forms.ChoiceField(label=_("Year"), widget=forms.Select(attrs={"data-select": "1"}))
    reason = reason_field(
        required=False, length=200, help_text=_("Needed only where amounts on file are to be replaced.")
    )

    def __init__(self, data: Any = None, files: Any = None, *, years: Sequence[int], year: int) -> None:
        super().__init__(data, files, initial={"year": str(year)})
        self.fields["year"].choices = [(str(each), str(each)) for each in years]  # type: ignore[attr-defined]


class GainConfirm(forms.Form):
    """The entries that the check found good, sealed, to be written as they were shown."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    @staticmethod
    def seal(entries: Sequence[GainEntry]) -> str:
        """Entries as the page carries them."""
        rows = [[entry.link, entry.year, entry.gain_fen, entry.basis] for entry in entries]
        return signing.dumps(rows, salt=SALT, compress=True)

    def clean_sealed(self) -> list[GainEntry]:
        try:
            rows = signing.loads(self.cleaned_data["sealed"], salt=SALT, max_age=MAX_AGE_SECONDS)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This check is out of date. Upload the workbook again."), code="sealed"
            ) from error
        return [GainEntry(link=link, year=year, gain_fen=fen, basis=basis) for link, year, fen, basis in rows]
