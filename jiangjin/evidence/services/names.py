"""Names of files as people gave them, made harmless: they are shown, logged and sent back as names of downloads."""

import re
import unicodedata

from jiangjin.evidence.models.evidence_file import NAME_LENGTH

# Separators of folders, and what Windows does not allow in names.
FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
# Control characters, marks that turn the direction of writing (photo‮gpj.exe), halves of characters, private ones.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def clean_name(given: str, *, stem: str, extension: str) -> str:
    """The name without its folders and without what cannot be shown, with the extension that its content has.

    Never empty (`stem` stands in), never longer than NAME_LENGTH; cleaning it again changes nothing.
    """
    text = EXTENSION.sub("", shown_name(given))
    text = text[: NAME_LENGTH - len(extension)].strip(" .")
    return f"{text or stem}{extension}"


def shown_name(given: str) -> str:
    """The name as it may be shown to whoever sent it; empty where nothing is left of it."""
    text = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    text = "".join(" " if char.isspace() else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) not in INVISIBLE)
    return FORBIDDEN.sub("_", " ".join(text.split()))[:NAME_LENGTH]
