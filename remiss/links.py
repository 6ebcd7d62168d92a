"""Personal links: a signed public id and link version, one salt per purpose (decision 14).

Nothing usable lies in the database; a link is revoked by raising the version, and rotating
SECRET_KEY with SECRET_KEY_FALLBACKS keeps the old ones working.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

# A link taken from a mail shows that somebody reads the address; one copied from the page does not.
FROM_MAIL, FROM_PAGE = "remiss.link.mail", "remiss.link.page"
TO_BODY = "remiss.link.invitation"  # only ever in a mail: no page shows it, not to staff either


class BadLink(Exception):
    """The key was not made by us, or not for this purpose."""


@dataclass(frozen=True)
class Key:
    public_id: str
    link_version: int
    from_mail: bool


def make_key(holder, *, purpose: str) -> str:
    """The key of a link to `holder`: a Draft, a Response or an Invitation."""
    return Signer(sep=".", salt=purpose).sign(f"{holder.public_id}.{holder.link_version}")


def read_key(key: str, purposes: tuple[str, ...] = (FROM_MAIL, FROM_PAGE)) -> Key:
    """What a key says. Raises BadLink; whether its version still counts is the caller's to ask."""
    for purpose in purposes:
        try:
            public_id, version = Signer(sep=".", salt=purpose).unsign(key).split(".")
        except (BadSignature, ValueError):
            continue
        return Key(public_id, int(version), purpose == FROM_MAIL)
    raise BadLink


def absolute(path: str) -> str:
    """A full address from the configured site, never from the request's Host (fault S12)."""
    return settings.SITE_URL + path


def link_in_mail(holder) -> str:
    return absolute(reverse("remiss:open_link", args=[make_key(holder, purpose=FROM_MAIL)]))


def link_on_page(holder) -> str:
    return absolute(reverse("remiss:open_link", args=[make_key(holder, purpose=FROM_PAGE)]))


def invitation_link(invitation) -> str:
    key = make_key(invitation, purpose=TO_BODY)
    return absolute(reverse("remiss:open_invitation", args=[key]))
