"""Situations, by name. A test sets only what matters to it; the rest is the plainest thing that is valid."""

import datetime as dt
import itertools
from typing import Any

from assistance.models import PolicyClause, PolicyDocument, PolicyKind
from households.models import (
    Helper,
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    Relation,
    Sex,
)
from jiangjin.accounts.models import Grant, Unit, User
from jiangjin.accounts.roles import Role
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.personal import IDENTITY, seal
from jiangjin.common.romanise import initials, pinyin

_numbers = itertools.count(1)
START = dt.date(2014, 1, 1)
PASSWORD = "a-long-enough-password"


def county() -> Area:
    """Jiangjin, as loaded after migrate."""
    return Area.objects.get(code="500116")


def town(name: str = "白沙镇") -> Area:
    """A town of Jiangjin."""
    return Area.objects.get(level=AreaLevel.TOWN, name=name)


def village(name: str = "复建村") -> Area:
    """A village of Jiangjin (names that are unique there)."""
    return Area.objects.get(level=AreaLevel.VILLAGE, name=name)


def user(username: str = "", *, role: Role | None = None, area: Area | None = None, **kwargs: Any) -> User:
    """A user, with one open grant where a role is given."""
    username = username or f"user{next(_numbers)}"
    kwargs.setdefault("name", username)
    person = User.objects.create_user(username=username, password=PASSWORD, **kwargs)
    if role is not None:
        Grant.objects.create(user=person, role=role.code, area=area or county(), valid_from=START)
    return person


def identity_number(born_on: dt.date, sequence: int, sex: str = Sex.MALE) -> str:
    """A valid identity number of the never-issued prefix 500399."""
    serial = sequence % 499 * 2 + (1 if sex == Sex.MALE else 2)
    body = f"500399{born_on:%Y%m%d}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def household(*, area: Area | None = None, number: str = "", members: int = 0, **kwargs: Any) -> Household:
    """A household on the roll, with as many plain adult members as asked; the first is the head."""
    area = area or village()
    kwargs.setdefault("status_on", START)
    kwargs.setdefault("registered_on", START)
    made = Household.objects.create(village=area, number=number or f"{area.code:0<12}{next(_numbers):04d}", **kwargs)
    for position in range(members):
        member(made, relation=Relation.HEAD if position == 0 else Relation.OTHER)
    return made


def member(of: Household, *, relation: str = Relation.HEAD, born_on: dt.date | None = None, **kwargs: Any) -> Member:
    """A member, an adult man unless said otherwise."""
    sequence = next(_numbers)
    born_on = born_on or dt.date(1970, 1, 1) + dt.timedelta(days=sequence % 3000)
    name = kwargs.pop("name", "陈建国")
    sex = kwargs.pop("sex", Sex.MALE)
    sealed = seal(IDENTITY, kwargs.pop("identity", identity_number(born_on, sequence, sex)))
    kwargs.setdefault("joined_on", max(born_on, START))
    return Member.objects.create(
        household=of,
        name=name,
        name_pinyin=pinyin(name),
        name_initials=initials(name),
        relation=relation,
        sex=sex,
        born_on=born_on,
        identity=sealed.cipher,
        identity_digest=sealed.digest,
        identity_masked=sealed.masked,
        **kwargs,
    )


def member_year(of: Member, year: int = 2015, **kwargs: Any) -> MemberYear:
    """A member's year: insured, healthy."""
    kwargs.setdefault("medical_insured", True)
    return MemberYear.objects.create(member=of, year=year, **kwargs)


def income(of: Household, year: int = 2015, **kwargs: Any) -> IncomeStatement:
    """An income statement; items in 分, all zero unless given."""
    kwargs.setdefault("reported_on", dt.date(year, 12, 20))
    return IncomeStatement.objects.create(household=of, year=year, **kwargs)


def conditions(of: Household, year: int = 2015, **kwargs: Any) -> LivingConditions:
    """Living conditions under which every guarantee is met."""
    defaults = {"food_secure": True, "clothing_secure": True, "house_grade": "1", "water_safe": True}
    kwargs.setdefault("surveyed_on", dt.date(year, 11, 30))
    return LivingConditions.objects.create(household=of, year=year, **{**defaults, **kwargs})


def over_the_line(*, members: int = 2, year: int = 2015, **kwargs: Any) -> Household:
    """A household that meets every condition of 2015."""
    made = household(members=members, **kwargs)
    for person in made.members.all():
        member_year(person, year)
    income(made, year, wages_fen=members * 400_000)
    conditions(made, year)
    return made


def other_county(code: str = "990001") -> Area:
    """A county beside Jiangjin."""
    county = Area.objects.filter(code=code).first()
    return county or Area.objects.all().add([Area(level=AreaLevel.COUNTY, code=code, name="邻县")])[0]


def policy(*, area: Area | None = None, code: str = "opinion", **kwargs: Any) -> PolicyDocument:
    """A policy document of the year without clauses: an implementing opinion unless said otherwise."""
    kwargs.setdefault("kind", PolicyKind.OPINION)
    kwargs.setdefault("title", f"文件{code}")
    kwargs.setdefault("valid_from", dt.date(2015, 1, 1))
    return PolicyDocument.objects.create(area=area or county(), code=code, **kwargs)


def clause(of: PolicyDocument, number: int = 1, **kwargs: Any) -> PolicyClause:
    """A clause that holds as long as its document."""
    kwargs.setdefault("heading", f"条款{number}")
    kwargs.setdefault("text", "每户每月至少走访一次。")
    kwargs.setdefault("valid_from", of.valid_from)
    return PolicyClause.objects.create(document=of, number=number, **kwargs)


def unit(name: str = "区农委") -> Unit:
    """A unit of the district."""
    return Unit.objects.get_or_create(county=county(), name=name)[0]


def helper(name: str = "袁建", *, user: User | None = None, area: Area | None = None, **kwargs: Any) -> Helper:
    """A helper of a town, without a login unless given."""
    return Helper.objects.create(
        name=name,
        name_pinyin=pinyin(name),
        name_initials=initials(name),
        town=area or town(),
        unit=unit(),
        user=user,
        **kwargs,
    )


def assignment(of: Household, who: Helper, **kwargs: Any) -> HelperAssignment:
    """An open assignment since the beginning."""
    kwargs.setdefault("starts_on", START)
    return HelperAssignment.objects.create(household=of, helper=who, **kwargs)
