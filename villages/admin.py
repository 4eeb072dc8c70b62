"""The admin's pages of village and post standards. Villages and everything about them are not in the admin."""

from django.contrib import admin

from jiangjin.accounts.admin import ReferenceAdmin
from villages.models import PostStandard, VillageStandard


@admin.register(VillageStandard)
class VillageStandardAdmin(ReferenceAdmin):
    """Limits of poverty incidence. A changed limit holds at once wherever incidence is shown."""

    list_display = ("valid_from", "valid_to", "incidence_permille", "basis", "is_assumption")
    ordering = ("-valid_from",)


@admin.register(PostStandard)
class PostStandardAdmin(ReferenceAdmin):
    """Who must answer for a poor village, in numbers. A changed number holds at once in the completeness check."""

    list_display = (
        *("valid_from", "valid_to", "leaders", "support_groups", "first_secretaries", "teams", "team_members"),
        *("graduate_officials", "technology_commissioners", "helpers", "basis", "is_assumption"),
    )
    ordering = ("-valid_from",)
