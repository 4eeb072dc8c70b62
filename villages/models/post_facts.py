"""The row that the completeness check is asked of."""

from django.db import models


class PostFacts(models.Model):
    """How many answer for one poor village as of a day: never stored, the name of a common table expression
    (rules/post_check.py). It exists so that the norms are ordinary Django expressions over named columns."""

    poor_village = models.OneToOneField("villages.PoorVillage", models.DO_NOTHING, primary_key=True, related_name="+")
    on_roll = models.PositiveIntegerField()
    leaders = models.PositiveIntegerField()
    support_groups = models.PositiveIntegerField()
    first_secretaries = models.PositiveIntegerField()
    teams = models.PositiveIntegerField()
    team_members = models.PositiveIntegerField()
    graduate_officials = models.PositiveIntegerField()
    technology_commissioners = models.PositiveIntegerField()
    helpers = models.PositiveIntegerField()

    class Meta:
        managed = False
        db_table = "post_facts"

    def __str__(self) -> str:
        return str(self.poor_village_id)
