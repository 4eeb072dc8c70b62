"""A small district of the demo's law, made once a class: making it takes longer than most of what is asked of it."""

import tempfile
from fractions import Fraction
from pathlib import Path

from django.test import TestCase, override_settings

from jiangjin.common import clock
from jiangjin.common.demo import DEMO_DAY
from supervision.services import loading_demo
from supervision.services.loading_demo import Loaded

SHARE = Fraction(1, 60)


class SmallDistrict(TestCase):
    """Base of tests that read the district. Today is the demo's day; the logins stand in a folder of the class."""

    loaded: Loaded

    @classmethod
    def setUpClass(cls) -> None:
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.enterClassContext(override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "uploads"))
        cls.enterClassContext(clock.pin(DEMO_DAY))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        cls.loaded = loading_demo.load(scale=1, seed=1, share=SHARE)
