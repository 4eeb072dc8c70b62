"""What the platform itself lets roles do."""

from django.utils.translation import gettext_lazy as _

from jiangjin.accounts import roles
from jiangjin.accounts.roles import permit

MANAGE_ACCOUNTS = permit("accounts.manage", _("Make accounts and grants"), roles.ACCOUNT_ADMIN)
MANAGE_TOKENS = permit(
    "accounts.tokens",
    _("Make and revoke API tokens"),
    roles.DISTRICT_OFFICER,
    roles.TOWN_OFFICER,
    roles.API_CLIENT,
    roles.ACCOUNT_ADMIN,
)
USE_API = permit("accounts.api", _("Read the description of the REST interface"), *roles.ALL)
VIEW_AREAS = permit("areas.view", _("See areas"), *roles.ALL)
VIEW_AUDIT = permit("audit.view", _("Read the change log"), roles.AUDITOR, roles.INSPECTOR, roles.DISTRICT_OFFICER)
VIEW_JOBS = permit(
    "jobs.view",
    _("See jobs and their progress"),
    roles.TOWN_OFFICER,
    roles.DISTRICT_OFFICER,
    roles.AUDITOR,
    roles.INSPECTOR,
    roles.API_CLIENT,
)
