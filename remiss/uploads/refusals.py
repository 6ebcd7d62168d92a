"""Why a file is refused: one sentence on what is wrong and one on what to do."""

from django.utils.translation import gettext_lazy as _

from remiss.uploads.inspecting.kinds import SPELLINGS

EMPTY = _("Filen är tom.")
TOO_BIG = _("Filen får vara högst 10 MB.")
NO_TEXT = _("Pdf-filen har ingen text som går att läsa. Skriv av den, eller be om en annan fil.")
NOT_STORED = _("Filen kom inte fram. Försök igen.")
BUSY = _("Just nu kommer många filer på en gång. Vänta en minut och försök igen.")
OTHER_KIND = _("Filen måste vara pdf, docx, odt, xlsx, jpg eller png.")

FAULTS = {
    "unreadable": _(
        "Filen går inte att läsa. Öppna den på din enhet, spara den på nytt och försök igen."
    ),
    "complex": _(
        "Filen är för komplicerad för att granskas. Spara den som en ny pdf och försök igen."
    ),
    "password": _("Filen är skyddad med lösenord. Ta bort skyddet och försök igen."),
    "macros": _("Filen innehåller makron. Spara den utan makron och försök igen."),
    "objects": _(
        "Filen innehåller inbäddade objekt eller program. Spara den som pdf och försök igen."
    ),
    "script": _("Filen innehåller skript. Skriv ut den till en ny pdf och försök igen."),
    "attachment": _("Filen har en programfil bifogad. Ta bort den och försök igen."),
    "two": _("Filen är två filer i en. Skriv ut den till en ny pdf och försök igen."),
    "pixels": _("Bilden är för stor. Förminska den till högst 64 megapixel och försök igen."),
}

AS_DOCX = _("Spara den som docx i Word och försök igen.")
AS_XLSX = _("Spara den som xlsx i Excel och försök igen.")
AS_PDF = _("Spara den som pdf och försök igen.")
AS_PICTURE = _("Spara bilden som jpg eller png och försök igen.")
UNPACK = _("Packa upp den och skicka filerna en och en.")
ADVICE: dict = {
    **dict.fromkeys(["doc", "docm", "dot", "dotm", "dotx", "rtf"], AS_DOCX),
    **dict.fromkeys(["csv", "xls", "xlsb", "xlsm", "xlt", "xltm", "xltx"], AS_XLSX),
    **dict.fromkeys(
        ["fodt", "htm", "html", "key", "md", "numbers", "odg", "odp", "ods", "ott", "pages", "ppt"],
        AS_PDF,
    ),
    **dict.fromkeys(["pptm", "pptx", "txt", "wpd", "wps", "xps"], AS_PDF),
    **dict.fromkeys(["avif", "bmp", "gif", "svg", "tif", "tiff", "webp"], AS_PICTURE),
    **dict.fromkeys(["7z", "rar", "zip"], UNPACK),
}


class Refused(Exception):
    """A file is not taken. str() is what the person is told."""


def other_kind(extension: str) -> Refused:
    return Refused(_sentences(OTHER_KIND, ADVICE.get(extension, "")))


def disagreement(extension: str, found: str) -> Refused:
    """The name says one thing and the content another."""
    if found in SPELLINGS:
        fact = _("Namnet slutar på .%(extension)s, men innehållet är %(found)s.")
        advice = _("Byt slutet på namnet till .%(found)s och försök igen.")
    else:
        fact = _("Namnet slutar på .%(extension)s, men innehållet är något annat.")
        advice = ADVICE.get(found, "")
    named = {"extension": extension, "found": found}
    return Refused(_sentences(OTHER_KIND, fact % named, advice % named if advice else ""))


def refused_for(fault: str) -> Refused:
    return Refused(str(FAULTS[fault]))


def _sentences(*sentences) -> str:
    return " ".join(str(sentence) for sentence in sentences if sentence)
