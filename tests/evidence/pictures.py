"""Photos and documents as people send them, by name. A test sets only what matters to it."""

import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from jiangjin.evidence import services
from jiangjin.evidence.models import EvidenceFile

_shades = itertools.count(1)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n45\n%%EOF\n"


def picture(width: int = 64, height: int = 48, *, mode: str = "RGB", form: str = "JPEG", **kwargs: Any) -> bytes:
    """The bytes of a picture, each time another one."""
    shade = next(_shades)
    image = Image.new("RGB", (width, height), (shade * 16 % 256, shade // 16 * 16 % 256, 120)).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, form, **kwargs)
    return buffer.getvalue()


def sent(content: bytes | None = None, name: str = "photo.jpg") -> SimpleUploadedFile:
    """A file as a browser sends it; a small photo unless said otherwise."""
    return SimpleUploadedFile(name, picture() if content is None else content, content_type="application/octet-stream")


def stored(
    *, by: Any = None, name: str = "photo.jpg", content: bytes | None = None, **kwargs: Any
) -> list[EvidenceFile]:
    """One file that was stored and that no record holds yet."""
    return services.store(files=[sent(content, name)], by=by, **kwargs)
