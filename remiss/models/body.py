"""Remissinstanser: bodies that may be invited, kept from one remiss to the next."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remiss.models.response import Kind
from remiss.text import email_key, name_key, sort_key, tag_keys

# One vocabulary for respondents and bodies; a private person is no body (decision 3).
BODY_KINDS = [(kind.value, kind.label) for kind in Kind if kind != Kind.PRIVATE]

# Over a list of bodies of one kind.
KINDS_IN_PLURAL = {
    Kind.ASSOCIATION: _("Föreningar"),
    Kind.UMBRELLA: _("Paraplyorganisationer"),
    Kind.OTHER_CIVIL: _("Andra idéburna organisationer"),
    Kind.BOARD: _("Nämnder"),
    Kind.DEPARTMENT: _("Förvaltningar"),
    Kind.COMPANY: _("Kommunala bolag"),
    Kind.COUNCIL: _("Råd"),
    Kind.OTHER_BODY: _("Andra myndigheter och organisationer"),
}


class BodyQuerySet(models.QuerySet["Body"]):
    def in_use(self):
        """Without those that have been merged into another one."""
        return self.filter(merged_into=None)

    def tagged(self, key: str):
        return self.filter(tag_keys__contains=f",{key},")


class Body(models.Model):
    """A remissinstans: an organisation, board or office that may be asked for an answer.

    `organisation_number` is "802002-4280", or empty. The keys are what it is found, sorted and
    told from others by; `set_keys` makes them.
    """

    kind = models.CharField(_("vem"), max_length=24, choices=BODY_KINDS)
    name = models.CharField(_("namn"), max_length=200)
    name_key = models.CharField(max_length=220, editable=False)
    sort_key = models.CharField(max_length=220, editable=False, db_index=True)
    organisation_number = models.CharField(_("organisationsnummer"), max_length=11, blank=True)
    tags = models.CharField(
        _("etiketter"), max_length=300, blank=True, help_text=_("Med komma emellan.")
    )
    tag_keys = models.CharField(max_length=310, editable=False, blank=True)
    notes = models.TextField(_("anteckning"), blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", editable=False
    )

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("remissinstans")
        verbose_name_plural = _("remissinstanser")
        default_permissions = ("add", "change", "view")
        permissions = [("invite_body", "Kan bjuda in remissinstanser och påminna dem")]
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=Q(merged_into=None),
                name="body_name_is_unique",
                violation_error_message=_("Det finns redan en remissinstans med det namnet."),
            )
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        self.set_keys()
        super().save(**kwargs)

    def set_keys(self) -> None:
        """Has to be called before a bulk insert, which does not save one by one."""
        self.name_key, self.sort_key = name_key(self.name), sort_key(self.name)
        self.tag_keys = tag_keys(self.tags)

    @property
    def tag_list(self) -> list[str]:
        return [tag.strip() for tag in self.tags.split(",") if tag.strip()]


def has_same_address(name: str) -> str:
    """Why an address may be that of a body there is already."""
    return str(_("%(name)s har samma e-postadress.") % {"name": name})


class BodyAddressQuerySet(models.QuerySet["BodyAddress"]):
    def with_email(self, key: str):
        return self.filter(email_key=key)

    def holders(self) -> dict[str, str]:
        """The name of the body, of those in use, that has the address of each key."""
        held = self.filter(body__merged_into=None).order_by("-pk")
        return dict(held.values_list("email_key", "body__name"))

    def failing(self):
        return self.filter(failed_at__isnull=False)

    def mark_failed(self, key: str, *, at: datetime, words: str) -> None:
        """Mail to the address does not arrive. What is known since before stays."""
        working = self.with_email(key).filter(failed_at=None)
        working.update(failed_at=at, failure=words[:300])


class BodyAddress(models.Model):
    """Where a body is reached. Letters go to the main one; `failed_at` is a hard bounce (R4)."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="addresses")
    email = models.EmailField(_("e-post"), max_length=254)
    email_key = models.CharField(max_length=254, editable=False, db_index=True)
    is_main = models.BooleanField(_("huvudadress"), default=False)
    failed_at = models.DateTimeField(_("kom inte fram"), null=True, editable=False)
    failure = models.CharField(_("varför"), max_length=300, blank=True, editable=False)

    objects = BodyAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("adress")
        verbose_name_plural = _("adresser")
        default_permissions = ()
        ordering = ["body", "-is_main", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "email_key"],
                name="bodyaddress_is_one_a_body",
                violation_error_message=_("Adressen finns redan på den här remissinstansen."),
            ),
            models.UniqueConstraint(
                fields=["body"],
                condition=Q(is_main=True),
                name="bodyaddress_main_is_one",
                violation_error_message=_("Välj en enda huvudadress."),
            ),
        ]

    def __str__(self):
        return self.email

    def save(self, **kwargs):
        self.set_keys()
        super().save(**kwargs)

    def set_keys(self) -> None:
        self.email_key = email_key(self.email)
