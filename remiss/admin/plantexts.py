"""The plan's texts, freely edited until the remiss opens, then only as a noted rättelse."""

from django.contrib import admin
from django.db import transaction
from django.shortcuts import redirect

from remiss.admin.base import ChoiceFilter, PlainAdmin
from remiss.admin.gates import moment
from remiss.forms.stock import ConsultationForm, CorrectedForm
from remiss.models import AreaHint, Consultation, PlanVersion, PriorityArea, Question
from remiss.workflow import planning, recording

MARKDOWN = (
    "Rutor märkta Markdown: en tom rad ger nytt stycke, rader med - först blir en punktlista, "
    "**två stjärnor** ger fet stil och [text](https://adress.se) blir en länk."
)


class ExampleFilter(ChoiceFilter):
    title, parameter_name = "exempeltext", "exempel"
    options = [("ja", "Bara exempeltext"), ("nej", "Inte exempeltext")]

    def narrow(self, queryset, value, user):
        return queryset.filter(is_example=value == "ja")


class FrozenAdmin(PlainAdmin):
    """A part of the plan. What identifies it is locked at opening, what it says is corrected."""

    form = CorrectedForm
    change_form_template = "admin/remiss/plan_form.html"
    actions = None
    always_locked: tuple[str, ...] = ()
    locked_when_frozen: tuple[str, ...] = ()

    def version_of(self, obj) -> PlanVersion:
        return obj.version

    def is_frozen(self, request, obj) -> bool:
        return obj is not None and self.version_of(obj).is_frozen(moment(request))

    def unfrozen_consultations(self, request) -> list[int]:
        at = moment(request)
        return [each.pk for each in Consultation.objects.all() if each.timing(at).phase == "before"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and bool(self.unfrozen_consultations(request))

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        locked = self.locked_when_frozen if self.is_frozen(request, obj) else ()
        return (*self.always_locked, *locked)

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002  Django's own
        form = super().get_form(request, obj, change=change, **kwargs)
        form.is_frozen = self.is_frozen(request, obj)
        if not form.is_frozen:
            del form.base_fields["correction"]
        return form

    def get_fieldsets(self, request, obj=None):
        fields = [name for name in self.get_fields(request, obj) if name != "correction"]
        sets = [(None, {"fields": fields, "description": MARKDOWN})]
        if self.is_frozen(request, obj) and self.has_change_permission(request, obj):
            sets.append(("Rättelse", {"fields": ["correction"]}))
        return sets

    def get_fields(self, request, obj=None):
        return self.fields

    def render_change_form(self, request, context, *args, **kwargs):
        obj = kwargs.get("obj")
        context |= {
            "section": "plan",
            "is_frozen": self.is_frozen(request, obj),
            "is_example": getattr(obj, "is_example", False),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request,
            {"section": "plan", "title": str(self.opts.verbose_name_plural).capitalize()}
            | (extra_context or {}),
        )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        fields = [name for name in form.changed_data if name != "correction"]
        note, version = form.cleaned_data.get("correction"), self.version_of(obj)
        if note and version and fields:
            recording.correct_plan(version=version, note=note, at=moment(request), by=request.user)
        else:
            self.log_saved(obj, fields, is_new=not change, at=moment(request), by=request.user)

    def log_saved(self, obj, fields, *, is_new, at, by):
        """The log of what is no rättelse, which has a line of its own."""
        part = {"part": obj, "consultation": self.version_of(obj).consultation, "at": at, "by": by}
        if is_new:
            planning.added_to_plan(**part)
        elif fields:
            planning.changed_plan(fields=fields, **part)

    def response_post_save_change(self, request, obj):
        return redirect("admin:plan")

    response_post_save_add = response_post_save_change


@admin.register(Consultation)
class ConsultationAdmin(FrozenAdmin):
    form = ConsultationForm
    list_display = ["title", "opens_on", "last_day", "is_published"]
    fields = [
        "title",
        "slug",
        "opens_on",
        "last_day",
        "is_published",
        "registry_number",
        "controller",
        "shows_invited",
        "suggests_themes",
        "contact_email",
        "contact_phone",
    ]
    locked_when_frozen = ("slug", "opens_on", "last_day", "is_published")

    def version_of(self, obj):
        return obj.versions.first()

    def is_frozen(self, request, obj):
        # One that nobody has seen may still get other days, however they stand.
        published = obj is not None and obj.is_published
        return published and obj.timing(moment(request)).phase != "before"

    def has_add_permission(self, request):
        return PlainAdmin.has_add_permission(self, request)

    def save_model(self, request, obj, form, change):
        """What is public and frozen is a rättelse too; every setting is logged with its values."""
        super().save_model(request, obj, form, change)
        if change:
            before = {name: form.initial[name] for name in form.changed_data if name in self.fields}
            planning.changed_settings(
                consultation=obj, before=before, at=moment(request), by=request.user
            )

    def log_saved(self, obj, fields, *, is_new, at, by):
        if is_new:
            planning.made_consultation(consultation=obj, at=at, by=by)


@admin.register(PlanVersion)
class PlanVersionAdmin(FrozenAdmin):
    list_display = ["__str__", "is_example"]
    list_select_related = ["consultation"]
    list_filter = [ExampleFilter]
    fields = [
        "consultation",
        "number",
        "vision",
        "aims",
        "lead",
        "forum",
        "background",
        "asked",
        "coordinators",
        "is_example",
    ]
    always_locked = ("consultation",)
    locked_when_frozen = ("number",)

    def version_of(self, obj):
        return obj

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        before = self.unfrozen_consultations(request)
        kwargs["queryset"] = Consultation.objects.filter(pk__in=before)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OfVersionAdmin(FrozenAdmin):
    """What belongs to a version: new ones only in a version that has not been sent out."""

    list_select_related = ["version__consultation"]
    always_locked = ("version",)

    def unfrozen_versions(self, request):
        before = self.unfrozen_consultations(request)
        return PlanVersion.objects.filter(consultation__in=before).select_related("consultation")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and self.unfrozen_versions(request).exists()

    def has_delete_permission(self, request, obj=None):
        may = admin.ModelAdmin.has_delete_permission(self, request, obj)
        return may and obj is not None and not self.is_frozen(request, obj)

    @transaction.atomic
    def delete_model(self, request, obj):
        version = self.version_of(obj)
        planning.took_from_plan(
            part=obj, consultation=version.consultation, at=moment(request), by=request.user
        )
        super().delete_model(request, obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        versions = self.unfrozen_versions(request)
        kwargs["queryset"] = {
            "version": versions,
            "question": Question.objects.filter(version__in=versions),
            "area": PriorityArea.objects.filter(version__in=versions),
        }[db_field.name]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(PriorityArea)
class PriorityAreaAdmin(OfVersionAdmin):
    list_display = ["__str__", "version", "is_example"]
    list_filter = [ExampleFilter]
    fields = [
        "version",
        "number",
        "heading",
        "key",
        "slug",
        "summary",
        "lead",
        "proposals",
        "reasons",
        "is_example",
    ]
    locked_when_frozen = ("number", "key", "slug")


@admin.register(Question)
class QuestionAdmin(OfVersionAdmin):
    list_display = ["label", "scope", "number", "version", "is_example"]
    list_filter = [ExampleFilter]
    fields = ["version", "scope", "number", "key", "kind", "label", "hint", "is_example"]
    locked_when_frozen = ("number", "key", "scope", "kind")


@admin.register(AreaHint)
class AreaHintAdmin(OfVersionAdmin):
    list_display = ["text", "question", "area"]
    list_select_related = ["question", "area"]
    fields = ["question", "area", "text"]
    always_locked = ("question", "area")

    def version_of(self, obj):
        return obj.question.version
