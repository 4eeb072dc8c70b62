"""What the rows of a list mean: which household, which person, how much. Chunk by chunk, in a fixed number of statements."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from assistance.models import BulkEnrolment, BulkEnrolmentRow, BulkOutcome, EligibilityState, MeasureTarget, Recurrence
from assistance.services import gaps
from assistance.services.enrolment_refusals import ALREADY, code_of, details_of, field_of, refusal
from households.imports.values import Unreadable, is_blank, read_amount, squeeze
from households.models import Household, Member
from jiangjin.common.personal import IDENTITY

# What a row may say; the keys of BulkEnrolmentRow.given.
FIELDS = ("number", "name", "identity", "amount", "quantity", "note")
# A refusal's field → the column of a list that says it.
FIELD_OF_COLUMN = {
    **{field: field for field in FIELDS},
    "member": "name",
    "amount_fen": "amount",
    "measure": "number",
    "on": "number",
}
WHOLE_NUMBER, SHORTEST = 12, 4
LARGEST_QUANTITY = Decimal(10) ** 8
ASTERISKS = re.compile(r"\*+")


class Reader:
    """Understands the rows of one list. `seen`: where each household or person stood first."""

    def __init__(self, bulk: BulkEnrolment, households: QuerySet[Household], *, on: dt.date) -> None:
        if bulk.measure is None:
            raise ValueError("this list proposes nothing")
        self.bulk = bulk
        self.measure = bulk.measure
        self.households = households
        self.on = on
        self.seen: dict[tuple[int, int | None], int] = {}

    def understand(self, rows: Sequence[BulkEnrolmentRow]) -> list[BulkEnrolmentRow]:
        """Fill in household, person, amount, quantity and note; returns the rows that make sense, the others are refused."""
        by_number = self._by_number(rows)
        people = self._people(rows, by_number)
        sound = []
        for row in rows:
            try:
                if row.household_id is None:
                    row.household = self._household(row, by_number)
                if row.member_id is None and self.measure.target == MeasureTarget.PERSON and row.household is not None:
                    row.member = self._member(row, people.get(row.household.pk, []))
                self._amounts(row)
                self._once(row)
                sound.append(row)
            except ValidationError as error:
                refuse(row, error)
        return sound

    def _by_number(self, rows: Sequence[BulkEnrolmentRow]) -> dict[str, list[Household]]:
        """Households by the number, or the end of a number, that a row gives."""
        wanted = {number for row in rows if row.household_id is None and (number := number_of(row))}
        whole = {number for number in wanted if len(number) >= WHOLE_NUMBER}
        ends = {number for number in wanted - whole if len(number) >= SHORTEST and number.isdecimal()}
        found: dict[str, list[Household]] = {}
        for household in self.households.filter(number__in=whole).select_related("village"):
            found.setdefault(household.number, []).append(household)
        if ends:
            ending = Q(pk__in=[])
            for end in ends:
                ending |= Q(number__endswith=end)
            for household in self.households.filter(ending).select_related("village").order_by("number"):
                for end in ends:
                    if household.number.endswith(end):
                        found.setdefault(end, []).append(household)
        return found

    def _people(
        self, rows: Sequence[BulkEnrolmentRow], by_number: Mapping[str, list[Household]]
    ) -> dict[int, list[Member]]:
        """Who belongs to these households on the day, where the measure enrols persons."""
        if self.measure.target != MeasureTarget.PERSON:
            return {}
        keys = {household.pk for households in by_number.values() for household in households}
        keys |= {row.household_id for row in rows if row.household_id is not None}
        people: dict[int, list[Member]] = {}
        members = Member.objects.present(self.on).filter(household__in=keys)
        for member in members.order_by("relation", "born_on", "pk"):
            people.setdefault(member.household_id, []).append(member)
        return people

    def _household(self, row: BulkEnrolmentRow, by_number: Mapping[str, list[Household]]) -> Household:
        number = number_of(row)
        if not number:
            raise refusal("no_number")
        found = by_number.get(number, [])
        if not found:
            raise refusal("unknown_number")
        if len(found) > 1:
            raise refusal("several_households")
        return found[0]

    def _member(self, row: BulkEnrolmentRow, people: list[Member]) -> Member:
        name, identity = squeeze(said(row, "name")), squeeze(said(row, "identity")).upper()
        chosen = people
        if name:
            chosen = [person for person in chosen if squeeze(person.name) == name]
            if not chosen:
                raise refusal("unknown_person")
        if identity:
            whole = said(row, "identity_digest")
            chosen = [person for person in chosen if is_meant(person, identity, whole)]
            if not chosen:
                raise refusal("unknown_identity")
        if len(chosen) == 1:
            return chosen[0]
        if name or identity:
            raise refusal("several_persons")
        qualifying = self._qualifying(row, chosen)
        if len(qualifying) != 1:
            raise refusal("which_person")
        return qualifying[0]

    def _qualifying(self, row: BulkEnrolmentRow, people: list[Member]) -> list[Member]:
        """Those who qualify by the file: where it is one, nobody needs to say who."""
        if gaps.rule_of(self.measure) is None:
            return []
        household = Household.objects.filter(pk__in=[row.household.pk] if row.household is not None else [])
        standings = gaps.standings(household, as_of=self.on, measures=[self.measure])
        wanted = {EligibilityState.HAS, EligibilityState.LACKS}
        keys = {standing.facts.pk for standing in standings if standing.state in wanted}
        return [person for person in people if person.pk in keys]

    def _amounts(self, row: BulkEnrolmentRow) -> None:
        amount, quantity = row.given.get("amount", ""), row.given.get("quantity", "")
        try:
            row.amount_fen = self.bulk.values.get("amount_fen") if is_blank(amount) else read_amount(amount)
        except Unreadable as error:
            raise refusal("unreadable_amount") from error
        if not is_blank(quantity):
            row.quantity = read_quantity(str(quantity))
        elif self.bulk.values.get("quantity"):
            row.quantity = Decimal(self.bulk.values["quantity"])
        row.note = said(row, "note")[:300] or self.bulk.values.get("note", "")

    def _once(self, row: BulkEnrolmentRow) -> None:
        """The same household or person twice in one list is meant once."""
        if row.household is None:
            raise refusal("unknown_number")
        key = row.household.pk, row.member.pk if row.member is not None else None
        line = row.line or row.position
        if self.measure.recurrence != Recurrence.REPEATED and self.seen.setdefault(key, line) != line:
            raise refusal("twice_in_list", line=self.seen[key])


def said(row: BulkEnrolmentRow, field: str) -> str:
    """What a row says of a field, as text; empty for a dash."""
    value = row.given.get(field, "")
    return "" if is_blank(value) else str(value).strip()


def number_of(row: BulkEnrolmentRow) -> str:
    """The household number, or its end, that a row gives."""
    return squeeze(said(row, "number"))


def is_meant(person: Member, identity: str, whole: str) -> bool:
    """Whether a certificate number (its digest), its masked form or its last characters are this person's."""
    if whole:
        return whole == person.identity_digest
    masked = person.identity_masked.upper()
    if "*" in identity:
        return ASTERISKS.sub("*", identity) == ASTERISKS.sub("*", masked)
    return len(identity) >= IDENTITY.tail and masked.endswith(identity[-IDENTITY.tail :])


def read_quantity(text: str) -> Decimal:
    """A number with at most two decimals; a unit behind it is left out. Raises a refusal."""
    match = re.match(r"^([0-9]+(?:\.[0-9]+)?)\D*$", squeeze(text).replace(",", ""))
    try:
        quantity = Decimal(match[1]).quantize(Decimal("0.01")) if match else Decimal("NaN")
    except InvalidOperation:
        quantity = Decimal("NaN")
    if not quantity.is_finite() or quantity >= LARGEST_QUANTITY:
        raise refusal("unreadable_quantity")
    return quantity


def refuse(row: BulkEnrolmentRow, error: ValidationError) -> None:
    """Keep why the row is refused, or that it is so already."""
    row.code, row.params = code_of(error), details_of(error)
    row.outcome = BulkOutcome.ALREADY if row.code in ALREADY else BulkOutcome.REFUSED
    row.column = column_of(row)


def column_of(row: BulkEnrolmentRow) -> str:
    """The letters of the column that the refusal concerns, of a list that came as a file."""
    columns = row.bulk.titles.get(row.sheet, {}).get("columns", {})
    return str(columns.get(FIELD_OF_COLUMN.get(field_of(row.code), ""), ""))
