"""The Chinese catalogue: extract message ids from Python and templates, merge translations, compile. Needs Babel, no gettext.

Message ids are English and need no catalogue of their own. The file carries no dates and no line numbers, so that a change of code
shows as a change of words only.
"""

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "zh_Hans"
PACKAGES = ["jiangjin", "households", "villages", "assistance", "funding", "supervision"]
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "_now": None,  # gettext where the module calls its lazy sister _
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]|(?<!%)%[sdf]|\{(\w*)\}")
# Compiled catalogues carry dates; a fixed one keeps the bytes the same.
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CONTEXT_SEPARATOR = "\x04"
PLURAL_SEPARATOR = "|"


@dataclass(frozen=True, order=True)
class MessageId:
    """What is translated."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """As it is written in files of translations: `context<EOT>text|plural`."""
        prefix = f"{self.context}{CONTEXT_SEPARATOR}" if self.context else ""
        return f"{prefix}{self.text}{PLURAL_SEPARATOR}{self.plural}" if self.plural else f"{prefix}{self.text}"


def catalogue_path() -> Path:
    """Where the catalogue stands."""
    return Path(settings.BASE_DIR) / "jiangjin" / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def source_files() -> Iterator[Path]:
    """Python files of the packages and all templates."""
    root = Path(settings.BASE_DIR)
    for package in PACKAGES:
        yield from sorted(path for path in (root / package).rglob("*.py") if "migrations" not in path.parts)
    yield from sorted((root / "templates").rglob("*.html"))


def extract(path: Path) -> set[MessageId]:
    """The message ids of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # What is left of a template looks like Python but for its indentation.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    found = set()
    for _line, function, arguments, _comments in extract_python(
        io.BytesIO(text.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        message = _message(function, arguments)
        if message is not None and message.text:
            found.add(message)
    return found


def _message(function: Any, arguments: object) -> MessageId | None:
    parts: list[Any] = list(arguments) if isinstance(arguments, tuple | list) else [arguments]
    context = ""
    if "pgettext" in function:
        context, parts = parts[0] or "", parts[1:]
    if not parts or not isinstance(parts[0], str):
        return None
    plural = parts[1] if function.startswith("n") and len(parts) > 1 and isinstance(parts[1], str) else ""
    return MessageId(parts[0], plural, context)


def extract_all() -> set[MessageId]:
    """The message ids of the whole project. One text with and without plural is one entry, the plural one."""
    found: set[MessageId] = set()
    for path in source_files():
        found |= extract(path)
    with_plural = {(message.text, message.context) for message in found if message.plural}
    return {message for message in found if message.plural or (message.text, message.context) not in with_plural}


def read_translations() -> dict[MessageId, str]:
    """What the catalogue says now."""
    path = catalogue_path()
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGE)
    return {_id_of(message): _text_of(message) for message in catalogue if message.id and not message.fuzzy}


def _id_of(message: Message) -> MessageId:
    if isinstance(message.id, list | tuple):
        return MessageId(message.id[0], message.id[1], message.context or "")
    return MessageId(message.id, "", message.context or "")


def _text_of(message: Message) -> str:
    return (message.string[0] if isinstance(message.string, list | tuple) else message.string) or ""


def render(translations: dict[MessageId, str]) -> tuple[bytes, bytes]:
    """The .po and .mo files of these translations, the same bytes for the same words."""
    catalogue = Catalog(locale=LANGUAGE, fuzzy=False)
    for message, text in sorted(translations.items()):
        if message.plural:
            catalogue.add((message.text, message.plural), (text,), context=message.context or None)
        else:
            catalogue.add(message.text, text, context=message.context or None)
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, width=120, omit_header=True, sort_output=False)
    header = (
        'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    content = header.encode() + po.getvalue()
    parsed = read_po(io.BytesIO(content), locale=LANGUAGE)
    parsed.header_comment = ""
    parsed.creation_date = parsed.revision_date = EPOCH
    write_mo(mo, parsed)
    return content, mo.getvalue()


def placeholders(text: str) -> set[str]:
    """The placeholders of a message, by name or form."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def mismatch(message: MessageId, translation: str) -> bool:
    """Whether a translation uses other placeholders than its message (the plural one decides)."""
    wanted = placeholders(message.plural or message.text)
    if message.plural:  # "1 person" may leave the number out, Chinese may not add one that neither form has
        return not placeholders(translation) <= wanted | placeholders(message.text)
    return placeholders(translation) != wanted


def problems() -> list[str]:
    """Why the catalogue is not in order; empty when it is."""
    wanted, known = extract_all(), read_translations()
    found = [f"not translated: {message.key}" for message in sorted(wanted) if not known.get(message)]
    found += [f"no longer used: {message.key}" for message in sorted(known) if message not in wanted]
    found += [
        f"placeholders differ: {m.key} → {text}" for m, text in sorted(known.items()) if text and mismatch(m, text)
    ]
    path = catalogue_path()
    if not path.exists():
        return [*found, "there is no catalogue"]
    po, mo = render(known)
    if path.read_bytes() != po:
        found.append("django.po is not as this tool writes it")
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != mo:
        found.append("django.mo was not made from django.po")
    return found
