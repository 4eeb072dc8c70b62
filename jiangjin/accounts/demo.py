"""The demo's units, users and grants.

Passwords are random per installation and stand in var/demo_logins.txt only (mode 600), one line a user: name, password, role
and area. The file is read again, so that a second database of the same installation answers to the same passwords.
"""

import datetime as dt
import functools
import json
import os
import secrets
import string
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import translation
from django.utils.translation import gettext as _

from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant, Unit, UnitKind, User
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts

VALID_FROM = dt.date(2015, 1, 1)
PASSWORD_LENGTH = 14
# Without the letters and digits that are taken for one another when read from a screen.
ALPHABET = [each for each in string.ascii_lowercase + string.digits if each not in "0o1li"]


@dataclass(frozen=True)
class DemoHelperUser:
    """A user who helps households; the household file makes the helper record."""

    user: User
    village: Area
    households: int


@dataclass(frozen=True)
class DemoAccounts:
    """Units by name, and the users of the shipped district (none in invented counties)."""

    departments: list[Unit]
    town_units: dict[int, Unit]
    officer: User | None
    helpers: list[DemoHelperUser]


def logins_file() -> Path:
    """Where the demo's passwords stand."""
    return Path(settings.VAR_DIR) / "demo_logins.txt"


def fill(context: DemoContext) -> Counts:
    """Make units and, in the shipped district, users; leave them as DemoAccounts."""
    words = _words()
    places = context.get(DemoPlaces)
    departments = [Unit(county=places.county, name=name, kind=kind) for name, kind in words["departments"]]
    towns = [
        Unit(
            county=places.county,
            name=words["town_unit"]["street" if town.code[6:] < "100" else "town"].format(name=town.name),
            kind=UnitKind.TOWN,
            area=town,
        )
        for town in places.towns
    ]
    known = {unit.name: unit for unit in Unit.objects.filter(county=places.county)}
    units = [unit for unit in [*departments, *towns] if unit.name not in known]
    by_name = known | {unit.name: unit for unit in Unit.objects.bulk_create(units)}
    users = _add_users(places, by_name) if context.number == 0 else {}
    context.put(
        DemoAccounts(
            departments=[by_name[unit.name] for unit in departments],
            town_units={unit.area_id: by_name[unit.name] for unit in towns if unit.area_id is not None},
            officer=users.get("district"),
            helpers=[
                DemoHelperUser(users[each["username"]], _area(places, each), each["households"])
                for each in words["accounts"]
                if each["username"] in users and each["role"] == roles.HELPER.code
            ],
        )
    )
    return {"units": len(departments) + len(towns), "users": len(users)}


def foreign(*, first: bool) -> str:
    """User names of the demo that are taken before it made its users."""
    names = [each["username"] for each in _words()["accounts"]]
    return _("users of the same names") if first and User.objects.filter(username__in=names).exists() else ""


def _add_users(places: DemoPlaces, units: dict[str, Unit]) -> dict[str, User]:
    accounts = _words()["accounts"]
    passwords = _passwords([each["username"] for each in accounts])
    areas = {each["username"]: _area(places, each) for each in accounts}
    _write_logins(accounts, passwords, areas)
    with ThreadPoolExecutor() as pool:  # hashing is slow on purpose, and releases the interpreter
        hashes = list(pool.map(make_password, (passwords[each["username"]] for each in accounts)))
    users = User.objects.bulk_create(
        User(
            username=each["username"],
            name=each["name"],
            password=password,
            unit=units[each["unit"]],
            is_staff=each.get("staff", False),
        )
        for each, password in zip(accounts, hashes, strict=True)
    )
    by_name = {user.username: user for user in users}
    Grant.objects.bulk_create(
        Grant(
            user=by_name[each["username"]],
            role=each["role"],
            # A helper's grant opens no area, only assigned households: it is held over the district.
            area=places.county if each["role"] == roles.HELPER.code else areas[each["username"]],
            valid_from=VALID_FROM,
        )
        for each in accounts
    )
    return by_name


def _area(places: DemoPlaces, account: dict[str, Any]) -> Area:
    """The area an account works in: its village, its town or the county."""
    if "town" not in account:
        return places.county
    town = next(each for each in places.towns if each.name == account["town"])
    if "village" not in account:
        return town
    return next(each for each in places.villages if each.parent_id == town.pk and each.name == account["village"])


def _passwords(usernames: list[str]) -> dict[str, str]:
    """Passwords by user name: those on file, new ones for the rest."""
    known = {}
    if logins_file().exists():
        for line in logins_file().read_text(encoding="utf-8").splitlines():
            username, _tab, rest = line.partition("\t")
            known[username] = rest.partition("\t")[0]
    return {name: known.get(name) or _new_password() for name in usernames}


def _new_password() -> str:
    return "".join(secrets.choice(ALPHABET) for _position in range(PASSWORD_LENGTH))


def _write_logins(accounts: list[dict[str, Any]], passwords: dict[str, str], areas: dict[str, Area]) -> None:
    """Written before the users are: a password that nobody knows would be worse than one that does not work yet."""
    with translation.override("zh-hans"):
        lines = [
            "\t".join(
                [
                    each["username"],
                    passwords[each["username"]],
                    str(roles.BY_CODE[each["role"]].label),
                    "".join([each.get("town", "") if "village" in each else "", str(areas[each["username"]])]),
                ]
            )
            for each in accounts
        ]
    target = logins_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    fresh.replace(target)


@functools.cache
def _words() -> dict[str, Any]:
    """Names of units and users."""
    text = resources.files("jiangjin.accounts").joinpath("data/demo.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


parts.register(DemoPart(code="accounts", order=20, fill=fill, foreign=foreign))
