"""Django's admin, for reference data and accounts only (DESIGN 4.5): superusers and account administrators come in."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.permissions import MANAGE_ACCOUNTS


def keeps_accounts(user: Any) -> bool:
    """Whether the user makes accounts and grants."""
    return bool(user.is_active and user.is_staff and (user.is_superuser or user.may(MANAGE_ACCOUNTS)))


class Suggestions(AutocompleteJsonView):
    """What a search box suggests; pages of models whose names repeat say more than the name (`choice_label`)."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        label = getattr(self.model_admin, "choice_label", None)
        return {**result, "text": label(obj)} if label is not None else result


class OfficeAdminSite(AdminSite):
    """One sign-in and one page for the own password in the whole house; the admin has none of its own."""

    site_header = site_title = _("Accounts and reference data")
    index_title = _("Changes made here go to the change log.")

    def has_permission(self, request: HttpRequest) -> bool:
        return keeps_accounts(request.user)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Reached only by who is signed in (ClosedByDefaultMiddleware) and has no business here."""
        if self.has_permission(request):
            return redirect("admin:index")
        raise PermissionDenied

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("password_change")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Suggestions.as_view(admin_site=self)(request)
