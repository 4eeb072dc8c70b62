"""Photos and documents."""

import datetime as dt
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiangjin.common.append_only import AppendOnly, AppendOnlyQuerySet
from jiangjin.evidence.models.evidence_detachment import EvidenceDetachment
from jiangjin.evidence.owners import FILE, evidence_owners

NAME_LENGTH = 120


class EvidenceKind(models.TextChoices):
    PHOTO = "photo", _("Photo")
    DOCUMENT = "document", _("Document")


class EvidenceFileQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The files of records that `user` may see, and the user's own that no record holds yet. What was taken off a record
        is seen by those who read the change log of its area. Nobody else sees anything."""
        if not _may_see_any(user):
            return self.none()
        seen = Q(uploaded_by=user.pk) & self._unused()
        for owner in evidence_owners:
            seen |= Q(Exists(owner.visible(user).filter(**{FILE: OuterRef("pk")})))
        seen |= Q(Exists(EvidenceDetachment.objects.visible_to(user).filter(file=OuterRef("pk"))))
        return self.filter(seen)

    def visible_one(self, user: Any, key: uuid.UUID) -> "EvidenceFile | None":
        """One file if `visible_to` would give it, else None. First which kinds of records hold it, then those alone are asked: most
        of what the other question costs is putting it together."""
        if not _may_see_any(user):
            return None
        owners = list(evidence_owners)
        holds = {
            f"held_{place}": Exists(owner.ties().filter(**{FILE: OuterRef("pk")})) for place, owner in enumerate(owners)
        }
        off = Exists(EvidenceDetachment.objects.filter(file=OuterRef("pk")))
        file: Any = self.filter(key=key).annotate(is_detached=off, **holds).order_by().first()
        if file is None:
            return None
        holding = [owner for place, owner in enumerate(owners) if getattr(file, f"held_{place}")]
        seen = any(owner.visible(user).filter(**{FILE: file.pk}).exists() for owner in holding)
        if not seen and file.is_detached:
            seen = EvidenceDetachment.objects.visible_to(user).filter(file=file).exists()
        unused = not holding and not file.is_detached
        return file if seen or (unused and file.uploaded_by_id == user.pk) else None

    def held(self) -> Self:
        """Files that at least one record holds."""
        return self.filter(_held())

    def unused(self) -> Self:
        """Files that no record holds or ever held."""
        return self.filter(self._unused())

    def _unused(self) -> Q:
        return ~_held() & ~Q(Exists(EvidenceDetachment.objects.filter(file=OuterRef("pk"))))

    def forgotten(self, before: dt.datetime) -> Self:
        """Unused files that were uploaded before a moment: nobody will use them any more."""
        return self.unused().filter(uploaded_at__lt=before)

    def same_content(self) -> Self:
        """Held files whose very bytes another record holds as well: one photo used twice."""
        others = EvidenceFile.objects.held().filter(sha256=OuterRef("sha256")).exclude(pk=OuterRef("pk"))
        return self.held().filter(Exists(others.order_by()))

    def shown(self) -> Self:
        """As `{% evidence %}` shows them: with who uploaded them, the oldest first."""
        return self.select_related("uploaded_by").order_by("pk")

    def discard(self) -> int:
        """Delete the rows. Only for files that nobody ever used (`jiangjin.evidence.services`); returns how many."""
        return models.QuerySet.delete(self)[0]


def _may_see_any(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def _held() -> Q:
    """Some record holds the file."""
    held = Q(pk__in=[])
    for owner in evidence_owners:
        held |= Q(Exists(owner.ties().filter(**{FILE: OuterRef("pk")})))
    return held


class EvidenceFile(AppendOnly):
    """A photo or document as it was handed in; never changed.

    A photo is stored anew, without anything that came with it but the picture; `sha256` is that of the bytes that were sent.
    Records hold files in a many-to-many field that they register (jiangjin.evidence.owners); access derives from them.
    """

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=EvidenceKind)
    name = models.CharField(_("file name"), max_length=NAME_LENGTH)
    content_type = models.CharField(_("content type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"), help_text=_("As stored."))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True, help_text=_("Of the bytes that were sent."))
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True)
    caption = models.CharField(_("what it shows"), max_length=200, blank=True)
    taken_on = models.DateField(_("taken on"), null=True, blank=True)
    file = models.FileField(_("file"), max_length=100)
    preview = models.FileField(_("preview"), max_length=100, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True, db_index=True)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=EvidenceKind.PHOTO) | (Q(width__gt=0) & Q(height__gt=0) & ~Q(preview="")),
                name="evidence_photo_with_preview",
                violation_error_message=_("A photo has its measures and a preview."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("evidence:open", args=[self.key])

    @property
    def is_photo(self) -> bool:
        return self.kind == EvidenceKind.PHOTO


def shown_evidence(lookup: str = "evidence") -> Prefetch:
    """For `prefetch_related` of whoever shows records with their evidence."""
    return Prefetch(lookup, EvidenceFile.objects.shown())
