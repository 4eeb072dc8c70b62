"""Name search: characters, full pinyin or initials (pypinyin)."""

from pypinyin import Style, lazy_pinyin


def pinyin(name: str) -> str:
    """'江津' → 'jiangjin'; characters without a reading stay as they are, lower case, without spaces."""
    return "".join(lazy_pinyin(name)).lower().replace(" ", "")


def initials(name: str) -> str:
    """'江津' → 'jj'."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower().replace(" ", "")


def readings(name: str) -> tuple[str, str]:
    """(pinyin, initials) at the cost of one, for bulk work."""
    syllables = lazy_pinyin(name)
    if name.isascii() or any(not syllable.isascii() for syllable in syllables):
        return pinyin(name), initials(name)
    lower = [syllable.lower() for syllable in syllables]
    return "".join(lower).replace(" ", ""), "".join(syllable[0] for syllable in lower)
