"""Money is integer 分 (fen) in the database; yuan appear only in files, the API and pages."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN_PER_YUAN = 100
FEN_PER_WAN = 10_000 * FEN_PER_YUAN


def fen_to_yuan(fen: int) -> Decimal:
    """分 → 元 with two decimals: 285500 → Decimal('2855.00')."""
    return (Decimal(fen) / FEN_PER_YUAN).quantize(Decimal("0.01"))


def yuan_to_fen(value: Decimal | int | str) -> int:
    """元 → 分. Raises ValueError for what is not a finite number or has fractions of a 分."""
    try:
        fen = Decimal(str(value)) * FEN_PER_YUAN
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {value!r}") from error
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise ValueError(f"not a whole number of fen: {value!r}")
    return int(fen)


def per_capita_fen(total_fen: int, persons: int) -> int:
    """分 per person, half up, for display; comparisons multiply the line instead (DESIGN 4.1).

    Raises ValueError for no persons: an average over nobody is not zero.
    """
    if persons <= 0:
        raise ValueError("no persons")
    return int((Decimal(total_fen) / persons).quantize(Decimal(1), rounding=ROUND_HALF_UP))
