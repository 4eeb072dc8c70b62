"""The admin's page of village standards. Villages and everything about them are not in the admin."""

from django.contrib import admin

from jiangjin.accounts.admin import ReferenceAdmin
from villages.models import VillageStandard


@admin.register(VillageStandard)
class VillageStandardAdmin(ReferenceAdmin):
    """Limits of poverty incidence. A changed limit holds at once wherever incidence is shown."""

    list_display = ("valid_from", "valid_to", "incidence_permille", "basis", "is_assumption")
    ordering = ("-valid_from",)
