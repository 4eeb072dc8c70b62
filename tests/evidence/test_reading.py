"""What is taken for a photo or a document is told by its content; of a photo nothing but the picture is kept."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from jiangjin.evidence.models import EvidenceKind
from jiangjin.evidence.services.reading import read
from tests.evidence.pictures import PDF, picture

HEIC = struct.pack(">I", 24) + b"ftypheic" + b"\0" * 40


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def refused(content: bytes) -> str:
    with pytest.raises(ValidationError) as error:
        read(content)
    return error.value.code


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG that says it is so large, whatever it holds."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_with_a_preview(form):
    found = read(picture(900, 600, form=form))
    assert (found.kind, found.content_type, found.extension) == (EvidenceKind.PHOTO, "image/jpeg", ".jpg")
    assert (found.width, found.height) == (900, 600)
    assert (opened(found.body).format, opened(found.body).size) == ("JPEG", (900, 600))
    assert (opened(found.preview).format, opened(found.preview).size) == ("JPEG", (400, 267))


@pytest.mark.parametrize(
    ("size", "kept"), [((4000, 1000), (2000, 500)), ((500, 2500), (400, 2000)), ((30, 20), (30, 20))]
)
def test_a_large_photo_is_made_smaller_a_small_one_is_left(size, kept):
    found = read(picture(*size))
    assert opened(found.body).size == (found.width, found.height) == kept
    assert max(opened(found.preview).size) <= 400


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
def test_whatever_the_colours(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(read(picture(mode=mode, form=form)).body).mode == "RGB"


def test_what_is_transparent_becomes_white():
    buffer = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(buffer, "PNG")
    assert opened(read(buffer.getvalue()).body).getpixel((20, 20)) == (255, 255, 255)


def test_the_first_picture_of_a_moving_one():
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    red, _green, blue = opened(read(buffer.getvalue()).body).getpixel((20, 20))
    assert red > 200 > blue


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[Base.Make] = "SecretPhone"
    exif[Base.ImageDescription] = "at the door of Chen"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (29.0, 17.0, 11.0)
    sent = picture(
        600, 400, exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile", xmp=b"<x>SecretPacket</x>"
    )
    assert opened(sent).getexif().get_ifd(IFD.GPSInfo)
    found = read(sent)
    for body in (found.body, found.preview):
        assert not opened(body).getexif()
        assert "comment" not in opened(body).info
        assert b"Secret" not in body
        assert b"Exif" not in body


def test_the_photo_stands_upright():
    """Orientation 6: the camera was turned; without its metadata the picture itself has to be."""
    image = Image.new("RGB", (80, 40), "red")
    image.paste("blue", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, quality=95)
    upright = opened(read(buffer.getvalue()).body)
    assert upright.size == (40, 80)
    assert upright.getpixel((20, 10))[2] > 200
    assert upright.getpixel((20, 70))[0] > 200


def test_a_photo_with_something_hidden_behind_it_loses_that():
    found = read(picture() + b"PK\x03\x04<script>alert(1)</script>")
    assert b"script" not in found.body


def test_a_document_is_kept_as_it_is():
    found = read(PDF)
    assert (found.kind, found.content_type, found.extension) == (EvidenceKind.DOCUMENT, "application/pdf", ".pdf")
    assert (found.body, found.preview, found.width, found.height) == (PDF, b"", None, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "kind"),
        (b"<html><script>alert(1)</script>", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"GIF89a" + b"\0" * 40, "kind"),
        (b"PK\x03\x04" + PDF, "kind"),
        (b"\n" + PDF, "kind"),
        (b"%PDF-9", "kind"),
        (PDF[:-8], "damaged"),
        (PDF + b"PK\x03\x04", "damaged"),
        (PDF.replace(b"startxref", b"startXref"), "damaged"),
        (HEIC, "heic"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\xff\xd8\xff\xe0" + b"not a picture" * 30, "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "damaged"),
    ],
)
def test_anything_else_is_refused(content, code):
    assert refused(content) == code


def test_half_a_photo_is_refused():
    whole = picture(800, 600)
    assert refused(whole[: len(whole) // 2]) == "damaged"


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_000, 10_000), (50_000_001, 1), (2_000_000_000, 2)])
def test_a_bomb_is_not_unpacked(width, height):
    """Few bytes that would become gigabytes: refused by what they say of themselves."""
    assert refused(png(width, height, zlib.compress(b"\0" * 1000))) == "too_many_pixels"


def test_a_photo_that_promises_more_than_it_holds_is_refused():
    assert refused(png(3000, 3000, zlib.compress(b"\0" * 1000))) == "damaged"


def test_a_text_that_unpacks_to_gigabytes_is_refused():
    packed = zlib.compress(b"a" * 200_000_000)
    body = b"comment\0\0" + packed
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    whole = picture(form="PNG")
    assert refused(whole[:33] + chunk + whole[33:]) == "damaged"


def test_a_large_file_is_refused_before_it_is_looked_at(settings):
    settings.EVIDENCE_MAX_BYTES = len(PDF)
    assert read(PDF).body == PDF
    assert refused(b"x" * (len(PDF) + 1)) == "too_large"


WHOLE = {form: picture(24, 18, form=form) for form in ("JPEG", "PNG", "WEBP")}


@settings(max_examples=150)
@given(data=st.data())
def test_broken_bytes_are_refused_in_words_or_read(data):
    """A byte changed, cut off or put in somewhere: never another error than the one that is told."""
    whole = bytearray(WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))])
    for _again in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(whole) - 1))
        change = data.draw(st.sampled_from(["byte", "cut", "put"]))
        if change == "byte":
            whole[position] = data.draw(st.integers(0, 255))
        elif change == "cut" and position > 12:
            del whole[position:]
        else:
            whole[position:position] = data.draw(st.binary(max_size=8))
    assert outcome(bytes(whole)) in {"read", "kind", "damaged", "too_many_pixels", "heic"}


def outcome(content: bytes) -> str:
    """The code of the refusal, or that it was read."""
    try:
        found = read(content)
    except ValidationError as error:
        return error.code
    return "read" if opened(found.body).format == "JPEG" else "written wrongly"
