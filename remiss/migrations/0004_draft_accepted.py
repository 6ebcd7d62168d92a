from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('remiss', '0003_parts_of_begun_drafts'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='accepted',
            field=models.JSONField(default=dict),
        ),
    ]
