"""Searching policy documents by words: exact, the same on every database (docs/adr/0009).

Chinese has no word breaks, so a word is found wherever its characters stand side by side; width and case do not matter. All words
must be found: in one clause (or in the title of its document, but not all of them there), or in a document's title and summary.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistance.models import PolicyClause, PolicyDocument

# Characters on either side of the first find, as much as fits beside it on a phone.
BEFORE, AFTER = 24, 72
WIDE_FIRST, WIDE_LAST, WIDE_STEP = 0xFF01, 0xFF5E, 0xFEE0


@dataclass(frozen=True)
class Piece:
    """A piece of text; `found`: it is what was searched for."""

    text: str
    found: bool = False


@dataclass(frozen=True)
class FoundClause:
    """A clause with its heading and the passage around the first find."""

    clause: PolicyClause
    heading: list[Piece]
    passage: list[Piece]


@dataclass(frozen=True)
class FoundDocument:
    """A document with what was found in it; summary: empty where no word stands in it."""

    document: PolicyDocument
    title: list[Piece]
    summary: list[Piece]
    clauses: list[FoundClause]


class _Folding(dict[int, str]):
    """Characters as they are compared, one for one: narrow and in lower case."""

    def __missing__(self, code: int) -> str:
        character = chr(code - WIDE_STEP if WIDE_FIRST <= code <= WIDE_LAST else code)
        lower = character.lower()
        self[code] = lower if len(lower) == 1 else character
        return self[code]


_folding = _Folding()


def fold(text: str) -> str:
    """A text as it is compared, of the same length."""
    return text.translate(_folding)


def words_of(text: str) -> list[str]:
    """The words that are searched for, folded, each once."""
    return list(dict.fromkeys(fold(word) for word in text.split()))


def search(
    text: str, documents: Iterable[PolicyDocument], clauses: Mapping[int, Sequence[PolicyClause]]
) -> list[FoundDocument]:
    """The documents in which all words are found, in their order, with the clauses (by document) in which they are."""
    words = words_of(text)
    return [found for document in documents if words and (found := _found(words, document, clauses[document.pk]))]


def _found(words: list[str], document: PolicyDocument, clauses: Sequence[PolicyClause]) -> FoundDocument | None:
    title = fold(document.title)
    missing = [word for word in words if word not in title]
    in_clauses = [
        FoundClause(clause, marked(clause.heading, words), passage(clause.text, words))
        for clause in clauses
        if _stands_in(fold(f"{clause.heading}\n{clause.text}"), words, missing)
    ]
    summary = fold(document.summary)
    if not in_clauses and not all(word in summary for word in missing):
        return None
    told = passage(document.summary, words) if any(word in summary for word in words) else []
    return FoundDocument(document, marked(document.title, words), told, in_clauses)


def _stands_in(text: str, words: list[str], missing: list[str]) -> bool:
    """Whether a clause has the words that its document's title lacks, and at least one."""
    return all(word in text for word in missing) and any(word in text for word in words)


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole text in pieces."""
    return list(_pieces(text, _spans(fold(text), words), 0, len(text)))


def passage(text: str, words: Sequence[str]) -> list[Piece]:
    """The text around the first find, with an ellipsis where it goes on; the beginning where nothing is found."""
    spans = _spans(fold(text), words)
    first = spans[0][0] if spans else 0
    start = max(0, first - BEFORE)
    end = min(len(text), max(first + AFTER, spans[0][1] if spans else 0))
    pieces = list(_pieces(text, spans, start, end))
    before = [Piece("…")] if start else []
    after = [Piece("…")] if end < len(text) else []
    return [*before, *pieces, *after]


def _spans(folded: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words stand, in order; those that overlap or touch are one."""
    spans = sorted((at, at + len(word)) for word in words for at in _places(folded, word))
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _places(folded: str, word: str) -> Iterator[int]:
    at = folded.find(word)
    while at >= 0:
        yield at
        at = folded.find(word, at + 1)


def _pieces(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Piece]:
    """The text from `start` to `end`, cut at the spans."""
    at = start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if at < first:
            yield Piece(text[at:first])
        yield Piece(text[first:last], found=True)
        at = last
    if at < end:
        yield Piece(text[at:end])
