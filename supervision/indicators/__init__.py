"""The indicators of roll-ups, one file a subject."""

from supervision.indicators import exits, roll, verdicts, visits  # noqa: F401
from supervision.indicators.indicator import Indicator, List, Over, Ratio, Unit, additive, indicators

__all__ = ["Indicator", "List", "Over", "Ratio", "Unit", "additive", "indicators"]
