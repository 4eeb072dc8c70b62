"""The township's sample roster and what a right import makes of it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from households.imports import service
from households.models import RosterImport
from jiangjin.common import clock
from tests import factories

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def sample() -> bytes:
    return (DATA / "roster_sample.xlsx").read_bytes()


@pytest.fixture(scope="session")
def right_answer() -> dict[str, Any]:
    return json.loads((DATA / "roster_sample.json").read_text(encoding="utf-8"))


@pytest.fixture
def take(django_capture_on_commit_callbacks):
    """Upload, check and confirm, as the page does; jobs run in place."""

    def do(content: bytes, *, name: str = "白沙镇花名册.xlsx", confirm: bool = True, by: Any = None) -> RosterImport:
        with django_capture_on_commit_callbacks(execute=True):
            roster = service.upload(name=name, content=content, area=factories.town("白沙镇"), by=by)
        roster.refresh_from_db()
        if confirm and roster.counts.get("accepted_households"):
            with django_capture_on_commit_callbacks(execute=True):
                service.commit(roster=roster, by=by)
            roster.refresh_from_db()
        return roster

    return do


@pytest.fixture(autouse=True)
def _later():
    """The clock stands years after the roster: nothing may be taken from it."""
    with clock.pin(dt.date(2019, 6, 1)):
        yield
