"""The admin's pages of accounts, units and areas.

Accounts and units: superusers and account administrators, these within their area. Areas: superusers; read-mostly.
"""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangjin.accounts import services
from jiangjin.accounts.admin_forms import AreaForm, GrantForm, GrantFormSet, NewPasswordForm, NewUserForm, UserForm
from jiangjin.accounts.admin_site import keeps_accounts
from jiangjin.accounts.models import Grant, Unit, User
from jiangjin.accounts.permissions import MANAGE_ACCOUNTS
from jiangjin.areas.models import Area, under
from jiangjin.audit.audited_admin import AuditedAdmin
from jiangjin.common import clock

# Roles are declared in code and given by grants; Django's groups are not used.
admin.site.unregister(Group)


class ReferenceAdmin(AuditedAdmin):
    """Reference data: superusers change it, account administrators may look things up."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_accounts(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return keeps_accounts(request.user)


class GrantInline(admin.TabularInline):
    """What a user may do where, and since when."""

    model = Grant
    form = GrantForm
    formset = GrantFormSet
    fk_name = "user"
    extra = 0
    can_delete = False
    autocomplete_fields = ("area",)
    readonly_fields = ("granted_by",)
    ordering = ("-valid_from", "pk")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.by, formset.form.today = request.user, clock.today()
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_accounts(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_accounts(request.user) and obj is not None and services.may_manage(by=request.user, user=obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


@admin.register(User)
class AccountAdmin(AuditedAdmin, UserAdmin):
    """Accounts. Closed by deactivating, never deleted: the log knows them."""

    form = UserForm
    add_form = NewUserForm
    # Django's own says in English only that more can be edited afterwards.
    add_form_template = None
    change_password_form = NewPasswordForm
    unlogged = frozenset({"password", "last_login"})
    list_display = ("username", "name", "unit", "is_active", "last_login")
    list_filter = ("is_active", "grants__role")
    list_select_related = ("unit",)
    search_fields = ("username", "name", "unit__name")
    autocomplete_fields = ("unit",)
    filter_horizontal = ()
    ordering = ("username",)
    readonly_fields = ("last_login",)
    add_fieldsets = ((None, {"fields": ("username", "name", "unit", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "unit")}),
        (gettext_lazy("Sign-in"), {"fields": ("is_active", "must_change_password", "last_login")}),
    )
    superuser_fieldset = (
        gettext_lazy("Administration"),
        {
            "fields": ("is_staff", "is_superuser"),
            "description": gettext_lazy("Neither opens household files: that takes a role over an area."),
        },
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_fieldsets(request, obj)
        return (*shown, self.superuser_fieldset) if obj is not None and request.user.is_superuser else shown

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [GrantInline] if obj is not None else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users = super().get_queryset(request)
        if request.user.is_superuser:
            return users
        within = Q()
        for path in request.user.scope(MANAGE_ACCOUNTS).paths:
            within |= under(path, "area__path")
        beyond = Grant.objects.exclude(within) if within else Grant.objects.all()
        return users.filter(is_superuser=False).exclude(pk__in=beyond.values("user"))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        user = super().get_object(request, object_id, from_field)
        if user is not None:
            user.changed_by = request.user  # for NewPasswordForm, which sees the user and not the request
        return user

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_accounts(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return keeps_accounts(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return keeps_accounts(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_accounts(request.user) and (obj is None or services.may_manage(by=request.user, user=obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Grants go through the service like everywhere else."""
        formset.save(commit=False)
        for grant in formset.new_objects:
            services.grant_role(
                user=grant.user,
                role=grant.role,
                area=grant.area,
                valid_from=grant.valid_from,
                valid_to=grant.valid_to,
                by=request.user,
            )
        for grant, _fields in formset.changed_objects:
            end: dt.date = grant.valid_to
            services.end_grant(grant=grant, on=end, by=request.user, reason=_("ended in the admin"))


@admin.register(Unit)
class UnitAdmin(ReferenceAdmin):
    """Units. Whoever keeps accounts keeps them within the own districts; one that nobody belongs to may be deleted."""

    list_display = ("name", "kind", "county", "area")
    list_filter = ("kind", "county")
    list_select_related = ("county", "area")
    search_fields = ("name",)
    autocomplete_fields = ("area",)

    def area_path_of(self, obj: Unit) -> str:
        return (obj.area or obj.county).path

    def _may_write(self, request: HttpRequest, obj: Unit | None) -> bool:
        user = request.user
        if user.is_superuser:
            return True
        return keeps_accounts(user) and (obj is None or user.scope(MANAGE_ACCOUNTS).covers(obj.county.path))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_write(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_write(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "county":
            counties = Area.objects.filter(parent=None)
            if not request.user.is_superuser:
                counties = counties.filter(path__in=request.user.scope(MANAGE_ACCOUNTS).paths)
            kwargs["queryset"] = counties
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    """Areas. Names and codes change with the statistics; place in the tree and path never do, and nothing is deleted."""

    form = AreaForm
    list_display = ("name", "level", "code", "vintage", "parent")
    list_filter = ("level", "vintage")
    search_fields = ("name", "code")
    autocomplete_fields = ("parent", "predecessor")
    ordering = ("path",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        return super().get_queryset(request).select_related("parent")

    def choice_label(self, obj: Area) -> str:
        """Villages of one name are told apart by their town."""
        return f"{obj.parent} {obj}" if obj.parent is not None else str(obj)

    def area_path_of(self, obj: Area) -> str:
        return obj.path

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("level", "parent") if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
