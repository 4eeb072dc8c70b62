"""Keeping policy documents: the document itself, its clauses by dates, which norms rest on them.

Whatever is written to a document raises its version and is told in the change log within the same transaction.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import ClauseBasis, PolicyClause, PolicyDocument, PolicyKind
from assistance.permissions import EDIT_POLICIES
from households.services.batch import changed_entry, created_entry, one_of
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change
from jiangjin.audit.services import record_many as log
from jiangjin.common.norms import norms
from jiangjin.evidence import services as evidence_files
from jiangjin.evidence.models import EvidenceFile

CHANGEABLE = (
    *("kind", "parent", "order", "title", "number", "issued_by", "issued_on", "valid_from", "valid_to"),
    *("summary", "source", "is_placeholder"),
)
DAY = dt.timedelta(days=1)


def add(
    *, area: Area, code: str, values: Mapping[str, Any], by: Any, evidence: Collection[EvidenceFile] = ()
) -> PolicyDocument:
    """A new document of a district, with the issued text as files. Raises ValidationError by field, and PermissionDenied outside
    the user's district."""
    one_of(values, CHANGEABLE)
    _check_may_edit(area, by)
    with transaction.atomic():
        # The district's row: two who add a document of one short name come one after the other.
        Area.objects.select_for_update(of=("self",), no_key=True).get(pk=area.pk)
        if PolicyDocument.objects.filter(area=area, code=code).exists():
            message = _("The district has a document of this short name already.")
            raise ValidationError({"code": ValidationError(message, code="code")})
        document = PolicyDocument(area=area, code=code, **values)
        _check(document)
        document.save()
        log([created_entry(PolicyDocument)(document)], by=by)
        evidence_files.attach(record=document, files=evidence, by=by)
    return document


def change(
    *,
    document: PolicyDocument,
    changes: Mapping[str, Any],
    by: Any,
    version: int,
    reason: str = "",
    evidence: Collection[EvidenceFile] | None = None,
) -> PolicyDocument:
    """Correct what is said about a document (CHANGEABLE), and which files hold the issued text (None: as they are).

    Raises ValidationError by field, without a reason where a file is taken off, with the code "conflict" if it is not the
    `version` that was read, and PermissionDenied.
    """
    one_of(changes, CHANGEABLE)
    with transaction.atomic():
        row = _opened(document, by=by, version=version)
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        before = {name: value for name, value in before.items() if getattr(row, name) != value}
        files_changed = _hold(row, evidence, by=by, reason=reason)
        if not before:
            if files_changed:
                _raise_version(row)
            return row
        _check(row)
        _check_clauses_within(row)
        row.version += 1
        row.save(update_fields=[*before, "version"])
        log([changed_entry(row, before)], by=by, reason=reason.strip())
    return row


def add_clause(
    *, document: PolicyDocument, number: int, heading: str, text: str, valid_from: dt.date, by: Any, version: int
) -> PolicyClause:
    """A clause under a number that the document has not used yet. Raises as `change` does."""
    with transaction.atomic():
        row = _opened(document, by=by, version=version)
        if row.clauses.filter(number=number).exists():
            message = _("The document has a clause %(number)d already: give it a new wording instead.")
            raise ValidationError({"number": ValidationError(message, code="number", params={"number": number})})
        clause = PolicyClause(document=row, number=number, heading=heading, text=text, valid_from=valid_from)
        return _store(clause, by=by)


def reword_clause(
    *, clause: PolicyClause, heading: str, text: str, valid_from: dt.date, by: Any, version: int, reason: str = ""
) -> PolicyClause:
    """Another wording from a day on; the wording before ends the day before and stays readable. Raises as `change` does, and for
    a day on which a later wording has begun."""
    with transaction.atomic():
        row = _opened(clause.document, by=by, version=version)
        latest = _latest(row, clause.number)
        if valid_from <= latest.valid_from:
            message = _("The present wording holds from %(day)s: another one begins later.")
            raise ValidationError({"valid_from": ValidationError(message, "early", {"day": latest.valid_from})})
        if (heading, text) == (latest.heading, latest.text):
            raise ValidationError({"text": ValidationError(_("This is the present wording."), code="same")})
        if latest.valid_to is None or latest.valid_to >= valid_from:
            _change(latest, {"valid_to": valid_from - DAY}, by=by, reason=reason)
        fresh = PolicyClause(document=row, number=clause.number, heading=heading, text=text, valid_from=valid_from)
        return _store(fresh, by=by, reason=reason)


def correct_clause(
    *, clause: PolicyClause, heading: str, text: str, by: Any, version: int, reason: str
) -> PolicyClause:
    """Put the issued words in place of this project's summary. Raises as `change` does, without a reason, and for a document whose
    wording is established: that is never overwritten."""
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why the wording is corrected."), code="reason")})
    with transaction.atomic():
        row = _opened(clause.document, by=by, version=version)
        if not row.is_placeholder:
            message = _(
                "The wording of this document is established and is not overwritten: write a new one from a day on."
            )
            raise ValidationError(message, code="established")
        stored = row.clauses.get(pk=clause.pk)
        stored.document = row
        return _change(stored, {"heading": heading, "text": text}, by=by, reason=reason, raises_version=True)


def end_clause(*, clause: PolicyClause, ends_on: dt.date, by: Any, version: int, reason: str) -> PolicyClause:
    """The clause holds until a day and has no wording after it. Raises as `change` does, and without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why the clause is repealed."), code="reason")})
    with transaction.atomic():
        row = _opened(clause.document, by=by, version=version)
        latest = _latest(row, clause.number)
        if latest.valid_to is not None:
            message = _("The clause holds until %(day)s already.")
            raise ValidationError({"ends_on": ValidationError(message, "ended", {"day": latest.valid_to})})
        if ends_on < latest.valid_from:
            message = _("The present wording holds from %(day)s: it cannot end before.")
            raise ValidationError({"ends_on": ValidationError(message, "early", {"day": latest.valid_from})})
        return _change(latest, {"valid_to": ends_on}, by=by, reason=reason, raises_version=True)


def add_basis(*, clause: PolicyClause, norm: str, note: str, by: Any, version: int) -> ClauseBasis:
    """Say that a norm rests on the clause. Raises as `change` does, for a norm that the system does not know or that rests on the
    clause already."""
    with transaction.atomic():
        row = _opened(clause.document, by=by, version=version)
        latest = _latest(row, clause.number)
        before = _norms_on(latest)
        if norm not in norms:
            raise ValidationError({"norm": ValidationError(_("There is no such norm."), code="norm")})
        if norm in before:
            raise ValidationError({"norm": ValidationError(_("The norm rests on this clause already."), code="norm")})
        basis = ClauseBasis(norm=norm, clause=latest, note=note)
        basis.full_clean(exclude=["clause"])
        basis.save()
        _raise_version(row)
        _log_norms(latest, before, by=by, reason=note)
    return basis


def remove_basis(*, basis: ClauseBasis, by: Any, version: int, reason: str) -> None:
    """Say that a norm does not rest on the clause (any more); the log keeps that it did. Raises as `change` does, and without a
    reason."""
    if not reason.strip():
        raise ValidationError(
            {"reason": ValidationError(_("Say why it no longer rests on the clause."), code="reason")}
        )
    with transaction.atomic():
        row = _opened(basis.clause.document, by=by, version=version)
        latest = _latest(row, basis.clause.number)
        before = _norms_on(latest)
        ClauseBasis.objects.filter(pk=basis.pk).delete()
        _raise_version(row)
        _log_norms(latest, before, by=by, reason=reason)


def _norms_on(clause: PolicyClause) -> list[str]:
    """Codes of the norms that rest on a clause, in whatever wording they were put to it."""
    bases = ClauseBasis.objects.filter(clause__document=clause.document, clause__number=clause.number)
    return sorted(bases.values_list("norm", flat=True))


def _log_norms(clause: PolicyClause, before: list[str], *, by: Any, reason: str) -> None:
    """Told of the clause, so that its history keeps what rested on it."""
    change = Change(clause, AuditAction.CHANGED, {"norms": before}, {"norms": _norms_on(clause)})
    log([change], by=by, reason=reason.strip())


def _check_may_edit(area: Area, by: Any) -> None:
    if by is not None and not by.scope(EDIT_POLICIES).covers(area.path):
        raise PermissionDenied


def _opened(document: PolicyDocument, *, by: Any, version: int) -> PolicyDocument:
    """The document's row, locked, if it is the version read and the user's to change."""
    locked = PolicyDocument.objects.select_for_update(of=("self",)).select_related("area").get(pk=document.pk)
    _check_may_edit(locked.area, by)
    if locked.version != version:
        message = _(
            "Somebody else changed this document after you opened the page. Nothing was written; load the page again and "
            "repeat your change."
        )
        raise ValidationError(message, code="conflict")
    return locked


def _hold(document: PolicyDocument, files: Collection[EvidenceFile] | None, *, by: Any, reason: str) -> bool:
    """Let the document hold exactly these files; returns whether that changed anything."""
    held = set(document.evidence.all())
    if files is None or set(files) == held:
        return False
    if gone := held - set(files):
        evidence_files.detach(record=document, files=gone, by=by, reason=reason)
    evidence_files.attach(record=document, files=set(files) - held, by=by)
    return True


def _check(document: PolicyDocument) -> None:
    """What the document says, each for itself and together."""
    parent = document.parent
    if document.kind == PolicyKind.SUPPORTING and parent is None:
        message = _("A supporting document names the document that it supports.")
        raise ValidationError({"parent": ValidationError(message, code="parent")})
    if parent is not None:
        stands = parent.area_id == document.area_id and parent.kind == PolicyKind.OPINION and parent.pk != document.pk
        if document.kind == PolicyKind.OPINION or not stands:
            message = _("A document supports an implementing opinion of its own district; an opinion supports none.")
            raise ValidationError({"parent": ValidationError(message, code="parent")})
    if document.pk and document.kind != PolicyKind.OPINION and document.supporting_documents.exists():
        message = _("Other documents support this one: it stays an implementing opinion.")
        raise ValidationError({"kind": ValidationError(message, code="supported")})
    document.full_clean()


def _check_clauses_within(document: PolicyDocument) -> None:
    """No wording begins outside the document's time."""
    days = list(document.clauses.order_by("valid_from").values_list("valid_from", flat=True))
    if days and days[0] < document.valid_from:
        message = _("A clause holds from %(day)s: the document cannot begin after it.")
        raise ValidationError({"valid_from": ValidationError(message, "clauses", {"day": days[0]})})
    if days and document.valid_to is not None and days[-1] > document.valid_to:
        message = _("A wording holds from %(day)s: the document cannot end before it.")
        raise ValidationError({"valid_to": ValidationError(message, "clauses", {"day": days[-1]})})


def _latest(document: PolicyDocument, number: int) -> PolicyClause:
    """The newest wording of a clause."""
    latest = document.clauses.filter(number=number).latest("valid_from")
    latest.document = document
    return latest


def _store(clause: PolicyClause, *, by: Any, reason: str = "") -> PolicyClause:
    """Insert a wording within its document's time."""
    document = clause.document
    clause.full_clean(exclude=["document"])
    if not document.holds_on(clause.valid_from):
        message = _("The document does not hold on this day.")
        raise ValidationError({"valid_from": ValidationError(message, code="outside")})
    clause.save()
    _raise_version(document)
    log([created_entry(PolicyClause)(clause)], by=by, reason=reason.strip())
    return clause


def _change(
    clause: PolicyClause, values: dict[str, Any], *, by: Any, reason: str, raises_version: bool = False
) -> PolicyClause:
    before = {name: getattr(clause, name) for name in values}
    for name, value in values.items():
        setattr(clause, name, value)
    before = {name: value for name, value in before.items() if getattr(clause, name) != value}
    if not before:
        return clause
    clause.full_clean(exclude=["document"])
    clause.save(update_fields=[*before])
    if raises_version:
        _raise_version(clause.document)
    log([changed_entry(clause, before)], by=by, reason=reason.strip())
    return clause


def _raise_version(document: PolicyDocument) -> None:
    document.version += 1
    document.save(update_fields=["version"])
