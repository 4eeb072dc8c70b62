"""Drawn photos of the demo: the same from the same seed, marked, stored like any other."""

import datetime as dt
import random

import pytest

from jiangjin.audit.models import AuditEntry
from jiangjin.evidence.demo import SCENES, DrawnPhoto, draw, store_drawn
from jiangjin.evidence.models import EvidenceFile

DAY = dt.date(2015, 11, 3)


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_the_same_seed_draws_the_same_and_another_another(scene):
    assert draw(scene, random.Random(1), DAY) == draw(scene, random.Random(1), DAY)
    assert draw(scene, random.Random(1), DAY) != draw(scene, random.Random(2), DAY)


@pytest.mark.django_db
def test_they_are_stored_sealed_and_not_logged_one_by_one():
    photos = [DrawnPhoto(scene=scene, name="a.jpg", caption="新房", taken_on=DAY) for scene in SCENES]
    stored = store_drawn(photos, random.Random(1))
    assert list(EvidenceFile.objects.order_by("pk")) == stored
    assert len({file.sha256 for file in stored}) == len(stored) == 3
    assert {(file.caption, file.taken_on, file.width) for file in stored} == {("新房", DAY, 800)}
    assert all(file.file.read().startswith(b"\xff\xd8\xff") for file in stored)
    assert not AuditEntry.objects.filter(model="evidence.evidencefile").exists()
