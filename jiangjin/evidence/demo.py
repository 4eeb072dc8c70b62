"""Photos for the demo: drawn, so that no real person, house or place is in them, and marked as such."""

import datetime as dt
import hashlib
import io
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from jiangjin.evidence.models import EvidenceFile
from jiangjin.evidence.services.reading import read
from jiangjin.evidence.services.storing import cleared_on_error, row_of

SIZE = (800, 600)
HORIZON = 250


@dataclass(frozen=True, kw_only=True)
class DrawnPhoto:
    """A photo to be: `scene` is house, road or field."""

    scene: str
    name: str
    taken_on: dt.date
    caption: str = ""
    by: Any = None


def store_drawn(photos: Sequence[DrawnPhoto], rng: random.Random) -> list[EvidenceFile]:
    """Draw and store them, without entries in the change log: the demo has one of its own. The caller ties them to records."""
    with cleared_on_error() as written:
        rows = []
        for photo in photos:
            content = draw(photo.scene, rng, photo.taken_on)
            rows.append(
                row_of(
                    read(content),
                    written,
                    name=photo.name,
                    sha256=hashlib.sha256(content).hexdigest(),
                    caption=photo.caption,
                    taken_on=photo.taken_on,
                    by=photo.by,
                    key=uuid.UUID(int=rng.getrandbits(128), version=4),
                )
            )
        return EvidenceFile.objects.bulk_create(rows)


def draw(scene: str, rng: random.Random, day: dt.date) -> bytes:
    """A landscape with what the scene is about; no two are alike."""
    image = Image.new("RGB", SIZE)
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    grey = rng.randint(0, 40)
    for y in range(height):
        shade = y * 60 // height
        pen.line([(0, y), (width, y)], fill=(150 + shade - grey // 2, 180 + shade // 2 - grey // 2, 215 - shade))
    for layer in range(3):
        top = HORIZON - 90 + layer * 45
        ridge = [(x, top + rng.randint(-35, 35)) for x in range(0, width + 1, 80)]
        pen.polygon([(0, height), *ridge, (width, height)], fill=(110 - layer * 12, 145 - layer * 8, 110 - layer * 20))
    SCENES[scene](pen, rng)
    pen.text((width - 210, height - 40), f"DEMO {day}", fill="white", font=ImageFont.load_default(24))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _house(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    left, top = rng.randint(170, 330), rng.randint(240, 280)
    right, bottom = left + rng.randint(260, 330), top + 210
    wall, roof = rng.choice([(222, 216, 200), (205, 188, 160)]), rng.choice([(112, 62, 52), (82, 84, 92)])
    pen.rectangle([0, bottom, SIZE[0], SIZE[1]], fill=(150, 140, 118))
    pen.rectangle([left, top, right, bottom], fill=wall)
    pen.polygon([(left - 35, top), ((left + right) // 2, top - 95), (right + 35, top)], fill=roof)
    pen.rectangle([left + 110, bottom - 120, left + 170, bottom], fill=(92, 62, 44))
    for x in (left + 25, right - 85):
        pen.rectangle([x, top + 50, x + 60, top + 105], fill=(88, 110, 128), outline="white", width=4)


def _road(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    bend, edge = rng.randint(330, 470), rng.randint(60, 140)
    pen.polygon(
        [(bend - 14, HORIZON + 20), (bend + 14, HORIZON + 20), (SIZE[0] - edge, 600), (edge, 600)], fill="#b9b7b0"
    )
    for step in range(5):
        y = 330 + step * 60
        pen.line([(bend + (400 - bend) * step // 5, y), (bend + (400 - bend) * (step + 1) // 5, y + 26)], "white", 4)
    for y in range(320, 600, 55):
        pen.line([(edge - 30, y), (edge - 30, y + 34)], fill=(70, 90, 60), width=9)


def _field(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    soil = rng.choice([(128, 98, 68), (112, 92, 72)])
    pen.polygon([(0, 330), (SIZE[0], 300), (SIZE[0], 600), (0, 600)], fill=soil)
    for row in range(6):
        y = 345 + row * 42
        for x in range(rng.randint(0, 40), SIZE[0], 62 - row * 2):
            size = 9 + row * 2 + rng.randint(0, 4)
            pen.ellipse([x - size, y - size, x + size, y + size // 2], fill=(66 + rng.randint(0, 30), 128, 56))


SCENES = {"house": _house, "road": _road, "field": _field}
