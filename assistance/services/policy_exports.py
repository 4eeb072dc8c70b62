"""The list of policy documents as a workbook. Who exported what is logged."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.models import PolicyClause, PolicyDocument
from assistance.services.exports import workbook


def documents(
    rows: QuerySet[PolicyDocument], clauses: Mapping[int, Sequence[PolicyClause]], *, by: Any, filters: dict[str, Any]
) -> bytes:
    """A workbook of documents with the headings of their clauses (by document)."""
    headings = [
        *(_("Title"), _("Kind"), _("Document number"), _("Issued by"), _("Issued on"), _("Valid from"), _("Valid to")),
        *(_("Number of clauses"), _("Clauses"), _("Summary"), _("Wording not established")),
    ]

    def cells(chunk: list[PolicyDocument]) -> Iterator[list[Any]]:
        for document in chunk:
            own = clauses[document.pk]
            yield [
                document.title,
                document.get_kind_display(),
                document.number,
                document.issued_by,
                document.issued_on,
                document.valid_from,
                document.valid_to,
                len(own),
                "\n".join(f"{clause.number} {clause.heading}" for clause in own),
                document.summary,
                _("yes") if document.is_placeholder else "",
            ]

    return workbook(rows, cells, title=_("Policy documents"), headings=headings, by=by, filters=filters)
