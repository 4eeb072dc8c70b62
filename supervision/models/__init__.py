"""Models of supervision."""

from supervision.models.area_month import AreaMonth, RollupMonth
from supervision.models.household_month import HouseholdMonth

__all__ = ["AreaMonth", "HouseholdMonth", "RollupMonth"]
