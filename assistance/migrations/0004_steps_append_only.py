"""PostgreSQL itself refuses to change or delete rows of assistance_enrolmentstep; on SQLite the model and its queryset do."""

from typing import Any

from django.db import migrations

from jiangjin.common.append_only import forbid_changes

FORWARD, BACKWARD = forbid_changes("assistance_enrolmentstep")


def forward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD)


def backward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("assistance", "0003_measures")]

    operations = [migrations.RunPython(forward, backward)]
