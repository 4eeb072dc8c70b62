"""Two wordings of a clause side by side, as one text in which what went and what came are marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Characters that both have by chance between two changes: shorter ones would tear the text to pieces.
LEAST_COMMON = 3
SAME, GONE, CAME = "same", "gone", "came"


@dataclass(frozen=True)
class Part:
    """A piece of text: in both wordings, only in the former (gone), only in the later (came)."""

    text: str
    kind: str = SAME


def compared(before: str, after: str) -> list[Part]:
    """The pieces in order: without what came they are the former wording, without what went the later."""
    parts: list[Part] = []
    for kind, text in _pieces(before, after):
        if not text:
            continue
        if parts and parts[-1].kind == kind:
            parts[-1] = Part(parts[-1].text + text, kind)
        else:
            parts.append(Part(text, kind))
    return parts


def _pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    """What went stands before what came; short common pieces between changes are both."""
    gone, came = "", ""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for at, (tag, first, last, start, end) in enumerate(blocks):
        inner = 0 < at < len(blocks) - 1
        if tag == "equal" and not (inner and last - first < LEAST_COMMON):
            yield from ((GONE, gone), (CAME, came), (SAME, before[first:last]))
            gone, came = "", ""
        else:
            gone, came = gone + before[first:last], came + after[start:end]
    yield from ((GONE, gone), (CAME, came))
