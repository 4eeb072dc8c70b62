"""What every test may use."""

import datetime as dt
from collections.abc import Iterator

import pytest

from jiangjin.common import clock

YEAR_END = dt.date(2015, 12, 31)


@pytest.fixture
def year_end() -> Iterator[dt.date]:
    """The test lives on 2015-12-31, the demo's day."""
    with clock.pin(YEAR_END):
        yield YEAR_END


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    """Uploaded files of a test go with it."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
