"""The workbench's own pages about longer time and what stands behind an answer, held to axe."""

from django.contrib.auth.models import Group
from django.urls import reverse

from remiss import roles
from remiss.models import Passage
from remiss.workflow import extending, reviewing, secrecy
from tests import samples
from tests.browser.states import CITY, DECIDED, LONG_WORD, TEXT
from tests.browser.test_axe import looks, violations
from tests.factories import (
    add_file,
    ask_for_time,
    days,
    make_staff,
    make_submission,
    save,
    send_in,
)


def faults(page, visitor):
    assert visitor.complaints(page) == []
    found = {}
    for look in looks(page):
        if wrong := violations(page):
            found[look] = wrong
    return found


def decide_path(asked):
    return reverse("admin:decide_extension", args=[asked.pk])


def test_deciding_has_no_faults_empty_wrong_and_to_be_confirmed(portal, desk, visitor):
    asked = ask_for_time(draft=portal.draft(), reason=TEXT)
    desk.goto(decide_path(asked))
    assert faults(desk, visitor) == {}

    desk.get_by_role("button", name="Fortsätt").click()
    assert faults(desk, visitor) == {}

    desk.get_by_label("Ge längre tid", exact=True).check()
    desk.get_by_label("Ny sista dag").fill("2026-12-08")
    desk.get_by_role("button", name="Fortsätt").click()
    desk.get_by_role("button", name="Ja, ge längre tid").wait_for()
    assert faults(desk, visitor) == {}


def test_a_decided_request_has_no_faults(portal, desk, visitor, city):
    asked = ask_for_time(draft=portal.draft())
    until = portal.consultation.last_day + days(8)
    extending.grant(request=asked, until=until, note=TEXT, at=portal.moment, by=city)
    desk.goto(decide_path(asked))

    assert faults(desk, visitor) == {}


def test_an_answer_with_files_a_decision_and_two_versions_has_no_faults(portal, desk, visitor):
    draft = portal.draft(kind="board", texts={CITY: {"how": TEXT}, "behind": DECIDED})
    add_file(draft=draft, is_searchable=False)
    send_in(draft=draft, at=portal.moment)
    save(draft=draft, key=CITY, how=f"{TEXT} Med mera.")
    sent = send_in(draft=draft, at=portal.moment)
    desk.goto(reverse("admin:remiss_response_change", args=[sent.response_id]))
    desk.get_by_text("Ändringar från version 1").wait_for()

    assert faults(desk, visitor) == {}


def test_the_overview_counts_requests_without_faults(portal, desk, visitor):
    make_submission(consultation=portal.consultation)
    ask_for_time(draft=portal.draft())
    desk.goto(reverse("admin:index"))

    assert faults(desk, visitor) == {}


def test_placing_has_no_faults_while_it_asks_and_when_it_was_too_late(portal, desk, visitor, city):
    sent = make_submission(
        consultation=portal.consultation, texts={CITY: {"how": f"{TEXT} En mening till."}}
    )
    first, second, *_rest = Passage.objects.filter(answer__submission=sent).in_order()
    desk.goto(reverse("admin:place", args=[sent.response_id, "city-life"]))
    desk.get_by_text("Kräver ingen åtgärd", exact=True).click()
    desk.get_by_text("Dela eller slå ihop").click()
    assert faults(desk, visitor) == {}

    desk.get_by_label("Tema", exact=True).fill("Lokaler")
    desk.get_by_role("button", name="Placera och nästa").click()
    desk.get_by_text("Ska det bli ett nytt?").wait_for()
    assert faults(desk, visitor) == {}

    reviewing.needs_nothing(passage=first, reason="Inledning", seen=0, at=portal.moment, by=city)
    desk.get_by_role("button", name="Skapa temat ”Lokaler” i område 3").click()
    desk.get_by_role("button", name="Gör min ändring ändå").wait_for()
    assert faults(desk, visitor) == {}
    desk.get_by_role("button", name="Gör min ändring ändå").click()


def test_themes_and_what_is_left_have_no_faults(portal, desk, visitor, city):
    sent = make_submission(consultation=portal.consultation, texts={CITY: {"how": TEXT}})
    first, second, *_rest = Passage.objects.filter(answer__submission=sent).in_order()
    about = {"consultation": portal.consultation, "at": portal.moment, "by": city}
    for name in ("Lokaler", "Nycklar"):
        theme = reviewing.new_theme(area_key="city-life", name=name, **about)
    reviewing.place(passage=first, themes=[theme], seen=0, at=portal.moment, by=city)
    reviewing.needs_nothing(passage=second, reason="Inledning", seen=0, at=portal.moment, by=city)
    for name in ("themes", "coverage", "left", "no_action"):
        desk.goto(reverse(f"admin:{name}"))
        assert faults(desk, visitor) == {}, name
    desk.goto(reverse("admin:theme", args=[theme.pk]))
    assert faults(desk, visitor) == {}
    desk.get_by_label("Tema som ska ingå i det här").select_option(index=1)
    desk.get_by_role("button", name="Slå ihop …").click()
    desk.get_by_text("Under båda").wait_for()
    assert faults(desk, visitor) == {}


def test_registering_from_a_file_has_no_faults(portal, desk, visitor):
    desk.goto(reverse("admin:record_response"))
    file = {"name": "Svar.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}
    desk.get_by_label("Fil", exact=True).set_input_files(file)
    desk.get_by_role("button", name="Fyll i rutorna från filen").click()
    desk.get_by_text("Text som inte har någon plats").wait_for()

    assert faults(desk, visitor) == {}


def test_writing_a_text_has_no_faults_with_an_error(portal, desk, visitor):
    desk.goto(reverse("admin:write_text", args=["invitation"]))
    desk.get_by_label("Text", exact=True).fill("Hej {namn}")
    desk.get_by_role("button", name="Spara").click()
    desk.get_by_role("heading", name="En uppgift behöver rättas").wait_for()
    assert faults(desk, visitor) == {}


def test_the_diarium_has_no_faults(portal, desk_of, visitor):
    desk = desk_of(make_staff(username="birgit", group=roles.REGISTRAR))
    for _number in range(2):
        make_submission(consultation=portal.consultation, at=portal.moment)
    desk.goto(reverse("admin:unregistered"))
    assert faults(desk, visitor) == {}

    desk.get_by_role("button", name="Diarieför alla 2 på sidan").click()
    desk.get_by_label("version 1").first.fill("")
    desk.get_by_role("button", name="Fortsätt").click()
    desk.get_by_text("En uppgift behöver rättas").wait_for()
    assert faults(desk, visitor) == {}

    desk.get_by_role("button", name="Fyll i numren").click()
    desk.get_by_role("button", name="Fortsätt").click()
    desk.get_by_role("button", name="Ja, diarieför 2 versioner").wait_for()
    assert faults(desk, visitor) == {}

    desk.get_by_role("button", name="Ja, diarieför 2 versioner").click()
    desk.get_by_text("2 versioner är diarieförda.").wait_for()
    desk.goto(reverse("admin:post_list"))
    assert faults(desk, visitor) == {}


def test_noting_what_was_lamnat_ut_has_no_faults(portal, desk_of, visitor):
    desk = desk_of(make_staff(username="birgit", group=roles.REGISTRAR))
    sent = make_submission(consultation=portal.consultation, files=["a.pdf"], at=portal.moment)
    desk.goto(reverse("admin:remiss_response_change", args=[sent.response_id]))
    desk.get_by_text("Anteckna vad som lämnades ut").click()
    desk.get_by_role("button", name="Anteckna").click()
    desk.get_by_text("En uppgift behöver rättas").wait_for()
    assert faults(desk, visitor) == {}


ALIKE = "Vi vill att skolornas aulor öppnas för alla föreningar i området på kvällar och helger."


def test_nearly_the_same_answers_have_no_faults_listed_beside_each_other_and_confirmed(
    portal, desk, visitor
):
    for more in ("", f" {TEXT}", f" {LONG_WORD}"):
        make_submission(consultation=portal.consultation, texts={CITY: {"how": f"{ALIKE}{more}"}})
    desk.goto(reverse("admin:alike"))
    assert faults(desk, visitor) == {}

    desk.get_by_role("link", name="Jämför och placera").first.click()
    assert faults(desk, visitor) == {}

    desk.get_by_role("button", name="Fortsätt").click()
    desk.get_by_text("Välj ett tema, eller skriv").wait_for()
    assert faults(desk, visitor) == {}

    desk.get_by_label("Eller ett nytt tema").fill(TEXT[:60])
    desk.get_by_role("button", name="Fortsätt").click()
    desk.get_by_role("button", name="Placera alla").wait_for()
    assert faults(desk, visitor) == {}


def test_the_actors_have_no_faults_listed_and_joined(portal, desk, visitor):
    texts = {CITY: {"actors": f"Stadsbiblioteket\nStadsbibliotek\n{LONG_WORD}"}}
    make_submission(consultation=portal.consultation, texts=texts)
    desk.goto(reverse("admin:actors"))
    assert faults(desk, visitor) == {}

    desk.get_by_role("link", name="Slå ihop Stadsbib").click()
    desk.get_by_text("Vilket namn ska visas?").wait_for()
    assert faults(desk, visitor) == {}
    desk.get_by_role("button", name="Slå ihop").click()
    desk.get_by_role("button", name="Ta ut").wait_for()
    assert faults(desk, visitor) == {}


# The people behind the answers


def test_writing_to_a_respondent_has_no_faults_until_it_can_be_stopped(portal, desk, visitor):
    sent = make_submission(consultation=portal.consultation, organisation=LONG_WORD)
    desk.goto(reverse("admin:write_to_respondent", args=[sent.response_id]))
    desk.get_by_role("button", name="Granska brevet").click()
    assert faults(desk, visitor) == {}

    desk.get_by_label("Ämne").fill(TEXT[:100])
    desk.get_by_label("Text").fill(f"{TEXT}\n\n{LONG_WORD}")
    desk.get_by_role("button", name="Granska brevet").click()
    desk.get_by_role("heading", name="Så ser brevet ut").wait_for()
    assert faults(desk, visitor) == {}

    desk.get_by_role("button", name="Skicka brevet").click()
    desk.get_by_role("button", name="Ångra").wait_for()
    assert faults(desk, visitor) == {}


def test_correcting_a_name_and_erasing_contact_details_have_no_faults(portal, desk, visitor):
    sent = make_submission(consultation=portal.consultation, organisation=LONG_WORD)
    desk.goto(reverse("admin:correct_name", args=[sent.response_id]))
    desk.get_by_label("Namnet som ska visas").fill(f"{LONG_WORD} 2")
    desk.get_by_label("Varför?").fill(TEXT[:100])
    desk.get_by_role("button", name="Rätta namnet").click()
    desk.get_by_text("Skickades in som").wait_for()
    assert faults(desk, visitor) == {}
    desk.get_by_role("link", name="Rätta namnet").click()
    assert faults(desk, visitor) == {}

    desk.goto(reverse("admin:erase_contact", args=[sent.response_id]))
    desk.get_by_role("button", name="Radera kontaktuppgifterna").click()
    desk.get_by_text("2 uppgifter behöver").or_(desk.get_by_text("Två uppgifter")).wait_for()
    assert faults(desk, visitor) == {}


def test_the_registrar_s_extract_and_gallring_have_no_faults(portal, desk_of, visitor):
    registrar = make_staff(username="birgit", group=roles.REGISTRAR)
    sent = make_submission(consultation=portal.consultation, organisation=LONG_WORD)
    still = make_submission(consultation=portal.consultation).response
    desk = desk_of(registrar)
    desk.goto(reverse("admin:person"))
    desk.get_by_label("E-postadress eller namn").fill("sekreterare@tegelbacken.example")
    desk.get_by_role("button", name="Sök").click()
    desk.get_by_role("heading", name="Kontaktuppgifter (2)").wait_for()
    assert faults(desk, visitor) == {}

    still.own_last_day = portal.consultation.last_day + days(90)
    still.save()
    portal.wait(days=40)
    desk.goto(f"{reverse('admin:dispose')}?ids={sent.response_id},{still.pk}")
    desk.get_by_role("button", name="Gallra").click()
    assert faults(desk, visitor) == {}

    desk.get_by_label("Gallringsbeslut, diarienummer").fill(TEXT[:100])
    desk.get_by_label("Hur många svar ska gallras?").fill("1")
    desk.get_by_role("button", name="Gallra").click()
    desk.get_by_text("1 svar är gallrade").wait_for()
    assert faults(desk, visitor) == {}


def test_the_log_has_no_faults_found_and_asked_for_wrongly(portal, desk, visitor):
    make_submission(consultation=portal.consultation)
    desk.goto(reverse("admin:log"))
    assert faults(desk, visitor) == {}

    desk.get_by_label("Till och med").fill("2026-01-01")
    desk.get_by_label("Från och med").fill("2026-01-02")
    desk.get_by_role("button", name="Visa", exact=True).click()
    desk.get_by_text("Välj samma dag som den första").first.wait_for()
    assert faults(desk, visitor) == {}


def test_the_roles_have_no_faults_also_when_a_group_differs(portal, desk, visitor):
    Group.objects.create(name=LONG_WORD[:80])
    Group.objects.get(name=roles.READER).permissions.clear()
    desk.goto(reverse("admin:roles"))
    desk.get_by_text("manage.py setup_roles").wait_for()
    assert faults(desk, visitor) == {}


def test_marking_and_trying_have_no_faults_empty_wrong_and_done(portal, desk, visitor, city):
    draft = portal.draft(organisation=LONG_WORD, texts={CITY: {"how": TEXT}})
    add_file(draft=draft, name=f"{LONG_WORD[:60]}.pdf")
    sent = send_in(draft=draft, at=portal.moment)
    desk.goto(reverse("admin:secrecy", args=[sent.response_id]))
    assert faults(desk, visitor) == {}

    desk.get_by_role("button", name="Sekretessmarkera").click()
    assert faults(desk, visitor) == {}

    lifted, tried = (
        secrecy.mark(
            response=sent.response, attachment=file, provision="OSL 21 kap. 7 §", reason=TEXT,
            at=portal.moment, by=city,
        )
        for file in (None, sent.attachments.get())
    )  # fmt: skip
    for mark, outcome in ((lifted, "lifted"), (tried, "upheld")):
        secrecy.try_mark(mark=mark, outcome=outcome, reason=TEXT, seen=0, at=portal.moment, by=city)
    desk.goto(reverse("admin:secrecy", args=[sent.response_id]))
    desk.get_by_text("Pröva en gång till").click()
    assert faults(desk, visitor) == {}
