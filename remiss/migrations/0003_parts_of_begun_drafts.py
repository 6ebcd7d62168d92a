from django.db import migrations

ADDED = ("behind", "files")


def add_parts(apps, schema_editor):
    """Drafts begun before these parts were thought of get them empty."""
    draft, part = apps.get_model("remiss", "Draft"), apps.get_model("remiss", "DraftPart")
    for key in ADDED:
        without = draft.objects.exclude(parts__key=key).values_list("pk", flat=True)
        part.objects.bulk_create([part(draft_id=pk, key=key) for pk in without], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("remiss", "0002_files_backing_and_more_time")]

    operations = [migrations.RunPython(add_parts, migrations.RunPython.noop)]
