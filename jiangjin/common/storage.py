"""Uploaded files hold personal data: they are sealed on disk with the same keys as the fields."""

from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from jiangjin.common.personal import decrypt, encrypt


class EncryptedFileSystemStorage(FileSystemStorage):
    """FileSystemStorage whose files are Fernet tokens. Whole files in memory: uploads are capped by UPLOAD_MAX_BYTES."""

    def _save(self, name: str, content: File) -> str:
        content.seek(0)
        return super()._save(name, ContentFile(encrypt(content.read())))  # type: ignore[misc]

    def _open(self, name: str, mode: str = "rb") -> Any:
        if mode != "rb":
            raise ValueError("sealed files are written whole: use save()")
        with super()._open(name, mode) as sealed:  # type: ignore[misc]
            return ContentFile(decrypt(sealed.read()), name=name)
