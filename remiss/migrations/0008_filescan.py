from django.db import migrations, models

from remiss.models.triggers import InstallTriggers


class Migration(migrations.Migration):

    dependencies = [
        ('remiss', '0007_replies_masking_secrecy_people_and_log'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('submitted', 'skickade in svaret'), ('withdrew', 'tog tillbaka svaret'), ('restored', 'ångrade återtagandet'), ('recorded', 'registrerade ett svar som kom på annat sätt'), ('registered', 'skrev in diarienummer'), ('set_aside', 'lade svaret åt sidan'), ('took_back', 'tog tillbaka svaret bland de andra'), ('read_contact', 'läste kontaktuppgifter'), ('exported', 'tog ut uppgifter som fil'), ('moved_last_day', 'flyttade sista svarsdagen'), ('corrected', 'rättade planen'), ('changed_email', 'bytte e-postadress'), ('granted', 'gav längre tid'), ('declined', 'gav inte längre tid'), ('imported', 'läste in remissinstanser'), ('changed_body', 'ändrade remissinstansen'), ('merged', 'slog ihop remissinstanser'), ('wrote_text', 'skrev en brevtext'), ('invited', 'bjöd in'), ('reminded', 'påminde'), ('undid', 'ångrade utskicket'), ('opened', 'öppnade inbjudan'), ('began', 'började svara'), ('abstained', 'avstod från att svara'), ('changed_mind', 'ångrade att avstå'), ('tied', 'räknade svaret för'), ('untied', 'räknar inte längre svaret för'), ('revoked', 'bytte ut länken'), ('resent', 'skickade inbjudan igen'), ('bounced', 'fick mejlet tillbaka'), ('placed', 'placerade ett stycke'), ('no_action', 'satte att ett stycke inte kräver någon åtgärd'), ('divided', 'ändrade styckena'), ('changed_theme', 'ändrade teman'), ('undid_step', 'ångrade'), ('wrote_note', 'skrev en anteckning'), ('transcribed', 'skrev av en fil'), ('translated', 'skrev en översättning'), ('shared_areas', 'fördelade områdena'), ('joined_actors', 'ändrade listan över aktörer'), ('disclosed', 'lämnade ut handlingar'), ('noted', 'noterade en kontakt'), ('added_factor', 'lade till ett sätt att logga in'), ('removed_factor', 'tog bort ett sätt att logga in'), ('new_codes', 'gjorde nya reservkoder'), ('changed_password', 'bytte lösenord'), ('reset_factor', 'nollställde andra faktorn'), ('many_failures', 'märkte många misslyckade inloggningar'), ('masked', 'dolde ord i det som är offentligt'), ('unmasked', 'tog bort en maskning'), ('let_stand', 'lät möjliga personuppgifter stå'), ('asked_again', 'ångrade att möjliga personuppgifter får stå'), ('wrote_to', 'skrev till den som svarat'), ('stopped_letter', 'stoppade ett brev'), ('corrected_name', 'rättade namnet'), ('erased', 'raderade kontaktuppgifter'), ('searched_person', 'sökte efter en persons uppgifter'), ('took_extract', 'hämtade ett registerutdrag'), ('disposed', 'gallrade svaret'), ('wrote_reply', 'skrev återkoppling'), ('handed_over', 'lämnade över återkoppling'), ('approved', 'godkände återkoppling'), ('sent_back', 'skickade tillbaka återkoppling'), ('changed_plan', 'ändrade planen'), ('changed_settings', 'ändrade remissens inställningar'), ('chose_notice', 'valde mejl om nya svar'), ('made_account', 'skapade ett konto'), ('changed_account', 'ändrade uppgifter i ett konto'), ('changed_group', 'ändrade gruppen för ett konto'), ('closed_account', 'stängde av ett konto'), ('reopened_account', 'öppnade ett konto igen'), ('set_password', 'satte nytt lösenord för ett konto'), ('logged_in', 'loggade in'), ('logged_out', 'loggade ut'), ('failed_login', 'misslyckades med att logga in'), ('locked_out', 'stängdes ute efter för många försök'), ('marked_secret', 'sekretessmarkerade'), ('tried_secret', 'prövade sekretessmarkeringen'), ('found_malware', 'hittade skadlig kod i en bilaga')], max_length=20, verbose_name='vad'),
        ),
        migrations.CreateModel(
            name='FileScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Väntar på kontroll'), ('clean', 'Kontrollerad'), ('infected', 'Innehåller skadlig kod')], default='waiting', max_length=8)),
                ('found', models.CharField(blank=True, max_length=200)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('tried_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('sha256',), name='filescan_is_one_a_file', violation_error_message='Filen har redan ett besked.')],
            },
        ),
        InstallTriggers(),
    ]
