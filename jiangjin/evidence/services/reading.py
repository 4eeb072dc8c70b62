"""What a file is, by its content: photos are drawn anew, so that nothing but the picture is kept; documents are kept as they are.

Nothing here trusts a name, a content type or a number that the sender wrote.
"""

import io
import re
import warnings
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from jiangjin.evidence.models import EvidenceKind

LONG_EDGE = 2000
PREVIEW_EDGE = 400
QUALITY, PREVIEW_QUALITY = 82, 72
PDF_HEAD = re.compile(rb"%PDF-[12]\.\d")
PDF_TRAILER = re.compile(rb"startxref\s+\d+\s+%%EOF[\s\0]*\Z")
TRAILER_BYTES = 2048
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is stored of a file."""

    kind: EvidenceKind
    content_type: str
    extension: str
    body: bytes
    preview: bytes = b""
    width: int | None = None
    height: int | None = None


def read(content: bytes) -> Content:
    """Look at the bytes of one file. Raises ValidationError for what is neither photo nor document, is broken, or too large."""
    if not content:
        raise ValidationError(_("The file is empty."), code="empty")
    if len(content) > settings.EVIDENCE_MAX_BYTES:
        raise too_large()
    if PDF_HEAD.match(content):
        return _document(content)
    return _photo(content, picture_format(content))


def too_large() -> ValidationError:
    return ValidationError(
        _("The file is larger than %(limit)s MB."),
        code="too_large",
        params={"limit": settings.EVIDENCE_MAX_BYTES // (1024 * 1024)},
    )


def picture_format(content: bytes) -> str:
    """Pillow's name of the format that the first bytes tell. Raises ValidationError for any other."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        Image.init()
        if "HEIF" in Image.OPEN:
            return "HEIF"
        raise ValidationError(
            _(
                "This is a HEIC photo, which cannot be read here. Let the phone take photos as JPEG (“most compatible”)."
            ),
            code="heic",
        )
    raise ValidationError(_("This is no photo (JPEG, PNG, WebP) and no PDF document."), code="kind")


def _document(content: bytes) -> Content:
    if not PDF_TRAILER.search(content[-TRAILER_BYTES:]):
        raise ValidationError(_("The PDF document is incomplete or damaged."), code="damaged")
    return Content(kind=EvidenceKind.DOCUMENT, content_type="application/pdf", extension=".pdf", body=content)


def _photo(content: bytes, name: str) -> Content:
    try:
        picture = _drawn(content, name)
        body = _jpeg(picture, QUALITY)
        small = picture.copy()
        small.thumbnail((PREVIEW_EDGE, PREVIEW_EDGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        preview = _jpeg(small, PREVIEW_QUALITY)
    except ValidationError:
        raise
    except Exception as error:  # a decoder that is fed broken bytes raises whatever it stumbles over
        raise ValidationError(_("The photo is damaged and cannot be shown."), code="damaged") from error
    return Content(
        kind=EvidenceKind.PHOTO,
        content_type="image/jpeg",
        extension=".jpg",
        body=body,
        preview=preview,
        width=picture.width,
        height=picture.height,
    )


def _drawn(content: bytes, name: str) -> Image.Image:
    """The upright picture in plain colours, at most LONG_EDGE long. Its measures are looked at before anything is unpacked."""
    with warnings.catch_warnings():
        # Pillow's own limit speaks at opening; ours is lower and speaks below.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            opened = Image.open(io.BytesIO(content), formats=[name])
        except Image.DecompressionBombError as error:
            raise too_many_pixels() from error
    with opened:
        if opened.width * opened.height > settings.EVIDENCE_MAX_PIXELS:
            raise too_many_pixels()
        opened.draft("RGB", (LONG_EDGE, LONG_EDGE))
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _flat(upright)


def _flat(picture: Image.Image) -> Image.Image:
    """In RGB, what was transparent white; a new picture, to which nothing of the old file clings."""
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        plain = Image.new("RGB", picture.size, "white")
        plain.paste(picture, mask=picture.getchannel("A"))
        return plain
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def too_many_pixels() -> ValidationError:
    return ValidationError(
        _("The photo has more than %(limit)s million pixels."),
        code="too_many_pixels",
        params={"limit": settings.EVIDENCE_MAX_PIXELS // 1_000_000},
    )
