"""Two wordings of a clause side by side, as one text in which what went and what came are marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# A number or a word of letters is one: that 15000 became 18000 is not told by a digit in its midst.
TOKENS = re.compile(r"[0-9A-Za-z.,%]+|.", re.DOTALL)

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
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    gone, came = "", ""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for at, (tag, first, last, start, end) in enumerate(blocks):
        common = "".join(old[first:last]) if tag == "equal" else ""
        between = 0 < at < len(blocks) - 1
        if common and not (between and len(common) < LEAST_COMMON):
            yield from ((GONE, gone), (CAME, came), (SAME, common))
            gone, came = "", ""
        else:
            gone, came = gone + "".join(old[first:last]), came + "".join(new[start:end])
    yield from ((GONE, gone), (CAME, came))
