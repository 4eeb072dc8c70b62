"""Models of evidence."""

from jiangjin.evidence.models.evidence_detachment import EvidenceDetachment
from jiangjin.evidence.models.evidence_file import EvidenceFile, EvidenceFileQuerySet, EvidenceKind, shown_evidence

__all__ = [
    "EvidenceDetachment",
    "EvidenceFile",
    "EvidenceFileQuerySet",
    "EvidenceKind",
    "shown_evidence",
]
