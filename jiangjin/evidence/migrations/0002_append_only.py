"""PostgreSQL itself refuses to change a stored file's row, and to change or delete a detachment; on SQLite the models and their
querysets do. Rows of files that nobody used are deleted by the retention job."""

from typing import Any

from django.db import migrations

from jiangjin.common.append_only import forbid_changes

TRIGGERS = [
    forbid_changes("evidence_evidencefile", events="UPDATE"),
    forbid_changes("evidence_evidencedetachment"),
]


def forward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for sql, _undo in TRIGGERS:
            schema_editor.execute(sql)


def backward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for _sql, undo in TRIGGERS:
            schema_editor.execute(undo)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [migrations.RunPython(forward, backward)]
