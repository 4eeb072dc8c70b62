"""What was done under policy documents in a year: the deeds that apps count, put to the clauses that their norms and measures
rest on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from assistance.models import ClauseBasis, Measure, PolicyDocument
from jiangjin.areas.models import Area
from jiangjin.common.deeds import Asked, Deed, deeds
from jiangjin.common.norms import norms
from jiangjin.common.registries import Label

NORM, MEASURE = "norm", "measure"
Key: TypeAlias = tuple[str, str]


@dataclass
class Done:
    """The deeds under one norm or measure."""

    label: Label
    deeds: list[Deed] = field(default_factory=list)


def by_clause(document: PolicyDocument, asked: Asked) -> dict[int, list[Done]]:
    """The deeds under the clauses of a document, by number, put together by norm and measure."""
    laid_down = LaidDown.of(document.area)
    found: dict[int, dict[Key, Done]] = {}
    for deed in deeds(laid_down.narrowed(asked, {document.code})):
        key = _key(deed)
        for code, number in laid_down.clauses.get(key, ()):
            if code == document.code:
                done = found.setdefault(number, {}).setdefault(key, Done(laid_down.names[key]))
                done.deeds.append(deed)
    return {number: list(done.values()) for number, done in found.items()}


def by_document(documents: Sequence[PolicyDocument], asked: Asked) -> dict[int, list[Deed]]:
    """The deeds that have a short name, each once a document, by document; the documents are of one district."""
    found: dict[str, list[Deed]] = {document.code: [] for document in documents}
    if documents:
        laid_down = LaidDown.of(documents[0].area)
        for deed in deeds(laid_down.narrowed(asked, set(found))):
            for code in dict.fromkeys(code for code, _number in laid_down.clauses.get(_key(deed), ())):
                if deed.short and code in found:
                    found[code].append(deed)
    return {document.pk: found[document.code] for document in documents}


@dataclass
class LaidDown:
    """Where norms and measures are laid down in one district: (document, clause) and their names."""

    clauses: dict[Key, list[tuple[str, int]]] = field(default_factory=dict)
    names: dict[Key, Label] = field(default_factory=dict)

    @classmethod
    def of(cls, district: Area) -> "LaidDown":
        """Two queries. The catalogue of measures is one for all districts (policy_reading.rests_on)."""
        made = cls(names={(NORM, norm.code): norm.label for norm in norms})
        bases = ClauseBasis.objects.filter(clause__document__area=district, norm__in=[norm.code for norm in norms])
        for norm, document, clause in bases.order_by("clause__number").values_list(
            "norm", "clause__document__code", "clause__number"
        ):
            made.clauses.setdefault((NORM, norm), []).append((document, clause))
        for measure, name, document, clause in Measure.objects.order_by("order").values_list(
            "code", "name", "clause__document__code", "clause__number"
        ):
            made.names[MEASURE, measure] = name
            made.clauses.setdefault((MEASURE, measure), []).append((document, clause))
        return made

    def narrowed(self, asked: Asked, documents: Collection[str]) -> Asked:
        """Asked for what is laid down in some documents only."""
        keys = [key for key, clauses in self.clauses.items() if any(code in documents for code, _number in clauses)]
        return replace(
            asked,
            norms=frozenset(code for kind, code in keys if kind == NORM),
            measures=frozenset(code for kind, code in keys if kind == MEASURE),
        )


def _key(deed: Deed) -> Key:
    """A norm and a measure of one code are two things."""
    return (MEASURE, deed.measure) if deed.measure else (NORM, deed.norm)
