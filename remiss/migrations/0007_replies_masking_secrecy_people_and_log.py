import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from remiss.models.triggers import InstallTriggers


class Migration(migrations.Migration):

    dependencies = [
        ('remiss', '0006_passages_and_themes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('city', 'Malmö stad'), ('civil', 'Idéburen sektor')], max_length=5, verbose_name='sida')),
                ('is_deputy', models.BooleanField(default=False, verbose_name='ställföreträdare')),
                ('at', models.DateTimeField(verbose_name='när')),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(max_length=200, verbose_name='gallringsbeslut')),
                ('number', models.PositiveIntegerField(verbose_name='antal svar')),
                ('references', models.JSONField(verbose_name='referenser')),
                ('at', models.DateTimeField(verbose_name='när')),
            ],
            options={
                'verbose_name': 'gallring',
                'verbose_name_plural': 'gallringar',
                'ordering': ['-at', '-pk'],
                'permissions': [('dispose_response', 'Kan gallra svar')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('personal_number', 'Personnummer'), ('coordination_number', 'Samordningsnummer'), ('phone', 'Telefonnummer'), ('email', 'E-postadress'), ('street', 'Gatuadress'), ('file_name', 'Filnamn')], max_length=20, verbose_name='vad')),
                ('left_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['submission', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Masking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('reason', models.CharField(choices=[('personal', 'Personuppgift som inte behöver vara offentlig (GDPR)'), ('number', 'Personnummer eller samordningsnummer (3 kap. 10 § dataskyddslagen)'), ('sensitive', 'Känslig personuppgift (artikel 9 i GDPR)'), ('offence', 'Uppgift om brott (artikel 10 i GDPR)'), ('health', 'Enskilds hälsa eller sexualliv (21 kap. 1 § OSL)'), ('protected', 'Skyddade personuppgifter (21 kap. 3 § OSL)'), ('business', 'Affärs- eller driftförhållanden (31 kap. 16 § OSL)'), ('security', 'Säkerhets- eller bevakningsåtgärd (18 kap. 8 § OSL)'), ('other', 'Annat skäl')], max_length=10, verbose_name='skäl')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='anteckning')),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'maskning',
                'verbose_name_plural': 'maskningar',
                'ordering': ['submission', 'pk'],
                'permissions': [('mask_text', 'Kan dölja ord i det som är offentligt')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('once', models.CharField(max_length=32, unique=True)),
                ('subject', models.CharField(max_length=150, verbose_name='ämne')),
                ('body', models.TextField(verbose_name='text')),
                ('written_at', models.DateTimeField(verbose_name='skrivet')),
            ],
            options={
                'verbose_name': 'brev till den som svarat',
                'verbose_name_plural': 'brev till dem som svarat',
                'ordering': ['-written_at', '-pk'],
                'permissions': [('write_to_respondent', 'Kan skriva till den som svarat')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='NameCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='namn')),
                ('reason', models.CharField(max_length=300, verbose_name='varför')),
                ('at', models.DateTimeField(verbose_name='när')),
            ],
            options={
                'verbose_name': 'rättat namn',
                'verbose_name_plural': 'rättade namn',
                'ordering': ['-at', '-pk'],
                'permissions': [('correct_name', 'Kan rätta namnet som ett svar visas med')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReplyRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('city', 'Malmö stad'), ('civil', 'Idéburen sektor')], max_length=5, verbose_name='sida')),
                ('is_deputy', models.BooleanField(default=False, verbose_name='ställföreträdare')),
                ('at', models.DateTimeField(verbose_name='när')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('outcome', models.CharField(blank=True, choices=[('changed', 'Planen ändras'), ('partly', 'Delvis ändring'), ('unchanged', 'Ingen ändring'), ('taken_on', 'Tas vidare i arbetet')], max_length=9, verbose_name='besked')),
                ('said', models.TextField(blank=True, verbose_name='det sa svaren')),
                ('text', models.TextField(blank=True, verbose_name='återkoppling')),
                ('before', models.TextField(blank=True, verbose_name='så stod det i planen')),
                ('after', models.TextField(blank=True, verbose_name='så står det nu')),
            ],
            options={
                'verbose_name': 'återkoppling',
                'verbose_name_plural': 'återkopplingar',
                'ordering': ['-number'],
                'permissions': [('write_reply', 'Kan skriva och godkänna återkoppling')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SecrecyMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provision', models.CharField(max_length=120, verbose_name='lagrum')),
                ('reason', models.CharField(max_length=1000, verbose_name='skäl')),
                ('at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=0)),
                ('lifted_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'sekretessmarkering',
                'verbose_name_plural': 'sekretessmarkeringar',
                'permissions': [('mark_secret', 'Kan sekretessmarkera och pröva markeringar')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SecrecyTrial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('upheld', 'Markeringen består'), ('lifted', 'Markeringen hävs')], max_length=6, verbose_name='utfall')),
                ('reason', models.CharField(max_length=1000, verbose_name='skäl')),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'prövning',
                'verbose_name_plural': 'prövningar',
                'ordering': ['at', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SendBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('city', 'Malmö stad'), ('civil', 'Idéburen sektor')], max_length=5, verbose_name='sida')),
                ('is_deputy', models.BooleanField(default=False, verbose_name='ställföreträdare')),
                ('at', models.DateTimeField(verbose_name='när')),
                ('comment', models.TextField(verbose_name='kommentar')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AlterModelOptions(
            name='event',
            options={'default_permissions': ('view',), 'ordering': ['-at', '-pk'], 'permissions': [('view_account_event', 'Kan läsa loggen över konton och inställningar')], 'verbose_name': 'händelse', 'verbose_name_plural': 'händelser'},
        ),
        migrations.AddField(
            model_name='coordinator',
            name='is_deputy',
            field=models.BooleanField(default=False, verbose_name='ställföreträdare'),
        ),
        migrations.AddField(
            model_name='event',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='konto'),
        ),
        migrations.AddField(
            model_name='response',
            name='corrected_name',
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name='rättat namn'),
        ),
        migrations.AddField(
            model_name='response',
            name='corrected_sort_key',
            field=models.CharField(blank=True, editable=False, max_length=220),
        ),
        migrations.AddField(
            model_name='response',
            name='looked_through',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('submitted', 'skickade in svaret'), ('withdrew', 'tog tillbaka svaret'), ('restored', 'ångrade återtagandet'), ('recorded', 'registrerade ett svar som kom på annat sätt'), ('registered', 'skrev in diarienummer'), ('set_aside', 'lade svaret åt sidan'), ('took_back', 'tog tillbaka svaret bland de andra'), ('read_contact', 'läste kontaktuppgifter'), ('exported', 'tog ut uppgifter som fil'), ('moved_last_day', 'flyttade sista svarsdagen'), ('corrected', 'rättade planen'), ('changed_email', 'bytte e-postadress'), ('granted', 'gav längre tid'), ('declined', 'gav inte längre tid'), ('imported', 'läste in remissinstanser'), ('changed_body', 'ändrade remissinstansen'), ('merged', 'slog ihop remissinstanser'), ('wrote_text', 'skrev en brevtext'), ('invited', 'bjöd in'), ('reminded', 'påminde'), ('undid', 'ångrade utskicket'), ('opened', 'öppnade inbjudan'), ('began', 'började svara'), ('abstained', 'avstod från att svara'), ('changed_mind', 'ångrade att avstå'), ('tied', 'räknade svaret för'), ('untied', 'räknar inte längre svaret för'), ('revoked', 'bytte ut länken'), ('resent', 'skickade inbjudan igen'), ('bounced', 'fick mejlet tillbaka'), ('placed', 'placerade ett stycke'), ('no_action', 'satte att ett stycke inte kräver någon åtgärd'), ('divided', 'ändrade styckena'), ('changed_theme', 'ändrade teman'), ('undid_step', 'ångrade'), ('wrote_note', 'skrev en anteckning'), ('transcribed', 'skrev av en fil'), ('translated', 'skrev en översättning'), ('shared_areas', 'fördelade områdena'), ('joined_actors', 'ändrade listan över aktörer'), ('disclosed', 'lämnade ut handlingar'), ('noted', 'noterade en kontakt'), ('added_factor', 'lade till ett sätt att logga in'), ('removed_factor', 'tog bort ett sätt att logga in'), ('new_codes', 'gjorde nya reservkoder'), ('changed_password', 'bytte lösenord'), ('reset_factor', 'nollställde andra faktorn'), ('many_failures', 'märkte många misslyckade inloggningar'), ('masked', 'dolde ord i det som är offentligt'), ('unmasked', 'tog bort en maskning'), ('let_stand', 'lät möjliga personuppgifter stå'), ('asked_again', 'ångrade att möjliga personuppgifter får stå'), ('wrote_to', 'skrev till den som svarat'), ('stopped_letter', 'stoppade ett brev'), ('corrected_name', 'rättade namnet'), ('erased', 'raderade kontaktuppgifter'), ('searched_person', 'sökte efter en persons uppgifter'), ('took_extract', 'hämtade ett registerutdrag'), ('disposed', 'gallrade svaret'), ('wrote_reply', 'skrev återkoppling'), ('handed_over', 'lämnade över återkoppling'), ('approved', 'godkände återkoppling'), ('sent_back', 'skickade tillbaka återkoppling'), ('changed_plan', 'ändrade planen'), ('changed_settings', 'ändrade remissens inställningar'), ('chose_notice', 'valde mejl om nya svar'), ('made_account', 'skapade ett konto'), ('changed_account', 'ändrade uppgifter i ett konto'), ('changed_group', 'ändrade gruppen för ett konto'), ('closed_account', 'stängde av ett konto'), ('reopened_account', 'öppnade ett konto igen'), ('set_password', 'satte nytt lösenord för ett konto'), ('logged_in', 'loggade in'), ('logged_out', 'loggade ut'), ('failed_login', 'misslyckades med att logga in'), ('locked_out', 'stängdes ute efter för många försök'), ('marked_secret', 'sekretessmarkerade'), ('tried_secret', 'prövade sekretessmarkeringen')], max_length=20, verbose_name='vad'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('link', 'Länken till svaret'), ('link_again', 'Länken igen'), ('receipt', 'Kvitto'), ('full_receipt', 'Kvitto med hela svaret'), ('withdrawn', 'Svaret är återtaget'), ('new_response', 'Nytt svar, till samordnare'), ('digest', 'Dagens svar, till samordnare'), ('report', 'Tillgänglighetsbrist'), ('reminder_week', 'Påminnelse en vecka före'), ('reminder_day', 'Påminnelse dagen före'), ('receipt_copy', 'Kopia av kvitto'), ('extension_asked', 'Önskemål om längre tid, till samordnare'), ('extension_granted', 'Längre tid'), ('extension_declined', 'Inte längre tid'), ('invitation', 'Inbjudan'), ('reminder', 'Påminnelse'), ('time_given', 'Längre tid, till remissinstansen'), ('time_given_draft', 'Längre tid, till den som skriver'), ('moved_invited', 'Ny sista dag, till inbjudna'), ('moved_draft', 'Ny sista dag, till den som skriver'), ('moved_answered', 'Ny sista dag, till den som svarat'), ('password', 'Nytt lösenord'), ('login_changed', 'Ändrad inloggning'), ('message', 'Brev till den som svarat'), ('reply_waiting', 'Återkoppling att godkänna, till samordnare'), ('reply_sent_back', 'Återkoppling tillbaka, till den som skrev'), ('reply_approved', 'Återkoppling godkänd, till den som skrev')], max_length=20, verbose_name='brev'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['at', 'id'], name='event_at'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['actor', 'at'], name='event_actor_at'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['verb', 'at'], name='event_verb_at'),
        ),
        migrations.AddConstraint(
            model_name='coordinator',
            constraint=models.UniqueConstraint(condition=models.Q(('is_deputy', True)), fields=('side',), name='coordinator_deputy_is_one_a_side', violation_error_message='Sidan har redan en ställföreträdare.'),
        ),
        migrations.AddField(
            model_name='approval',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av'),
        ),
        migrations.AddField(
            model_name='finding',
            name='answer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='remiss.answer'),
        ),
        migrations.AddField(
            model_name='finding',
            name='attachment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='remiss.attachment'),
        ),
        migrations.AddField(
            model_name='finding',
            name='cosignatory',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='remiss.cosignatory'),
        ),
        migrations.AddField(
            model_name='finding',
            name='left_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='finding',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='remiss.submission'),
        ),
        migrations.AddField(
            model_name='masking',
            name='answer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='remiss.answer'),
        ),
        migrations.AddField(
            model_name='masking',
            name='attachment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='remiss.attachment'),
        ),
        migrations.AddField(
            model_name='masking',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='masking',
            name='cosignatory',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='remiss.cosignatory'),
        ),
        migrations.AddField(
            model_name='masking',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='remiss.submission'),
        ),
        migrations.AddField(
            model_name='masking',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='response',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='remiss.response'),
        ),
        migrations.AddField(
            model_name='message',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av'),
        ),
        migrations.AddField(
            model_name='letter',
            name='written',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='remiss.message'),
        ),
        migrations.AddField(
            model_name='namecorrection',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av'),
        ),
        migrations.AddField(
            model_name='namecorrection',
            name='response',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='name_corrections', to='remiss.response'),
        ),
        migrations.AddField(
            model_name='replyrevision',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av'),
        ),
        migrations.AddField(
            model_name='replyrevision',
            name='response',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='remiss.response'),
        ),
        migrations.AddField(
            model_name='replyrevision',
            name='theme',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='remiss.theme'),
        ),
        migrations.AddField(
            model_name='approval',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='remiss.replyrevision'),
        ),
        migrations.AddField(
            model_name='secrecymark',
            name='attachment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='secrecy_marks', to='remiss.attachment'),
        ),
        migrations.AddField(
            model_name='secrecymark',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='secrecymark',
            name='response',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='secrecy_marks', to='remiss.response'),
        ),
        migrations.AddField(
            model_name='secrecytrial',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='secrecytrial',
            name='mark',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='remiss.secrecymark'),
        ),
        migrations.AddField(
            model_name='sendback',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av'),
        ),
        migrations.AddField(
            model_name='sendback',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='send_backs', to='remiss.replyrevision'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='finding_is_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', None), ('cosignatory', None)), models.Q(('answer', None), ('attachment', None)), models.Q(('attachment', None), ('cosignatory', None)), _connector='OR'), name='finding_is_in_one_text'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(models.F('submission'), django.db.models.functions.comparison.Coalesce('answer_id', 0), django.db.models.functions.comparison.Coalesce('cosignatory_id', 0), django.db.models.functions.comparison.Coalesce('attachment_id', 0), models.F('start'), models.F('end'), name='finding_is_found_once'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('left_by', None)), models.Q(('left_at__isnull', False), ('left_by__isnull', False)), _connector='OR'), name='finding_is_left_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='masking',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='masking_is_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='masking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', None), ('cosignatory', None)), models.Q(('answer', None), ('attachment', None)), models.Q(('attachment', None), ('cosignatory', None)), _connector='OR'), name='masking_is_in_one_text'),
        ),
        migrations.AddConstraint(
            model_name='masking',
            constraint=models.UniqueConstraint(models.F('submission'), django.db.models.functions.comparison.Coalesce('answer_id', 0), django.db.models.functions.comparison.Coalesce('cosignatory_id', 0), django.db.models.functions.comparison.Coalesce('attachment_id', 0), models.F('start'), models.F('end'), condition=models.Q(('undone_at', None)), name='masking_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='masking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='masking_is_undone_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='replyrevision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('response__isnull', False), ('theme', None)), models.Q(('response', None), ('theme__isnull', False)), _connector='OR'), name='reply_is_to_a_theme_or_to_an_answer', violation_error_message='Återkopplingen gäller antingen ett tema eller ett svar.'),
        ),
        migrations.AddConstraint(
            model_name='replyrevision',
            constraint=models.CheckConstraint(condition=models.Q(('response', None), models.Q(('after', ''), ('before', ''), ('outcome', ''), ('said', '')), _connector='OR'), name='reply_to_an_answer_is_text_alone', violation_error_message='Återkopplingen till ett svar har inget besked.'),
        ),
        migrations.AddConstraint(
            model_name='replyrevision',
            constraint=models.UniqueConstraint(fields=('theme', 'number'), name='reply_number_is_unique_in_its_theme'),
        ),
        migrations.AddConstraint(
            model_name='replyrevision',
            constraint=models.UniqueConstraint(fields=('response', 'number'), name='reply_number_is_unique_in_its_answer'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('revision', 'side'), name='reply_is_approved_once_a_side', violation_error_message='Den sidan har redan godkänt.'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('revision', 'by'), name='reply_is_approved_once_a_person', violation_error_message='Den som har skrivit kan inte godkänna åt den andra.'),
        ),
        migrations.AddConstraint(
            model_name='secrecymark',
            constraint=models.CheckConstraint(condition=models.Q(('response', None), ('attachment', None), _connector='XOR'), name='secrecymark_is_of_an_answer_or_a_file', violation_error_message='Markera svaret eller en fil.'),
        ),
        migrations.AddConstraint(
            model_name='secrecymark',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('response',), name='secrecymark_of_an_answer_stands_alone', violation_error_message='Svaret är redan sekretessmarkerat.'),
        ),
        migrations.AddConstraint(
            model_name='secrecymark',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('attachment',), name='secrecymark_of_a_file_stands_alone', violation_error_message='Filen är redan sekretessmarkerad.'),
        ),
        migrations.AddConstraint(
            model_name='sendback',
            constraint=models.UniqueConstraint(fields=('revision',), name='reply_is_sent_back_once', violation_error_message='Återkopplingen är redan skickad tillbaka.'),
        ),
        InstallTriggers(),
    ]
