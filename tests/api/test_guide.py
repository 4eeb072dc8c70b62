"""The examples of docs/api.md, run as they stand against a server."""

import csv
import datetime as dt
import io
import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from assistance.services import visit_checks
from households.models import StatusEventKind
from households.services import evaluations, statuses
from jiangjin.accounts import roles, services
from supervision.services import rollups
from tests import factories
from tests.assistance.businesses import situations as businesses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]
GUIDE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
CALLS = [line for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.S) for line in block.strip().splitlines()]
PROGRAMS = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
YEAR_END = dt.date(2015, 12, 31)


@pytest.fixture
def server(live_server, settings):
    """A district with an exit, a household that was not visited and one that fails; its address and a token."""
    settings.TODAY = YEAR_END.isoformat()
    exited = factories.over_the_line(area=factories.village("复建村"))
    poor = factories.household(area=factories.village("紫荆村"), members=2)
    factories.income(poor, wages_fen=100)
    businesses.gained(businesses.tied(exited, businesses.business()), 3200)
    for household in (exited, poor):
        factories.assignment(household, factories.helper())
    statuses.record_event(
        household=exited, kind=StatusEventKind.EXITED, occurred_on=dt.date(2015, 11, 26), by=None, reason="越线"
    )
    county = factories.county()
    evaluations.evaluate(as_of=YEAR_END, area=county)
    visit_checks.check(month=dt.date(2015, 12, 1), area=county, as_of=YEAR_END)
    rollups.rebuild(county=county, today=YEAR_END)
    today = timezone.localdate()
    user = factories.user(role=roles.DISTRICT_OFFICER)
    allowed = [permission.code for permission in services.token_permissions(user)]
    _token, plain = services.make_token(
        user=user,
        name="市级平台",
        area=county,
        permissions=allowed,
        expires_on=today + dt.timedelta(days=30),
        today=today,
    )
    return {"BASE": live_server.url, "TOKEN": plain}


def call(line: str, environment: dict[str, str]) -> tuple[int, str, bytes]:
    """Do what a curl line says: status, content type and answer. Lines with options that are not known here fail."""
    program, *words = shlex.split(re.sub(r"\$(\w+)", lambda name: environment[name[1]], line))
    assert program == "curl"
    headers, addresses = {}, []
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _colon, value = words.pop(0).partition(": ")
            headers[name] = value
        elif not word.startswith("-"):
            addresses.append(word)
        else:
            assert word == "-s", word
    (address,) = addresses
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
        return answer.status, answer.headers["Content-Type"], answer.read()


def test_every_call_of_the_guide_answers(server):
    assert len(CALLS) >= 7
    for line in CALLS:
        status, kind, body = call(line, server)
        assert status == 200, line
        if "format=csv" in line:
            rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
            assert len(rows) > 1, line
        else:
            assert "json" in kind
            answer = json.loads(body)
            assert answer.get("results", answer), line


def test_every_program_of_the_guide_runs(server):
    said = {}
    for program in PROGRAMS:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, **server},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said |= json.loads(done.stdout.splitlines()[-1])
    assert said == {"exited_households": 1, "households": 2, "distinct": 2}
