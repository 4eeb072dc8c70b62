"""Policy documents (1+9: one implementing opinion, nine supporting documents) and their clauses."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import PATH_STEP


class PolicyKind(models.TextChoices):
    OPINION = "opinion", _("Implementing opinion")
    SUPPORTING = "supporting", _("Supporting document")
    NOTICE = "notice", _("Notice")


def in_force(on: dt.date, prefix: str = "") -> Q:
    """Q for documents or clauses that hold on a day."""
    open_or_later = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": on})
    return open_or_later & Q(**{f"{prefix}valid_from__lte": on})


class PolicyDocumentQuerySet(models.QuerySet["PolicyDocument"]):
    def in_force(self, on: dt.date) -> Self:
        """Documents that hold on a day."""
        return self.filter(in_force(on))

    def within(self, scope: Scope) -> Self:
        """Documents of the districts in which the areas of a scope lie."""
        return self.filter(area__path__in={path[:PATH_STEP] for path in scope.paths})

    def visible_to(self, user: Any, permission: str = "") -> Self:
        """Documents of the districts in which the user holds a grant today. They are no secret within the district: whoever
        works in one of its villages reads the documents of the whole."""
        return self.filter(area__path__in=user.county_paths(permission or PolicyDocument.view_permission))


class PolicyDocument(models.Model):
    """A document of the district that says how poor households are helped.

    `is_placeholder`: the wording is this project's summary, not the issued text.
    """

    view_permission: ClassVar[str] = "policies.view"

    area = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="policy_documents", verbose_name=_("district"), db_index=False
    )
    code = models.SlugField(_("short name"), max_length=40, help_text=_("Latin letters; part of the address."))
    kind = models.CharField(_("kind"), max_length=10, choices=PolicyKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supporting_documents",
        verbose_name=_("document that it supports"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True, help_text=_("Empty where not known."))
    issued_by = models.CharField(_("issued by"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    summary = models.TextField(_("summary"), max_length=2000, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_placeholder = models.BooleanField(
        _("wording not established"), default=False, help_text=_("A summary of this project, not the issued text.")
    )
    evidence = models.ManyToManyField(
        "evidence.EvidenceFile", blank=True, related_name="+", verbose_name=_("issued text as a file")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy document")
        verbose_name_plural = _("policy documents")
        ordering = ["area", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "code"],
                name="policy_code_unique_in_district",
                violation_error_message=_("The district has a document of this short name already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="policy_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=PolicyKind.SUPPORTING) | Q(parent__isnull=False),
                name="policy_supporting_has_parent",
                violation_error_message=_("A supporting document names the document that it supports."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def holds_on(self, day: dt.date) -> bool:
        """Whether the document is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def audit_area_path(self) -> str:
        return self.area.path


class PolicyClauseQuerySet(models.QuerySet["PolicyClause"]):
    def in_force(self, on: dt.date) -> Self:
        """The wordings that hold on a day."""
        return self.filter(in_force(on))


class PolicyClause(models.Model):
    """One wording of a clause of a document: what measures, norms and rules rest on. Superseded by dates, not overwritten.

    What rests on a clause rests on its number in the document: a new wording changes nothing about that.
    """

    document = models.ForeignKey(
        PolicyDocument, models.PROTECT, related_name="clauses", verbose_name=_("policy document"), db_index=False
    )
    number = models.PositiveSmallIntegerField(_("clause"))
    heading = models.CharField(_("heading"), max_length=100)
    text = models.TextField(_("text"), max_length=4000)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day; empty: open."))

    objects = PolicyClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy clause")
        verbose_name_plural = _("policy clauses")
        ordering = ["document", "number", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number", "valid_from"],
                name="policy_clause_once",
                violation_error_message=_("The document has this clause already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="policy_clause_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    def holds_on(self, day: dt.date) -> bool:
        """Whether the wording is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def audit_area_path(self) -> str:
        return self.document.area.path


class ClauseBasis(models.Model):
    """Which clause a norm or rule of the system rests on. `norm` is the code of an entry of `jiangjin.common.norms`."""

    norm = models.CharField(_("norm or rule"), max_length=60)
    clause = models.ForeignKey(PolicyClause, models.PROTECT, related_name="bases", verbose_name=_("policy clause"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("basis of a norm")
        verbose_name_plural = _("bases of norms")
        ordering = ["norm", "clause"]
        constraints = [
            models.UniqueConstraint(
                fields=["norm", "clause"],
                name="clause_basis_once",
                violation_error_message=_("The norm rests on this clause already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.norm} · {self.clause}"

    @property
    def audit_area_path(self) -> str:
        return self.clause.document.area.path
