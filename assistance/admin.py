"""The admin's pages of dated rules. Visits and difficulties themselves are not in the admin."""

from django.contrib import admin

from assistance.models import DifficultyStandard
from jiangjin.accounts.admin import ReferenceAdmin


@admin.register(DifficultyStandard)
class DifficultyStandardAdmin(ReferenceAdmin):
    """Kinds of difficulties and their days. A new rule gets a row of its own from its first day on."""

    list_display = (
        "kind",
        "valid_from",
        "valid_to",
        "is_offered",
        "due_days",
        "town_after_days",
        "district_after_days",
        "is_assumption",
    )
    list_filter = ("kind", "is_offered", "is_assumption")
    ordering = ("kind", "-valid_from", "pk")
