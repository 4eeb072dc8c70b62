"""What every test may use."""

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

from jiangjin.common import clock

YEAR_END = dt.date(2015, 12, 31)

# The same examples every time; a busy machine is no failure.
hypothesis_settings.register_profile("house", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("house")


@pytest.fixture
def year_end() -> Iterator[dt.date]:
    """The test lives on 2015-12-31, the demo's day."""
    with clock.pin(YEAR_END):
        yield YEAR_END


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    """Uploaded files of a test go with it."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
