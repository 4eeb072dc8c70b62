"""What pages about a village's helpers share: the village within scope, forms about a record, its history, ways back."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from households.forms.fields import VillageField, villages_within
from households.views.changing import RecordPage
from jiangjin.accounts.scoping import Scoped
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditAction, AuditEntry
from villages.views.access import NeedsPermission, visible_village
from villages.views.changing import file_url


def visible(request: HttpRequest, model: type[Scoped], pk: int, permission: str, *related: str) -> Any:
    """A record within the user's scope for a permission, or 404."""
    rows: Any = model.objects  # type: ignore[attr-defined]
    return get_object_or_404(rows.visible_to(request.user, permission).select_related(*related), pk=pk)


def reaches(request: HttpRequest, permission: str, path: str) -> bool:
    """Whether the user holds a permission over an area."""
    return bool(request.user.scope(permission).covers(path))


class OwnRecordPage(NeedsPermission, RecordPage):
    """A form about a record of a village, or of the district."""

    template_name: ClassVar[str] = "villages/posts/change.html"

    def record(self) -> Model | None:
        """The record that is changed; None where one is made."""
        return None

    def place(self) -> Area | None:
        """Where it is."""
        return None

    def about(self) -> dict[str, Any]:
        return {"record": self.record(), "place": self.place()}

    def changed_last(self) -> tuple[str, str]:
        return last_change(self.record())

    def files(self, data: Any) -> Any:
        """The files that came with what was sent; what is shown again after a conflict keeps those that are stored."""
        return self.request.FILES if data is self.request.POST else None


class ChooseVillage(forms.Form):
    """Which village it is about."""

    choose = VillageField()

    def __init__(self, data: Any = None, *, villages: Any) -> None:
        super().__init__(data)
        self.fields["choose"].queryset = villages  # type: ignore[attr-defined]


class AboutVillage(OwnRecordPage):
    """A form that makes a record of the village of `?village=`; without one, the village is asked for first. `tab`: where the
    village's page opens afterwards."""

    tab: ClassVar[str]
    village: Area

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        if request.GET.get("village"):
            return super().get(request, **keys)
        villages = villages_within(request.user.scope(self.permission))
        form = ChooseVillage(request.GET if "choose" in request.GET else None, villages=villages)
        if form.is_valid():
            return redirect(self.address(form.cleaned_data["choose"]))
        if villages.count() == 1:
            return redirect(self.address(villages.get()))
        context = {"form": form, "kept": self.kept(), **self.texts()}
        status = 422 if form.is_bound else 200
        return render(request, "villages/posts/choose_village.html", context, status=status)

    def address(self, village: Area) -> str:
        """This page, about a village."""
        return f"{self.request.path}?{urlencode({**self.kept(), 'village': village.code})}"

    def kept(self) -> dict[str, str]:
        """What else the address says."""
        kind = self.request.GET.get("kind", "")
        return {"kind": kind} if kind else {}

    def find(self) -> None:  # type: ignore[override]
        self.village = visible_village(self.request, self.request.GET.get("village", "-"), self.permission)

    def place(self) -> Area:
        return self.village

    def back(self) -> str:
        return file_url(self.village, self.tab)


def last_change(record: Model | None) -> tuple[str, str]:
    """Who wrote to a record last, and when."""
    entry = entries_of(record).first() if record is not None else None
    if entry is None:
        return _("Somebody else"), timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return entry.actor_name, timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")


def entries_of(record: Model) -> Any:
    """The change log of a record, newest first, without who looked at a number."""
    entries = AuditEntry.objects.filter(model=record._meta.label_lower, object_id=record.pk)
    return entries.exclude(action=AuditAction.REVEALED).order_by("-at", "-pk")


def changes_evidence(form: Any, record: Any) -> bool:
    """Whether other files are to prove the record than do."""
    return {file.pk for file in form.cleaned_data["evidence"]} != set(record.evidence.values_list("pk", flat=True))
