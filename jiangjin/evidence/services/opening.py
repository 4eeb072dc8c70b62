"""Whoever opens a document leaves a trace; photos and previews are part of the page that shows them."""

from typing import Any

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from jiangjin.evidence.models import EvidenceFile, EvidenceKind


def opened(*, file: EvidenceFile, by: Any) -> None:
    """A file is handed out: documents are logged, since they may show identity cards, bank slips and signatures."""
    if file.kind == EvidenceKind.DOCUMENT:
        record(by=by, action=AuditAction.REVEALED, obj=file, after={"key": str(file.key), "sha256": file.sha256})
