"""The public addresses (ux.md section 4). Names equal the views' names."""

from django.urls import path, register_converter

from remiss.views import (
    answering,
    discarding,
    files,
    health,
    history,
    inviting,
    links,
    moretime,
    reading,
    rehearsing,
    sent,
    trial,
    verifying,
    word,
)

app_name = "remiss"


class PublicId:
    """What we make ourselves and nothing else: no suffix may fool a cache (fault S20)."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value):
        return value

    to_url = to_python


class Key(PublicId):
    regex = "[0-9a-f]{32}[A-Za-z0-9_.-]{1,100}"


register_converter(PublicId, "public_id")
register_converter(Key, "key")

of_a_remiss = "remiss/<slug:slug>/"
of_an_invitation = "inbjudan/<public_id:public_id>/"
of_an_answer = "svar/<public_id:public_id>/"

urlpatterns = [
    path("", reading.home, name="home"),
    path("planen/", reading.short, {"name": "plan"}, name="short_plan"),
    path("planen/underlag/", reading.short, {"name": "worksheet"}, name="short_worksheet"),
    path("omraden/<slug:area>/", reading.short_area, name="short_area"),
    path("svara/", reading.short, {"name": "begin"}, name="short_begin"),
    path("stangd/", reading.short, {"name": "closed"}, name="short_closed"),
    path("resultat/", reading.short, {"name": "results"}, name="short_results"),
    path(of_a_remiss, reading.start, name="start"),
    path(of_a_remiss + "planen/", reading.plan, name="plan"),
    path(of_a_remiss + "planen/underlag/", reading.worksheet, name="worksheet"),
    path(of_a_remiss + "planen/fragor.docx", word.questions_docx, name="questions_docx"),
    path(of_a_remiss + "omraden/<slug:area>/", reading.area, name="area"),
    path(of_a_remiss + "svara/", answering.begin, name="begin"),
    path(of_a_remiss + "stangd/", reading.closed, name="closed"),
    path(of_a_remiss + "resultat/", reading.results, name="results"),
    path(of_a_remiss + "sandlista/", reading.invited_bodies, name="invited_bodies"),
    path(of_a_remiss + "foljebrev/", reading.missive, name="missive"),
    path("om/", reading.about, name="about"),
    path("om/kontakt/", reading.contact, name="contact"),
    path("om/personuppgifter/", reading.privacy, name="privacy"),
    path("om/tillganglighet/", reading.accessibility, name="accessibility"),
    path("kontroll/", verifying.verify, name="verify"),
    path("lank/glomt/", links.find_link, name="find_link"),
    path("lank/<key:key>/", links.open_link, name="open_link"),
    path("inbjudan/<key:key>/", inviting.open_invitation, name="open_invitation"),
    path(of_an_invitation, inviting.invited, name="invited"),
    path(of_an_invitation + "avsta/", inviting.decline, name="decline"),
    path(of_an_answer, answering.tasks, name="tasks"),
    path(of_an_answer + "uppgifter/", answering.who, name="who"),
    path(of_an_answer + "epost/", answering.email, name="email"),
    path(of_an_answer + "omrade/<int:number>/", answering.answer_area, name="answer_area"),
    path(of_an_answer + "ovrigt/", answering.answer_rest, name="answer_rest"),
    path(of_an_answer + "bakom/", answering.behind, name="behind"),
    path(of_an_answer + "bilagor/", files.files, name="files"),
    path(of_an_answer + "bilagor/<int:pk>/", files.draft_file, name="draft_file"),
    path(of_an_answer + "historik/<slug:slug>/", history.history, name="history"),
    path(
        of_an_answer + "historik/<slug:slug>/<int:pk>/", history.earlier_text, name="earlier_text"
    ),
    path(of_an_answer + "utkast.txt", answering.download_draft, name="download_draft"),
    path(of_an_answer + "svar.docx", word.answer_docx, name="answer_docx"),
    path(of_an_answer + "fran-word/", word.from_word, name="from_word"),
    path(of_an_answer + "granska/", answering.check, name="check"),
    path(of_an_answer + "sa-visas-svaret/", rehearsing.rehearsal, name="rehearsal"),
    path(of_an_answer + "kvittens/", sent.receipt, name="receipt"),
    path(of_an_answer + "kvitto.pdf", sent.receipt_pdf, name="receipt_pdf"),
    path(of_an_answer + "skriv-ut/", sent.print_answer, name="print_answer"),
    path(of_an_answer + "versioner/", sent.versions, name="versions"),
    path(of_an_answer + "inskickat/<int:pk>/", sent.sent_file, name="sent_file"),
    path(of_an_answer + "aterta/", sent.withdraw, name="withdraw"),
    path(of_an_answer + "mer-tid/", moretime.more_time, name="more_time"),
    path(of_an_answer + "ta-bort/", discarding.discard, name="discard"),
    path(of_an_answer + "lamna/", links.leave, name="leave"),
    path("halsa/", health.health, name="health"),
    path("provpost/", trial.trial_mail, name="trial_mail"),
]
