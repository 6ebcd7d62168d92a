"""Every route × method × role, as one table. A route without a row fails the suite."""

import re

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, resolve, reverse

from remiss import links, roles
from remiss.models import (
    AccessibilityReport,
    AreaHint,
    Attachment,
    Body,
    Consultation,
    Dispatch,
    Draft,
    DraftRevision,
    Event,
    ExtensionRequest,
    Invitation,
    Letter,
    Message,
    PlanVersion,
    PriorityArea,
    Question,
    Response,
    Theme,
    Throttle,
)
from remiss.workflow import writing
from tests import factories
from tests.factories import (
    NOON,
    WHO,
    add_file,
    area_key,
    ask_for_time,
    begin_invited,
    make_draft,
    make_invitation,
    make_staff,
    make_submission,
    save,
    send_in,
)

pytestmark = pytest.mark.large

# Who gets past the gate (anything but 302 to the login, 403 and 404), in this order:
# a stranger, staff without a group, läsare, registrator, samordnare idéburen, samordnare
# kommunen, administratör, superuser.
CAST = "s0lricax"

IN_OR_OUT = {
    "account_login", "account_logout", "admin:login", "admin:logout", "mfa_login_webauthn",
}  # fmt: skip
LOGIN = re.compile("/(login|logga-in)/")

PUBLIC = {
    "remiss:home", "remiss:short_plan", "remiss:short_worksheet", "remiss:short_area",
    "remiss:short_begin", "remiss:short_closed", "remiss:short_results", "remiss:start",
    "remiss:plan", "remiss:worksheet", "remiss:area", "remiss:begin", "remiss:closed",
    "remiss:results", "remiss:about", "remiss:contact", "remiss:privacy",
    "remiss:accessibility", "remiss:find_link", "remiss:open_link", "remiss:health",
    "remiss:trial_mail", "remiss:verify", "remiss:open_invitation",
    "remiss:questions_docx", "remiss:invited_bodies", "remiss:missive",
}  # fmt: skip
# Opened by the link of an invited body, by the draft that it began, and by nothing else.
INVITED = {"remiss:invited", "remiss:decline"}
# Opened by a personal link and by nothing else: not even a superuser gets in.
HOLDERS = {
    "remiss:tasks", "remiss:who", "remiss:email", "remiss:answer_area", "remiss:answer_rest",
    "remiss:check", "remiss:receipt", "remiss:print_answer", "remiss:withdraw",
    "remiss:behind", "remiss:files", "remiss:draft_file", "remiss:history", "remiss:earlier_text",
    "remiss:download_draft", "remiss:versions", "remiss:sent_file", "remiss:more_time",
    "remiss:discard",
    "remiss:rehearsal",
    "remiss:receipt_pdf",
    "remiss:answer_docx", "remiss:from_word",
}  # fmt: skip

# Staff pages: who gets past with GET, who with POST.
STAFF_TABLE = {
    "account_change_password": ("0lricax", "0lricax"),
    "account_inactive": ("s0lricax", ""),
    "account_login": ("s0lricax", "s0lricax"),
    "account_logout": ("s0lricax", "s0lricax"),
    "account_reauthenticate": ("lrica", "lrica"),
    "account_reset_password": ("s0lricax", "s0lricax"),
    "account_reset_password_done": ("s0lricax", ""),
    "account_reset_password_from_key": ("s0lricax", "s0lricax"),
    "account_reset_password_from_key_done": ("s0lricax", ""),
    "account_set_password": ("", ""),
    "mfa_activate_totp": ("0lricax", "0lricax"),
    "mfa_add_webauthn": ("0lricax", "0lricax"),
    "mfa_authenticate": ("0lricax", "0lricax"),
    "mfa_deactivate_totp": ("", ""),
    "mfa_generate_recovery_codes": ("0lricax", "0lricax"),
    "mfa_index": ("0lricax", ""),
    "mfa_list_webauthn": ("0lricax", "0lricax"),
    "mfa_login_webauthn": ("0lricax", "0lricax"),
    "mfa_reauthenticate": ("lrica", "lrica"),
    "mfa_reauthenticate_webauthn": ("lrica", "lrica"),
    "mfa_remove_webauthn": ("lrica", "lrica"),
    "mfa_view_recovery_codes": ("", ""),
    "admin:address_works": ("", "icx"),
    "admin:actors": ("ricx", "icx"),
    "admin:actors_xlsx": ("", "ricx"),
    "admin:alike": ("ricx", "icx"),
    "admin:app_list": ("lricax", "lricax"),
    "admin:auth_user_add": ("ax", "ax"),
    "admin:auth_user_change": ("ax", "ax"),
    "admin:auth_user_changelist": ("ax", "ax"),
    "admin:auth_user_delete": ("", ""),
    "admin:auth_user_history": ("ax", "ax"),
    "admin:auth_user_password_change": ("ax", "ax"),
    "admin:autocomplete": ("", ""),
    "admin:bounces": ("icx", "icx"),
    "admin:body": ("ricx", "icx"),
    "admin:decide_extension": ("ricx", "c"),
    "admin:export": ("ricx", "ricx"),
    "admin:body_template": ("icx", ""),
    "admin:import_bodies": ("icx", "icx"),
    "admin:invite": ("icx", "icx"),
    "admin:remind": ("icx", "icx"),
    "admin:grant_time": ("c", "c"),
    "admin:handle_files": ("icx", "icx"),
    "admin:dispatches": ("icx", ""),
    "admin:undo_dispatch": ("", "icx"),
    "admin:letter_texts": ("icx", ""),
    "admin:write_text": ("icx", "icx"),
    "admin:index": ("0lricax", "0lricax"),
    "admin:jsi18n": ("0lricax", ""),
    "admin:letter_text": ("ricx", ""),
    "admin:login": ("0lricax", "0lricax"),
    "admin:log": ("ricax", "ricax"),
    "admin:logout": ("s", "0lricax"),
    "admin:mark_read": ("ic", "ic"),
    "admin:mark_unread": ("ic", "ic"),
    "admin:mask": ("ricx", "ricx"),
    "admin:findings": ("ricx", "ricx"),
    "admin:decide_findings": ("", "ricx"),
    "admin:matrix": ("ricx", ""),
    "admin:matrix_xlsx": ("", "ricx"),
    "admin:coverage": ("ricx", "icx"),
    "admin:left": ("ricx", ""),
    "admin:need_nothing": ("", "icx"),
    "admin:no_action": ("ricx", ""),
    "admin:place": ("lricx", "icx"),
    "admin:place_left": ("lricx", ""),
    "admin:response_reply": ("ricx", "ic"),
    "admin:theme": ("ricx", "icx"),
    "admin:theme_reply": ("ricx", "ic"),
    "admin:themes": ("ricx", "icx"),
    "admin:merge_themes": ("icx", "icx"),
    "admin:move_last_day": ("c", "c"),
    "admin:my_notice": ("ic", "ic"),
    "admin:password_change": ("0lricax", "0lricax"),
    "admin:password_change_done": ("0lricax", ""),
    "admin:plan": ("icax", ""),
    "admin:read_contact": ("", "rc"),
    "admin:record_response": ("icx", "icx"),
    "admin:receipt_pdf": ("lricx", ""),
    "admin:register": ("", "rx"),
    "admin:remisslista_xlsx": ("", "ricx"),
    "admin:reset_factor": ("ax", "ax"),
    "admin:revoke_link": ("icx", "icx"),
    "admin:send_again": ("icx", "icx"),
    "admin:unregistered": ("ricx", ""),
    "admin:register_several": ("rx", "rx"),
    "admin:post_list": ("ricx", "ricx"),
    "admin:version_zip": ("", "ricx"),
    "admin:disclose": ("", "rcx"),
    "admin:sent_file": ("lricx", ""),
    "admin:roles": ("icax", ""),
    "admin:secrecy": ("rc", "rc"),
    "admin:set_aside": ("icx", "icx"),
    "admin:take_back": ("icx", "icx"),
    "admin:tie": ("icx", "icx"),
    "admin:translate": ("icx", "icx"),
    "admin:transcribe": ("icx", "icx"),
    "admin:merge_bodies": ("icx", "icx"),
    "admin:write_to_respondent": ("ricx", "ricx"),
    "admin:message": ("lricx", ""),
    "admin:stop_message": ("", "ricx"),
    "admin:correct_name": ("ricx", "ricx"),
    "admin:erase_contact": ("rc", "rc"),
    "admin:person": ("rc", "rc"),
    "admin:dispose": ("rx", "rx"),
    "admin:disposals": ("rx", ""),
    "admin:view_on_site": ("", ""),
    "admin:waiting": ("ricx", ""),
}

# The stock pages of each model: who sees the list and history, who opens a row, who changes it,
# who adds one. Nobody deletes anything.
STOCK = {
    "accessibilityreport": ("icx", "icx", "", ""),
    "areahint": ("icx", "icx", "icx", ""),
    "body": ("ricx", "ricx", "icx", "icx"),
    "invitation": ("ricx", "ricx", "", ""),
    "consultation": ("icax", "icax", "icx", "icx"),
    "extensionrequest": ("ricx", "ricx", "", ""),
    "letter": ("icx", "icx", "", ""),
    "planversion": ("icx", "icx", "icx", ""),
    "priorityarea": ("icx", "icx", "icx", ""),
    "question": ("icx", "icx", "icx", ""),
    "response": ("lricx", "lricx", "", ""),
}
for _model, (_listing, _reading, _changing, _adding) in STOCK.items():
    STAFF_TABLE |= {
        f"admin:remiss_{_model}_changelist": (_listing, _listing),
        f"admin:remiss_{_model}_history": (_listing, _listing),
        f"admin:remiss_{_model}_change": (_reading, _changing),
        f"admin:remiss_{_model}_add": (_adding, _adding),
        f"admin:remiss_{_model}_delete": ("", ""),
    }


def all_routes(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from all_routes(pattern, inner)
        elif pattern.name:
            yield namespace + pattern.name


def test_every_route_has_a_row():
    listed = PUBLIC | HOLDERS | INVITED | {"remiss:leave"} | set(STAFF_TABLE)

    assert sorted(set(all_routes())) == sorted(listed)


@pytest.fixture
def world(db, at):
    at(NOON)
    consultation = factories.make_consultation()
    submission = make_submission(consultation=consultation)
    draft = make_draft(consultation=consultation)
    add_file(draft=draft)
    send_in(draft=draft)
    ask_for_time(draft=draft)
    coordinator = make_staff(username="olle", group=roles.COORDINATOR_CITY, side="city")
    make_invitation(consultation=consultation, by=coordinator, sent=False, name="Läsrummet")
    AccessibilityReport.objects.create(at=NOON, text="En brist")
    writing.write(
        response=submission.response, subject="En fråga", body="Hur många?", once="en",
        at=NOON, by=coordinator,
    )  # fmt: skip
    for name in ("Nycklar", "Lokaler"):
        Theme.objects.create(consultation=consultation, area_key="city-life", name=name)
    return {"consultation": consultation, "submission": submission, "draft": draft}


@pytest.fixture
def cast(db):
    roles.setup_roles()
    people = get_user_model().objects
    return {
        "s": None,
        "0": people.create_user("nobody", is_staff=True),
        "l": make_staff(username="lena", group=roles.READER),
        "r": make_staff(username="birgit", group=roles.REGISTRAR),
        "i": make_staff(username="ahmed", group=roles.COORDINATOR_CIVIL, side="civil"),
        "c": make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city"),
        "a": make_staff(username="admir", group=roles.ADMINISTRATOR),
        "x": people.create_superuser("root"),
    }


def client_of(user):
    client = Client()
    if user:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


ROWS = {
    "event": Event,
    "body": Body,
    "invitation": Invitation,
    "extensionrequest": ExtensionRequest,
    "accessibilityreport": AccessibilityReport,
    "letter": Letter,
    "consultation": Consultation,
    "planversion": PlanVersion,
    "priorityarea": PriorityArea,
    "question": Question,
    "areahint": AreaHint,
    "response": Response,
}


def address(name, world):
    if name.startswith("admin:remiss_"):
        model = ROWS[name.split("_")[1]]
        row = model.objects.order_by("pk").last()
        if model is Letter:
            row = Letter.objects.about_responses().first()
        args = [row.pk]
    elif name.startswith("admin:auth_user"):
        args = [get_user_model().objects.get(username__startswith="lena").pk]
    else:
        file = Attachment.objects.earliest("pk")
        invitation = Invitation.objects.order_by("pk").first()
        args = {
            "admin:decide_extension": [ExtensionRequest.objects.get().pk],
            "admin:body": [invitation.body_id],
            "admin:send_again": [invitation.body_id, invitation.pk],
            "admin:revoke_link": [invitation.body_id, invitation.pk],
            "admin:address_works": [invitation.body_id, invitation.body.addresses.get().pk],
            "admin:letter_text": [invitation.letters.get().text_id],
            "admin:sent_file": [file.submission.response_id, file.pk],
            "admin:translate": [world["submission"].response_id, 1],
            "admin:transcribe": [file.submission.response_id, file.pk],
            "admin:read_contact": [world["submission"].response_id],
            "admin:receipt_pdf": [world["submission"].response_id, 1],
            "admin:register": [world["submission"].response_id, 1],
            "admin:version_zip": [world["submission"].response_id, 1],
            "admin:disclose": [world["submission"].response_id, 1],
            "admin:secrecy": [world["submission"].response_id],
            "admin:handle_files": [world["submission"].response_id],
            "admin:tie": [world["submission"].response_id],
            **dict.fromkeys(
                ["admin:write_to_respondent", "admin:correct_name", "admin:erase_contact"],
                [world["submission"].response_id],
            ),
            **dict.fromkeys(
                ["admin:message", "admin:stop_message"],
                [world["submission"].response_id, Message.objects.get().pk],
            ),
            "admin:merge_bodies": [Body.objects.first().pk],
            "admin:move_last_day": [world["consultation"].pk],
            "admin:place": [world["submission"].response_id, "city-life"],
            "admin:place_left": [world["submission"].response_id],
            "admin:mask": [world["submission"].response_id],
            "admin:response_reply": [world["submission"].response_id],
            "admin:theme": [Theme.objects.earliest("pk").pk],
            "admin:theme_reply": [Theme.objects.earliest("pk").pk],
            "admin:merge_themes": [Theme.objects.earliest("pk").pk],
            "admin:view_on_site": [1, 1],
            "admin:write_text": ["invitation"],
            "admin:undo_dispatch": [Dispatch.objects.get().pk],
            "admin:app_list": ["remiss"],
            "admin:reset_factor": [get_user_model().objects.get(username__startswith="lena").pk],
            "account_reset_password_from_key": ["1", "cxyz12-0123456789abcdef"],
            "mfa_remove_webauthn": [1],
        }.get(name, [])
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return reverse(name)


def holder_path(name, draft):
    """The address of a holder's page of this draft, which has been sent in with a file."""
    about_you = DraftRevision.objects.filter(part__draft=draft, part__key=WHO)
    args = {
        "remiss:answer_area": lambda: [1],
        "remiss:draft_file": lambda: [draft.files.get().pk],
        "remiss:sent_file": lambda: [Attachment.objects.get(path=draft.files.get().path).pk],
        "remiss:history": lambda: ["uppgifter"],
        "remiss:earlier_text": lambda: ["uppgifter", about_you.first().pk],
    }.get(name, list)()
    return reverse(name, args=[draft.public_id, *args])


def public_path(name):
    """The address of a page for everybody, in the remiss and of its first area."""
    area = PriorityArea.objects.earliest("number")
    of_nobody = links.make_key(Draft(public_id="0" * 32), purpose=links.FROM_PAGE)
    possible = [], ["handlingsplan"], ["handlingsplan", area.slug], [area.slug], [of_nobody]
    for args in possible:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    raise LookupError(name)


def let_in(client, method, path):
    response = getattr(client, method)(path)
    if response.streaming:
        b"".join(response.streaming_content)  # read to the end, which closes the file
    assert response.status_code < 500
    if response.status_code in {403, 404, 405}:
        return False
    return response.status_code != 302 or not LOGIN.search(response["Location"])


def test_staff_pages_let_in_those_and_only_those_in_the_table(world, cast):
    found, clients = {}, {who: client_of(user) for who, user in cast.items()}
    for name in STAFF_TABLE:
        path = address(name, world)
        if name in IN_OR_OUT:
            there = {who: [client_of(user), client_of(user)] for who, user in cast.items()}
        else:
            there = {who: [client, client] for who, client in clients.items()}
        found[name] = tuple(
            "".join(who for who, pair in there.items() if let_in(pair[post], method, path))
            for post, method in enumerate(("get", "post"))
        )

    assert {name: got for name, got in found.items() if got != STAFF_TABLE[name]} == {}


# Routes of staff with two keys: what the second is taken from when it belongs to another row.
FOREIGN = {
    **dict.fromkeys(["admin:send_again", "admin:revoke_link"], "invitation"),
    "admin:address_works": "address",
    **dict.fromkeys(["admin:message", "admin:stop_message"], "message"),
    **dict.fromkeys(["admin:sent_file", "admin:transcribe"], "file"),
    **dict.fromkeys(
        ["admin:translate", "admin:receipt_pdf", "admin:register", "admin:version_zip",
         "admin:disclose"],
        "version",
    ),
    "admin:place": "area",
    # The key is a secret, and the other lets nobody in.
    **dict.fromkeys(["account_reset_password_from_key", "admin:view_on_site"], ""),
}  # fmt: skip


# Where a sentence says that the second belongs elsewhere, and nothing is done.
TOLD = {"admin:send_again", "admin:revoke_link", "admin:address_works"}


def with_two_keys(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from with_two_keys(pattern, inner)
        elif pattern.name and pattern.pattern.regex.groups > 1:
            yield namespace + pattern.name


@pytest.mark.once
def test_every_staff_route_with_two_keys_says_whose_the_second_is():
    assert {name for name in with_two_keys() if name in STAFF_TABLE} == set(FOREIGN)


def test_a_second_key_that_belongs_to_another_row_leads_nowhere(world, cast):
    consultation = world["consultation"]
    paths = {name: address(name, world) for name, second in FOREIGN.items() if second}
    other = make_submission(consultation=consultation, organisation="Kajutan", files=["b.pdf"])
    send_in(draft=Draft.objects.get(public_id=other.response.public_id))  # it has two versions
    invitation = make_invitation(
        consultation=consultation, by=cast["c"], sent=False, name="Kajutan", email="k@fn.example"
    )
    second = {
        "invitation": invitation.pk,
        "address": invitation.body.addresses.get().pk,
        "message": writing.write(
            response=other.response, subject="x", body="x", once="två", at=NOON, by=cast["c"]
        ).pk,
        "file": other.attachments.get().pk,
        "version": 2,
        "area": "no-area",
    }
    before = contents()
    clients = {who: client_of(cast[who]) for who in ("c", "r", "x")}

    found = {}
    for name, path in paths.items():
        own = resolve(path)
        (key, *_one) = [each for each in own.kwargs if each != "pk"]
        wrong = reverse(name, kwargs=own.kwargs | {key: second[FOREIGN[name]]})
        assert wrong != path
        for who in clients:
            for method in ("get", "post"):
                if let_in(clients[who], method, wrong) and name not in TOLD:
                    found[name, who, method] = wrong

    assert found == {}
    assert contents() == before


# allauth answers OPTIONS where GET is refused: with the methods there are, and nothing else.
TELLS_METHODS = {"mfa_deactivate_totp", "mfa_remove_webauthn", "mfa_view_recovery_codes"}


def test_no_other_method_does_what_only_post_may(world, cast):
    """HEAD and OPTIONS show what GET shows or nothing; PUT, PATCH and DELETE change no row."""
    draft, invitation = world["draft"], Invitation.objects.earliest("pk")
    holder, guest = Client(), Client()
    key = links.make_key(draft, purpose=links.FROM_PAGE)
    holder.post(reverse("remiss:open_link", args=[key]))
    key = links.make_key(invitation, purpose=links.TO_BODY)
    guest.post(reverse("remiss:open_invitation", args=[key]))
    asked = [(holder, name, holder_path(name, draft), True) for name in HOLDERS]
    asked += [(guest, name, reverse(name, args=[invitation.public_id]), True) for name in INVITED]
    asked += [(guest, name, public_path(name), True) for name in PUBLIC]
    for who in ("l", "x"):
        client = client_of(cast[who])
        asked += [
            (client, name, address(name, world), who in readers)
            for name, (readers, _writers) in STAFF_TABLE.items()
            if name not in IN_OR_OUT
        ]

    def shown_by(*methods):
        return {
            (name, method)
            for client, name, path, sees in asked
            for method in methods
            if let_in(client, method, path) and not sees
        }

    unseen = shown_by("head", "options")
    before = contents()
    unseen |= shown_by("put", "patch", "delete")

    assert {
        each for each in unseen if each[0] not in TELLS_METHODS or each[1] != "options"
    } == set()
    assert contents() == before


def contents():
    """Every row that the portal keeps, but for sessions and counters; as text, to be compared."""
    kept = apps.get_app_config("remiss").get_models()
    return {
        model.__name__: sorted(map(str, model._base_manager.values_list()))
        for model in kept
        if model is not Throttle
    }


def test_an_answer_is_opened_by_its_link_and_by_nobody_else(world, cast):
    draft = world["draft"]
    holder = Client()
    key = links.make_key(draft, purpose=links.FROM_PAGE)
    holder.post(reverse("remiss:open_link", args=[key]))
    others = [client_of(user) for user in cast.values()]
    for name in sorted(HOLDERS):
        path = holder_path(name, draft)

        assert let_in(holder, "get", path), name
        for client in others:
            for method in ("get", "post"):
                assert not let_in(client, method, path), name


def test_an_invitation_is_opened_by_its_link_and_by_nobody_else(world, cast):
    invitation = make_invitation(consultation=world["consultation"], by=cast["c"])
    guest, writer = Client(), Client()
    key = links.make_key(invitation, purpose=links.TO_BODY)
    guest.post(reverse("remiss:open_invitation", args=[key]))
    key = links.make_key(begin_invited(invitation=invitation), purpose=links.FROM_PAGE)
    writer.post(reverse("remiss:open_link", args=[key]))
    stranger = Client()
    key = links.make_key(world["draft"], purpose=links.FROM_PAGE)
    stranger.post(reverse("remiss:open_link", args=[key]))
    others = [stranger, *map(client_of, cast.values())]
    for name in sorted(INVITED):
        path = reverse(name, args=[invitation.public_id])

        assert let_in(guest, "get", path), name
        assert let_in(writer, "get", path), name
        for client in others:
            for method in ("get", "post"):
                assert not let_in(client, method, path), name


def test_no_unsafe_request_passes_without_a_token(world, cast):
    """POST to every route as a superuser and as the holder, with no token: 403 and no new row."""
    save(draft=world["draft"], key=area_key("city-life"), how="Skickat")
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["x"], backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    invitation = Invitation.objects.get()
    before = [model.objects.count() for model in (*ROWS.values(), Draft)]
    session["svar"] = {world["draft"].public_id: 1}
    session["inbjudningar"] = {invitation.public_id: 1}
    session.save()
    takes_post = {
        reverse("remiss:begin", args=["handlingsplan"]),
        reverse("remiss:find_link"),
        reverse("remiss:verify"),
        reverse("remiss:accessibility"),
        reverse("remiss:leave", args=[world["draft"].public_id]),
        *(holder_path(name, world["draft"]) for name in HOLDERS),
        *(reverse(name, args=[invitation.public_id]) for name in INVITED),
        *(address(name, world) for name in STAFF_TABLE if name != "account_login"),
    }
    statuses = {path: client.post(path, {"how": "x"}).status_code for path in takes_post}

    assert {path: status for path, status in statuses.items() if status not in {403, 405}} == {}
    assert [model.objects.count() for model in (*ROWS.values(), Draft)] == before
