"""Teman: what the answers are about, how much stands under each, and changing them."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import passages, scopes
from remiss.admin.gates import moment, needs, page, posted_number, whole_numbers
from remiss.admin.placing.acts import undo
from remiss.forms.placing import MergeThemesForm, SplitThemeForm, ThemeForm
from remiss.models import Consultation, Passage, ReplyRevision, Theme
from remiss.text import name_key
from remiss.workflow import reviewing
from remiss.workflow.reviewing import PassageMoved, ThemeMoved

PER_PAGE = 50


def urls(site) -> list:
    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("teman/", themes, "themes"),
        at("teman/<int:pk>/", theme, "theme"),
        at("teman/<int:pk>/sla-ihop/", merge_themes, "merge_themes"),
    ]


def _do(request, acts: dict[str, Callable], *args):
    """Do what was asked for, by somebody who may; the answer, or None to show the page again."""
    if not request.user.has_perm("remiss.place_passage"):
        raise PermissionDenied
    act = acts.get(request.POST.get("act", ""))
    return act(request, *args) if act else None


def _is_changed(request, shown: Theme) -> bool:
    """Whether something has been done to the theme since the page was shown."""
    return posted_number(request, "seen") != shown.version


# All themes


@needs("remiss.view_theme")
def themes(request, *, stale=False):
    """Every theme with its figures, by area; new ones, and in which order they stand."""
    consultation = Consultation.objects.current()
    if consultation is None:
        return page(request, "themes", title="Teman", section="themes", groups=[])
    form = ThemeForm(
        request.POST if request.POST.get("act") == "nytt" else None, areas=_choices(consultation)
    )
    if request.method == "POST":
        acts = {"nytt": _new, "upp": _move, "ner": _move, "angra": _undo_here}
        if done := _do(request, {} if stale else acts, consultation, form):
            return done
    return _themes_page(request, consultation, form, stale=stale)


# A form older than its token comes back with what was written in it.
themes.shown_again = partial(themes, stale=True)


def _choices(consultation: Consultation) -> list[tuple[str, str]]:
    areas = passages.areas(consultation)
    return [(area.slug, area.label) for area in areas]


def _key(slug: str) -> str:
    return "" if slug == passages.WHOLE_SLUG else slug


def _new(request, consultation, form: ThemeForm):
    if not form.is_valid():
        return None
    name, key = form.cleaned_data["name"], _key(form.cleaned_data["area"])
    standing = passages.themes(consultation).filter(area_key=key, name_key=name_key(name)).first()
    if standing:
        form.add_error("name", f"Det finns redan ett tema i området som heter {standing.name}.")
        return None
    reviewing.new_theme(
        consultation=consultation, area_key=key, name=name, at=moment(request), by=request.user
    )
    messages.success(request, f"Temat {name} är skapat.")
    return redirect("admin:themes")


def _move(request, consultation, form):
    """One step up or down among those of the area."""
    moved = get_object_or_404(passages.themes(consultation), pk=posted_number(request, "tema"))
    in_area = list(passages.themes(consultation).filter(area_key=moved.area_key))
    place = in_area.index(moved)
    other = place - 1 if request.POST["act"] == "upp" else place + 1
    if 0 <= other < len(in_area):
        in_area[place], in_area[other] = in_area[other], in_area[place]
        seen = whole_numbers(request.POST.get("sedda", "").split(","))
        try:
            reviewing.order_themes(themes=in_area, seen=seen, at=moment(request), by=request.user)
        except ThemeMoved:
            wanted = _wanted_order(consultation, moved, seen, up=request.POST["act"] == "upp")
            return _themes_page(request, consultation, form, wanted=wanted, status=409)
    return redirect(f"{reverse('admin:themes')}#tema-{moved.pk}")


def _wanted_order(consultation, moved: Theme, seen: list[int], *, up: bool) -> list[str]:
    """The names in the order that was shown, with the one moved as it was meant to be."""
    named = dict(Theme.objects.filter(consultation=consultation).values_list("pk", "name"))
    order = [pk for pk in seen if pk in named]
    if moved.pk in order:
        place = order.index(moved.pk)
        order.insert(max(place - 1, 0) if up else place + 1, order.pop(place))
    return [named[pk] for pk in order]


def _undo_here(request, consultation, form):
    undo(request, consultation, at=moment(request))
    return redirect("admin:themes")


def _themes_page(request, consultation, form: ThemeForm, *, wanted=(), stale=False, status=200):
    figures = passages.theme_figures(consultation, request.user)
    newest = scopes.replies(consultation, request.user).with_doings()
    replies = {each.theme_id: each for each in newest}
    by_area: dict[str, list] = {}
    for each in passages.themes(consultation):
        row = (each, figures[each.pk], replies.get(each.pk))
        by_area.setdefault(each.area_key, []).append(row)
    return page(
        request,
        "themes",
        status=403 if stale else status,
        stale=stale,
        wanted=wanted,
        title="Teman",
        section="themes",
        hidden_answers=scopes.hidden(request.user, consultation),
        groups=[
            (area, by_area[area.key], _keys(by_area[area.key]))
            for area in passages.areas(consultation)
            if area.key in by_area
        ],
        form=form,
        answers_url=reverse("admin:remiss_response_changelist"),
        may_place=request.user.has_perm("remiss.place_passage"),
        **passages.undoing(consultation, request.user),
        errors_present=bool(form.errors),
    )


def _keys(rows: list) -> str:
    return ",".join(str(each.pk) for each, *_more in rows)


# One theme


@needs("remiss.view_theme")
def theme(request, pk, *, stale=False):
    """A theme's name and area, and its passages, some of which may be moved to another one."""
    shown = get_object_or_404(Theme.objects.select_related("consultation", "merged_into"), pk=pk)
    if shown.merged_into and request.method != "POST":
        messages.info(request, f"Temat {shown.name} ingår i {shown.merged_into.name}.")
        return redirect("admin:theme", shown.merged_into.pk)
    act = request.POST.get("act")
    forms = {
        "form": _theme_form(shown, request.POST if act == "andra" else None),
        "split_form": SplitThemeForm(
            request.POST if act == "flytta" else None, auto_id="id_nytt_%s"
        ),
    }
    if request.method == "POST":
        acts = {"andra": _change, "flytta": _split, "ta-bort": _remove, "angra": _undo_one}
        if done := _do(request, {} if stale else acts, shown, forms):
            return done
    is_moved = stale and "seen" in request.POST and _is_changed(request, shown)
    return _theme_page(
        request, shown, **forms, picked=_picked(request), is_moved=is_moved, stale=stale
    )


theme.shown_again = partial(theme, stale=True)


def _theme_form(shown: Theme, data=None) -> ThemeForm:
    initial = {"name": shown.name, "area": shown.area_key or passages.WHOLE_SLUG}
    return ThemeForm(data, areas=_choices(shown.consultation), initial=initial)


def _picked(request) -> list[int]:
    return list(dict.fromkeys(whole_numbers(request.POST.getlist("stycke"))))


def _change(request, shown: Theme, forms: dict):
    form = forms["form"]
    if not form.is_valid():
        return None
    name, key = form.cleaned_data["name"], _key(form.cleaned_data["area"])
    try:
        reviewing.change_theme(
            theme=get_object_or_404(Theme, pk=shown.pk),
            name=name,
            area_key=key,
            seen=posted_number(request, "seen"),
            at=moment(request),
            by=request.user,
        )
    except ThemeMoved:
        return _moved(request, shown, forms)
    messages.success(request, f"Temat heter {name}.")
    return redirect("admin:theme", shown.pk)


def _moved(request, shown: Theme, forms: dict):
    """Another has changed it, or has a theme of that name: both are shown, and nothing is lost."""
    now = get_object_or_404(Theme.objects.select_related("consultation"), pk=shown.pk)
    if now.version == posted_number(request, "seen") and not now.merged_into_id:
        forms["form"].add_error(
            "name", "Det finns redan ett tema med det namnet i området. Slå ihop dem i stället."
        )
        return _theme_page(request, now, **forms)
    return _theme_page(request, now, **forms, is_moved=True, status=409)


def _split(request, shown: Theme, forms: dict):
    """Ask with names and number, and then move them; nothing when one has left the theme."""
    form, keys = forms["split_form"], _picked(request)
    how = forms | {"picked": keys}
    if shown.merged_into_id or not form.is_valid():
        return _theme_page(request, shown, **how)
    name = form.cleaned_data["name"]
    try:
        reviewing.refuse_split(theme=shown, passages=keys, name=name)
    except ValueError as refusal:
        form.add_error("name", str(refusal))
        return _theme_page(request, shown, **how)
    chosen = list(_chosen(shown, keys, request.user))
    if "sure" not in request.POST or _is_changed(request, shown) or len(chosen) < len(keys):
        return _confirm_split(request, shown, keys, name)
    try:
        other = reviewing.split_theme(
            theme=shown,
            passages=chosen,
            name=name,
            seen=shown.version,
            at=moment(request),
            by=request.user,
        )
    except PassageMoved:
        return _confirm_split(request, shown, keys, name)
    except ThemeMoved:
        now = Theme.objects.select_related("consultation").get(pk=shown.pk)
        return _theme_page(request, now, **how, is_moved=True, status=409)
    number = len(chosen)
    noun = "stycke" if number == 1 else "stycken"
    messages.success(request, f"Flyttade {number} {noun} till {other.name}.")
    return redirect("admin:theme", other.pk)


def _chosen(shown: Theme, keys: list[int], viewer):
    return passages.quoted(passages.under(shown, viewer).filter(pk__in=keys))


def _confirm_split(request, shown: Theme, keys: list[int], name: str):
    """What is to be moved where; and what was chosen but stands there no longer."""
    chosen = list(_chosen(shown, keys, request.user))
    gone = [pk for pk in keys if pk not in {each.pk for each in chosen}]
    current = passages.current(shown.consultation, request.user).filter(pk__in=gone)
    is_changed = _is_changed(request, shown)
    return page(
        request,
        "split_theme",
        status=409 if gone or is_changed else 200,
        is_changed=is_changed,
        last=reviewing.last_change(shown) if is_changed else None,
        title="Flytta stycken till ett annat tema",
        section="themes",
        theme=shown,
        name=name,
        other=passages.themes(shown.consultation)
        .filter(area_key=shown.area_key, name_key=name_key(name))
        .first(),
        chosen=chosen,
        gone=len(gone),
        elsewhere=passages.quoted(current).prefetch_related("placements__theme"),
        reply=_reply_to(shown),
    )


def _remove(request, shown: Theme, forms: dict):
    try:
        reviewing.remove_theme(
            theme=shown, seen=posted_number(request, "seen"), at=moment(request), by=request.user
        )
    except ThemeMoved:
        return _moved(request, shown, forms)
    except ValueError as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:theme", shown.pk)
    messages.success(request, f"Temat {shown.name} är borttaget. Det går att ångra.")
    return redirect("admin:themes")


def _undo_one(request, shown: Theme, forms: dict):
    undo(request, shown.consultation, at=moment(request))
    there = Theme.objects.filter(pk=shown.pk).exists()
    return redirect("admin:theme", shown.pk) if there else redirect("admin:themes")


def _theme_page(
    request, asked: Theme, *, form, split_form, picked=(), is_moved=False, stale=False, status=200
):
    """The page of a theme, or of the one that it has been merged into meanwhile."""
    shown = reviewing.part_of(asked)
    is_gone = shown != asked
    if is_gone:
        form = form if form.is_bound else _theme_form(shown)
        status = 409
    figures = passages.kind_figures(shown, request.user)
    areas = {area.key: area for area in passages.areas(shown.consultation)}
    listed = Paginator(passages.quoted(passages.under(shown, request.user)), PER_PAGE)
    others = passages.themes(shown.consultation).exclude(pk=shown.pk)
    reply = _reply_to(shown)
    wrong = next((each for each in (form, split_form) if each.is_bound and each.errors), None)
    return page(
        request,
        "theme",
        status=403 if stale else status,
        stale=stale,
        gone=asked if is_gone else None,
        title=shown.name,
        section="themes",
        hidden_answers=scopes.hidden(request.user, shown.consultation),
        theme=shown,
        area=areas.get(shown.area_key),
        figures=figures,
        sectors=_sectors(figures),
        answers_url=_answers(shown),
        listed=listed.get_page(request.GET.get("sida")),
        others=[(each, areas.get(each.area_key)) for each in others],
        form=form,
        split_form=split_form,
        picked=picked,
        is_moved=is_moved and not is_gone,
        last=reviewing.last_change(shown) if is_moved else None,
        wrong=wrong,
        may_place=request.user.has_perm("remiss.place_passage"),
        reply=reply,
        may_remove=not figures.passages and reply is None,
        **passages.undoing(shown.consultation, request.user),
        errors_present=bool(wrong),
    )


def _sectors(figures: passages.KindFigures) -> list[dict]:
    """How many answers and how many behind them, by kind; the sectors and kinds that have any."""
    sectors = {
        "Idéburen sektor": passages.SECTORS["civil"],
        "Malmö stad": passages.SECTORS["city"],
        "Övriga": passages.SECTORS["others"],
    }
    found = []
    for label, kinds in sectors.items():
        rows = [
            (kind.label, answers, behind)
            for kind, (answers, behind) in figures.kinds.items()
            if kind in kinds and (answers or behind)
        ]
        if rows:
            found.append(
                {
                    "label": label,
                    "rows": rows,
                    "answers": sum(row[1] for row in rows),
                    "behind": sum(row[2] for row in rows),
                }
            )
    return found


def _reply_to(shown: Theme) -> ReplyRevision | None:
    return ReplyRevision.objects.about(shown).with_doings().first()


def _answers(shown: Theme) -> str:
    return f"{reverse('admin:remiss_response_changelist')}?{urlencode({'tema': shown.pk})}"


# Two themes


@needs("remiss.place_passage")
def merge_themes(request, pk, *, stale=False):
    """GET tells what merging would mean; POST does it."""
    in_use = Theme.objects.filter(merged_into=None).select_related("consultation")
    kept = get_object_or_404(in_use, pk=pk)
    data = request.POST if request.method == "POST" else request.GET
    wanted = whole_numbers([data.get("med", "")])
    other = in_use.exclude(pk=pk).filter(pk__in=wanted, consultation=kept.consultation).first()
    if other is None and stale:
        return theme(request, pk, stale=True)
    if other is None:
        messages.error(request, "Välj ett annat tema som finns kvar.")
        return redirect("admin:theme", kept.pk)
    is_moved = stale and (posted_number(request, "seen"), posted_number(request, "other_seen")) != (
        kept.version,
        other.version,
    )
    areas = {area.key: area for area in passages.areas(kept.consultation)}
    form = _merge_form(request, kept, other, areas[kept.area_key])
    refusal = ""
    if request.method == "POST" and not stale and (form is None or form.is_valid()):
        try:
            reviewing.merge_themes(
                kept=kept,
                other=other,
                seen=posted_number(request, "seen"),
                other_seen=posted_number(request, "other_seen"),
                area_key=_key(form.cleaned_data["area"]) if form else None,
                shown=whole_numbers(request.POST.get("sedda", "").split(",")),
                at=moment(request),
                by=request.user,
            )
        except ThemeMoved:
            is_moved = True
        except ValueError as error:
            refusal = f"{error} Ingenting är hopslaget."
        else:
            messages.success(request, f"{other.name} ingår nu i {kept.name}.")
            return redirect("admin:theme", kept.pk)
    if is_moved:
        kept, other = (get_object_or_404(Theme, pk=each.pk) for each in (kept, other))
    figures = passages.theme_figures(kept.consultation, request.user, [kept, other])
    both = Passage.objects.filter(placements__theme=kept).filter(placements__theme=other)
    return page(
        request,
        "merge_themes",
        status=403 if stale else 409 if is_moved else 200,
        stale=stale,
        title="Slå ihop två teman",
        section="themes",
        kept=kept,
        other=other,
        kept_figures=figures[kept.pk],
        other_figures=figures[other.pk],
        other_reply=_reply_to(other),
        in_both=passages.current(kept.consultation, request.user).filter(pk__in=both).count(),
        is_moved=is_moved,
        area=areas[kept.area_key],
        other_area=areas[other.area_key],
        form=form,
        refusal=refusal,
        shown=",".join(map(str, reviewing.shown_under(other, request.user))),
        errors_present=bool(refusal or (form and form.errors)),
    )


def _merge_form(request, kept: Theme, other: Theme, area: passages.Area) -> MergeThemesForm | None:
    """Asks where the theme belongs, when passages of another area than its own come to it."""
    if not reviewing.strangers(kept, other).exists():
        return None
    choices = [
        (passages.WHOLE_SLUG, "Hela planen. Då går det att placera under det i alla områden."),
        (area.slug, f"{area.label}. Styckena från andra områden står ändå kvar under det."),
    ]
    return MergeThemesForm(request.POST if "sedda" in request.POST else None, areas=choices)


merge_themes.shown_again = partial(merge_themes, stale=True)
