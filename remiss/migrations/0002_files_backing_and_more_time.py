import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from remiss.models.triggers import InstallTriggers


class Migration(migrations.Migration):

    dependencies = [
        ('remiss', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('path', models.CharField(db_index=True, max_length=100)),
                ('name', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('statement', 'Yttrande'), ('memo', 'Tjänsteskrivelse'), ('minutes', 'Protokollsutdrag'), ('dissent', 'Särskilt yttrande'), ('other', 'Annan bilaga')], max_length=16)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('is_searchable', models.BooleanField()),
            ],
            options={
                'ordering': ['submission', 'number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CoSignatory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('organisation_number', models.CharField(blank=True, max_length=11)),
            ],
            options={
                'ordering': ['submission', 'number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('path', models.CharField(db_index=True, max_length=100)),
                ('name', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('statement', 'Yttrande'), ('memo', 'Tjänsteskrivelse'), ('minutes', 'Protokollsutdrag'), ('dissent', 'Särskilt yttrande'), ('other', 'Annan bilaga')], max_length=16)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('is_searchable', models.BooleanField()),
            ],
            options={
                'ordering': ['number', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ExtensionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(db_index=True, editable=False, max_length=32)),
                ('organisation', models.CharField(max_length=200, verbose_name='vem')),
                ('contact_name', models.CharField(max_length=200, verbose_name='kontaktperson')),
                ('email', models.CharField(max_length=254, verbose_name='e-post')),
                ('wanted_day', models.DateField(null=True, verbose_name='vill ha tid till')),
                ('reason', models.TextField(verbose_name='skäl')),
                ('asked_at', models.DateTimeField(verbose_name='begärt')),
                ('decision', models.CharField(blank=True, choices=[('granted', 'Beviljat'), ('declined', 'Avslaget')], max_length=8, verbose_name='beslut')),
                ('until', models.DateField(null=True, verbose_name='tid till')),
                ('note', models.TextField(blank=True, verbose_name='motivering')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='beslutat')),
            ],
            options={
                'verbose_name': 'önskemål om längre tid',
                'verbose_name_plural': 'önskemål om längre tid',
                'ordering': ['-asked_at'],
                'permissions': [('decide_extension', 'Kan besluta om längre tid')],
                'default_permissions': ('view',),
            },
        ),
        migrations.AlterModelOptions(
            name='draftrevision',
            options={'default_permissions': (), 'ordering': ['-pk']},
        ),
        migrations.RemoveConstraint(
            model_name='draftrevision',
            name='draftrevision_is_unique',
        ),
        migrations.AddField(
            model_name='contact',
            name='copy_email',
            field=models.CharField(blank=True, max_length=254, verbose_name='kopia av kvittot till'),
        ),
        migrations.AddField(
            model_name='draft',
            name='extended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='draftpart',
            name='saved_by',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='draftrevision',
            name='editor',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name='draftrevision',
            name='how',
            field=models.CharField(choices=[('saved', 'sparat'), ('auto', 'sparat av sig självt'), ('restored', 'hämtat tillbaka'), ('aside', 'sparat vid sidan av')], default='saved', max_length=8),
        ),
        migrations.AddField(
            model_name='draftrevision',
            name='is_done',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='draftrevision',
            name='size',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='draftrevision',
            name='saved_by',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='submission',
            name='backing',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='submission',
            name='decision_expected_on',
            field=models.DateField(null=True, verbose_name='beslut väntas'),
        ),
        migrations.AddField(
            model_name='submission',
            name='is_preliminary',
            field=models.BooleanField(default=False, verbose_name='preliminärt'),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('submitted', 'skickade in svaret'), ('withdrew', 'tog tillbaka svaret'), ('restored', 'ångrade återtagandet'), ('recorded', 'registrerade ett svar som kom på annat sätt'), ('registered', 'skrev in diarienummer'), ('set_aside', 'lade svaret åt sidan'), ('took_back', 'tog tillbaka svaret bland de andra'), ('read_contact', 'läste kontaktuppgifter'), ('exported', 'exporterade svar'), ('moved_last_day', 'flyttade sista svarsdagen'), ('corrected', 'rättade planen'), ('changed_email', 'bytte e-postadress'), ('granted', 'gav längre tid'), ('declined', 'gav inte längre tid')], max_length=20, verbose_name='vad'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('link', 'Länken till svaret'), ('link_again', 'Länken igen'), ('receipt', 'Kvitto'), ('full_receipt', 'Kvitto med hela svaret'), ('withdrawn', 'Svaret är återtaget'), ('new_response', 'Nytt svar, till samordnare'), ('digest', 'Dagens svar, till samordnare'), ('report', 'Tillgänglighetsbrist'), ('reminder_week', 'Påminnelse en vecka före'), ('reminder_day', 'Påminnelse dagen före'), ('receipt_copy', 'Kopia av kvitto'), ('extension_asked', 'Önskemål om längre tid, till samordnare'), ('extension_granted', 'Längre tid'), ('extension_declined', 'Inte längre tid')], max_length=20, verbose_name='brev'),
        ),
        migrations.AddConstraint(
            model_name='draftrevision',
            constraint=models.UniqueConstraint(condition=models.Q(('how', 'aside'), _negated=True), fields=('part', 'version'), name='draftrevision_is_unique'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='remiss.submission'),
        ),
        migrations.AddField(
            model_name='cosignatory',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatories', to='remiss.submission'),
        ),
        migrations.AddField(
            model_name='draftfile',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='remiss.draft'),
        ),
        migrations.AddField(
            model_name='extensionrequest',
            name='consultation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='remiss.consultation', verbose_name='remiss'),
        ),
        migrations.AddField(
            model_name='extensionrequest',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av'),
        ),
        migrations.AddConstraint(
            model_name='extensionrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('decision', '')), fields=('public_id',), name='extensionrequest_is_one_at_a_time', violation_error_message='Ni har redan bett om längre tid.'),
        ),
        migrations.AddConstraint(
            model_name='extensionrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision', 'granted'), ('until__isnull', False)), models.Q(models.Q(('decision', 'granted'), _negated=True), ('until', None)), _connector='OR'), name='extensionrequest_has_a_day_when_granted', violation_error_message='Välj en ny sista dag.'),
        ),
        InstallTriggers(),
    ]
