"""Search by name, of people and of places: characters, full pinyin or initials (pypinyin)."""

from pypinyin import Style, lazy_pinyin

# Characters that read otherwise as a surname than as a word; pypinyin reads words.
READ_AS_SURNAMES = (
    "曾zeng 单shan 解xie 仇qiu 查zha 区ou 朴piao 盖ge 翟zhai 缪miao 阚kan 卜bu 薄bo 乐yue 郇xun 都du "
    "黑he 洗xian 秘bi 繁po 种chong 祭zhai 折she 员yun 佴nai 么yao 乜nie 句gou 藏zang"
)
SURNAMES = {pair[0]: pair[1:] for pair in READ_AS_SURNAMES.split()}
# Two characters that are one surname and read as pypinyin does.
COMPOUND = "单于"


def pinyin(name: str) -> str:
    """'江津' → 'jiangjin', '曾单' → 'zengdan'; characters without a reading stay as they are, lower case, without spaces."""
    return _joined(_as_a_name(name, lazy_pinyin(name)))


def initials(name: str) -> str:
    """'江津' → 'jj'."""
    return _joined(_as_a_name(name, lazy_pinyin(name, style=Style.FIRST_LETTER), letters=1))


def readings(name: str) -> tuple[str, str]:
    """(pinyin, initials) at the cost of one, for bulk work."""
    syllables = lazy_pinyin(name)
    # Letters and digits that stand together are one syllable here, though each is an initial.
    if len(syllables) != len(name) or any(not syllable.isascii() for syllable in syllables):
        return pinyin(name), initials(name)
    lower = [syllable.lower() for syllable in _as_a_name(name, syllables)]
    return "".join(lower).replace(" ", ""), "".join(syllable[0] for syllable in lower)


def place_readings(name: str) -> tuple[str, str]:
    """(pinyin, initials) of a place's name, whose first character is no surname: '黑石山村' → ('heishishancun', 'hssc')."""
    return _joined(lazy_pinyin(name)), _joined(lazy_pinyin(name, style=Style.FIRST_LETTER))


def _as_a_name(name: str, syllables: list[str], *, letters: int | None = None) -> list[str]:
    """The first syllable as the surname that it is; `letters`: only so many of it."""
    surname = SURNAMES.get(name[:1])
    if surname is None or len(name) < 2 or name.startswith(COMPOUND):
        return syllables
    return [surname[:letters], *syllables[1:]]


def _joined(syllables: list[str]) -> str:
    return "".join(syllables).lower().replace(" ", "")
