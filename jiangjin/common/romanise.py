"""Name search: characters, full pinyin or initials (pypinyin)."""

from pypinyin import Style, lazy_pinyin


def pinyin(name: str) -> str:
    """'江津' → 'jiangjin'; characters without a reading stay as they are, lower case, without spaces."""
    return "".join(lazy_pinyin(name)).lower().replace(" ", "")


def initials(name: str) -> str:
    """'江津' → 'jj'."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower().replace(" ", "")
