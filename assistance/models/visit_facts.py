"""The row that the visit month is judged on."""

from django.db import models


class VisitFacts(models.Model):
    """What is known of one household in one month: never stored, the name of a common table expression (rules/visit_facts.py).

    The due period runs from the first to the last day on which the household was on the roll and had a helper. Contacts are
    visits, of whatever method, by somebody who answered for the household on that day.
    """

    household = models.OneToOneField("households.Household", models.DO_NOTHING, primary_key=True, related_name="+")
    on_roll = models.BooleanField()
    due_days = models.PositiveSmallIntegerField()
    due_to_on = models.DateField(null=True)
    away_days = models.PositiveSmallIntegerField()
    visits = models.PositiveSmallIntegerField()
    late_entries = models.PositiveSmallIntegerField()
    contacts = models.PositiveSmallIntegerField()
    first_contact_on = models.DateField(null=True)
    counted_contacts = models.PositiveSmallIntegerField()
    first_counted_contact_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "visit_facts"

    def __str__(self) -> str:
        return str(self.household_id)
