"""The rows that the rules of eligibility are asked of."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models.conditions import HouseGrade
from households.models.household import PovertyAttribute, Tier
from households.models.member_year import Health, Labour, Schooling

# NULL also for texts: a condition over what nobody said is neither true nor false.
UNKNOWN: Any = {"null": True}


class EligibilityState(models.IntegerChoices):
    """How a household or person stands to a measure. Qualifies: has it or lacks it."""

    NOT = 0, _("Does not qualify")
    HAS = 1, _("Qualifies and has it")
    LACKS = 2, _("Qualifies and lacks it")
    NOT_VERIFIED = 3, _("Not verified")
    OTHERWISE = 4, _("Has it without qualifying by the file")


class HouseholdEligibility(models.Model):
    """What is known of one household as of a day: never stored, the name of a common table expression
    (rules/eligibility/facts.py). NULL means that nobody said.

    able, weak: members who can work, in full or in part; NULL where none is known and of some nobody knows. helpless: members
    whom illness or disability keeps from working. held: the measures it is enrolled in, one bit each.
    """

    household = models.OneToOneField("households.Household", models.DO_NOTHING, primary_key=True, related_name="+")
    village = models.ForeignKey("areas.Area", models.DO_NOTHING, related_name="+")
    tier = models.CharField(max_length=1, choices=Tier, blank=True)
    attribute = models.CharField(max_length=2, choices=PovertyAttribute, **UNKNOWN)
    persons = models.PositiveSmallIntegerField()
    able = models.PositiveSmallIntegerField(null=True)
    weak = models.PositiveSmallIntegerField(null=True)
    helpless = models.PositiveSmallIntegerField(null=True)
    on_allowance = models.PositiveSmallIntegerField(null=True)
    farmland_mu = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    forest_mu = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    house_grade = models.CharField(max_length=1, choices=HouseGrade, **UNKNOWN)
    surveyed_on = models.DateField(null=True)
    held = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "household_eligibility"

    def __str__(self) -> str:
        return str(self.household_id)


class PersonEligibility(models.Model):
    """The same of one person. age: full years on the day."""

    member = models.OneToOneField("households.Member", models.DO_NOTHING, primary_key=True, related_name="+")
    household = models.ForeignKey("households.Household", models.DO_NOTHING, related_name="+")
    village = models.ForeignKey("areas.Area", models.DO_NOTHING, related_name="+")
    tier = models.CharField(max_length=1, choices=Tier, blank=True)
    age = models.PositiveSmallIntegerField()
    schooling = models.CharField(max_length=2, choices=Schooling, **UNKNOWN)
    health = models.CharField(max_length=2, choices=Health, **UNKNOWN)
    labour = models.CharField(max_length=2, choices=Labour, **UNKNOWN)
    held = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "person_eligibility"

    def __str__(self) -> str:
        return str(self.member_id)
