"""What the two coordinators have made of the answers so far, as constants: themes and replies.

A passage stands under a theme when it has one of the theme's words in it; one that has none is
left to place. The words are long, so that a passage is under a theme because it is about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .answers import CITY, LEISURE, PARTICIPATION, WHOLE, YOUNG

BY_CITY, BY_CIVIL = "city", "civil"  # as Coordinator.Side


@dataclass(frozen=True, kw_only=True)
class ExampleTheme:
    area: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExampleReply:
    """`fate` is draft, handed_over, sent_back (with `comment`) or approved, as ReplyState."""

    area: str
    theme: str
    side: str  # whose coordinator wrote it
    fate: str
    said: str
    text: str
    outcome: str = ""
    before: str = ""
    after: str = ""
    comment: str = ""


# Who reads an area first. The whole plan is nobody's: each side reads its own kinds of senders.
READERS = {YOUNG: BY_CIVIL, LEISURE: BY_CITY, CITY: BY_CITY, PARTICIPATION: BY_CIVIL}

# The day of the story until which each side has gone through the answers.
READ_UNTIL: Mapping[str, Mapping[str, int]] = {
    "open": {BY_CITY: 19, BY_CIVIL: 21},
    "lastday": {BY_CITY: 21, BY_CIVIL: 24},
    "closed": {BY_CITY: 26, BY_CIVIL: 28},
}

THEMES: tuple[ExampleTheme, ...] = (
    ExampleTheme(
        area=YOUNG,
        name="Öppet på kvällar, helger och lov",
        words=(
            "mötesplats för unga på helger",
            "öppet på fritidsgårdarna",
            "planera lov och storhelger",
            "idrottshallar hålls öppna",
            "klockan åtta är stängd",
            "någonstans att vara i alla delar",
        ),
    ),
    ExampleTheme(
        area=YOUNG,
        name="Skola och förening känner varandra",
        words=(
            "möter en förening redan under skoltid",
            "kontaktperson för föreningslivet",
            "läxhjälp på skolan",
            "där rektorn är med",
            "lista över kontaktpersoner",
            "överenskommelse med två skolor",
            "skolans sekretess hindrar inte",
            "föreningar på raster",
            "idrottsprofil",
        ),
    ),
    ExampleTheme(
        area=YOUNG,
        name="Ungas eget inflytande",
        words=(
            "elevrådet får säga sitt",
            "sitta i en valberedning",
            "unga bör få egna medel",
            "unga som själva vill bilda",
        ),
    ),
    ExampleTheme(
        area=YOUNG,
        name="Psykisk ohälsa och stöd till ledare",
        words=(
            "unga som mår dåligt",
            "unga med psykisk ohälsa",
            "problem som de inte är rustade för",
            "registerkontroll av ledare",
        ),
    ),
    ExampleTheme(
        area=YOUNG,
        name="Det som hindrar unga från att vara med",
        words=(
            "flickor slutar tidigare",
            "som familjen inte har råd med",
            "långa resor",
            "krav på att satsa",
            "känner till hur man börjar",
            "utrustningsbibliotek",
        ),
    ),
    ExampleTheme(
        area=LEISURE,
        name="Avgifter och utrustning",
        words=(
            "avgiften ofta det enda",
            "fritidskort",
            "lita på att det är gratis",
            "lägsta medlemsavgift",
            "ledsagare ska inte betala",
        ),
    ),
    ExampleTheme(
        area=LEISURE,
        name="Tillgänglighet och ledsagning",
        words=(
            "liften ur bruk",
            "behöver tolk",
            "ledsagning beviljas",
            "ledsagare ska inte betala",
            "en kväll om bemötande",
            "omklädningsrum där en assistent",
        ),
    ),
    ExampleTheme(
        area=LEISURE,
        name="Språk och information",
        words=("fritidsutbudet på fler språk", "lättläst svenska", "krånglig svenska"),
    ),
    ExampleTheme(
        area=LEISURE,
        name="Små och nya föreningar",
        words=(
            "att bidraget per deltagare",
            "att bidrag betalas ut",
            "en styrelse med fem personer",
            "en ansökan om tio tusen",
            "trösklarna ses över",
            "skrivna för den som har kansli",
        ),
    ),
    ExampleTheme(
        area=LEISURE,
        name="Fördelning av tider i hallarna",
        words=("fördelningen av halltider", "står halltider tomma"),
    ),
    ExampleTheme(
        area=LEISURE,
        name="Öppet för den som inte är medlem",
        words=("utan krav på medlemskap", "öppna kvällar bjuder på båda"),
    ),
    ExampleTheme(
        area=CITY,
        name="Lokaler på kvällar och helger",
        words=(
            "ett rum med låst skåp",
            "öppna skolornas aulor",
            "lånar biblioteket på söndagar",
            "vill att varje nytt kvarter",
            "ett bokningssystem för alla",
            "digitala lås",
            "utan förråd",
            "står tomma efter klockan 16",
            "när kommunen fördelar lokaler",
        ),
    ),
    ExampleTheme(
        area=CITY,
        name="Tidig medverkan",
        words=(
            "bör ordet ”tidigt” preciseras",
            "tidigt samråd.",
            "släpp in föreningar tidigt",
            "det första gäller tidig medverkan",
            "tidigt bör betyda",
            "tidig medverkan när platser",
            "spontanidrottsplatser planeras tillsammans",
        ),
    ),
    ExampleTheme(
        area=CITY,
        name="Tillstånd och en väg in",
        words=(
            "lätt att förstå vem man frågar och vad det kostar. i dag",
            "tillstånd. den som vill",
            "det andra gäller tillstånd",
            "tillstånd från fyra håll",
            "en ingång, en taxa",
        ),
    ),
    ExampleTheme(
        area=CITY,
        name="Ansvar och kostnader",
        words=(
            "hyrs ut på affärsmässiga villkor",
            "slitage och försäkring",
            "kan ta ansvar för nycklar",
            "larmutryckningar ska inte faktureras",
            "det tredje gäller ansvar",
            "vilken nämnd som ansvarar",
            "en nolltaxa",
            "ansvarig för brandskydd",
        ),
    ),
    ExampleTheme(
        area=CITY,
        name="Tillgängliga lokaler och platser",
        words=("toalett som gick att använda", "hörslingor", "ledstråken", "dörrbredd"),
    ),
    ExampleTheme(
        area=CITY,
        name="Belysning, toaletter och skötsel",
        words=(
            "skötsel. en förening kan",
            "belysning. önskemål",
            "toaletter och el.",
            "peka på belysning",
            "duscharna varit avstängda",
        ),
    ),
    ExampleTheme(
        area=PARTICIPATION,
        name="Möten där folk redan är",
        words=(
            "möten där folk redan är",
            "fika och barnpassning",
            "en kväll i månaden",
            "seniorer öppnas för föreningar",
        ),
    ),
    ExampleTheme(
        area=PARTICIPATION,
        name="Besked efteråt",
        words=("ge besked efteråt", "besluten också får fler vägar ut", "måste ha samma ändpunkt"),
    ),
    ExampleTheme(
        area=PARTICIPATION,
        name="Trygghet på platsen",
        words=(
            "vakter på torget",
            "nattvandring",
            "trygghet ska bygga på dem",
            "arbetet för trygghet bör bygga",
            "frivilliga kan skapa trygghet",
            "vad som gör den trygg",
        ),
    ),
    ExampleTheme(
        area=PARTICIPATION,
        name="De som sällan hörs",
        words=("unga i rummet", "hemlöshet bakom sig", "brukarråd"),
    ),
    ExampleTheme(
        area=PARTICIPATION,
        name="Föreningarnas oberoende",
        words=("en mening om oberoende", "grundlagsskyddad frihet"),
    ),
    ExampleTheme(
        area=WHOLE,
        name="De två samordnarnas uppdrag",
        words=(
            "samordnaren från idéburen sektor bör",
            "avstyrker att samordnaren",
            "en samordnare löser inte",
            "vad samordnarna får besluta",
            "om samordnarna",
            "uppdraget utlyses öppet",
            "de två samordnarna hanterar",
        ),
    ),
    ExampleTheme(
        area=WHOLE,
        name="Ansvar, pengar och uppföljning",
        words=(
            "vid sidan av budgeten",
            "tre år i taget",
            "en uppföljning varje år",
            "när något ska vara gjort",
            "ansvar och finansiering",
            "inte kostnadsberäknade",
            "föreslår tre mått",
            "vem som betalar",
            "planen följs upp vartannat år",
            "pengar som kommer i tid",
        ),
    ),
    ExampleTheme(
        area=WHOLE,
        name="Det som saknas i planen",
        words=(
            "tre ting vill vi lägga till",
            "ett föreningarnas hus",
            "ofrivillig ensamhet nämns inte",
            "anhöriga saknas",
            "människor i hemlöshet, människor utan papper",
            "uppsägnings- och tvistordning",
            "när parterna inte är överens",
            "en regional utblick",
        ),
    ),
)

# What asks for nothing -> the reason that is given.
NOTHING: Mapping[str, str] = {
    "avstår från att yttra sig": "Avstår från att yttra sig.",
    "vår beteckning:": "Beteckningar, ingen synpunkt.",
    "nämndens sekreterare": "Underskrifter, ingen synpunkt.",
    "med vänlig hälsning": "Hälsning, ingen synpunkt.",
    "till samordnarna för malmöandan": "Hälsning, ingen synpunkt.",
    "med stort intresse": "Hälsning, ingen synpunkt.",
    "finner inga hinder": "Har inget att invända.",
    "inget att erinra": "Har inget att invända.",
    "inget att invända": "Har inget att invända.",
    "inte behandlats i nämnden": "Upplysning om hur svaret har beslutats.",
    "beslutet är fattat av": "Upplysning om hur svaret har beslutats.",
    "yttrandet är beslutat av": "Upplysning om hur svaret har beslutats.",
    "preliminärt yttrande": "Upplysning om hur svaret har beslutats.",
    "tagit fram yttrandet tillsammans": "Upplysning om hur svaret har tagits fram.",
    "är en ung förening som": "Föreningen presenterar sig.",
    "anteckningar från öppet möte": "Upplysning om hur synpunkterna samlades in.",
    "utdrag ur minnesanteckningar": "Rubrik.",
    "följande framfördes": "Inledning till synpunkterna.",
    "lämna följande synpunkter": "Inledning till synpunkterna.",
    "bakom svaret står 31": "Namnen på dem som står bakom svaret.",
    "brottarklubben bron": "Namnen på dem som står bakom svaret.",
    "planens inriktning: ”": "Återger planens text.",
    "planens förslag ": "Återger planens text.",
}

_WHILE_OPEN = (
    ExampleReply(
        area=CITY,
        theme="Tidig medverkan",
        side=BY_CITY,
        fate="draft",
        said=(
            "Svaren vill att ordet ”tidigt” blir tydligare. När ett bygglov är beviljat är det "
            "sent, skriver ett bolag. Den som kommer in när detaljplanen är antagen får välja färg "
            "på dörren, skriver en förening."
        ),
        text="Ni har rätt i att ”tidigt” kan läsas på olika sätt.",
    ),
    ExampleReply(
        area=LEISURE,
        theme="Tillgänglighet och ledsagning",
        side=BY_CITY,
        fate="handed_over",
        outcome="taken_on",
        said=(
            "Svaren säger att det inte räcker att en aktivitet är öppen för alla. En lift är ur "
            "bruk, omklädningsrum saknas, tolk måste bokas långt i förväg och beskeden om "
            "ledsagning skiljer sig åt."
        ),
        text=(
            "Tack för att ni berättar hur det är i dag. Planen säger att alla ska kunna delta i "
            "fritid och kultur. Den nämner var i staden man bor och vad familjen har råd med, men "
            "inte funktionsnedsättning. Vi tar frågan vidare i arbetet."
        ),
    ),
    ExampleReply(
        area=PARTICIPATION,
        theme="Möten där folk redan är",
        side=BY_CIVIL,
        fate="handed_over",
        outcome="taken_on",
        said=(
            "På mötet på Tegelbacken sa många att möten ska hållas där människor redan är, med "
            "fika och barnpassning, och att någon från kommunen ska finnas på plats en kväll i "
            "månaden."
        ),
        text=(
            "Planen säger att människor som sällan hörs ska få fler vägar in i stadens beslut. "
            "Det här är förslag på sådana vägar, och vi tar dem vidare i arbetet. Vem som kan "
            "vara på plats, och hur ofta, är inte avgjort."
        ),
    ),
)

REPLIES: Mapping[str, tuple[ExampleReply, ...]] = {
    "open": _WHILE_OPEN,
    "lastday": _WHILE_OPEN,
    "closed": (
        ExampleReply(
            area=CITY,
            theme="Tidig medverkan",
            side=BY_CITY,
            fate="approved",
            outcome="changed",
            said=(
                "Svaren vill att föreningar får vara med innan en plats börjar ritas. Flera "
                "skriver att ordet ”tidigt” behöver bli tydligare, och att de som har varit med "
                "ska få veta hur deras synpunkter har använts. Lagens krav på samråd gäller "
                "senare, när mycket redan är bestämt."
            ),
            text=(
                "Ni har rätt i att ”tidigt” kan läsas på olika sätt. Planen ändras så att "
                "föreningar ska få vara med redan i förstudien, och så att de som har varit med "
                "ska få veta hur deras synpunkter har använts. Det samråd som följer av lagen "
                "hålls som förut. Medverkan ger inte företräde framför andra som bor eller verkar "
                "på platsen."
            ),
            before="Föreningar ska få vara med tidigt när platser planeras.",
            after=(
                "Föreningar ska få vara med redan i förstudien när platser planeras. De som har "
                "varit med ska få veta hur deras synpunkter har använts."
            ),
        ),
        ExampleReply(
            area=PARTICIPATION,
            theme="Besked efteråt",
            side=BY_CIVIL,
            fate="handed_over",
            outcome="taken_on",
            said=(
                "Svaren säger att den som har lämnat en synpunkt ska få veta vad som hände, på "
                "ett språk som den förstår. Flera har svarat på enkäter i flera år utan att få "
                "något besked."
            ),
            text=(
                "Handlingsplanen ska bli ett forum för dialog, och i en dialog får den som frågar "
                "ett svar. Den här återkopplingen är en början: den säger vad svaren har lett "
                "till, tema för tema. Hur besked ska ges efter andra möten och enkäter är inte "
                "avgjort. Vi tar frågan vidare i arbetet."
            ),
        ),
        ExampleReply(
            area=CITY,
            theme="Ansvar och kostnader",
            side=BY_CITY,
            fate="sent_back",
            outcome="unchanged",
            said=(
                "Svaren frågar vem som betalar för larm, städning, nycklar och tillsyn när en "
                "lokal lånas ut. Flera vill att villkoren ska vara lika i hela Malmö."
            ),
            text="Planen säger inte hur kostnaderna ska fördelas. Frågan hör till budgeten.",
            comment=(
                "Det stämmer, men den som har svarat får inte veta varför. Skriv vad planen säger "
                "i dag om vad det kostar, och vem som kan avgöra frågan. Nämn också förslaget om "
                "lika villkor i hela Malmö."
            ),
        ),
        ExampleReply(
            area=YOUNG,
            theme="Öppet på kvällar, helger och lov",
            side=BY_CIVIL,
            fate="draft",
            said=(
                "Svaren säger att öppettiden är det som avgör. De föreslår öppet till klockan 22 "
                "på fredagar och lördagar, öppna skolgårdar och hallar, och att föreningar delar "
                "ansvaret för kvällarna med kommunen."
            ),
            text="En mötesplats som stänger tidigt är stängd när den behövs. Det skriver flera.",
        ),
    ),
}

# Answer (by its organisation) -> the area or "whole", who wrote the note and what it says.
NOTES: Mapping[str, tuple[str, str, str]] = {
    "Exempelhallarna i Malmö AB": (
        CITY,
        BY_CITY,
        "Fråga fastighetskontoret vilka hallar som har ett särskilt uppdrag från ägaren.",
    ),
    "Exempelförsamlingen Källan": (
        WHOLE,
        BY_CIVIL,
        "Vill ha svar på papper. Posta återkopplingen när den är klar.",
    ),
}

# The minutes where members speak under their names of what they need, and those names.
MASKED_IN = "Testrådet för funktionshinderfrågor"
MASKED_NAMES = ("Kim Exempel", "Robin Testlund", "Alex Fiktivsson", "Mika Exempelgren")

SECRET_NAME = "Conny Testberg"  # by which the answer that is marked is found
PROVISION = "21 kap. 1 § OSL"
SECRET_BECAUSE = "Svaret nämner en granne vid namn och skriver om grannens hälsa."

# Spellings of one actor that are joined, and the name that is shown.
SPELLINGS = ("Fritidsgården", "Fritidsgårdar")
SPELT = "Fritidsgårdarna"

CALLED = "Sundspans kulturkrets"
CALL = (
    "Ringde ordföranden. Styrelsen har fått inbjudan och bestämmer på sitt nästa möte om "
    "kretsen ska svara."
)
