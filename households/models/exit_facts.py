"""The row that the conditions of exit are asked of."""

from django.db import models

from households.models.conditions import HouseGrade


class ExitFacts(models.Model):
    """What is known of one household as of a day: never stored, the name of a common table expression (rules/facts.py).

    It exists so that rules are ordinary Django expressions over named, typed columns.
    """

    household = models.OneToOneField("households.Household", models.DO_NOTHING, primary_key=True, related_name="+")
    persons = models.PositiveSmallIntegerField()
    net_income_fen = models.BigIntegerField(null=True)
    line_fen = models.BigIntegerField(null=True)
    food_secure = models.BooleanField(null=True)
    clothing_secure = models.BooleanField(null=True)
    school_age = models.PositiveSmallIntegerField()
    out_of_school = models.PositiveSmallIntegerField()
    school_unknown = models.PositiveSmallIntegerField()
    uninsured = models.PositiveSmallIntegerField()
    insurance_unknown = models.PositiveSmallIntegerField()
    house_grade = models.CharField(max_length=1, choices=HouseGrade, blank=True)
    water_is_safe = models.BooleanField(null=True)
    surveyed_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "exit_facts"

    def __str__(self) -> str:
        return str(self.household_id)
