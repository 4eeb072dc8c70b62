"""Who lives in an invented household: relations, ages, names, identity numbers."""

import datetime as dt
import functools
import random
from dataclasses import dataclass, field

from households.demo import naming
from households.demo.identities import IdentityBook
from households.demo.tables import Urn, table
from households.models import Ethnicity, Relation, Sex

# Ages are those on the last day of this year.
YEAR = 2015
OLDEST = 95
BRIDE_AGE = 20
ROLES = {
    "head": (Relation.HEAD, Relation.HEAD),
    "spouse": (Relation.SPOUSE, Relation.SPOUSE),
    "child": (Relation.SON, Relation.DAUGHTER),
    "grandchild": (Relation.GRANDSON, Relation.GRANDDAUGHTER),
    "daughter_in_law": (Relation.DAUGHTER_IN_LAW, Relation.DAUGHTER_IN_LAW),
    "father": (Relation.FATHER, Relation.FATHER),
    "mother": (Relation.MOTHER, Relation.MOTHER),
    "husbands_mother": (Relation.HUSBANDS_MOTHER, Relation.HUSBANDS_MOTHER),
}
# These carry the name of the head's husband, or of the head himself.
FAMILY_NAME = {"child", "grandchild", "father"}
ETHNICITIES = Urn({Ethnicity.HAN: 980, Ethnicity.TUJIA: 12, Ethnicity.MIAO: 8})


@dataclass(slots=True)
class PersonYear:
    """Facts of one year; the fields are those of MemberYear."""

    education: str = ""
    schooling: str = ""
    health: str = ""
    labour: str = ""
    work_place: str = ""
    work_months: int | None = None
    medical_insured: bool | None = True
    pension_insured: bool | None = None
    serious_illness_insured: bool | None = None
    on_allowance: bool | None = False
    in_service: bool | None = False


@dataclass(slots=True, eq=False)
class Person:
    """A member. `track` (0 to 99) decides how far they go at school, the same in every year."""

    role: str
    relation: str
    sex: str
    age: int
    name: str
    ethnicity: str
    born_on: dt.date
    identity: str
    track: int
    joined_on: dt.date = dt.date.min
    joined_by: str = ""
    left_on: dt.date | None = None
    left_by: str = ""
    years: dict[int, PersonYear] = field(default_factory=dict)

    def present(self, on: dt.date) -> bool:
        """Whether they belong to the household on the day."""
        return self.joined_on <= on and (self.left_on is None or self.left_on > on)


class Families:
    """Makes families of a wished size. `books` numbers their members."""

    def __init__(self, rng: random.Random, book: IdentityBook) -> None:
        self.rng = rng
        self.book = book

    def make(self, size: int) -> list[Person]:
        """A family of `size` persons, the head first."""
        kind = _kinds()[size].draw(self.rng)
        members = _members(kind)
        while (ages := self._ages(members)) is None:
            pass
        ethnicity = ETHNICITIES.draw(self.rng)
        head_sex = ages[0][0]
        surname, in_law = naming.surname(self.rng), naming.surname(self.rng)
        # Children are named after their father: the head, or the husband of a head who is a woman.
        father_name = in_law if head_sex == Sex.FEMALE and len(ages) > 1 and members[1][0] == "spouse" else surname
        people = []
        for (role, *_rule), (sex, age) in zip(members, ages, strict=True):
            if role == "head":
                family_name = surname
            elif role == "spouse":
                family_name = in_law
            elif role in FAMILY_NAME:
                family_name = surname if role == "father" else father_name
            else:
                family_name = naming.surname(self.rng)
            people.append(self.person(role, sex=sex, age=age, surname=family_name, ethnicity=ethnicity))
        return people

    def person(self, role: str, *, sex: str, age: int, surname: str, ethnicity: str) -> Person:
        """One person of that age on the last day of the year."""
        year = YEAR - age
        last = dt.date(year, 9, 15) if age == 0 else dt.date(year, 12, 31)
        first = dt.date(year, 1, 1)
        asked = first + dt.timedelta(days=self.rng.randint(0, (last - first).days))
        born_on, identity = self.book.issue(sex, asked)
        return Person(
            role=role,
            relation=ROLES[role][sex == Sex.FEMALE],
            sex=sex,
            age=age,
            name=surname + naming.given_name(self.rng, sex, _generation(age)),
            ethnicity=ethnicity,
            born_on=born_on,
            identity=identity,
            track=self.rng.randrange(100),
        )

    def _ages(self, members: list[tuple]) -> list[tuple[str, int]] | None:
        """Sex and age of each, or None where the dice made an impossible family."""
        made: list[tuple[str, int]] = []
        for role, sex, base, low, high in members:
            if sex == "other":
                sex = Sex.FEMALE if made[0][0] == Sex.MALE else Sex.MALE
            elif sex == "any":
                sex = Sex.MALE if self.rng.randrange(100) < 54 else Sex.FEMALE
            age = self.rng.randint(low, high) + (0 if base is None else made[base][1])
            if not 0 <= age <= OLDEST or (role in ("daughter_in_law", "spouse") and age < BRIDE_AGE):
                return None
            made.append((str(sex), age))
        return made


def _generation(age: int) -> str:
    return "old" if age >= 52 else "middle" if age >= 25 else "young"


@functools.cache
def _kinds() -> dict[int, Urn]:
    """Numbers of the kinds of families, by size."""
    sizes: dict[int, dict[int, float]] = {}
    for number, kind in enumerate(table("families")["kinds"]):
        sizes.setdefault(len(kind["people"]), {})[number] = kind["weight"]
    return {size: Urn(weights) for size, weights in sizes.items()}


@functools.cache
def _members(kind: int) -> list[tuple]:
    """(role, sex, the member whose age counts, from, to) of each member of a kind of family."""
    return [tuple(member) for member in table("families")["kinds"][kind]["people"]]
