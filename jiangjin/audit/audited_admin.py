"""Pages of Django's admin whose every change goes to the audit log, in the transaction of the change."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import JSONObject, differences, record, snapshot


class AuditedAdmin(admin.ModelAdmin):
    """Writes an entry for each record that is added, changed or deleted here.

    `unlogged` names columns that the log keeps nothing of.
    """

    unlogged: ClassVar[frozenset[str]] = frozenset()

    def area_path_of(self, obj: Any) -> str:
        """The area that a record belongs to, for the log."""
        return ""

    def logged(self, obj: models.Model) -> JSONObject:
        """A record as the log keeps it."""
        return {name: value for name, value in snapshot(obj).items() if name not in self.unlogged}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            before = self.logged(type(obj)._default_manager.get(pk=obj.pk)) if change else {}
            super().save_model(request, obj, form, change)
            after = self.logged(obj)
            path = self.area_path_of(obj)
            if not change:
                record(by=request.user, action=AuditAction.CREATED, obj=obj, after=after, area_path=path)
                return
            old, new = differences(before, after)
            if new:
                record(by=request.user, action=AuditAction.CHANGED, obj=obj, before=old, after=new, area_path=path)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            path = self.area_path_of(obj)
            record(by=request.user, action=AuditAction.REMOVED, obj=obj, before=self.logged(obj), area_path=path)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)
