"""Where a number of a village opens: the households behind it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from jiangjin.areas.models import Area


def households_url(village: Area, **filters: Any) -> str:
    """The list of the village's households with these filters."""
    asked = {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in filters.items()}
    return f"{reverse('households:list')}?{urlencode({'area': village.code, **asked})}"


def roll_url(village: Area, on: dt.date) -> str:
    """The households on the roll on a day."""
    return households_url(village, roll_on=on)


def persons_url(village: Area, on: dt.date) -> str:
    """The same, with how many people they have."""
    return households_url(village, roll_on=on, sum="persons")


def exits_url(village: Area, on: dt.date) -> str:
    """The households to which an exit happened since the year began."""
    return households_url(village, happened="exited", since=on.replace(month=1, day=1), until=on)
