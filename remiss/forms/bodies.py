"""A remissinstans and its addresses, as the stock pages of the workbench show and check them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import EmailField, OrganisationNumberField
from remiss.models import Body, BodyAddress
from remiss.models.body import has_same_address
from remiss.text import email_key, name_key, tag_keys

NAME_TAKEN = Body._meta.constraints[0].violation_error_message
ADDRESS_TAKEN, ONE_MAIN = (each.violation_error_message for each in BodyAddress._meta.constraints)
LONGEST_TAGS = Body._meta.get_field("tag_keys").max_length


class BodyForm(forms.ModelForm):
    organisation_number = OrganisationNumberField(
        label=_("Organisationsnr"), help_text=_("Frivilligt, till exempel 802002-4280.")
    )

    class Meta:
        model = Body
        fields = ("name", "kind", "organisation_number", "tags", "notes")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, sentence in (
            ("name", _("Skriv organisationens namn.")),
            ("kind", _("Välj vem det är.")),
        ):
            if name in self.fields:  # for whoever may only read there are none
                self.fields[name].error_messages["required"] = sentence

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = Body.objects.in_use().exclude(pk=self.instance.pk)
        if others.filter(name_key=name_key(name)).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name

    def clean_tags(self):
        tags = self.cleaned_data["tags"]
        if len(tag_keys(tags)) > LONGEST_TAGS:
            raise forms.ValidationError(_("Etiketterna får inte plats. Skriv färre eller kortare."))
        return ", ".join(filter(None, (tag.strip() for tag in tags.split(","))))

    def clean(self):
        cleaned = super().clean()
        found = self.errors.get("organisation_number")
        if found and any(error.code == "personal" for error in found.as_data()):
            # What looks like a person's number is not handed back.
            self.data = self.data.copy()
            self.data[self.add_prefix("organisation_number")] = ""
        return cleaned


class AddressForm(forms.ModelForm):
    """`is_shared` is shown once it has turned out that another body has the address."""

    email = EmailField(label=_("E-post"), widget=forms.EmailInput(attrs={"class": "vTextField"}))
    is_shared = forms.BooleanField(
        label=_("Båda ska ha adressen"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = BodyAddress
        fields = ("email", "is_main")

    def clean(self):
        # What may stand together is asked of the whole set: the main one may move within it.
        return self.cleaned_data

    @property
    def is_other_than_before(self) -> bool:
        before = self.initial.get("email", "")
        return email_key(self.cleaned_data["email"]) != email_key(before)

    def ask_whether_shared(self, name: str) -> None:
        """Take what is chosen about an address that the body of that name has, or ask."""
        self.fields["is_shared"].widget = forms.CheckboxInput()
        if not self.cleaned_data["is_shared"]:
            words = _(
                "Är det samma remissinstans finns den redan. Ska båda ha adressen, kryssa i rutan "
                "och spara igen."
            )
            self.add_error("email", f"{has_same_address(name)} {words}")


class AddressFormSet(forms.BaseInlineFormSet):
    """Each address once; one of them is the main one."""

    def clean(self):
        kept = [form for form in self.kept() if form.cleaned_data.get("email")]
        shown = [form.instance.pk for form in self.forms if form.instance.pk]
        # Also what somebody has added since the page was opened.
        taken = set()
        if self.instance.pk:
            unseen = self.instance.addresses.exclude(pk__in=shown)
            taken = set(unseen.values_list("email_key", flat=True))
        for form in kept:
            key = email_key(form.cleaned_data["email"])
            if key in taken:
                form.add_error("email", ADDRESS_TAKEN)
            taken.add(key)
        self._ask_about_those_of_others(kept)
        if sum(form.cleaned_data["is_main"] for form in kept) > 1:
            raise forms.ValidationError(ONE_MAIN)

    def _ask_about_those_of_others(self, kept) -> None:
        # Not what stood there before: others may share it since long.
        new = [form for form in kept if form.is_valid() and form.is_other_than_before]
        if not new:
            return
        keys = [email_key(form.cleaned_data["email"]) for form in new]
        others = BodyAddress.objects.exclude(body_id=self.instance.pk)
        holders = others.filter(email_key__in=keys).holders()
        for form, key in zip(new, keys, strict=True):
            if key in holders:
                form.ask_whether_shared(holders[key])

    def kept(self):
        """Those that say something and are not to be removed."""
        return [
            form
            for form in self.forms
            if form.is_valid()
            and not self._should_delete_form(form)
            and (form.instance.pk or form.has_changed())
        ]

    def addresses(self) -> list[BodyAddress]:
        return [form.instance for form in self.kept()]

    def removed(self) -> list[int]:
        return [form.instance.pk for form in self.deleted_forms if form.instance.pk]

    def validate_unique(self):
        """Asked in clean(), by the key."""
