"""What roles may do with roll-ups and reports."""

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

VIEW_ROLLUPS = permit(
    "rollups.view",
    _("See dashboards and roll-ups of an area"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    FINANCE,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
)
REFRESH_ROLLUPS = permit("rollups.refresh", _("Rebuild roll-ups"), DISTRICT_OFFICER)
