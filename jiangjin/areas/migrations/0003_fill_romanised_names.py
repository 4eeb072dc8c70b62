"""How the areas on file are read."""

from django.db import migrations

from jiangjin.common.romanise import place_readings


def fill(apps, schema_editor):
    Area = apps.get_model("areas", "Area")
    rows = list(Area.objects.only("pk", "name"))
    for area in rows:
        pinyin, initials = place_readings(area.name)
        area.name_pinyin, area.name_initials = pinyin[:240], initials[:60]
    Area.objects.bulk_update(rows, ["name_pinyin", "name_initials"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("areas", "0002_romanised_names")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
