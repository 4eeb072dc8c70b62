"""What is said about an enrolment before it is on file: the input of `enrolments`."""

from dataclasses import dataclass
from decimal import Decimal

from assistance.models import Business, Measure
from households.models import Household, Member
from jiangjin.accounts.models import Unit

# No measure of one household pays more; ten times as much would be a slip of the pen.
MOST_FEN = 10_000_000 * 100


@dataclass(frozen=True, kw_only=True)
class EnrolmentDraft:
    """A household (member None) or a person to be enrolled. Without an amount, the measure's own price is taken."""

    measure: Measure
    household: Household
    member: Member | None = None
    year: int
    amount_fen: int | None = None
    quantity: Decimal | None = None
    unit: Unit | None = None
    business: Business | None = None
    note: str = ""

    @property
    def priced_fen(self) -> int | None:
        """The amount, or what the measure's price makes of the quantity. Raises ValueError for fractions of a fen."""
        price = self.measure.amount_fen
        if self.amount_fen is not None or price is None:
            return self.amount_fen
        if not self.measure.quantity_unit:
            return price
        if self.quantity is None:
            return None
        amount = price * self.quantity
        if amount != amount.to_integral_value():
            raise ValueError("fractions of a fen")
        return int(amount)
