"""The admin's page of poverty lines. Households and everything about them are not in the admin."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from households.models import PovertyLine
from jiangjin.accounts.admin import ReferenceAdmin
from jiangjin.areas.models import Area
from jiangjin.common.forms import YuanField
from jiangjin.common.money import fen_to_yuan


class PovertyLineForm(forms.ModelForm):
    """A line; the amount is typed in yuan."""

    amount_fen = YuanField(label=_("amount per head and year"), min_value=1)

    class Meta:
        model = PovertyLine
        fields: ClassVar = ["area", "year", "measure", "amount_fen", "basis", "confidence"]


@admin.register(PovertyLine)
class PovertyLineAdmin(ReferenceAdmin):
    """Lines. A changed line makes the next evaluation of its year judge everybody again."""

    form = PovertyLineForm
    list_display = ("year", "area", "measure", "amount", "basis")
    list_filter = ("measure", "area")
    list_select_related = ("area",)
    ordering = ("-year", "measure", "pk")

    def area_path_of(self, obj: PovertyLine) -> str:
        return obj.area.path if obj.area is not None else ""

    @admin.display(description=_("amount per head and year"), ordering="amount_fen")
    def amount(self, obj: PovertyLine) -> str:
        """In yuan."""
        return f"{fen_to_yuan(obj.amount_fen):,}"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "area":
            kwargs["queryset"] = Area.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
