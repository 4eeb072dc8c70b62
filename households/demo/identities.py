"""Identity numbers of invented people: prefix 500399, which was never issued, a right check digit, each number once."""

import datetime as dt

from households.models import Sex
from jiangjin.common.demo import DemoRefused

PREFIX = "500399"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
# Serial numbers a county may use on one birthday, by sex (odd for men). The shipped district keeps to numbers that the sample
# workbook leaves free, so that the sample can be imported into the demo.
A_DAY = 3
OF_THE_DISTRICT = {Sex.MALE: (1, 13, 25), Sex.FEMALE: (4, 6, 16)}


def with_check_digit(body: str) -> str:
    """17 digits → 18 characters (GB 11643-1999)."""
    return body + CHECK[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


class IdentityBook:
    """Hands out the numbers of one county."""

    def __init__(self, county_number: int) -> None:
        self._serials = {sex: _serials(sex, county_number) for sex in (Sex.MALE, Sex.FEMALE)}
        self._used: dict[tuple[str, dt.date], int] = {}

    def issue(self, sex: str, born_on: dt.date) -> tuple[dt.date, str]:
        """A birthday and its number: the birthday asked for, or the next free one of the same year."""
        for _day in range(366):
            used = self._used.get((sex, born_on), 0)
            if used < A_DAY:
                self._used[sex, born_on] = used + 1
                serial = self._serials[Sex(sex)][used]
                return born_on, with_check_digit(f"{PREFIX}{born_on:%Y%m%d}{serial:03d}")
            following = born_on + dt.timedelta(days=1)
            born_on = following if following.year == born_on.year else dt.date(born_on.year, 1, 1)
        raise DemoRefused(f"no identity number is left for births in {born_on.year}")


def _serials(sex: Sex, county_number: int) -> tuple[int, ...]:
    kept = OF_THE_DISTRICT[sex]
    if county_number == 0:
        return kept
    others = [serial for serial in range(1 if sex == Sex.MALE else 2, 1000, 2) if serial not in kept]
    start = (county_number - 1) * A_DAY
    return tuple(others[start : start + A_DAY])
