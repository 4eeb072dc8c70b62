"""Visits that raised a difficulty before difficulties had rows of their own get theirs; then PostgreSQL refuses to change or delete
steps (on SQLite the model and its queryset do)."""

import datetime as dt
from typing import Any

from django.db import migrations
from django.db.models import F

from jiangjin.common.append_only import forbid_changes

FORWARD, BACKWARD = forbid_changes("assistance_difficultystep")
# Standards are loaded after the migrations; what is that old is late by any of them.
DUE_AFTER = dt.timedelta(days=30)
AT_ONCE = 1000


def give_rows(apps: Any, schema_editor: Any) -> None:
    Visit = apps.get_model("assistance", "Visit")
    Difficulty = apps.get_model("assistance", "Difficulty")
    DifficultyStep = apps.get_model("assistance", "DifficultyStep")
    raised = Visit.objects.filter(withdrawn_at=None).exclude(difficulty_kind="").annotate(village=F("household__village"))
    keys = list(raised.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        made = Difficulty.objects.bulk_create(
            Difficulty(
                village_id=visit.village,
                household_id=visit.household_id,
                visit_id=visit.pk,
                source="visit",
                kind=visit.difficulty_kind,
                what=visit.difficulty,
                raised_on=visit.visited_on,
                raised_by_id=visit.recorded_by_id,
                due_on=visit.visited_on + DUE_AFTER,
            )
            for visit in raised.filter(pk__in=keys[start : start + AT_ONCE])
        )
        DifficultyStep.objects.bulk_create(
            DifficultyStep(
                difficulty_id=row.pk,
                version=1,
                act="raise",
                happened_on=row.raised_on,
                to_state="open",
                details={"due_on": row.due_on.isoformat()},
                by_id=row.raised_by_id,
            )
            for row in made
        )


def forbid(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        # What was inserted just now waits for its foreign keys to be checked; until then its table takes no trigger.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute(FORWARD)


def allow(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("assistance", "0009_difficulties")]

    operations = [migrations.RunPython(give_rows, migrations.RunPython.noop), migrations.RunPython(forbid, allow)]
