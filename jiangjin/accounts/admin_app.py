"""Puts the house's own admin site in the place of Django's (settings.INSTALLED_APPS)."""

from django.contrib.admin.apps import AdminConfig


class OfficeAdminConfig(AdminConfig):
    default_site = "jiangjin.accounts.admin_site.OfficeAdminSite"
