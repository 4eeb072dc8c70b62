"""What roles may do with village files."""

from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.roles import (
    API_CLIENT,
    AUDITOR,
    DISTRICT_HEAD,
    DISTRICT_OFFICER,
    FINANCE,
    INSPECTOR,
    TOWN_OFFICER,
    VILLAGE_TEAM,
    permit,
)

VIEW = permit(
    "villages.view",
    _("See village files"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    FINANCE,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
)
