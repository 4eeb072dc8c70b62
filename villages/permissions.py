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
EDIT = permit("villages.edit", _("Write village profiles and surveys"), VILLAGE_TEAM, TOWN_OFFICER)
RECTIFY = permit(
    "villages.rectify",
    _("Begin and close rectifications of weak village organisations"),
    TOWN_OFFICER,
    DISTRICT_OFFICER,
)
# Who writes a village's figures does not strike it off.
LIST = permit("villages.list", _("Put villages on the list of poor villages and strike them off"), DISTRICT_OFFICER)
